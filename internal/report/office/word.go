package office

import (
	"fmt"
	"io"
	"strconv"

	"hongxian/internal/openapi"
	"hongxian/internal/report/docx"
)

// CheckDOCX writes a kept check as an editable Word document, in the order
// 基本信息, 数据与版本, 坐标系与面积口径, 总表, 分图层明细, 叠加组合, 乡镇分布, 细碎图斑,
// 规则与待定事项, 结论用语, 附图, 附坐标. Equal papers give equal bytes. It fails when a
// table does not add up or the figure is no PNG.
func CheckDOCX(w io.Writer, p Paper) error {
	d := docx.New(docx.Settings{Title: title, Author: p.Letterhead, Created: p.Check.CreatedAt, Header: p.header(), Footer: p.footer(),
		Properties: []docx.Property{{Name: checkIDProperty, Value: p.Check.Id}, {Name: "hongxian-code", Value: p.Code}}})
	c := &chapters{Document: d}
	if err := p.front(c); err != nil {
		return fmt.Errorf("check %s as a document: %w", p.Check.Id, err)
	}
	if err := p.findings(c); err != nil {
		return fmt.Errorf("check %s as a document: %w", p.Check.Id, err)
	}
	p.conclusions(c)
	if err := p.appendices(c); err != nil {
		return fmt.Errorf("check %s as a document: %w", p.Check.Id, err)
	}
	return d.Write(w)
}

// footer is printed before the page number.
func (p Paper) footer() string {
	out := "查询编号 " + p.number()
	if p.Code != "" && p.Code != p.number() {
		out += "  查验码 " + p.Code
	}
	return out
}

// chapters counts a document's headings in Chinese: 一、二、…
type chapters struct {
	*docx.Document
	n int
}

var ordinals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"}

func (c *chapters) begin(heading string, style ...docx.Style) {
	c.Text(append(style, docx.Heading)[0], ordinals[c.n]+"、"+heading)
	c.n++
}

// table appends a table with its notes, or a sentence when it has no rows.
func (c *chapters) table(t table, empty string) {
	if len(t.rows) == 0 {
		c.Text(docx.Body, empty)
		return
	}
	c.Table(t.word())
	if t.adjusted() {
		c.Text(docx.Note, adjustedNote)
	}
	for _, n := range t.notes {
		c.Text(docx.Note, n)
	}
}

// front is the head of the document: what, about what, from what.
func (p Paper) front(c *chapters) error {
	c.Table(docx.Table{Plain: true, Columns: []docx.Column{{Width: 18}, {Width: 60}, {Width: 18}, {Width: 60}},
		Rows: [][]string{{"密级", orBlank(p.Secrecy), "审图号", orBlank(p.MapApproval)}}})
	if p.Letterhead != "" {
		c.Text(docx.Centred, p.Letterhead)
	}
	c.Text(docx.Title, title)
	if p.Check.Schematic {
		c.Text(docx.Warning, schematicLine)
	}
	c.begin("基本信息")
	facts := docx.Table{Plain: true, Columns: []docx.Column{{Width: 42}, {Width: 114}}}
	for _, f := range p.facts() {
		facts.Rows = append(facts.Rows, []string{f[0], f[1]})
	}
	c.Table(facts)
	if len(p.QR) > 0 {
		if err := c.Picture(p.QR, 25, 25, "查验二维码："+p.Code); err != nil {
			return err
		}
	}
	if len(p.Parcels) > 0 {
		c.Text(docx.Sub, "各地块")
		c.table(p.parcelTable(), "")
	}
	c.begin("数据与版本")
	c.table(p.versionTable(), "没有可用的数据版本。")
	c.begin("坐标系与面积口径")
	for i, s := range p.measure() {
		c.Text(docx.Body, strconv.Itoa(i+1)+". "+s)
	}
	return nil
}

