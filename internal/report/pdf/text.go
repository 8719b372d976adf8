package pdf

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Colour is red, green, blue.
type Colour [3]uint8

// The colours of reports, which must survive a copying machine.
var (
	Black = Colour{0, 0, 0}
	Grey  = Colour{90, 90, 90}
	Pale  = Colour{232, 232, 232}
	Red   = Colour{190, 20, 20}
)

// Align says where a text stands in its space.
type Align int

// The alignments.
const (
	Start  Align = iota // left
	Middle              // centred
	End                 // right, as figures stand
)

// Style says how a text looks.
type Style struct {
	Size   float64 // points
	Colour Colour
	Align  Align
	Indent float64 // points from the left
}

const (
	leading  = 1.55 // line height in paragraphs, em
	baseline = 0.88 // of a line's first em, from its top
)

// Paragraph writes a text, broken into lines, and leaves a small gap below.
func (d *Document) Paragraph(text string, s Style) {
	height, width := s.Size*leading, d.TextWidth()-s.Indent-d.taken
	for _, line := range d.wrap(text, width, s.Size) {
		d.Need(height)
		d.draw(line, d.place(line, left+s.Indent, width, s), d.y+s.Size*(leading-1)/2+s.Size*baseline, s)
		d.advance(height)
	}
	d.Space(s.Size * 0.35)
}

// Heading begins a section. It stays with what follows, which needs some height.
func (d *Document) Heading(text string, needs float64) {
	const size = 13
	d.Space(4 * MM)
	d.Need(max(34*MM, size*1.8+needs))
	d.gp.SetFillColor(Black[0], Black[1], Black[2])
	d.gp.RectFromUpperLeftWithStyle(left, d.y+2.5, 3, size, "F")
	d.draw(text, left+8, d.y+size*1.05, Style{Size: size})
	d.advance(size * 1.8)
}

// Subheading begins a part of a section. It stays with what follows.
func (d *Document) Subheading(text string) {
	const size = 10.5
	d.Space(2 * MM)
	d.Need(26 * MM)
	d.Paragraph(text, Style{Size: size})
}

// place gives the x at which a line begins.
func (d *Document) place(line string, x, width float64, s Style) float64 {
	switch s.Align {
	case Middle:
		return x + (width-d.width(line, s.Size))/2
	case End:
		return x + width - d.width(line, s.Size)
	}
	return x
}

// draw writes one line with its baseline at y.
func (d *Document) draw(text string, x, y float64, s Style) {
	d.gp.SetTextColor(s.Colour[0], s.Colour[1], s.Colour[2])
	for _, run := range d.fonts.Runs(text) {
		family := d.use(run.Font)
		if d.err != nil {
			return
		}
		d.fail(d.gp.SetFont(family, "", s.Size))
		d.gp.SetXY(x, y)
		d.fail(d.gp.Text(run.Text))
		x += run.Width * s.Size
	}
}

// width is a text's width in points.
func (d *Document) width(text string, size float64) float64 { return d.fonts.Width(text) * size }

// wrap breaks a text into lines no wider than width: where Unicode allows a line
// to break, and within a word only when the word alone is too wide.
func (d *Document) wrap(text string, width, size float64) []string {
	if !strings.ContainsAny(text, "\n\r") && d.width(text, size) <= width {
		return []string{text}
	}
	var lines []string
	var line string
	flush := func() { lines, line = append(lines, strings.TrimRight(line, " \r\n")), "" }
	for state := -1; text != ""; {
		var segment string
		var must bool
		segment, text, must, state = uniseg.FirstLineSegmentInString(text, state)
		if line != "" && d.width(line+strings.TrimRight(segment, " \r\n"), size) > width {
			flush()
		}
		for d.width(strings.TrimRight(segment, " \r\n"), size) > width {
			n := d.fitting(segment, width, size)
			line, segment = segment[:n], segment[n:]
			flush()
		}
		line += segment
		if must && text != "" {
			flush()
		}
	}
	if line != "" || lines == nil {
		flush()
	}
	return lines
}

// fitting is how many bytes of a text fit, in whole characters, one at least.
func (d *Document) fitting(text string, width, size float64) int {
	_, n := utf8.DecodeRuneInString(text)
	used := d.width(text[:n], size)
	for n < len(text) {
		_, more := utf8.DecodeRuneInString(text[n:])
		used += d.width(text[n:n+more], size)
		if used > width {
			break
		}
		n += more
	}
	return n
}
