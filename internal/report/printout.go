package report

import (
	"fmt"
	"time"

	"hongxian/internal/report/figure"
	"hongxian/internal/report/font"
	"hongxian/internal/report/pdf"
)

// Letterhead (文头) is what a county's reports are headed with. Empty fields are
// left blank in print, to be filled in by hand.
type Letterhead struct {
	Bureau    string // 单位名称
	Title     string // 报告名称
	Secrecy   string // 密级
	MapNumber string // 审图号
}

// Sizes of text, points.
const (
	textSize  = 10
	tableSize = 8.5
	smallSize = 7.5
)

// codeSize is the edge of a printed QR code.
const codeSize = 27 * pdf.MM

// proportion is the map's height by its width.
const proportion = float64(figure.HeightMM) / figure.WidthMM

// schematicMark stands on every page of a report that schematic data took part in.
const schematicMark = "【示意数据】非真实界线，无法律效力"

// beijing is the time reports are dated in. China has had no other since 1949,
// apart from summer times that ended in 1991.
var beijing = time.FixedZone("北京时间", 8*60*60)

// filed (存档信息) is what a printed report has of the answer that is kept.
type filed struct {
	id         string
	created    time.Time
	schematic  bool
	letterhead Letterhead  // its title is the report's
	verifyURL  string      // where a code is verified, the code is put behind it; empty: the QR code holds the code alone
	fonts      *font.Chain // nil stands for font.Standard
}

// printout (印制报告) is a report being laid out: what reports of every kind have.
type printout struct {
	*pdf.Document
	filed
	code string
	err  error
}

// begin opens a report and heads it.
func begin(f filed) (*printout, error) {
	if f.fonts == nil {
		fonts, err := font.Standard()
		if err != nil {
			return nil, err
		}
		f.fonts = fonts
	}
	p := &printout{filed: f, code: Code(f.id)}
	meta := pdf.Meta{Title: f.letterhead.Title, Subject: idProperty + ":" + f.id, Number: p.code, Created: f.created}
	if f.schematic {
		meta.Mark, meta.Stamp = schematicMark, "示意数据"
	}
	p.Document = pdf.New(f.fonts, meta)
	p.head()
	return p, nil
}

// head is the letterhead, with the code to verify the report by.
func (p *printout) head() {
	l := p.letterhead
	p.Beside(p.link(), codeSize, func() {
		p.Paragraph(fmt.Sprintf("密级：%s　　　　审图号：%s", blank(l.Secrecy), blank(l.MapNumber)), pdf.Style{Size: textSize})
		p.Paragraph(blank(l.Bureau), pdf.Style{Size: 13, Colour: pdf.Red})
		p.Paragraph(l.Title, pdf.Style{Size: 20})
		p.Paragraph("查询编号："+p.code, pdf.Style{Size: textSize})
	})
	p.Rule(pdf.Red)
	if p.schematic {
		p.Paragraph(schematicMark+"。本报告只用于演示，不得作为审批依据。", pdf.Style{Size: textSize, Colour: pdf.Red, Align: pdf.Middle})
	}
}

// link is what the QR code holds.
func (p *printout) link() string { return p.verifyURL + p.code }

// fail keeps the first error, to be told when the report is written.
func (p *printout) fail(err error) {
	if p.err == nil && err != nil {
		p.err = err
	}
}

// chapter (章节) is a numbered part of a report.
type chapter struct {
	title string
	write func()
	needs float64 // height that must not part from the heading
}

// mapChapter is the section of the map, if there is one.
func mapChapter(write func(), drawn bool) chapter {
	s := chapter{"附图", write, 0}
	if drawn {
		s.needs = pdf.Width * proportion
	}
	return s
}

func (p *printout) chapters(list []chapter) {
	for i, s := range list {
		p.Heading(chineseNumber(i+1)+"、"+s.title, s.needs)
		s.write()
	}
}

// verification says how to find out whether a printed report is what was answered.
func (p *printout) verification() {
	p.Beside(p.link(), codeSize, func() {
		p.Paragraph("查验码："+p.code, pdf.Style{Size: 12})
		if p.verifyURL != "" {
			p.Paragraph("扫描二维码或访问："+p.link(), pdf.Style{Size: textSize})
		}
		p.Paragraph("在核查系统中输入查验码，或运行 hongxian verify，可核对本报告与系统留存的核查结果是否一致。", pdf.Style{Size: textSize})
	})
}
