package figure

import (
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"strconv"

	"git.sr.ht/~sbinet/gg"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/overlap"
	"hongxian/internal/report/font"
)

// changeInks are what kinds of change are drawn in. They differ in hatching too, for
// copies without colour and eyes that do not see it: gained rises, lost falls,
// reclassified stands upright.
var changeInks = map[change.PieceKind]struct {
	fill, line, word string
	slope            slope
}{
	change.Gained:       {"#74c476", "#006d2c", "调入", rising},
	change.Lost:         {"#fb6a4a", "#a50f15", "调出", falling},
	change.Reclassified: {"#fdd049", "#8c6d00", "属性变更", upright},
}

// changeOrder is that of drawing and of the legend.
var changeOrder = []change.PieceKind{change.Reclassified, change.Gained, change.Lost}

// slope is the way a hatch runs.
type slope int

const (
	rising slope = iota
	falling
	upright
)

// ColorAt implements gg.Pattern.
func (h sloped) ColorAt(x, y int) color.Color {
	at := x + y
	switch h.slope {
	case falling:
		at = x - y
	case upright:
		at = x
	}
	if (at%h.period+h.period)%h.period < h.width {
		return h.line
	}
	return color.NRGBA{}
}

// sloped is a hatch that runs one of three ways.
type sloped struct {
	hatch
	slope slope
}

// changeCanvas is a map of a comparison being drawn: what the newer version covers,
// the townships, and the pieces with their numbers. layer is its key, for colours.
func changeCanvas(p *change.Picture, layer geodata.LayerKey, title string, s Style) (*canvas, error) {
	if s.Fonts == nil {
		fonts, err := font.Standard()
		if err != nil {
			return nil, err
		}
		s.Fonts = fonts
	}
	if s.DPI == 0 {
		s.DPI = Print
	}
	reach := changeBound(p)
	if reach.IsEmpty() {
		return nil, ErrEmpty
	}
	if s.Title == "" {
		s.Title = "面积变化图斑分布图"
	}
	shown := &overlap.Picture{SRID: p.SRID, Site: orb.MultiPolygon{reach.ToPolygon()}, Layers: []overlap.PictureLayer{
		{Layer: layer, TitleZH: title, Features: asOverlap(p.Layer)},
		{Layer: geodata.Township, TitleZH: "乡镇", Features: asOverlap(p.Townships)}}}
	c := newCanvas(shown, s)
	c.change = p
	return c, nil
}

// changeBound is what the map shows: the pieces, or the layer where there are none.
func changeBound(p *change.Picture) orb.Bound {
	out := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	join := func(g orb.MultiPolygon) {
		if len(g) == 0 {
			return
		}
		if out.IsEmpty() {
			out = g.Bound()
			return
		}
		out = out.Union(g.Bound())
	}
	for _, piece := range p.Pieces {
		join(piece.Geometry)
	}
	if !out.IsEmpty() {
		return out
	}
	for _, f := range p.Layer {
		join(f.Geometry)
	}
	return out
}

func asOverlap(fs []change.PictureFeature) []overlap.PictureFeature {
	out := make([]overlap.PictureFeature, len(fs))
	for i, f := range fs {
		out[i] = overlap.PictureFeature{Code: f.Code, Name: f.Name, Class: f.Class, Geometry: f.Geometry}
	}
	return out
}

// ChangePNG draws the map of a comparison, 180 × 120 mm; layer is the compared layer
// and title its name in the legend.
func ChangePNG(w io.Writer, p *change.Picture, layer geodata.LayerKey, title string, s Style) error {
	c, err := changeCanvas(p, layer, title, s)
	if err != nil {
		return err
	}
	c.drawChange()
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(w, c.Image()); err != nil {
		return fmt.Errorf("encode the map: %w", err)
	}
	return nil
}

func (c *canvas) drawChange() {
	c.SetColor(color.White)
	c.Clear()
	c.inFrame(func() {
		c.plainLayers()
		c.townshipBorders()
		c.changePieces()
		c.grid()
		c.changeNames()
	})
	c.border()
	c.title()
	c.legend()
	c.foot()
}

// plainLayers draws the compared layer without a hatch, which is the pieces' own.
func (c *canvas) plainLayers() {
	for _, l := range c.picture.Layers {
		if l.Layer == geodata.Township {
			continue
		}
		for _, f := range l.Features {
			c.area(f.Geometry, c.colours(l.Layer), light, false)
		}
	}
}

