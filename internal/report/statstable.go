package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

// StatsLine (统计表行) is a row of a table with the name it is printed under.
type StatsLine struct {
	openapi.StatsRow
	Label string // 巫峡镇, 镇小计, 乡镇范围外, 减：重复覆盖, 合计
	Sum   bool   // no township
}

// StatsLines are all rows in the order they are printed: the townships, the
// subtotals by type, what lies outside, what is taken off, and 合计.
func StatsLines(s openapi.Stats) []StatsLine {
	var lines []StatsLine
	for _, r := range s.Rows {
		lines = append(lines, StatsLine{StatsRow: r, Label: r.Name})
	}
	for _, r := range s.Subtotals {
		lines = append(lines, StatsLine{r, r.Name + "小计", true})
	}
	outside := "乡镇范围外"
	if s.Zones {
		outside = "分区范围外"
	}
	return append(lines, StatsLine{s.Outside, outside, true}, StatsLine{s.MultiplyCovered, "减：重复覆盖", true}, StatsLine{s.Total, "合计", true})
}

// StatsTitle is what a column is headed with.
func StatsTitle(c openapi.StatsColumn) string {
	title := c.Title
	switch c.Kind {
	case openapi.StatsColumnKindClass:
		class := c.Class
		if class == "" {
			class = "未分类"
		}
		title += "·" + class
	case openapi.StatsColumnKindClassOverlap:
		title += "·类型重叠（减）"
	}
	if c.Adjusted {
		title += "（平差后）"
	}
	return title
}

// StatsUnitName is the table's unit as it is printed: 公顷.
func StatsUnitName(s openapi.Stats) string { return geodata.Unit(s.Unit).Chinese() }

// StatsPercent prints a share in per cent with two decimals, – where there is none.
func StatsPercent(f *float64) string {
	if f == nil {
		return "–"
	}
	r, ok := new(big.Rat).SetString(plainDecimal(*f))
	if !ok {
		return "–"
	}
	return r.Mul(r, big.NewRat(100, 1)).FloatString(2)
}

