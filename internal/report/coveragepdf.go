package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/report/figure"
	"hongxian/internal/report/pdf"
)

// OverlapsDocument (范围重叠报告) is what a printed report of overlaps is made from.
type OverlapsDocument struct {
	Overlaps   openapi.Overlaps
	Picture    *overlap.Picture // the map; nil where nothing overlaps, which the report says
	Style      figure.Style
	Letterhead Letterhead
	VerifyURL  string // as in CheckDocument
}

// overlapsTitle is what the report is called; a county's own title is that of checks.
const overlapsTitle = "图层范围重叠分析报告"

type overlapsPDF struct {
	*printout
	OverlapsDocument
}

// OverlapsPDF writes the report as PDF, A4. Equal documents give equal bytes. A
// table that does not close is an Internal error.
func OverlapsPDF(w io.Writer, doc OverlapsDocument) error {
	o := doc.Overlaps
	doc.Letterhead.Title = overlapsTitle
	p, err := begin(filed{id: o.Id, created: o.CreatedAt, schematic: o.Schematic, letterhead: doc.Letterhead, verifyURL: doc.VerifyURL})
	if err != nil {
		return err
	}
	c := &overlapsPDF{p, doc}
	c.chapters([]chapter{
		{"基本信息", c.basics, 0}, {"数据与版本", c.versions, 0}, {"重叠矩阵", c.matrix, 0}, {"重叠层数", c.depths, 0}, {"图层内图斑重叠", c.within, 0},
		{"重叠图形", c.pieces, 0}, {"乡镇分布", c.townships, 0}, mapChapter(c.figure, doc.Picture != nil), {"报告查验", c.verification, codeSize},
	})
	if c.err != nil {
		return fmt.Errorf("report of overlaps %s: %w", o.Id, c.err)
	}
	return c.Write(w)
}

func (c *overlapsPDF) basics() {
	o := c.Overlaps
	c.Table(pdf.Table{Size: tableSize, Columns: []pdf.Column{{Weight: 1.3, Align: pdf.Middle}, {Weight: 4}}, Rows: []pdf.Row{
		pair("所在县（区）", o.County.Name+"（"+o.County.Code+"）"),
		pair("并集面积", unitsText(o.UnionM2)),
		pair("重叠范围面积", unitsText(o.SharedM2)),
		pair("分析时间", o.CreatedAt.In(beijing).Format("2006年01月02日 15:04:05")+"（北京时间）"),
		pair("细碎图斑阈值", fmt.Sprintf("面积小于 %g 平方米，或平均宽度小于 %g 米", o.Tolerance.AreaM2, o.Tolerance.WidthM)),
		pair("结果标识", o.Id),
	}})
	c.Paragraph("重叠范围是两个以上图斑共同覆盖的范围，包括不同图层之间和同一图层之内。面积为 CGCS2000 椭球面积，图层面积为并集面积，相互重叠的图斑不重复计算；为使分项之和等于合计，末位经调整的数字注 *。", pdf.Style{Size: tableSize})
}

func (c *overlapsPDF) versions() {
	titles := map[string]string{}
	for _, l := range c.Overlaps.Layers {
		titles[l.Ref] = l.Title
	}
	t := pdf.Table{Size: tableSize, Columns: []pdf.Column{{Title: "图层", Weight: 1.4}, {Title: "版本", Weight: 1.8}, {Title: "摘要（SHA-256）", Weight: 3}, {Title: "备注", Weight: 0.8, Align: pdf.Middle}}}
	for _, v := range c.Overlaps.Versions {
		title := titles[v.Ref]
		if title == "" {
			title = "乡镇（街道）"
		}
		t.Rows = append(t.Rows, row(title, v.Ref, v.Digest, mark(v.Schematic)))
	}
	c.Table(t)
}

// matrixWidth is how many layers stand beside each other on a page.
const matrixWidth = 6

// matrix is every pair in hectares, in tables as wide as the page.
func (c *overlapsPDF) matrix() {
	all := MatrixOf(c.Overlaps)
	for from := 0; from < len(all); from += matrixWidth {
		to := min(from+matrixWidth, len(all))
		t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "公顷", Weight: 1.4}}}
		for _, l := range c.Overlaps.Layers[from:to] {
			t.Columns = append(t.Columns, pdf.Column{Title: l.Title, Weight: 1, Align: pdf.End})
		}
		for i, l := range c.Overlaps.Layers {
			cells := []string{l.Title}
			for _, m2 := range all[i][from:to] {
				cells = append(cells, area(m2).In(geodata.Hectare, 4))
			}
			t.Rows = append(t.Rows, row(cells...))
		}
		c.Table(t)
	}
	c.Paragraph("对角线为各图层自身的并集面积。", pdf.Style{Size: tableSize})
}

func (c *overlapsPDF) depths() {
	parts := make([]float64, len(c.Overlaps.Depths))
	for i, d := range c.Overlaps.Depths {
		parts[i] = d.AreaM2
	}
	cells, err := balanced(c.Overlaps.UnionM2, parts)
	if err != nil {
		c.fail(fmt.Errorf("depths: %w", err))
		return
	}
	t := pdf.Table{Size: tableSize, Columns: append([]pdf.Column{{Title: "恰被几个图层覆盖", Weight: 2, Align: pdf.Middle}}, areaColumns()...)}
	for i, d := range c.Overlaps.Depths {
		t.Rows = append(t.Rows, row(append([]string{strconv.Itoa(d.K)}, cells[i]...)...))
	}
	t.Rows = append(t.Rows, sumRow("合计（并集）", 1, units(c.Overlaps.UnionM2)...))
	c.Table(t)
}

