package report

import (
	"bytes"
	"fmt"
	"io"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/report/figure"
	"hongxian/internal/report/font"
	"hongxian/internal/report/pdf"
)

// CheckDocument (核查报告) is what a printed report of one check is made from.
type CheckDocument struct {
	Check      openapi.Check
	Parcels    []openapi.Check  // where Check is the whole of several: the single ones
	Picture    *overlap.Picture // map and coordinates; nil when they are not to be had, which the report says
	Colours    map[geodata.LayerKey]figure.Colour
	Letterhead Letterhead
	Plane      string      // name of the county's Gauss-Krüger plane
	VerifyURL  string      // where a code is verified, the code is put behind it; empty: the QR code holds the code alone
	Fonts      *font.Chain // nil stands for font.Standard
}

// checkPDF is a report being laid out.
type checkPDF struct {
	*printout
	CheckDocument
}

// CheckPDF writes the report of a check as PDF: A4, Chinese, in the order that
// domain practice has (基本信息 … 附坐标), every figure derived from the decimals
// of the kept answer. Equal documents give equal bytes: all dates are the
// check's. Errors: font-missing (*geodata.Error), or an Internal one when a
// table of the check does not close.
func CheckPDF(w io.Writer, doc CheckDocument) error {
	if doc.Letterhead.Title == "" {
		doc.Letterhead.Title = "国土空间规划重叠核查报告"
	}
	p, err := begin(filed{id: doc.Check.Id, created: doc.Check.CreatedAt, schematic: doc.Check.Schematic,
		letterhead: doc.Letterhead, verifyURL: doc.VerifyURL, fonts: doc.Fonts})
	if err != nil {
		return err
	}
	doc.Fonts = p.fonts
	c := &checkPDF{p, doc}
	c.chapters([]chapter{
		{"基本信息", c.basics, 0}, {"数据与版本", c.versions, 0}, {"坐标系与面积口径", c.measure, 0},
		{"总表", c.summary, 0}, {"分图层明细", c.layers, 0}, {"组合", c.combinations, 0}, {"乡镇分布", c.townships, 0},
		{"细碎图斑说明", c.slivers, 0}, {"规则与待定事项", c.rules, 0}, {"结论用语", c.sentences, 0},
		mapChapter(c.figure, doc.Picture != nil), {"附坐标", c.coordinates, 0}, {"报告查验", c.verification, codeSize},
	})
	if c.err != nil {
		return fmt.Errorf("report of check %s: %w", doc.Check.Id, c.err)
	}
	return c.Write(w)
}

// basics say what was checked and what came of it.
func (c *checkPDF) basics() {
	s := c.Check.Site
	rows := []pdf.Row{
		pair("项目名称", s.Name),
		pair("核查结论", outcomeWord(c.Check.Verdict.Outcome)),
		pair("所在县（区）", c.Check.County.Name+"（"+c.Check.County.Code+"）"),
		pair("地块面积（椭球面积）", unitsText(s.AreaM2)),
		pair("高斯平面面积（供比对）", unitsText(s.PlaneAreaM2)),
		pair("县域外面积", unitsText(s.OutsideCountyM2)),
		pair("地块形式", c.form()),
		pair("来件坐标系", s.Crs),
		pair("核查时间", c.Check.CreatedAt.In(beijing).Format("2006年01月02日 15:04:05")+"（北京时间）"),
		pair("查询编号", c.code),
		pair("核查标识", c.Check.Id),
		pair("地块摘要（SHA-256）", s.Digest),
	}
	for _, f := range s.Findings {
		rows = append(rows, pair("读取说明", f))
	}
	c.Table(pdf.Table{Size: tableSize, Columns: []pdf.Column{{Weight: 1.3, Align: pdf.Middle}, {Weight: 4}}, Rows: rows})
}

func (c *checkPDF) form() string {
	s := c.Check.Site
	switch s.Form {
	case openapi.CheckSiteFormCorridor:
		return fmt.Sprintf("线路加宽度：宽 %s 米，中心线长 %s 米（高斯平面）", number(s.BufferM, 3), number(s.LengthM, 3))
	case openapi.CheckSiteFormCircle:
		return fmt.Sprintf("点加半径：半径 %s 米", number(s.BufferM, 3))
	}
	return "面"
}

// versions name what the answer was computed from.
func (c *checkPDF) versions() {
	titles := map[string]string{}
	for _, l := range c.Check.Layers {
		titles[text(l.Ref)] = l.Title
	}
	t := pdf.Table{Size: tableSize, Columns: []pdf.Column{{Title: "图层", Weight: 1.4}, {Title: "版本", Weight: 1.8}, {Title: "摘要（SHA-256）", Weight: 3}, {Title: "备注", Weight: 0.8, Align: pdf.Middle}}}
	for _, v := range c.Check.Versions {
		title := titles[v.Ref]
		if ref, err := geodata.ParseVersionRef(v.Ref); title == "" && err == nil && ref.Layer == geodata.Township {
			title = "乡镇（街道）"
		}
		t.Rows = append(t.Rows, row(title, v.Ref, v.Digest, mark(v.Schematic)))
	}
	c.Table(t)
	c.Paragraph("各图层取列明的版本；版本生效后不再改动，摘要由全部图斑算出，可据以复核。", pdf.Style{Size: tableSize})
}

// measure says what the figures are. The numbers are those of the measuring rule
// and its comparison with official software.
func (c *checkPDF) measure() {
	plane := c.Plane
	if c.Picture != nil {
		plane += fmt.Sprintf("（EPSG:%d）", c.Picture.SRID)
	}
	texts := []string{
		"本报告面积除注明外均为 CGCS2000 椭球面积，按土地调查图斑椭球面积规则计算：界线在高斯-克吕格平面 " + plane + " 内为直线，长于 70 m 的边加密至不超过 70 m 后计算。与官方软件的结果每平方公里可能相差不超过 0.02 平方米。",
		"高斯平面面积由同一平面坐标直接算得，只供与平面面积比对，不参与其他计算。",
		"“涉及”指重叠面积合计大于 0.01 平方米；边界相接不算重叠。“未核查”不等于“不涉及”。图层重叠面积为并集面积，相互重叠的图斑不重复计算。",
		"数字由 0.0001 平方米的十进制数四舍五入而得；1 公顷 = 10000 平方米，1 亩 = 2000/3 平方米。为使分项之和等于合计，末位经调整的数字注 *。",
	}
	if c.Check.Site.Form != openapi.CheckSiteFormPolygon {
		texts = append(texts, "缓冲范围在高斯-克吕格平面内生成，每四分之一圆弧以 64 段折线逼近（quad_segs = 64）。")
	}
	for i, s := range texts {
		c.Paragraph(fmt.Sprintf("%d. %s", i+1, s), pdf.Style{Size: textSize})
	}
}

// figure is the map.
func (c *checkPDF) figure() {
	if c.Picture == nil {
		c.Paragraph("本报告未附图。", pdf.Style{Size: textSize})
		return
	}
	var b bytes.Buffer
	if err := figure.PNG(&b, c.Picture, c.FigureStyle(figure.Print)); err != nil {
		c.fail(err)
		return
	}
	c.Image(b.Bytes(), proportion)
}

// FigureStyle is how the report's map is drawn at a resolution, for other formats.
func (d CheckDocument) FigureStyle(dpi float64) figure.Style {
	return figure.Style{Colours: d.Colours, Plane: d.Plane, Schematic: d.Check.Schematic, DPI: dpi, Fonts: d.Fonts}
}
