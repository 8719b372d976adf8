package office

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"hongxian/internal/openapi"
)

// SetHead is what a workbook of many parcels says at its top.
type SetHead struct {
	Title     string // of the file or batch; a default when empty
	Number    string // of the batch, or the kept set's identity
	Code      string // 查验码 of a kept set; empty for a batch
	Created   time.Time
	Schematic bool
	Layers    []SetLayer // in the catalogue's order: two columns each
	Versions  []openapi.CheckVersion
	Whole     *openapi.Check // of a kept set: all parcels as one site; nil for a batch
	Notes     []string       // further sentences for the sheet of notes
}

// label is what a workbook says of itself at the top of its sheets.
func (h SetHead) label() string {
	if h.Code == "" {
		return "批次编号：" + clean(h.Number)
	}
	return "查询编号：" + h.Code + "　　核查编号：" + clean(h.Number)
}

// SetLayer is a layer that has columns.
type SetLayer struct{ Key, Title string }

// SetLayers are the layers a check answered for.
func SetLayers(c openapi.Check) []SetLayer {
	var out []SetLayer
	for _, l := range c.Layers {
		out = append(out, SetLayer{Key: l.Layer, Title: l.Title})
	}
	return out
}

// SetRow is a parcel of a batch: its number and name in the file, and its answer.
type SetRow struct {
	Number int    // 序号, from 1
	Code   string // 地块编号 of the file; may be empty
	Name   string
	Check  *openapi.Check // nil when the parcel was not checked
	Reason string         // why it was not, a Chinese sentence
}

// CheckSetXLSX writes many checks as a workbook with a row for each parcel, a
// 合计 row, and of a kept set a row for the whole: formulas over the printed cells, with their values. Rows are streamed:
// memory does not grow with them but for the compressed file. A parcel without an
// answer is 未核查 in every layer, never 不涉及. Equal input gives equal bytes.
func CheckSetXLSX(w io.Writer, head SetHead, rows iter.Seq2[SetRow, error]) error {
	b := newWorkbook(head.label(), head.Schematic, head.Created)
	if head.Code == "" {
		b.property("hongxian-batch-id", head.Number)
	} else {
		b.property(checkIDProperty, head.Number)
	}
	heading := head.Title
	if heading == "" {
		heading = "批量重叠核查结果"
	}
	t := head.columns()
	b.paper = a3
	s := b.sheet("核查结果", heading, t.titles(), head.widths())
	b.paper = a4
	totals := setTotals{cells: make([]int64, len(t.columns)), first: s.row + 1}
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("read parcels for a workbook: %w", err)
		}
		cells := head.row(r)
		totals.add(cells)
		s.line(cells, false)
		if b.err != nil {
			return fmt.Errorf("parcel %d in a workbook: %w", r.Number, b.err)
		}
	}
	totals.last = s.row
	s.write(totals.line(b, t.columns), lineHeight)
	if head.Whole != nil {
		cells := head.row(SetRow{Name: "全部地块合并（重叠部分只计一次）", Check: head.Whole})
		cells[0] = none
		s.line(cells, true)
	}
	s.close()
	head.notesSheet(b)
	if b.err != nil {
		return fmt.Errorf("workbook of parcels: %w", b.err)
	}
	return b.writeOrdered(w)
}

func (h SetHead) columns() table {
	t := table{columns: []column{{"序号", count, 0}, {"地块编号", words, 0}, {"地块名称", words, 0}, {"面积（平方米）", squareMetres, 0}, {"公顷", hectares, 0}, {"亩", mu, 0}}}
	for _, l := range h.Layers {
		t.columns = append(t.columns, column{l.Title, words, 0}, column{l.Title + "（平方米）", squareMetres, 0})
	}
	t.columns = append(t.columns, column{"结论", words, 0}, column{"说明", words, 0}, column{"核查编号", words, 0})
	return t
}

func (h SetHead) widths() []float64 {
	out := []float64{8, 16, 30, 16, 12, 13}
	for range h.Layers {
		out = append(out, 10, 15)
	}
	return append(out, 14, 30, 72)
}

