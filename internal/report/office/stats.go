package office

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"hongxian/internal/openapi"
	"hongxian/internal/report/spreadsheet"
	"hongxian/internal/report/stats"
)

// StatsXLSX writes a township table as a workbook: 统计表, 对照 (published figures), a
// chart, 说明. Figures are numbers, as printed; subtotals and totals are formulas over
// the printed cells, with the printed sums as their values. Equal tables give equal
// bytes. bureau is who hands it in, code by what it is confirmed. It fails when a
// printed column does not add up.
func StatsXLSX(w io.Writer, s openapi.Stats, bureau, code string) error {
	if err := stats.Closes(s); err != nil {
		return fmt.Errorf("township table %s as a workbook: %w", s.Id, err)
	}
	head := fmt.Sprintf("单位：%s　　统计日期：%s　　乡镇版本：%s　　查验码：%s",
		stats.UnitName(s), s.CreatedAt.In(beijing).Format("2006年01月02日"), s.Townships, code)
	b := newWorkbook(head, s.Schematic, s.CreatedAt)
	heading := stats.Heading(s)
	at := s.CreatedAt.UTC().Format("2006-01-02T15:04:05Z")
	b.keep(b.file.SetDocProps(&excelize.DocProperties{Title: heading, Creator: "hongxian", Created: at, Modified: at}))
	b.property(checkIDProperty, s.Id)
	x := &statsBook{workbook: b, s: s, code: code, heading: heading, format: numberFormat(s.Decimals)}
	x.layout()
	if s.Plan {
		x.figures()
	}
	x.table()
	x.chart()
	if !s.Plan {
		x.figures()
	}
	x.notes(bureau)
	if b.err != nil {
		return fmt.Errorf("township table %s as a workbook: %w", s.Id, b.err)
	}
	return b.writeOrdered(w)
}

// numberFormat shows so many decimals.
func numberFormat(decimals int) string {
	if decimals == 0 {
		return "0"
	}
	return "0." + strings.Repeat("0", decimals)
}

// statsBook is a table being written as a workbook.
type statsBook struct {
	*workbook
	s       openapi.Stats
	heading string
	code    string       // 查验码
	format  string       // of areas
	groups  []statsGroup // columns that stand under one head
	widths  []float64
	first   int // row of the first township
}

// statsGroup is a head with the columns below it. column is the table's, -1 for
// what stands before them.
type statsGroup struct {
	title  string
	parts  []string
	column int
}

const tableSheet = "统计表"

// groupsOfAPage is how many of the table's columns, with their shares and counts,
// can be read side by side on landscape A4.
const groupsOfAPage = 4

// layout says which columns there are.
func (x *statsBook) layout() {
	x.groups = []statsGroup{{"代码", nil, -1}, {"名称", nil, -1}, {"类型", nil, -1}, {"面积", nil, -1}}
	x.widths = []float64{12, 16, 8, 14}
	if x.s.Adjusted {
		x.groups, x.widths = append(x.groups, statsGroup{"控制面积", nil, -1}), append(x.widths, 14)
	}
	for i, c := range x.s.Columns {
		g := statsGroup{stats.Title(c), []string{"面积", "占乡镇 %", "占图层 %"}, i}
		x.widths = append(x.widths, 14, 10, 10)
		if c.Counted {
			g.parts, x.widths = append(g.parts, "图斑数"), append(x.widths, 8)
		}
		x.groups = append(x.groups, g)
	}
}

// headLines writes the two lines of heads, merged over their columns.
func (x *statsBook) headLines(sh *sheet) {
	style := x.style(look{bold: true, centred: true, kind: words})
	var upper, lower []excelize.Cell
	type merge struct{ from, to, fromRow, toRow int }
	var merges []merge
	row := sh.row + 1
	for _, g := range x.groups {
		at := len(upper) + 1
		upper = append(upper, excelize.Cell{StyleID: style, Value: spreadsheet.Text(clean(g.title))})
		if g.parts == nil {
			lower = append(lower, excelize.Cell{StyleID: style})
			merges = append(merges, merge{at, at, row, row + 1})
			continue
		}
		for i, p := range g.parts {
			if i > 0 {
				upper = append(upper, excelize.Cell{StyleID: style})
			}
			lower = append(lower, excelize.Cell{StyleID: style, Value: p})
		}
		merges = append(merges, merge{at, at + len(g.parts) - 1, row, row})
	}
	sh.write(upper, 2*lineHeight)
	sh.write(lower, lineHeight)
	for _, m := range merges {
		if sh.stream == nil {
			return
		}
		from, _ := excelize.CoordinatesToCellName(m.from, m.fromRow)
		to, _ := excelize.CoordinatesToCellName(m.to, m.toRow)
		x.keep(sh.stream.MergeCell(from, to))
	}
}

