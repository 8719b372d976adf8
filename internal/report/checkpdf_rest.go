package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report/access"
	"hongxian/internal/report/pdf"
)

// townships is how the site is distributed: the parts, what lies outside and less
// what is covered twice make the site's area.
func (c *checkPDF) townships() {
	parts := make([]float64, 0, len(c.Check.Townships)+2)
	for _, t := range c.Check.Townships {
		parts = append(parts, t.SiteM2)
	}
	parts = append(parts, c.Check.OutsideM2, -c.Check.MultiplyCoveredM2)
	cells, err := balanced(c.Check.Site.AreaM2, parts)
	if err != nil {
		c.fail(fmt.Errorf("townships: %w", err))
		return
	}
	t := pdf.Table{Size: tableSize, Columns: append([]pdf.Column{{Title: "代码", Weight: 1.2, Align: pdf.Middle}, {Title: "乡镇（街道）", Weight: 2}}, areaColumns()...)}
	for i, p := range c.Check.Townships {
		t.Rows = append(t.Rows, row(append([]string{p.Code, p.Name}, cells[i]...)...))
	}
	n := len(c.Check.Townships)
	t.Rows = append(t.Rows, row(append([]string{"", "乡镇范围以外"}, cells[n]...)...),
		row(append([]string{"", "乡镇重复覆盖（扣减）"}, cells[n+1]...)...),
		sumRow("合计（地块面积）", 2, units(c.Check.Site.AreaM2)...))
	c.Table(t)
	c.layersByTownship()
}

// layersByTownship is what each concerned layer covers in each township. A column
// has a sum where the townships make up the layer's overlap.
func (c *checkPDF) layersByTownship() {
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "乡镇（街道）", Weight: 1.3}}}
	rows := make([][]string, len(c.Check.Townships)+1)
	for i, p := range c.Check.Townships {
		rows[i] = []string{p.Name}
	}
	last := len(rows) - 1
	rows[last] = []string{"合计"}
	for _, l := range c.Check.Layers {
		if l.Status != openapi.CheckStatusConcerned || !inAnyTownship(c.Check.Townships, l.Layer) {
			continue
		}
		t.Columns = append(t.Columns, pdf.Column{Title: l.Title + " 平方米", Weight: 1, Align: pdf.End})
		for i, cell := range c.column(l) {
			rows[i] = append(rows[i], cell)
		}
	}
	if len(t.Columns) == 1 {
		return
	}
	for i, cells := range rows {
		t.Rows = append(t.Rows, pdf.Row{Cells: cells, Strong: i == last})
	}
	c.Subheading("涉及图层在各乡镇的重叠面积")
	c.Table(t)
}

// column is a layer's figures in the townships, and their sum.
func (c *checkPDF) column(l openapi.CheckLayer) []string {
	var sum float64
	var parts []geodata.Area
	for _, p := range c.Check.Townships {
		parts = append(parts, area(p.OverlapM2[l.Layer]))
		sum += p.OverlapM2[l.Layer]
	}
	out := make([]string, len(parts)+1)
	for i, p := range parts {
		out[i] = p.In(geodata.SquareMetre, 2)
	}
	out[len(parts)] = dash // part of it lies outside the townships, or townships overlap
	if closes(sum, l.OverlapM2, len(parts)) {
		if cells, err := geodata.Balance(area(l.OverlapM2), parts, geodata.SquareMetre, 2); err == nil {
			for i, cell := range cells {
				out[i] = marked(cell)
			}
			out[len(parts)] = area(l.OverlapM2).In(geodata.SquareMetre, 2)
		}
	}
	return out
}

// rules are what the county's rules find, with what a person must decide.
func (c *checkPDF) rules() {
	if len(c.Check.Verdict.Rules) == 0 {
		c.Paragraph("本次核查没有适用的规则。", pdf.Style{Size: textSize})
		return
	}
	t := pdf.Table{Size: tableSize, Columns: []pdf.Column{{Title: "序号", Weight: 0.5, Align: pdf.Middle}, {Title: "规则", Weight: 5.6}, {Title: "结论", Weight: 1, Align: pdf.Middle}}}
	for i, r := range c.Check.Verdict.Rules {
		t.Rows = append(t.Rows, row(strconv.Itoa(i+1), ruleText(r), outcomeWord(r.Outcome)))
		if rows := access.Rows(r); len(rows) > 0 { // the unit's list follows its finding
			c.Table(t)
			t.Rows = nil
			c.accessList(r, rows)
		}
	}
	if len(t.Rows) > 0 {
		c.Table(t)
	}
	c.Paragraph("注“待核”的条文尚未与原文核对。待定事项由人工判断，系统不作推断；☐ 为未选，☑ 为已选。", pdf.Style{Size: smallSize})
}

// accessList is what the access list asks of a rule's unit, with room for the
// expert.
func (c *checkPDF) accessList(r openapi.CheckRule, rows []access.Row) {
	c.Subheading(printable(access.Title(c.Check, r, percent)))
	t := pdf.Table{Size: tableSize}
	for i, weight := range []float64{1.25, 1.5, 3.5, 1.5, 1.15} {
		t.Columns = append(t.Columns, pdf.Column{Title: access.Titles[i], Weight: weight})
	}
	for _, q := range rows {
		t.Rows = append(t.Rows, row(q.Level, q.Group, q.Text, "", ""))
	}
	t.Rows = append(t.Rows, sumRow(access.Conclusion, len(t.Columns)-1, access.Answer(r)))
	c.Table(t)
}

