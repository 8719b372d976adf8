package office

import (
	"fmt"
	"io"
	"strings"

	"hongxian/internal/openapi"
)

// OverlapsXLSX writes a kept answer on how layers lie on each other as a workbook:
// 重叠矩阵, 重叠层数, 图层内重叠, 重叠图形, 乡镇分布, 说明. Figures are numbers, as
// printed. Equal answers give equal bytes; a table that does not add up is an error.
func OverlapsXLSX(w io.Writer, o openapi.Overlaps) error {
	b := newWorkbook("县（区）："+clean(o.County.Name)+"　　结果编号："+o.Id, o.Schematic, o.CreatedAt)
	b.property(checkIDProperty, o.Id)
	b.tableSheet("重叠矩阵", "图层范围重叠矩阵", overlapMatrix(o))
	depths, err := overlapDepths(o)
	if err != nil {
		return fmt.Errorf("overlaps %s as a workbook: %w", o.Id, err)
	}
	b.tableSheet("重叠层数", "恰被几个图层覆盖", depths)
	b.tableSheet("图层内重叠", "同一图层内互相重叠的图斑", overlapFeatures(o))
	b.tableSheet("重叠图形", "重叠图形", overlapPieces(o))
	towns, err := overlapTownships(o)
	if err != nil {
		return fmt.Errorf("overlaps %s as a workbook: %w", o.Id, err)
	}
	b.tableSheet("乡镇分布", "重叠范围的乡镇分布", towns)
	b.overlapNotes(o)
	if b.err != nil {
		return fmt.Errorf("overlaps %s as a workbook: %w", o.Id, b.err)
	}
	return b.writeOrdered(w)
}

// overlapMatrix is a line a pair, the layers' own areas first: a table that can be
// filtered, whatever the number of layers.
func overlapMatrix(o openapi.Overlaps) table {
	t := table{columns: []column{{"图层甲", words, 40}, {"图层乙", words, 40}, {"共同面积（平方米）", squareMetres, 30}, {"公顷", hectares, 24}, {"亩", mu, 24},
		{"占甲（%）", percents, 20}, {"占乙（%）", percents, 20}}}
	titles := map[string]string{}
	for _, l := range o.Layers {
		titles[l.Ref] = l.Title + " " + l.Ref
		t.add(append(append([]cell{word(titles[l.Ref]), word("（自身）")}, areas(l.AreaM2)...), none, none)...)
	}
	for _, p := range o.Pairs {
		t.add(append(append([]cell{word(titles[p.A]), word(titles[p.B])}, areas(p.AreaM2)...), percent(p.ShareOfA), percent(p.ShareOfB))...)
	}
	t.notes = []string{"图层面积为并集面积；不同图层的面积不能相加，故本表无合计。"}
	return t
}

func overlapDepths(o openapi.Overlaps) (table, error) {
	t := table{columns: []column{{"图层数", count, 20}, {"面积（平方米）", squareMetres, 30}, {"公顷", hectares, 24}, {"亩", mu, 24}}}
	parts := make([]float64, len(o.Depths))
	for i, d := range o.Depths {
		parts[i] = d.AreaM2
	}
	columns, err := balanced(o.UnionM2, parts)
	if err != nil {
		return t, fmt.Errorf("depths: %w", err)
	}
	for i, d := range o.Depths {
		t.add(whole(d.K), columns[0][i], columns[1][i], columns[2][i])
	}
	t.rows = append(t.rows, row{total: true, cells: append([]cell{word("合计（并集）")}, areas(o.UnionM2)...)})
	return t, nil
}

func overlapFeatures(o openapi.Overlaps) table {
	t := table{columns: []column{{"图层", words, 30}, {"图斑甲编号", words, 30}, {"图斑甲", words, 45}, {"图斑乙编号", words, 30}, {"图斑乙", words, 45},
		{"共同面积（平方米）", squareMetres, 30}, {"公顷", hectares, 24}, {"亩", mu, 24}}}
	for _, l := range o.Layers {
		for _, p := range l.Pairs {
			t.add(append([]cell{word(l.Title), word(p.A.Code), word(p.A.Name), word(p.B.Code), word(p.B.Name)}, areas(p.AreaM2)...)...)
		}
	}
	t.notes = []string{"三个以上图斑重叠处，每一对都计入，故本表无合计。"}
	return t
}