// table writes the sheet of figures.
func (x *statsBook) table() {
	sh := x.begin(tableSheet, x.heading, x.widths, frozen{rows: 2, columns: 2, pages: (len(x.s.Columns) + groupsOfAPage - 1) / groupsOfAPage})
	x.headLines(sh)
	x.first = sh.row + 1
	balanced := false
	for _, l := range stats.Lines(x.s) {
		cells := x.line(l)
		if l.Sum {
			x.formulas(cells, l)
		}
		sh.write(cells, lineHeight)
		for _, c := range append([]openapi.StatsCell{l.AreaPrinted}, l.Printed...) {
			balanced = balanced || c.Balanced
		}
	}
	if balanced {
		sh.banner(adjustedNote, look{plain: true})
	}
	sh.close()
}

// line is a row's cells.
func (x *statsBook) line(l stats.Line) []excelize.Cell {
	text := func(s string) excelize.Cell {
		return excelize.Cell{StyleID: x.style(look{bold: l.Sum, kind: words}), Value: spreadsheet.Text(clean(s))}
	}
	cells := []excelize.Cell{text(l.Code), text(l.Label), text(l.Type), x.area(l.AreaPrinted, l.Sum)}
	if x.s.Adjusted {
		cells = append(cells, x.number(stats.Control(x.s, l), look{bold: l.Sum, kind: squareMetres, format: x.format}))
	}
	for i, c := range x.s.Columns {
		percent := look{bold: l.Sum, kind: percents, format: "0.00"}
		cells = append(cells, x.area(l.Printed[i], l.Sum), x.number(stats.Percent(l.Shares[i]), percent), x.number(stats.Percent(l.LayerShares[i]), percent))
		if c.Counted {
			cells = append(cells, x.number(strconv.Itoa(*l.Counts[i]), look{bold: l.Sum, kind: count}))
		}
	}
	return cells
}

func (x *statsBook) area(c openapi.StatsCell, bold bool) excelize.Cell {
	return x.number(c.Text, look{bold: bold, kind: squareMetres, adjusted: c.Balanced, format: x.format})
}

// number is a printed figure; what is none, as –, stays text.
func (x *statsBook) number(text string, l look) excelize.Cell {
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return excelize.Cell{StyleID: x.style(l), Value: f}
	}
	return excelize.Cell{StyleID: x.style(look{bold: l.bold, centred: true}), Value: text}
}

// formulas puts sums into the areas of a subtotal or of 合计. Rounding in them only
// takes away what binary numbers add.
func (x *statsBook) formulas(cells []excelize.Cell, l stats.Line) {
	last := x.first + len(x.s.Rows) - 1
	outside := last + len(x.s.Subtotals) + 1
	sum := func(column int) {
		name, _ := excelize.ColumnNumberToName(column)
		rows := fmt.Sprintf("%s%d:%s%d", name, x.first, name, last)
		switch kind, isSubtotal := strings.CutSuffix(l.Label, "小计"); {
		case isSubtotal:
			cells[column-1].Formula = fmt.Sprintf("ROUND(SUMIF($C$%d:$C$%d,%s,%s),%d)", x.first, last, equalTo(kind), rows, x.s.Decimals)
		case l.Label == "合计":
			cells[column-1].Formula = fmt.Sprintf("ROUND(SUM(%s)+%s%d-%s%d,%d)", rows, name, outside, name, outside+1, x.s.Decimals)
		}
	}
	sum(4)
	column := 4
	if x.s.Adjusted {
		column++
	}
	for _, g := range x.groups {
		if g.column >= 0 {
			sum(column + 1)
			column += len(g.parts)
		}
	}
}

