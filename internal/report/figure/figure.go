// Package figure draws the map of a report (附图): the site, the layers around it
// and what they have in common, in the county's Gauss-Krüger plane, with legend,
// scale, north arrow and the plane's grid. The map is drawn from the same
// geometry as the figures are computed from. Equal pictures give equal bytes.
package figure

import (
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"io"

	"git.sr.ht/~sbinet/gg"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/overlap"
	"hongxian/internal/report/font"
)

// The size of the figure in print, millimetres.
const (
	WidthMM  = 180
	HeightMM = 120
)

// The resolutions in use, dots per inch.
const (
	Print  = 300 // PDF
	Screen = 150 // the page, DOCX
)

// Colour (图例颜色) is a layer's colours, #rrggbb.
type Colour struct {
	Fill, Line string
}

// Style says how a picture is drawn.
type Style struct {
	Colours   map[geodata.LayerKey]Colour // layers without one are grey
	Title     string                      // 图名; empty for the usual one
	Subject   string                      // what the outlined area is, in the legend; empty for 项目地块
	Plane     string                      // the plane's name, for example CGCS2000 / 3-degree Gauss-Kruger CM 111E
	Schematic bool                        // prints 示意数据
	DPI       float64                     // 0 stands for Print
	Fonts     *font.Chain                 // nil stands for font.Standard
}

// ErrEmpty is returned for a picture without a site.
var ErrEmpty = errors.New("the picture has no site")

// PNG draws a picture of 180 × 120 mm. It fails when the picture has no site, or
// with font-missing (a *geodata.Error).
func PNG(w io.Writer, p *overlap.Picture, s Style) error {
	if p == nil || len(p.Site) == 0 || p.Site.Bound().IsEmpty() {
		return ErrEmpty
	}
	if s.Fonts == nil {
		fonts, err := font.Standard()
		if err != nil {
			return err
		}
		s.Fonts = fonts
	}
	if s.DPI == 0 {
		s.DPI = Print
	}
	c := newCanvas(p, s)
	c.draw()
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(w, c.Image()); err != nil {
		return fmt.Errorf("encode the map: %w", err)
	}
	return nil
}

// canvas is a figure being drawn. Its lengths are millimetres of the print.
type canvas struct {
	*gg.Context
	picture *overlap.Picture
	style   Style
	mm      float64   // pixels per millimetre
	frame   orb.Bound // of the map within the figure, millimetres, y downwards
	view    orb.Bound // what it shows, metres of the plane
	scale   float64   // metres of the plane per metre of paper
	faces   map[float64]*font.Face
	taken   []orb.Bound // where names stand, millimetres
	named   map[string]bool
	change  *change.Picture // of a comparison; nil for a site's map
}

// room is where the map may stand within the figure.
var room = orb.Bound{Min: orb.Point{2, 11}, Max: orb.Point{134, 110}}

func newCanvas(p *overlap.Picture, s Style) *canvas {
	mm := s.DPI / 25.4
	c := &canvas{Context: gg.NewContext(int(WidthMM*mm+0.5), int(HeightMM*mm+0.5)), picture: p, style: s, mm: mm, faces: map[float64]*font.Face{}, named: map[string]bool{}}
	c.view, c.scale = View(p.Site.Bound(), room.Max[0]-room.Min[0], room.Max[1]-room.Min[1])
	half := orb.Point{(c.view.Max[0] - c.view.Min[0]) / c.scale * 500, (c.view.Max[1] - c.view.Min[1]) / c.scale * 500}
	middle := room.Center()
	c.frame = orb.Bound{Min: orb.Point{middle[0] - half[0], middle[1] - half[1]}, Max: orb.Point{middle[0] + half[0], middle[1] + half[1]}}
	return c
}

// draw puts the map's parts on top of each other.
func (c *canvas) draw() {
	c.SetColor(color.White)
	c.Clear()
	c.inFrame(func() {
		c.layers()
		c.townshipBorders()
		c.ground()
		c.pieces()
		c.site()
		c.axis()
		c.grid()
		c.names()
	})
	c.border()
	c.title()
	c.legend()
	c.foot()
}

// inFrame draws, and then covers what runs over the map's frame. (Clipping does
// the same many times slower: every pixel asks the mask.)
func (c *canvas) inFrame(draw func()) {
	draw()
	f := c.frame
	c.SetFillRuleEvenOdd()
	c.rectangle(orb.Bound{Max: orb.Point{WidthMM + 1, HeightMM + 1}})
	c.rectangle(f)
	c.SetColor(white)
	c.Fill()
}

// at gives the pixel of a point of the plane.
func (c *canvas) at(p orb.Point) (x, y float64) {
	perMM := c.scale / 1000
	return (c.frame.Min[0] + (p[0]-c.view.Min[0])/perMM) * c.mm, (c.frame.Max[1] - (p[1]-c.view.Min[1])/perMM) * c.mm
}

// rectangle adds a box of millimetres to the path.
func (c *canvas) rectangle(b orb.Bound) {
	c.DrawRectangle(b.Min[0]*c.mm, b.Min[1]*c.mm, (b.Max[0]-b.Min[0])*c.mm, (b.Max[1]-b.Min[1])*c.mm)
}

// pen sets colour and width in millimetres.
func (c *canvas) pen(colour color.Color, width float64) {
	c.SetColor(colour)
	c.SetLineWidth(width * c.mm)
}

// dash sets the dashes in millimetres; none for a full line.
func (c *canvas) dash(lengths ...float64) {
	for i := range lengths {
		lengths[i] *= c.mm
	}
	c.SetDash(lengths...)
}