func (c *canvas) changePieces() {
	for _, kind := range changeOrder {
		for _, p := range c.change.Pieces {
			if p.Kind == kind {
				c.path(p.Geometry)
				c.paintChange(kind)
			}
		}
	}
}

// paintChange fills and strokes the path as a kind of change.
func (c *canvas) paintChange(kind change.PieceKind) {
	ink := changeInks[kind]
	c.SetFillRuleEvenOdd()
	c.SetColor(colour(ink.fill, 150))
	c.FillPreserve()
	c.SetFillStyle(c.sloped(ink.slope, colour(ink.line, 255)))
	c.FillPreserve()
	c.dash()
	c.pen(colour(ink.line, 255), 0.35)
	c.Stroke()
}

func (c *canvas) sloped(s slope, line color.NRGBA) gg.Pattern {
	return sloped{hatch{line: line, period: max(4, int(1.4*c.mm+0.5)), width: max(1, int(0.22*c.mm+0.5))}, s}
}

// mostNumbers bounds the pieces that have their numbers on the map.
const mostNumbers = 200

// label is a text on the map, at millimetres.
type label struct {
	text string
	at   orb.Point
	size float64
	ink  color.NRGBA
}

// labels are the pieces' numbers, each beside its piece, then the townships' names.
func (c *canvas) labels() []label {
	var out []label
	for i, p := range c.change.Pieces {
		if i == mostNumbers || len(p.Geometry) == 0 {
			break
		}
		at, ok := c.beside(strconv.Itoa(p.Number), p.Geometry)
		if ok {
			out = append(out, label{strconv.Itoa(p.Number), at, 3, dark(colour(changeInks[p.Kind].line, 255))})
		}
	}
	for _, l := range c.picture.Layers {
		if l.Layer != geodata.Township {
			continue
		}
		for _, f := range l.Features {
			if at, ok := c.place(f.Name, f.Geometry, 2.8); ok {
				out = append(out, label{f.Name, at, 2.8, color.NRGBA{R: 60, G: 60, B: 60, A: 255}})
			}
		}
	}
	return out
}

// beside finds a place for a piece's number: in its middle, or next to it where it is
// too small, unless another stands there.
func (c *canvas) beside(text string, area orb.MultiPolygon) (orb.Point, bool) {
	const size = 3.0
	width := c.width(text, size)
	middle, _ := planar.CentroidArea(area)
	x, y := c.at(middle)
	box := area.Bound()
	wide := (box.Max[0] - box.Min[0]) / c.scale * 500
	start := orb.Point{x / c.mm, y / c.mm}
	aside := math.Min(wide, 6) + width/2 + 1
	places := []float64{aside, -aside, 0}
	if wide > width+1 { // it leaves most of the piece to be seen
		places = []float64{0, aside, -aside}
	}
	for _, away := range places {
		at := orb.Point{start[0] + away, start[1]}
		taken := orb.Bound{Min: orb.Point{at[0] - width/2 - 0.6, at[1] - size/2 - 0.4}, Max: orb.Point{at[0] + width/2 + 0.6, at[1] + size/2 + 0.4}}
		free := c.frame.Contains(taken.Min) && c.frame.Contains(taken.Max)
		for _, t := range c.taken {
			free = free && !taken.Intersects(t)
		}
		if free {
			c.taken = append(c.taken, taken)
			return at, true
		}
	}
	return orb.Point{}, false
}

func (c *canvas) changeNames() {
	for _, l := range c.labels() {
		c.halo(l.text, l.at[0], l.at[1], l.size, 0.5, l.ink)
	}
}

// changeEntries lists what a map of a comparison shows.
func (c *canvas) changeEntries() []entry {
	var list []entry
	for _, kind := range changeOrder {
		shown := false
		for _, p := range c.change.Pieces {
			shown = shown || p.Kind == kind
		}
		if shown {
			list = append(list, entry{changeInks[kind].word, func(b orb.Bound) { c.rectangle(b); c.paintChange(kind) }})
		}
	}
	for _, l := range c.picture.Layers {
		style := c.colours(l.Layer)
		switch {
		case len(l.Features) == 0:
		case l.Layer == geodata.Township:
			list = append(list, entry{"乡镇界", func(b orb.Bound) {
				y := b.Center()[1] * c.mm
				c.DrawLine(b.Min[0]*c.mm, y, b.Max[0]*c.mm, y)
				c.strokeBorder()
			}})
		default:
			list = append(list, entry{l.TitleZH + "（现状）", func(b orb.Bound) { c.swatch(b, style, false) }})
		}
	}
	return list
}
