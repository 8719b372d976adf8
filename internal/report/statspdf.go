package report

import (
	"fmt"
	"io"
	"strconv"

	"hongxian/internal/openapi"
	"hongxian/internal/report/font"
	"hongxian/internal/report/pdf"
	"hongxian/internal/report/stats"
)

// StatsDocument (乡镇统计表) is what a printed table is made from.
type StatsDocument struct {
	Stats      openapi.Stats
	Letterhead Letterhead
	VerifyURL  string      // where a code is verified, the code is put behind it; empty: the QR code holds the code alone
	Fonts      *font.Chain // nil stands for font.Standard
}

// statsPDF is a table being laid out.
type statsPDF struct {
	*pdf.Document
	StatsDocument
	code string
}

// columnsOfAPage is how many of the table's columns go side by side on a landscape
// page, each with its shares and count.
const columnsOfAPage = 4

// StatsPDF writes a township table as PDF: A4 landscape, as many columns side by
// side as can be read, the townships' names repeated. Equal documents give equal
// bytes. It fails when a printed column does not add up.
func StatsPDF(w io.Writer, doc StatsDocument) error {
	s := doc.Stats
	if err := stats.Closes(s); err != nil {
		return fmt.Errorf("township table %s as PDF: %w", s.Id, err)
	}
	if doc.Fonts == nil {
		fonts, err := font.Standard()
		if err != nil {
			return err
		}
		doc.Fonts = fonts
	}
	p := &statsPDF{StatsDocument: doc, code: Code(s.Id)}
	title := stats.Heading(s)
	meta := pdf.Meta{Title: title, Subject: idProperty + ":" + s.Id, Number: p.code, Created: s.CreatedAt, Landscape: true}
	if s.Schematic {
		meta.Mark, meta.Stamp = schematicMark, "示意数据"
	}
	p.Document = pdf.New(doc.Fonts, meta)
	p.head(title)
	if s.Plan {
		p.figures()
		p.Heading("各乡镇", 0)
	}
	for from := 0; from == 0 || from < len(s.Columns); from += columnsOfAPage {
		p.block(from, min(from+columnsOfAPage, len(s.Columns)))
	}
	if !s.Plan {
		p.figures()
	}
	p.notes()
	return p.Write(w)
}

func (p *statsPDF) head(title string) {
	s := p.Stats
	p.Beside(p.VerifyURL+p.code, codeSize, func() {
		p.Paragraph(fmt.Sprintf("密级：%s　　　　审图号：%s", blank(p.Letterhead.Secrecy), blank(p.Letterhead.MapNumber)), pdf.Style{Size: textSize})
		p.Paragraph(blank(p.Letterhead.Bureau), pdf.Style{Size: 13, Colour: pdf.Red})
		p.Paragraph(title, pdf.Style{Size: 20})
		p.Paragraph(fmt.Sprintf("单位：%s　　统计日期：%s　　乡镇版本：%s　　查询编号：%s", stats.UnitName(s), s.CreatedAt.In(beijing).Format("2006年01月02日"), s.Townships, p.code), pdf.Style{Size: textSize})
	})
	p.Rule(pdf.Red)
	if s.Schematic {
		p.Paragraph(schematicMark+"。本表只用于演示，不得作为审批依据。", pdf.Style{Size: textSize, Colour: pdf.Red, Align: pdf.Middle})
	}
}

// block is the columns from…to with all rows.
func (p *statsPDF) block(from, to int) {
	s := p.Stats
	unit := "（" + stats.UnitName(s) + "）"
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "代码", Weight: 1.3}, {Title: "名称", Weight: 1.5}, {Title: "面积" + unit, Weight: 1.5, Align: pdf.End}}}
	if s.Adjusted {
		t.Columns = append(t.Columns, pdf.Column{Title: "控制面积" + unit, Weight: 1.5, Align: pdf.End})
	}
	for i := from; i < to; i++ {
		title := stats.Title(s.Columns[i])
		t.Columns = append(t.Columns, pdf.Column{Title: title + unit, Weight: 1.5, Align: pdf.End}, pdf.Column{Title: "占乡镇 %", Weight: 0.8, Align: pdf.End},
			pdf.Column{Title: "占图层 %", Weight: 0.8, Align: pdf.End}, pdf.Column{Title: "图斑数", Weight: 0.7, Align: pdf.End})
	}
	for _, l := range stats.Lines(s) {
		r := pdf.Row{Strong: l.Sum, Cells: []string{l.Code, l.Label, starred(l.AreaPrinted)}}
		if s.Adjusted {
			r.Cells = append(r.Cells, stats.Control(s, l))
		}
		for i := from; i < to; i++ {
			count := "–"
			if l.Counts[i] != nil {
				count = strconv.Itoa(*l.Counts[i])
			}
			r.Cells = append(r.Cells, starred(l.Printed[i]), stats.Percent(l.Shares[i]), stats.Percent(l.LayerShares[i]), count)
		}
		t.Rows = append(t.Rows, r)
	}
	p.Table(t)
}

func starred(c openapi.StatsCell) string {
	if c.Balanced {
		return c.Text + "*"
	}
	return c.Text
}

func (p *statsPDF) figures() {
	if len(p.Stats.Figures) == 0 {
		return
	}
	p.Heading("公布数据对照", 0)
	t := pdf.Table{Size: tableSize, Columns: []pdf.Column{{Title: "数据", Weight: 2}, {Title: "单位", Weight: 1, Align: pdf.Middle}, {Title: "公布", Weight: 1, Align: pdf.End},
		{Title: "计算", Weight: 1.2, Align: pdf.End}, {Title: "差（计算－公布）", Weight: 1.2, Align: pdf.End}, {Title: "状态", Weight: 0.8, Align: pdf.Middle}, {Title: "目标", Weight: 1.6}, {Title: "来源", Weight: 3}}}
	for _, f := range p.Stats.Figures {
		t.Rows = append(t.Rows, row(f.Name, stats.FigureUnit(f.Unit), stats.FigurePublished(f), text(f.Computed), text(f.Difference), stats.FigureStatus(f), text(f.Target), stats.FigureSource(f)))
	}
	p.Table(t)
}

func (p *statsPDF) notes() {
	p.Heading("数据与说明", 0)
	t := pdf.Table{Size: tableSize, Columns: []pdf.Column{{Title: "图层", Weight: 1.4}, {Title: "版本", Weight: 1.8}, {Title: "摘要（SHA-256）", Weight: 3.4}, {Title: "备注", Weight: 0.8, Align: pdf.Middle}}}
	for _, v := range p.Stats.Versions {
		t.Rows = append(t.Rows, row(v.Title, v.Ref, v.Digest, mark(v.Schematic)))
	}
	p.Table(t)
	for i, n := range stats.Notes(p.Stats) {
		p.Paragraph(fmt.Sprintf("%d. %s", i+1, n), pdf.Style{Size: tableSize})
	}
}
