// Package pdf lays out reports on A4 pages: headings, paragraphs, tables and
// pictures that flow down the page, with a head and a foot on each. Text is
// broken by the Unicode line breaking algorithm (UAX #14), so that no line begins
// with a full stop; what does not fit is broken or moves on, and never runs over
// a border. Equal documents give equal bytes.
//
// Characters beyond U+FFFF (extension B) are drawn right, but a reader cannot copy
// or search them: the encoder cannot write their Unicode values.
//
// Lengths are PDF points (1/72 inch) from the top left corner, unless a name
// says millimetres.
package pdf

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/signintech/gopdf"

	"hongxian/internal/report/font"
)

// MM is a millimetre in points.
const MM = 72 / 25.4

// The page: A4 with margins as official documents have them.
const (
	shortEdge, longEdge = 210 * MM, 297 * MM
	left, top           = 18 * MM, 22 * MM // margins; the right one is as wide as the left
	below               = 20 * MM          // the margin at the foot
	// Width is the width of the text on an upright page.
	Width = shortEdge - 2*left
)

// Meta is what a document says of itself: in its properties, and on every page.
type Meta struct {
	Title     string    // of the document's properties, and the head of every page
	Subject   string    // property
	Number    string    // 查询编号, at the right of every head
	Mark      string    // a warning on every page, for example 示意数据; empty for none
	Landscape bool      // pages lie on their side, for wide tables
	Stamp     string    // large and pale across every page; empty for none
	Created   time.Time // property; nothing else depends on the time
}

// Document (文档) is a report being laid out. Methods remember the first error,
// which Write gives back.
type Document struct {
	gp                    *gopdf.GoPdf
	fonts                 *font.Chain
	meta                  Meta
	added                 map[int]bool // fonts of the chain that the document has
	pageWidth, pageHeight float64
	pages                 int
	y                     float64 // where the next block begins
	fresh                 bool    // nothing stands on the page yet
	taken                 float64 // width at the right that paragraphs leave free
	err                   error
}

// New starts a document on its first page.
func New(fonts *font.Chain, meta Meta) *Document {
	d := &Document{gp: &gopdf.GoPdf{}, fonts: fonts, meta: meta, added: map[int]bool{}, pageWidth: shortEdge, pageHeight: longEdge}
	if meta.Landscape {
		d.pageWidth, d.pageHeight = longEdge, shortEdge
	}
	d.gp.Start(gopdf.Config{PageSize: gopdf.Rect{W: d.pageWidth, H: d.pageHeight}})
	d.gp.SetInfo(gopdf.PdfInfo{Title: meta.Title, Subject: meta.Subject, Creator: "hongxian", Producer: "hongxian", CreationDate: meta.Created.UTC()})
	d.NewPage()
	return d
}

// NewPage goes on to the next page.
func (d *Document) NewPage() {
	d.gp.AddPage()
	d.pages++
	d.y, d.fresh = top, true
	if d.meta.Stamp != "" {
		d.stamp()
	}
}

// stamp writes the pale text across the page, below everything else.
func (d *Document) stamp() {
	const size = 84
	x, y := d.pageWidth/2, d.pageHeight/2
	d.gp.Rotate(40, x, y)
	d.draw(d.meta.Stamp, x-d.width(d.meta.Stamp, size)/2, y+size/3, Style{Size: size, Colour: Pale})
	d.gp.RotateReset()
}

// right is where the text ends, bottom the foot of the page's text.
func (d *Document) right() float64 { return d.pageWidth - left }

func (d *Document) bottom() float64 { return d.pageHeight - below }

// TextWidth is the width of the text on the document's pages.
func (d *Document) TextWidth() float64 { return d.right() - left }

// Need goes on to the next page unless a block of this height fits on this one.
func (d *Document) Need(height float64) {
	if d.y+height > d.bottom() && !d.fresh {
		d.NewPage()
	}
}

// Space leaves a gap, but not at the top of a page.
func (d *Document) Space(height float64) {
	if !d.fresh {
		d.y += height
	}
}

// Left is the height that is left on the page.
func (d *Document) Left() float64 { return d.bottom() - d.y }

// advance moves down past a block that was drawn.
func (d *Document) advance(height float64) {
	d.y += height
	d.fresh = false
}

// fail remembers the first error.
func (d *Document) fail(err error) {
	if d.err == nil && err != nil {
		d.err = err
	}
}

// Write puts heads and feet on the pages, which only now are counted, and writes
// the file.
func (d *Document) Write(w io.Writer) error {
	for page := 1; page <= d.pages; page++ {
		d.fail(d.gp.SetPage(page))
		d.frame(page)
	}
	if d.err != nil {
		return fmt.Errorf("lay out PDF: %w", d.err)
	}
	if _, err := d.gp.WriteTo(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// frame draws a page's head and foot.
func (d *Document) frame(page int) {
	small := Style{Size: 8.5, Colour: Grey}
	head, foot := top-5*MM, d.bottom()+7*MM
	d.draw(d.meta.Title, left, head, small)
	number := "查询编号 " + d.meta.Number
	d.draw(number, d.right()-d.width(number, small.Size), head, small)
	d.rule(head+2*MM, 0.5, Grey)
	count := fmt.Sprintf("第 %d 页 共 %d 页", page, d.pages)
	d.draw(count, (d.pageWidth-d.width(count, small.Size))/2, foot, small)
	if d.meta.Mark != "" {
		d.draw(d.meta.Mark, (d.pageWidth-d.width(d.meta.Mark, small.Size))/2, head, Style{Size: small.Size, Colour: Red})
	}
}

// Rule draws a thick line over the width of the text.
func (d *Document) Rule(c Colour) {
	d.Space(1 * MM)
	d.rule(d.y, 1.6, c)
	d.advance(3 * MM)
}

// rule draws a line over the width of the text.
func (d *Document) rule(y, thick float64, c Colour) {
	d.gp.SetLineWidth(thick)
	d.gp.SetStrokeColor(c[0], c[1], c[2])
	d.gp.Line(left, y, d.right(), y)
}

// containers keeps parsed fonts between documents: parsing takes longer than a
// page.
var containers sync.Map // *font.Font → *gopdf.FontContainer

// use gives the family of the chain's i-th font, which the document then has.
func (d *Document) use(i int) string {
	f := d.fonts.Font(i)
	if d.added[i] {
		return f.Family
	}
	kept, ok := containers.Load(f)
	if !ok {
		c := &gopdf.FontContainer{}
		if err := c.AddTTFFontDataWithOption(f.Family, f.Data, gopdf.TtfOption{}); err != nil {
			d.fail(fmt.Errorf("font %s: %w", f.Family, err))
			return f.Family
		}
		kept, _ = containers.LoadOrStore(f, c)
	}
	d.fail(d.gp.AddTTFFontFromFontContainer(f.Family, kept.(*gopdf.FontContainer)))
	d.added[i] = true
	return f.Family
}
