package figure

import (
	"cmp"
	"image/color"
	"slices"
	"strconv"

	"git.sr.ht/~sbinet/gg"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"hongxian/geodata"
	"hongxian/internal/overlap"
)

// What the map's own parts are drawn in.
var (
	black  = color.NRGBA{A: 255}
	white  = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
	accent = color.NRGBA{R: 200, A: 255}
)

// colour reads #rrggbb; anything else is grey.
func colour(hex string, alpha uint8) color.NRGBA {
	v, err := strconv.ParseUint(hex[min(1, len(hex)):], 16, 32)
	if err != nil || len(hex) != 7 {
		v = 0x888888
	}
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: alpha}
}

// colours gives a layer's colours.
func (c *canvas) colours(key geodata.LayerKey) Colour { return c.style.Colours[key] }

// path adds the rings of an area; filled by the even-odd rule, holes stay open.
func (c *canvas) path(area orb.MultiPolygon) {
	for _, p := range area {
		for _, ring := range p {
			c.line(orb.LineString(ring))
			c.ClosePath()
		}
	}
}

// line adds a line.
func (c *canvas) line(l orb.LineString) {
	c.NewSubPath()
	for i, p := range l {
		x, y := c.at(p)
		if i == 0 {
			c.MoveTo(x, y)
		} else {
			c.LineTo(x, y)
		}
	}
}

// layers draws the checked layers, those that cover most first: a light fill, and
// a hatch for the red line.
func (c *canvas) layers() {
	covered := map[geodata.LayerKey]float64{}
	for _, l := range c.picture.Layers {
		for _, f := range l.Features {
			covered[l.Layer] += planar.Area(f.Geometry)
		}
	}
	order := slices.Clone(c.picture.Layers)
	slices.SortStableFunc(order, func(a, b overlap.PictureLayer) int { return cmp.Compare(covered[b.Layer], covered[a.Layer]) })
	for _, l := range order {
		if l.Layer == geodata.Township {
			continue
		}
		style := c.colours(l.Layer)
		for _, f := range l.Features {
			c.area(f.Geometry, style, light, l.Layer == geodata.RedLine)
		}
	}
}

// ink is how strongly an area is drawn.
type ink struct {
	fill, hatch uint8   // opacity
	line        float64 // millimetres
}

var (
	light  = ink{fill: 46, hatch: 130, line: 0.25}  // a layer
	strong = ink{fill: 120, hatch: 235, line: 0.35} // what it has in common with the site
)

// area draws an area of a layer.
func (c *canvas) area(g orb.MultiPolygon, style Colour, how ink, hatched bool) {
	c.path(g)
	c.paint(style, how, hatched)
}

// paint fills and strokes the path.
func (c *canvas) paint(style Colour, how ink, hatched bool) {
	c.SetFillRuleEvenOdd()
	c.SetColor(colour(style.Fill, how.fill))
	c.FillPreserve()
	if hatched {
		c.SetFillStyle(c.hatch(colour(style.Line, how.hatch)))
		c.FillPreserve()
	}
	c.dash()
	c.pen(colour(style.Line, 255), how.line)
	c.Stroke()
}

// townshipBorders draws the borders of townships as official maps do: dashes and
// dots. A border that two townships share is drawn once, or its dashes would fill
// each other's gaps.
func (c *canvas) townshipBorders() {
	seen := map[[2]orb.Point]bool{}
	for _, l := range c.picture.Layers {
		if l.Layer != geodata.Township {
			continue
		}
		for _, f := range l.Features {
			for _, p := range f.Geometry {
				for _, ring := range p {
					c.unseen(ring, seen)
				}
			}
		}
	}
	c.strokeBorder()
}

// unseen adds those edges of a ring that were not seen before, in either
// direction.
func (c *canvas) unseen(ring orb.Ring, seen map[[2]orb.Point]bool) {
	var line orb.LineString
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if seen[[2]orb.Point{a, b}] || seen[[2]orb.Point{b, a}] {
			c.line(line)
			line = nil
			continue
		}
		seen[[2]orb.Point{a, b}] = true
		if line == nil {
			line = orb.LineString{a}
		}
		line = append(line, b)
	}
	c.line(line)
}

// strokeBorder strokes the path as a township's border.
func (c *canvas) strokeBorder() {
	c.SetLineCap(gg.LineCapButt)
	c.dash(2.4, 0.7, 0.3, 0.7)
	c.pen(color.NRGBA{R: 70, G: 70, B: 70, A: 255}, 0.3)
	c.Stroke()
	c.dash()
}

// ground puts the site's own colour under what is drawn on it, and a white edge
// around it.
func (c *canvas) ground() {
	c.SetFillRuleEvenOdd()
	c.path(c.picture.Site)
	c.pen(white, 1.1)
	c.StrokePreserve()
	c.tint()
	c.ClearPath()
}

// tint fills the path as the site.
func (c *canvas) tint() {
	c.SetColor(color.NRGBA{A: 16})
	c.FillPreserve()
}

// site draws the site's outline, on top of all.
func (c *canvas) site() {
	c.path(c.picture.Site)
	c.outline()
}

// outline strokes the path as the site.
func (c *canvas) outline() {
	c.dash()
	c.pen(black, 0.55)
	c.Stroke()
}

// pieces draws what site and layers have in common, the largest layer first:
// strong in the layer's colour.
func (c *canvas) pieces() {
	covered := map[geodata.LayerKey]float64{}
	for _, p := range c.picture.Pieces {
		covered[p.Layer] += planar.Area(p.Geometry)
	}
	order := slices.Clone(c.picture.Pieces)
	slices.SortStableFunc(order, func(a, b overlap.Piece) int { return cmp.Compare(covered[b.Layer], covered[a.Layer]) })
	for _, p := range order {
		c.area(p.Geometry, c.colours(p.Layer), strong, p.Layer == geodata.RedLine)
	}
}

// axis draws the axis of a corridor.
func (c *canvas) axis() {
	for _, l := range c.picture.Axis {
		c.line(l)
	}
	c.strokeAxis()
}

// strokeAxis strokes the path as a corridor's axis.
func (c *canvas) strokeAxis() {
	c.dash(1.6, 0.8)
	c.pen(accent, 0.4)
	c.Stroke()
	c.dash()
}

// hatch is a pattern of lines that rise to the right, 2 mm apart.
func (c *canvas) hatch(line color.NRGBA) gg.Pattern {
	return hatch{line: line, period: max(4, int(2*c.mm+0.5)), width: max(1, int(0.28*c.mm+0.5))}
}

type hatch struct {
	line          color.NRGBA
	period, width int // pixels, along a row
}

// ColorAt implements gg.Pattern.
func (h hatch) ColorAt(x, y int) color.Color {
	if (x+y)%h.period < h.width {
		return h.line
	}
	return color.NRGBA{}
}

// concerned says whether site and layer have something in common.
func (c *canvas) concerned(key geodata.LayerKey) bool {
	return slices.ContainsFunc(c.picture.Pieces, func(p overlap.Piece) bool { return p.Layer == key })
}