// equalTo is a criterion that only this text meets.
func equalTo(text string) string {
	return `"=` + strings.NewReplacer("~", "~~", "*", "~*", "?", "~?", `"`, `""`).Replace(spreadsheet.Text(clean(text))) + `"`
}

// chart is a sheet with the layers' areas by township, drawn from the table.
func (x *statsBook) chart() {
	if len(x.s.Rows) == 0 {
		return
	}
	last := x.first + len(x.s.Rows) - 1
	var series []excelize.ChartSeries
	column := len(x.groups) - len(x.s.Columns)
	for _, g := range x.groups {
		if g.column < 0 {
			continue
		}
		name, _ := excelize.ColumnNumberToName(column + 1)
		column += len(g.parts)
		if c := x.s.Columns[g.column]; c.Kind != openapi.StatsColumnKindLayer || c.Adjusted || len(series) == chartSeries {
			continue
		}
		series = append(series, excelize.ChartSeries{Name: fmt.Sprintf("'%s'!$%s$%d", tableSheet, name, x.first-2),
			Categories: fmt.Sprintf("'%s'!$B$%d:$B$%d", tableSheet, x.first, last), Values: fmt.Sprintf("'%s'!$%s$%d:$%s$%d", tableSheet, name, x.first, name, last)})
	}
	if len(series) == 0 {
		return
	}
	title := x.heading + "（" + stats.UnitName(x.s) + "）"
	if x.mark != "" {
		title += schematicMark
	}
	x.keep(x.file.AddChartSheet("图表", &excelize.Chart{Type: excelize.Col, Series: series, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title}}},
		Legend: excelize.ChartLegend{Position: "bottom"}, XAxis: excelize.ChartAxis{TickLabelSkip: 1}}))
}

// chartSeries is how many layers a chart can tell apart.
const chartSeries = 8

// figures compares with the published figures.
func (x *statsBook) figures() {
	if len(x.s.Figures) == 0 {
		return
	}
	sh := x.sheet("公布数据对照", "公布数据对照", []string{"数据", "单位", "公布", "计算", "差（计算－公布）", "状态", "目标", "来源"}, []float64{28, 12, 16, 18, 18, 10, 30, 60})
	for _, f := range x.s.Figures {
		value := func(text string) excelize.Cell {
			return x.number(text, look{kind: squareMetres, format: numberFormat(stats.Decimals(text))})
		}
		word := func(text string) excelize.Cell {
			return excelize.Cell{StyleID: x.style(look{}), Value: spreadsheet.Text(clean(text))}
		}
		cells := []excelize.Cell{word(f.Name), word(stats.FigureUnit(f.Unit)), value(stats.FigurePublished(f)),
			value(orDash(f.Computed)), value(orDash(f.Difference)), word(stats.FigureStatus(f)), word(orDash(f.Target)), word(stats.FigureSource(f))}
		sh.write(cells, sh.height(cells))
	}
	sh.close()
}

func orDash(s *string) string {
	if s == nil {
		return "–"
	}
	return *s
}

// notes says what the figures are and what they were computed from.
func (x *statsBook) notes(bureau string) {
	sh := x.sheet("说明", "说明", []string{"项目", "内容"}, []float64{36, 96})
	for _, f := range [][2]string{{"县（区）", x.s.County.Name + "（" + x.s.County.Code + "）"}, {"编号", x.s.Id}, {"查验码", x.code}, {"出具单位", orBlank(bureau)}} {
		sh.line([]cell{word(f[0]), word(f[1])}, false)
	}
	for _, v := range x.s.Versions {
		nature := "正式数据"
		if v.Schematic {
			nature = "示意数据"
		}
		sh.line([]cell{word("数据版本：" + v.Title), word(v.Ref + "（" + nature + "）\nSHA-256 " + v.Digest)}, false)
	}
	for i, n := range stats.Notes(x.s) {
		sh.banner(fmt.Sprintf("%d. %s", i+1, clean(n)), look{plain: true})
	}
	sh.close()
}