// findings is what the check found, table by table.
func (p Paper) findings(c *chapters) error {
	c.begin("总表")
	c.table(p.summary(), "没有参与核查的图层。")
	c.begin("分图层明细")
	for _, l := range concerned(p.Check) {
		t, err := featureTable(l)
		if err != nil {
			return err
		}
		c.Text(docx.Sub, l.Title)
		c.table(t, "")
	}
	if len(concerned(p.Check)) == 0 {
		c.Text(docx.Body, "没有涉及的图层。")
	}
	if t := p.crossingTable(); len(t.rows) > 0 {
		c.Text(docx.Sub, "线路穿越")
		c.table(t, "")
	}
	c.begin("叠加组合")
	if p.Check.Combinations == nil {
		c.Text(docx.Body, "本次核查未计算叠加组合。")
	} else {
		c.table(p.combinationTable(), "没有设定叠加组合。")
	}
	t, err := p.townshipTable()
	if err != nil {
		return err
	}
	c.begin("乡镇分布")
	for _, part := range onPaper(t) {
		c.table(part, "")
	}
	c.begin("细碎图斑说明")
	c.Text(docx.Body, fmt.Sprintf("连通部分面积小于 %s 平方米，或平均宽度小于 %s 米的，列为细碎图斑；细碎图斑仍计入重叠面积，不作剔除。",
		plainNumber(p.Check.Tolerance.AreaM2), plainNumber(p.Check.Tolerance.WidthM)))
	c.table(p.sliverTable(), "本次核查没有细碎图斑。")
	return nil
}

// conclusions are the rules, what a person has to decide, and the sentences.
func (p Paper) conclusions(c *chapters) {
	c.begin("规则与待定事项")
	c.table(p.ruleTable(), "没有适用的规则，或本县配置未设规则。")
	for _, l := range p.unitLists() {
		c.Text(docx.Sub, l.title)
		c.table(l.table, "")
	}
	for i, q := range p.questions() {
		c.Text(docx.Sub, fmt.Sprintf("待定事项 %d：%s", i+1, q.Ask))
		for _, o := range q.Options {
			c.Text(docx.Plain, option(q, o))
		}
		c.Text(docx.Note, state(q))
	}
	c.begin("结论用语")
	c.Text(docx.Body, "核查结论："+outcomes[p.Check.Verdict.Outcome]+"。")
	for _, s := range p.Check.Verdict.Sentences {
		c.Text(docx.Body, s)
	}
	if open := p.openQuestions(); open != "" {
		c.Text(docx.Body, "下列事项尚待经办人选定，选定前结论用语不完整："+open)
	}
	c.Space()
	c.Text(docx.Plain, "经办：____________　审核：____________　日期：______年___月___日")
}

// tooMany is how many boundary points a Word document lists at most; the workbook
// and the TXT hold them all.
const tooMany = 1500

func (p Paper) appendices(c *chapters) error {
	c.begin("附图", docx.Appendix)
	if len(p.Figure) == 0 {
		c.Text(docx.Body, "本次输出未附图。")
	} else {
		alternative := "位置与重叠示意图：" + p.Check.Site.Name
		if p.Check.Schematic {
			alternative += "（示意数据）"
		}
		if err := c.Picture(p.Figure, docx.TextWidth, 200, alternative); err != nil {
			return err
		}
		c.Text(docx.Centred, "附图　"+p.Check.Site.Name+" 位置与重叠图　　审图号："+orBlank(p.MapApproval))
	}
	c.begin("附坐标")
	outlines, notes := p.outlines()
	listed := 0
	for _, o := range outlines {
		if listed+len(o.points) > tooMany {
			notes = append(notes, fmt.Sprintf("界址点超过 %d 个，本附表未全部列出；全部坐标见 XLSX 或 TXT。", tooMany))
			break
		}
		listed += len(o.points)
		t := table{columns: []column{{"点号", words, 30}, {"圈号", count, 20}, {"X 坐标（米）", metres, 53}, {"Y 坐标（米）", metres, 53}}}
		for _, pt := range o.points {
			t.add(word(pt.Number), whole(pt.Ring), metre(pt.X), metre(pt.Y))
		}
		c.Text(docx.Sub, o.title)
		c.table(t, "")
	}
	for _, n := range notes {
		c.Text(docx.Note, n)
	}
	return nil
}

// parcelTable is a line for each parcel of a file.
func (p Paper) parcelTable() table {
	t := table{columns: []column{{"序号", count, 12}, {"地块", words, 46}, {"面积（平方米）", squareMetres, 26}, {"涉及", words, 34}, {"结论", words, 20}, {"核查编号", words, 18}}}
	for i, c := range p.Parcels {
		t.add(whole(i+1), word(c.Site.Name), area(squareMetres, c.Site.AreaM2), word(titles(concerned(c))), word(outcomes[c.Verdict.Outcome]),
			word(c.Id[:min(12, len(c.Id))]))
	}
	t.notes = []string{"各地块可互相重叠，其和可大于合并后的面积。"}
	return t
}

func titles(layers []openapi.CheckLayer) string {
	out := ""
	for i, l := range layers {
		if i > 0 {
			out += "、"
		}
		out += l.Title
	}
	if out == "" {
		return "–"
	}
	return out
}
