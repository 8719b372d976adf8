package bake_test

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"

	"hongxian/tiles/mvt"
)

// pictureOf starts a picture of features.
func pictureOf(features []unit) *picture {
	bounds := make([]orb.Bound, len(features))
	for i, f := range features {
		bounds[i] = f.shape.Bound()
	}
	return &picture{source: func(at maptile.Tile, x, y float64) bool {
		b := at.Bound()
		// Within a tile the latitude is as good as linear here: a pixel counts, not a hair.
		north, south := project.Point(b.LeftTop(), project.WGS84.ToMercator), project.Point(b.RightBottom(), project.WGS84.ToMercator)
		p := orb.Point{north[0] + (south[0]-north[0])*x/4096, north[1] + (south[1]-north[1])*y/4096}
		p = project.Point(p, project.Mercator.ToWGS84)
		for i, f := range features {
			if bounds[i].Contains(p) && planar.MultiPolygonContains(f.shape, p) {
				return true
			}
		}
		return false
	}}
}

// side is how many pixels a tile is rasterised to, each way: a pixel is four
// units, seen at a point just beside its middle.
const side = 1024

// width is that of a row of a picture: as far as near looks, nothing is drawn around it.
const width = side + 4

// picture counts, over rasterised tiles, the pixels that neighbours disagree on.
type picture struct {
	covered  int // pixels that something covers
	borders  int // those next to another feature's
	overlaps int // those that several features cover
	gaps     int // those uncovered between two features, though the source covers them
	source   func(at maptile.Tile, x, y float64) bool

	pixels    []int32     // which feature was drawn last, row by row, 0: none
	crossings [][]float64 // of a feature's border with each row
}

// add rasterises a tile's features one by one, and looks at what came out.
func (p *picture) add(at maptile.Tile, features []mvt.Feature) {
	if p.pixels == nil {
		p.pixels, p.crossings = make([]int32, width*width), make([][]float64, side)
	}
	clear(p.pixels)
	for n, f := range features {
		p.draw(f, int32(n+1))
	}
	for y := range side {
		for x := range side {
			p.look(at, x, y)
		}
	}
}

// row is the pixels of a row from its first on, with what lies around it.
func row(y int) int { return (y+2)*width + 2 }

func (p *picture) look(at maptile.Tile, x, y int) {
	i := row(y) + x
	if f := p.pixels[i]; f != 0 {
		p.covered++
		if w, n := p.pixels[i-1], p.pixels[i-width]; w != f && w != 0 || n != f && n != 0 {
			p.borders++
		}
		return
	}
	west, east, north, south := p.near(i, -1), p.near(i, 1), p.near(i, -width), p.near(i, width)
	between := west != 0 && east != 0 && west != east || north != 0 && south != 0 && north != south
	if between && p.inland(at, float64(x)*4+2.5, float64(y)*4+2.5) {
		p.gaps++
	}
}

// inland reports whether the source covers a place and what is two pixels around
// it: a notch in a coast, moved by half a pixel, is no gap between neighbours.
func (p *picture) inland(at maptile.Tile, x, y float64) bool {
	for _, by := range [][2]float64{{0, 0}, {8, 0}, {-8, 0}, {0, 8}, {0, -8}} {
		if !p.source(at, x+by[0], y+by[1]) {
			return false
		}
	}
	return true
}

// near gives what is drawn within two pixels in a direction.
func (p *picture) near(i, step int) int32 {
	if f := p.pixels[i+step]; f != 0 {
		return f
	}
	return p.pixels[i+2*step]
}

// draw scans a feature: between the first and the second crossing of a row it is
// covered, and so on.
func (p *picture) draw(f mvt.Feature, number int32) {
	top, bottom := side, 0
	for _, ring := range f.Parts {
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			if b.Y < a.Y || b.Y == a.Y && b.X < a.X {
				a, b = b, a // one and the same edge of two features crosses at one place
			}
			for y := max(0, int(math.Ceil((float64(a.Y)-2.5)/4))); y < side && float64(y)*4+2.5 < float64(b.Y); y++ {
				t := (float64(y)*4 + 2.5 - float64(a.Y)) / float64(b.Y-a.Y)
				p.crossings[y] = append(p.crossings[y], float64(a.X)+t*float64(b.X-a.X))
				top, bottom = min(top, y), max(bottom, y+1)
			}
		}
	}
	for y := top; y < bottom; y++ {
		at := p.crossings[y]
		p.crossings[y] = at[:0]
		slices.Sort(at)
		for i := 0; i+1 < len(at); i += 2 {
			from, to := int(math.Ceil((at[i]-2.5)/4)), int(math.Ceil((at[i+1]-2.5)/4))
			for x := max(0, from); x < min(side, to); x++ {
				if p.pixels[row(y)+x] != 0 {
					p.overlaps++
				}
				p.pixels[row(y)+x] = number
			}
		}
	}
}
