package figure

import (
	"image/color"
	"slices"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// face gives the face of a text size in millimetres.
func (c *canvas) text(size float64) {
	f := c.faces[size]
	if f == nil {
		f = c.style.Fonts.Face(size * c.mm)
		c.faces[size] = f
	}
	c.SetFontFace(f)
}

// width is a text's width in millimetres.
func (c *canvas) width(text string, size float64) float64 { return c.style.Fonts.Width(text) * size }

// write puts a text, its anchor ax (0 left, 1 right) at x, its middle at y, in
// millimetres.
func (c *canvas) write(text string, x, y, size, ax float64) {
	c.text(size)
	c.DrawString(text, (x-ax*c.width(text, size))*c.mm, (y+size*0.36)*c.mm)
}

// halo writes a text with a white edge, to be read on any ground.
func (c *canvas) halo(text string, x, y, size, ax float64, ink color.Color) {
	const edge = 0.28
	c.SetColor(white)
	for _, d := range [][2]float64{{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-.7, -.7}, {.7, -.7}, {-.7, .7}, {.7, .7}} {
		c.write(text, x+edge*d[0], y+edge*d[1], size, ax)
	}
	c.SetColor(ink)
	c.write(text, x, y, size, ax)
}

// names writes the townships' names, then those of the features that the site
// touches, each once and where it is free to stand.
func (c *canvas) names() {
	c.keepOff(c.picture.Site)
	for _, l := range c.picture.Layers {
		if l.Layer == geodata.Township {
			for _, f := range l.Features {
				c.name(f.Name, f.Geometry, 3.2, color.NRGBA{R: 60, G: 60, B: 60, A: 255})
			}
		}
	}
	touched := map[[3]string]bool{}
	for _, p := range c.picture.Pieces {
		touched[[3]string{string(p.Layer), p.Code, p.Name}] = true
	}
	for _, l := range c.picture.Layers {
		for _, f := range l.Features {
			if touched[[3]string{string(l.Layer), f.Code, f.Name}] {
				c.name(f.Name, f.Geometry, 2.4, dark(colour(c.colours(l.Layer).Line, 255)))
			}
		}
	}
}

// dark is a colour to write in: a layer's may be too light to be read.
func dark(c color.NRGBA) color.NRGBA {
	return color.NRGBA{R: c.R / 2, G: c.G / 2, B: c.B / 2, A: c.A}
}

// keepOff lets no name stand on an area's parts, unless they fill the map.
func (c *canvas) keepOff(area orb.MultiPolygon) {
	for _, p := range area {
		west, south := c.at(p.Bound().Min)
		east, north := c.at(p.Bound().Max)
		box := orb.Bound{Min: orb.Point{west / c.mm, north / c.mm}, Max: orb.Point{east / c.mm, south / c.mm}}
		if (box.Max[0]-box.Min[0])*(box.Max[1]-box.Min[1]) < mostTaken {
			c.taken = append(c.taken, box)
		}
	}
}

// mostTaken is the size of box in square millimetres up to which names keep off:
// a corridor's box may be most of the map.
const mostTaken = 4000

// name writes a feature's name in the widest place the map shows of it, unless
// another name stands there or it does not go in.
func (c *canvas) name(text string, area orb.MultiPolygon, size float64, ink color.Color) {
	if at, ok := c.place(text, area, size); ok {
		c.halo(text, at[0], at[1], size, 0.5, ink)
	}
}

// place finds where a name may stand, and takes the place; each text stands once.
func (c *canvas) place(text string, area orb.MultiPolygon, size float64) (orb.Point, bool) {
	width := c.width(text, size)
	if text == "" || width > 50 || c.named[text] {
		return orb.Point{}, false
	}
	for _, at := range c.places(area, size) {
		box := orb.Bound{Min: orb.Point{at[0] - width/2 - 1, at[1] - size/2 - 0.6}, Max: orb.Point{at[0] + width/2 + 1, at[1] + size/2 + 0.6}}
		inside := c.frame.Contains(box.Min) && c.frame.Contains(box.Max)
		if inside && !slices.ContainsFunc(c.taken, box.Intersects) {
			c.taken = append(c.taken, box)
			c.named[text] = true
			return at, true
		}
	}
	return orb.Point{}, false
}

// places lists where a name may stand, in millimetres, the widest first: the
// middles of the stretches that horizontal lines have in common with the area,
// where a text of this size stands inside it.
func (c *canvas) places(area orb.MultiPolygon, size float64) []orb.Point {
	type place struct {
		at    orb.Point
		width float64
	}
	const lines = 11
	var all []place
	for i := range lines {
		y := c.frame.Min[1] + (float64(i)+0.5)*(c.frame.Max[1]-c.frame.Min[1])/lines
		crossings, above, below := c.crossings(area, y), c.crossings(area, y-size/2), c.crossings(area, y+size/2)
		for j := 0; j+1 < len(crossings); j += 2 {
			from, to := max(crossings[j], c.frame.Min[0]), min(crossings[j+1], c.frame.Max[0])
			middle := (from + to) / 2
			if to > from && within(above, middle) && within(below, middle) {
				all = append(all, place{orb.Point{middle, y}, to - from})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b place) int {
		switch {
		case a.width > b.width:
			return -1
		case a.width < b.width:
			return 1
		}
		return 0
	})
	out := make([]orb.Point, len(all))
	for i, p := range all {
		out[i] = p.at
	}
	return out
}

// within says whether x lies inside an area whose crossings are given.
func within(crossings []float64, x float64) bool {
	n, _ := slices.BinarySearch(crossings, x)
	return n%2 == 1
}

// crossings lists where a horizontal line crosses an area's rings, west to east,
// millimetres.
func (c *canvas) crossings(area orb.MultiPolygon, y float64) []float64 {
	var xs []float64
	for _, p := range area {
		for _, ring := range p {
			for i := 1; i < len(ring); i++ {
				ax, ay := c.at(ring[i-1])
				bx, by := c.at(ring[i])
				level := y * c.mm
				if (ay > level) != (by > level) {
					xs = append(xs, (ax+(level-ay)/(by-ay)*(bx-ax))/c.mm)
				}
			}
		}
	}
	slices.Sort(xs)
	return xs
}