// StatsCSV writes a table as CSV: BOM, CRLF, one header line, the code first,
// empty in sums, no notes. It fails when a printed column does not add up.
func StatsCSV(w io.Writer, s openapi.Stats) error {
	if err := StatsCloses(s); err != nil {
		return fmt.Errorf("township table %s as CSV: %w", s.Id, err)
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	unit := "(" + StatsUnitName(s) + ")"
	head := []string{"代码", "名称", "类型", "面积" + unit}
	if s.Adjusted {
		head = append(head, "控制面积"+unit)
	}
	for _, c := range s.Columns {
		title := StatsTitle(c)
		head = append(head, plainCell(title+unit), plainCell(title+"占乡镇(%)"), plainCell(title+"占图层(%)"))
		if c.Counted {
			head = append(head, plainCell(title+"图斑数"))
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, l := range StatsLines(s) {
		if err := out.Write(csvLine(s, l)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvLine(s openapi.Stats, l StatsLine) []string {
	share := func(f *float64) string {
		if f == nil {
			return ""
		}
		return StatsPercent(f)
	}
	cells := []string{plainCell(l.Code), plainCell(l.Label), plainCell(l.Type), l.AreaPrinted.Text}
	if s.Adjusted {
		cells = append(cells, StatsControl(s, l))
	}
	for i, c := range s.Columns {
		cells = append(cells, l.Printed[i].Text, share(l.Shares[i]), share(l.LayerShares[i]))
		if c.Counted {
			cells = append(cells, strconv.Itoa(*l.Counts[i]))
		}
	}
	return cells
}

// StatsControl prints a row's official area, empty where none was given.
func StatsControl(s openapi.Stats, l StatsLine) string {
	if l.Control == nil {
		return ""
	}
	r, _ := new(big.Rat).SetString(plainDecimal(*l.Control))
	return r.FloatString(s.Decimals)
}

// StatsTable is the terminal's view of a table.
func StatsTable(s openapi.Stats) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s乡镇统计表  Township statistics（%s %s）\n", s.County.Name, StatsUnitName(s), geodata.Unit(s.Unit).English())
	if s.Schematic {
		b.WriteString(schematicLine + "\n")
	}
	head := []string{"代码 code", "名称 name", "面积 area"}
	if s.Adjusted {
		head = append(head, "控制面积 control")
	}
	for _, c := range s.Columns {
		head = append(head, StatsTitle(c), "占乡镇 %")
	}
	g := newGrid(2, head...)
	balanced := false
	mark := func(c openapi.StatsCell) string {
		if c.Balanced {
			balanced = true
			return c.Text + "*"
		}
		return c.Text
	}
	for _, l := range StatsLines(s) {
		cells := []string{l.Code, l.Label, mark(l.AreaPrinted)}
		if s.Adjusted {
			cells = append(cells, StatsControl(s, l))
		}
		for i := range s.Columns {
			cells = append(cells, mark(l.Printed[i]), StatsPercent(l.Shares[i]))
		}
		g.row(cells...)
	}
	g.write(&b)
	if balanced {
		b.WriteString("  * 末位经平差调整，使各项之和等于合计。Its last digit was moved so that the table adds up.\n")
	}
	statsNotes(&b, s)
	return b.String()
}

// figureNames are the published figures that are known by name.
var figureNames = map[string]string{"county-area": "县域面积", "red-line-share": "生态保护红线占县域比例", "heritage-area": "世界自然遗产面积"}

// FigureName is what a published figure is called: its key where nothing better is
// known.
func FigureName(key string) string {
	if name, ok := figureNames[key]; ok {
		return name
	}
	return key
}

// FigureUnit is a figure's unit as it is printed.
func FigureUnit(unit string) string {
	if unit == "percent" {
		return "%"
	}
	return geodata.Unit(unit).Chinese()
}

func statsNotes(b *strings.Builder, s openapi.Stats) {
	if len(s.Figures) > 0 {
		b.WriteString("\n公布数据对照 Published figures\n")
		g := newGrid(2, "数据 figure", "单位 unit", "公布 published", "计算 computed", "差 difference", "来源 source")
		for _, f := range s.Figures {
			g.row(FigureName(f.Key), FigureUnit(f.Unit), plainDecimal(f.Published), text(f.Computed), text(f.Difference), f.Source)
		}
		g.write(b)
	}
	for _, f := range s.Findings {
		b.WriteString("\n注意 note: " + printable(f) + "\n")
	}
	if len(s.Computed) > 0 {
		b.WriteString("\n未预先准备、本次计算 computed for this table: " + strings.Join(s.Computed, ", ") + "\n")
	}
	b.WriteString("\n编号 id " + s.Id + "\n数据版本 Versions\n")
	g := newGrid(allLeft, "版本 version", "摘要 SHA-256", "")
	for _, v := range s.Versions {
		g.row(v.Ref, v.Digest, mark(v.Schematic))
	}
	g.write(b)
}

// plainDecimal is the shortest decimal of a number, never an exponent.
func plainDecimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// decimalsOf is how many digits stand behind the point.
func decimalsOf(text string) int {
	_, fraction, _ := strings.Cut(text, ".")
	return len(fraction)
}

// StatsNotes say, in Chinese, what the figures of a table are.
func StatsNotes(s openapi.Stats) []string {
	notes := []string{
		"面积为 2000 国家大地坐标系（CGCS2000）椭球面积：界线在高斯平面内为直线，加密至 70 米以内后按等积投影计算。",
		"各列满足：各乡镇之和 + 乡镇范围外 − 重复覆盖 = 合计。重复覆盖为互相重叠的乡镇多计的面积。图层面积为去重后的并集面积。",
		fmt.Sprintf("数值以 0.0001 平方米为准换算为%s，四舍五入到 %d 位小数，并自上而下平差（合计、类型、单元格），使印出的数相加无误；带 * 的数末位经平差调整。",
			StatsUnitName(s), s.Decimals),
		"图斑数为在该乡镇内面积大于 0.01 平方米的图斑个数；跨乡镇的图斑在各乡镇分别计数，合计和小计中只计一次。",
		"1 公顷 = 10000 平方米，1 亩 = 2000/3 平方米。不同图层可互相重叠，各图层面积不能相加。",
	}
	if s.ByClass {
		notes = append(notes, "各类型之和减去类型重叠等于图层；图层各单元格为其类型各单元格之和。")
	}
	if s.Adjusted {
		notes = append(notes, "平差后的列为各乡镇数值乘以控制面积与计算面积之比；未给控制面积的乡镇和乡镇范围外不变。")
	}
	if len(s.Computed) > 0 {
		notes = append(notes, "未预先准备、本次计算的版本："+strings.Join(s.Computed, "、")+"。")
	}
	return append(notes, s.Findings...)
}
