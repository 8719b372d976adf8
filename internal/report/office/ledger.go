package office

import (
	"fmt"
	"io"
	"time"

	"hongxian/geodata"
	"hongxian/internal/ledger"
	"hongxian/internal/openapi"
)

// LedgerXLSX writes the supervision ledger as a workbook: a line an entry and 合计.
// at is the time of the export.
func LedgerXLSX(w io.Writer, county openapi.County, entries []ledger.Entry, at time.Time) error {
	schematic := false
	t := table{columns: []column{{"编号", count, 15}, {"状态", words, 15}, {"类型", words, 18}, {"图层", words, 24}, {"标题", words, 60},
		{"面积（平方米）", squareMetres, 27}, {"未批准（平方米）", squareMetres, 27}, {"乡镇", words, 36}, {"责任单位", words, 36}, {"期限", words, 20}, {"逾期", words, 15},
		{"来源编号", words, 30}, {"登记时间", words, 30}}}
	var area, unapproved int64
	for _, e := range entries {
		schematic = schematic || e.Schematic
		overdue := ""
		if e.Overdue {
			overdue = "逾期"
		}
		cells := []cell{whole(int(e.ID)), word(e.State.Chinese()), word(e.Kind.Chinese()), word(string(e.Layer)), word(e.Title),
			squares(e.Area), squares(e.Unapproved), word(townshipsOf(e)), word(e.Office), word(day(e.Deadline)), word(overdue), word(sourceOf(e)),
			word(e.Created.In(beijing).Format(time.DateTime))}
		area, unapproved = area+lastDigits(cells[5]), unapproved+lastDigits(cells[6])
		t.add(cells...)
	}
	t.rows = append(t.rows, row{total: true, cells: []cell{word("合计"), {}, {}, {}, {}, fromLastDigits(squareMetres, area), fromLastDigits(squareMetres, unapproved)}})
	t.notes = []string{"合计为所列各行之和；条目的范围可互相重叠。面积为 2000 国家大地坐标系（CGCS2000）椭球面积。"}
	b := newWorkbook("县（区）："+clean(county.Name)+"　　导出时间："+at.In(beijing).Format(time.DateTime)+"（北京时间）", schematic, at)
	b.paper = a3
	b.tableSheet("监管台账", "监管台账", t)
	if b.err != nil {
		return fmt.Errorf("ledger as a workbook: %w", b.err)
	}
	return b.writeOrdered(w)
}

func squares(a geodata.Area) cell { return area(squareMetres, float64(a)) }

func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

func townshipsOf(e ledger.Entry) string {
	out := ""
	for _, t := range e.Townships {
		if out != "" {
			out += "、"
		}
		out += t.Name
	}
	return out
}

func sourceOf(e ledger.Entry) string {
	if e.Record == "" {
		return "人工登记"
	}
	return fmt.Sprintf("%s… 第 %d 号", e.Record[:min(16, len(e.Record))], e.Piece)
}