// row is a parcel's cells.
func (h SetHead) row(r SetRow) []cell {
	out := []cell{whole(r.Number), word(r.Code), word(r.Name)}
	if r.Check == nil {
		out = append(out, none, none, none)
		for range h.Layers {
			out = append(out, word(statuses[openapi.CheckStatusNotChecked]), none)
		}
		return append(out, word(outcomes[openapi.CheckOutcomeReview]), word(r.Reason), none)
	}
	answers := make(map[string]openapi.CheckLayer, len(r.Check.Layers))
	for _, l := range r.Check.Layers {
		answers[l.Layer] = l
	}
	out = append(out, areas(r.Check.Site.AreaM2)...)
	note := r.Reason
	for _, want := range h.Layers {
		l, ok := answers[want.Key]
		if !ok || l.Status == openapi.CheckStatusNotChecked {
			out = append(out, word(statuses[openapi.CheckStatusNotChecked]), none)
			continue
		}
		if l.SliverOnly && l.Status == openapi.CheckStatusConcerned {
			note = joined(note, l.Title+"仅细碎图斑")
		}
		overlap := 0.0 // what touches along a border, up to 0.01 m², is not an overlap
		if l.Status == openapi.CheckStatusConcerned {
			overlap = l.OverlapM2
		}
		out = append(out, word(statuses[l.Status]), area(squareMetres, overlap))
	}
	return append(out, word(outcomes[r.Check.Verdict.Outcome]), word(note), word(r.Check.Id))
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "；" + b
}

// setTotals adds the columns up as they are printed: areas in units of their last
// digit, and in a layer's first column how many parcels it concerns.
type setTotals struct {
	cells       []int64
	first, last int // rows added
}

func (t *setTotals) add(cells []cell) {
	for i, c := range cells {
		switch {
		case unitOf[c.kind] != "":
			t.cells[i] += lastDigits(c)
		case c.kind == words && c.text == statuses[openapi.CheckStatusConcerned]:
			t.cells[i]++
		}
	}
}

func (t *setTotals) line(b *workbook, columns []column) []excelize.Cell {
	cells := make([]cell, len(columns))
	for i, c := range columns {
		if _, isArea := unitOf[c.kind]; isArea {
			cells[i] = fromLastDigits(c.kind, t.cells[i])
		}
	}
	cells[1] = word("合计")
	layers := cells[6 : len(cells)-3]
	for i := 0; i < len(layers); i += 2 {
		layers[i] = cell{kind: parcels, text: strconv.FormatInt(t.cells[6+i], 10)}
	}
	line := (&sheet{book: b}).cells(cells, true)
	if t.last < t.first {
		return line
	}
	for i, c := range cells {
		if c.kind == parcels {
			name, _ := excelize.ColumnNumberToName(i + 1)
			line[i].Formula = fmt.Sprintf(`COUNTIF(%s%d:%s%d,"%s")`, name, t.first, name, t.last, statuses[openapi.CheckStatusConcerned])
		} else if unitOf[c.kind] != "" {
			line[i].Formula = sumFormula(i+1, t.first, t.last)
		}
	}
	return line
}

func (h SetHead) notesSheet(b *workbook) {
	s := b.sheet("说明", "说明", []string{"数据版本", "数据摘要（SHA-256）", "数据性质"}, []float64{40, 70, 12})
	for _, v := range h.Versions {
		s.line([]cell{word(v.Ref), word(v.Digest), word(nature(v.Schematic))}, false)
	}
	for _, n := range append([]string{
		"面积为 2000 国家大地坐标系（CGCS2000）椭球面积，高斯平面内加密至 70 米以内；与官方软件的差异每平方千米不超过 0.02 平方米。",
		"各图层面积为去重后的并集面积，平方米 2 位、公顷 4 位、亩 2 位小数，四舍五入；合计为所列各行之和。",
		"地块可互相重叠，合计可大于全部地块合并后的面积。“未核查”不等于“不涉及”，不计入合计。",
	}, h.Notes...) {
		s.banner(clean(n), look{plain: true})
	}
	s.close()
}