// ruleText is a rule's basis, text and question.
func ruleText(r openapi.CheckRule) string {
	lines := []string{"依据：" + r.Basis + unverified(r.Verified), "要求：" + r.Text}
	if q := r.Question; q != nil {
		open := "（待定）"
		if q.Answer != nil {
			open = "（已选）"
		}
		lines = append(lines, "待定事项"+open+"："+q.Ask)
		for _, o := range q.Options {
			box := "☐ "
			if q.Answer != nil && *q.Answer == o.Value {
				box = "☑ "
			}
			lines = append(lines, box+o.Label+unverified(o.Verified))
		}
	}
	return strings.Join(lines, "\n")
}

func unverified(verified bool) string {
	if verified {
		return ""
	}
	return "【待核】"
}

// sentences are for approval documents, with blanks to sign.
func (c *checkPDF) sentences() {
	for i, s := range c.Check.Verdict.Sentences {
		c.Paragraph(fmt.Sprintf("%d. %s", i+1, printable(s)), pdf.Style{Size: textSize})
	}
	if len(c.Check.Verdict.Sentences) == 0 {
		c.Paragraph("本次核查没有生成结论用语。", pdf.Style{Size: textSize})
	}
	c.Space(2 * pdf.MM)
	c.Table(pdf.Table{Size: 11, Columns: []pdf.Column{{Weight: 1, Align: pdf.Middle}, {Weight: 2}, {Weight: 1, Align: pdf.Middle}, {Weight: 2}, {Weight: 1, Align: pdf.Middle}, {Weight: 2.6, Align: pdf.End}},
		Rows: []pdf.Row{row("经办", "", "审核", "", "日期", "　　年　　月　　日")}})
}

// Limits of the list of coordinates.
const (
	pointsPerRow = 3
	mostPoints   = 3000 // a parcel; more are a table of their own
)

// coordinates are the site's boundary points (界址点) in the Gauss-Krüger plane,
// numbered through all rings; each ring ends with its first point.
func (c *checkPDF) coordinates() {
	if c.Picture == nil {
		c.Paragraph("本报告未附坐标。", pdf.Style{Size: textSize})
		return
	}
	points := 0
	for _, p := range c.Picture.Site {
		for _, ring := range p {
			points += max(0, len(ring)-1)
		}
	}
	plane := fmt.Sprintf("高斯-克吕格平面坐标 %s（EPSG:%d），单位米；X 向北，Y 向东。", c.Plane, c.Picture.SRID)
	if points > mostPoints {
		c.Paragraph(fmt.Sprintf("地块有 %d 个界址点，超过 %d 个，不在此列出；坐标见同一查询编号的界址点文件（TXT）和表格（XLSX）。%s", points, mostPoints, plane), pdf.Style{Size: textSize})
		return
	}
	c.Paragraph(fmt.Sprintf("共 %d 个界址点，按行自左至右排列，各圈首尾点相同。%s", points, plane), pdf.Style{Size: tableSize})
	number := 0
	for _, line := range c.Picture.Axis {
		c.Subheading("中心线")
		c.points(line, "Z", number, false)
		number += len(line)
	}
	number = 0
	for i, polygon := range c.Picture.Site {
		for j, ring := range polygon {
			c.Subheading(ringTitle(i, j, len(c.Picture.Site)))
			c.points(orb.LineString(ring), "J", number, true)
			number += max(0, len(ring)-1)
		}
	}
}

func ringTitle(part, ring, parts int) string {
	title := "外圈"
	if ring > 0 {
		title = fmt.Sprintf("内圈 %d（扣除）", ring)
	}
	if parts > 1 {
		title = fmt.Sprintf("第 %d 部分　%s", part+1, title)
	}
	return title
}

// points is the table of a line's points, whose numbers follow one. The last point
// of a closed line has the number of its first.
func (c *checkPDF) points(line orb.LineString, letter string, number int, closed bool) {
	t := pdf.Table{Size: smallSize}
	for range pointsPerRow {
		t.Columns = append(t.Columns, pdf.Column{Title: "点号", Weight: 0.6, Align: pdf.Middle},
			pdf.Column{Title: "X（北）", Weight: 1.1, Align: pdf.End}, pdf.Column{Title: "Y（东）", Weight: 1.1, Align: pdf.End})
	}
	var cells []string
	for i, p := range line {
		at := i
		if closed && i == len(line)-1 {
			at = 0
		}
		cells = append(cells, letter+strconv.Itoa(number+at+1), strconv.FormatFloat(p[1], 'f', 3, 64), strconv.FormatFloat(p[0], 'f', 3, 64))
		if i == len(line)-1 {
			cells = append(cells, make([]string, 3*pointsPerRow-len(cells))...)
		}
		if len(cells) == 3*pointsPerRow {
			t.Rows = append(t.Rows, row(cells...))
			cells = nil
		}
	}
	c.Table(t)
}