func overlapPieces(o openapi.Overlaps) table {
	t := table{columns: []column{{"序号", count, 15}, {"图斑数", count, 15}, {"共同覆盖的图斑", words, 90}, {"类别", words, 45}, {"图层版本", words, 60}, {"面积（平方米）", squareMetres, 30},
		{"公顷", hectares, 24}, {"亩", mu, 24}, {"其中细碎（平方米）", squareMetres, 30}, {"乡镇（平方米）", words, 60}}}
	for _, p := range o.Pieces {
		var names, classes, refs, towns []string
		for _, m := range p.Members {
			names, classes, refs = append(names, strings.TrimSpace(m.Name+" "+m.Code)), append(classes, m.Class), append(refs, m.Ref)
		}
		for _, m := range p.Townships {
			towns = append(towns, m.Name+" "+area(squareMetres, m.AreaM2).text)
		}
		if p.OutsideM2 != 0 {
			towns = append(towns, "乡镇范围外 "+area(squareMetres, p.OutsideM2).text)
		}
		if p.MultiplyCoveredM2 != 0 {
			towns = append(towns, "重复覆盖（扣减） "+area(squareMetres, -p.MultiplyCoveredM2).text)
		}
		cells := append([]cell{whole(p.No), whole(len(p.Members)), word(strings.Join(names, " ∩ ")), word(strings.Join(classes, "；")), word(strings.Join(refs, "；"))}, areas(p.AreaM2)...)
		t.add(append(cells, area(squareMetres, p.SliverM2), word(strings.Join(towns, "；")))...)
	}
	if o.Unlisted.Pieces > 0 {
		t.notes = append(t.notes, fmt.Sprintf("另有 %d 个未列出的图形，合计 %s 平方米。", o.Unlisted.Pieces, area(squareMetres, o.Unlisted.AreaM2).text))
	}
	if h := o.Hairlines; h != nil && h.Pieces > 0 {
		t.notes = append(t.notes, fmt.Sprintf("另有平均宽度不超过 0.2 毫米的重线 %d 条，合计 %s 平方米，是同一界线的两次描绘，不计入任何数字。", h.Pieces, area(squareMetres, h.AreaM2).text))
	}
	return t
}

func overlapTownships(o openapi.Overlaps) (table, error) {
	t := table{columns: []column{{"代码", words, 30}, {"乡镇（街道）", words, 40}, {"重叠范围（平方米）", squareMetres, 30}, {"公顷", hectares, 24}, {"亩", mu, 24}}}
	var parts []float64
	for _, m := range o.Townships {
		parts = append(parts, m.AreaM2)
	}
	columns, err := balanced(o.SharedM2, append(parts, o.OutsideM2, -o.MultiplyCoveredM2))
	if err != nil {
		return t, fmt.Errorf("townships: %w", err)
	}
	names := make([][2]string, 0, len(parts)+2)
	for _, m := range o.Townships {
		names = append(names, [2]string{m.Code, m.Name})
	}
	for i, n := range append(names, [2]string{"", "乡镇范围外"}, [2]string{"", "重复覆盖（扣减）"}) {
		t.add(word(n[0]), word(n[1]), columns[0][i], columns[1][i], columns[2][i])
	}
	t.rows = append(t.rows, row{total: true, cells: append([]cell{word("合计"), {}}, areas(o.SharedM2)...)})
	if !o.Divided {
		t.notes = []string{"没有现行的乡镇图层，全部计入乡镇范围外。"}
	}
	return t, nil
}

func (b *workbook) overlapNotes(o openapi.Overlaps) {
	s := b.sheet("说明", "说明", []string{"数据版本", "数据摘要（SHA-256）", "数据性质"}, []float64{40, 70, 12})
	for _, v := range o.Versions {
		s.line([]cell{word(v.Ref), word(v.Digest), word(nature(v.Schematic))}, false)
	}
	for _, n := range []string{
		"面积为 2000 国家大地坐标系（CGCS2000）椭球面积，平方米 2 位、公顷 4 位、亩 2 位小数，四舍五入。",
		"重叠范围是两个以上图斑共同覆盖的范围，包括不同图层之间和同一图层之内；每个重叠图形恰被所列图斑覆盖，图形互不重叠。",
		fmt.Sprintf("细碎图斑阈值：连通部分面积小于 %s 平方米，或平均宽度（2A/P）小于 %s 米。", plainNumber(o.Tolerance.AreaM2), plainNumber(o.Tolerance.WidthM)),
	} {
		s.banner(n, look{plain: true})
	}
	s.close()
}

// nature says whether data are real.
func nature(schematic bool) string {
	if schematic {
		return "示意数据"
	}
	return "正式数据"
}