func (c *overlapsPDF) within() {
	n := 0
	for _, l := range c.Overlaps.Layers {
		if len(l.Pairs) == 0 {
			continue
		}
		n++
		c.Subheading(fmt.Sprintf("（%s）%s　%s：图斑之和 %s 公顷，并集 %s 公顷", chineseNumber(n), l.Title, l.Ref,
			area(l.FeatureSumM2).In(geodata.Hectare, 4), area(l.AreaM2).In(geodata.Hectare, 4)))
		t := pdf.Table{Size: smallSize, Columns: append([]pdf.Column{{Title: "图斑", Weight: 2.4}, {Title: "图斑", Weight: 2.4}}, areaColumns()...)}
		for _, p := range l.Pairs[:min(overlapsShown, len(l.Pairs))] {
			t.Rows = append(t.Rows, row(append([]string{memberName(p.A), memberName(p.B)}, units(p.AreaM2)...)...))
		}
		c.Table(t)
		c.more(len(l.Pairs))
	}
	if n == 0 {
		c.Paragraph("各图层内没有互相重叠的图斑。", pdf.Style{Size: textSize})
	}
}

// more says what a table leaves out.
func (c *overlapsPDF) more(n int) {
	if n > overlapsShown {
		c.Paragraph(fmt.Sprintf("共 %d 项，此处列出最大的 %d 项，其余见 XLSX、CSV。", n, overlapsShown), pdf.Style{Size: tableSize})
	}
}

func (c *overlapsPDF) pieces() {
	o := c.Overlaps
	if len(o.Pieces) == 0 {
		c.Paragraph("没有重叠图形。", pdf.Style{Size: textSize})
		return
	}
	t := pdf.Table{Size: smallSize, Columns: append(append([]pdf.Column{{Title: "序号", Weight: 0.6, Align: pdf.Middle}, {Title: "共同覆盖的图斑", Weight: 4}}, areaColumns()...),
		pdf.Column{Title: "其中细碎 平方米", Weight: 1, Align: pdf.End})}
	for _, p := range o.Pieces[:min(overlapsShown, len(o.Pieces))] {
		cells := append([]string{strconv.Itoa(p.No), MembersOf(p)}, units(p.AreaM2)...)
		t.Rows = append(t.Rows, row(append(cells, area(p.SliverM2).In(geodata.SquareMetre, 2))...))
	}
	c.Table(t)
	c.more(len(o.Pieces))
	if o.Unlisted.Pieces > 0 {
		c.Paragraph(fmt.Sprintf("另有 %d 个未列出的图形，合计 %s 平方米。", o.Unlisted.Pieces, area(o.Unlisted.AreaM2).In(geodata.SquareMetre, 2)), pdf.Style{Size: tableSize})
	}
	if h := o.Hairlines; h != nil && h.Pieces > 0 {
		c.Paragraph(fmt.Sprintf("另有平均宽度不超过 0.2 毫米的重线 %d 条，合计 %s 平方米，是同一界线的两次描绘，不计入任何数字。", h.Pieces, area(h.AreaM2).In(geodata.SquareMetre, 4)), pdf.Style{Size: tableSize})
	}
}

// townships is how the shared ground is distributed: the parts, what lies outside
// and less what is covered twice make its area.
func (c *overlapsPDF) townships() {
	o := c.Overlaps
	if !o.Divided {
		c.Paragraph("没有现行的乡镇图层，未分乡镇。", pdf.Style{Size: textSize})
		return
	}
	parts := make([]float64, 0, len(o.Townships)+2)
	for _, t := range o.Townships {
		parts = append(parts, t.AreaM2)
	}
	cells, err := balanced(o.SharedM2, append(parts, o.OutsideM2, -o.MultiplyCoveredM2))
	if err != nil {
		c.fail(fmt.Errorf("townships: %w", err))
		return
	}
	t := pdf.Table{Size: tableSize, Columns: append([]pdf.Column{{Title: "代码", Weight: 1.2, Align: pdf.Middle}, {Title: "乡镇（街道）", Weight: 2}}, areaColumns()...)}
	for i, p := range o.Townships {
		t.Rows = append(t.Rows, row(append([]string{p.Code, p.Name}, cells[i]...)...))
	}
	n := len(o.Townships)
	t.Rows = append(t.Rows, row(append([]string{"", "乡镇范围以外"}, cells[n]...)...),
		row(append([]string{"", "乡镇重复覆盖（扣减）"}, cells[n+1]...)...),
		sumRow("合计（重叠范围）", 2, units(o.SharedM2)...))
	c.Table(t)
}

func (c *overlapsPDF) figure() {
	if c.Picture == nil {
		c.Paragraph("没有重叠范围，未附图。", pdf.Style{Size: textSize})
		return
	}
	var b bytes.Buffer
	if err := figure.PNG(&b, c.Picture, c.Style); err != nil {
		c.fail(err)
		return
	}
	c.Image(b.Bytes(), proportion)
}
