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
	return &picture{source: func(at maptile.Tile, x, y float64) bool {
		b := at.Bound()
		// Within a tile the latitude is as good as linear here: a pixel counts, not a hair.
		north, south := project.Point(b.LeftTop(), project.WGS84.ToMercator), project.Point(b.RightBottom(), project.WGS84.ToMercator)
		p := orb.Point{north[0] + (south[0]-north[0])*x/4096, north[1] + (south[1]-north[1])*y/4096}
		p = project.Point(p, project.Mercator.ToWGS84)
		for _, f := range features {
			if f.shape.Bound().Contains(p) && planar.MultiPolygonContains(f.shape, p) {
				return true
			}
		}
		return false
	}}
}

// side is how many pixels a tile is rasterised to, each way: a pixel is four
// units, seen at a point just beside its middle.
const side = 1024

// picture counts, over rasterised tiles, the pixels that neighbours disagree on.
type picture struct {
	covered  int // pixels that something covers
	borders  int // those next to another feature's
	overlaps int // those that several features cover
	gaps     int // those uncovered between two features, though the source covers them
	source   func(at maptile.Tile, x, y float64) bool
}

// add rasterises a tile's features row by row.
func (p *picture) add(at maptile.Tile, features []mvt.Feature) {
	spans := make([][]span, side)
	for n, f := range features {
		spansOf(spans, f, n+1)
	}
	rows := make([][]int, side)
	for y := range rows {
		rows[y] = make([]int, side)
		for _, s := range spans[y] {
			for x := s.from; x < s.to; x++ {
				if rows[y][x] != 0 {
					p.overlaps++
				}
				rows[y][x] = s.feature
			}
		}
	}
	for y := range rows {
		for x := range rows[y] {
			p.look(at, rows, x, y)
		}
	}
}

func (p *picture) look(at maptile.Tile, rows [][]int, x, y int) {
	if f := rows[y][x]; f != 0 {
		p.covered++
		if x > 0 && rows[y][x-1] != f && rows[y][x-1] != 0 || y > 0 && rows[y-1][x] != f && rows[y-1][x] != 0 {
			p.borders++
		}
		return
	}
	west, east := near(rows, x, y, -1, 0), near(rows, x, y, 1, 0)
	north, south := near(rows, x, y, 0, -1), near(rows, x, y, 0, 1)
	between := west*east != 0 && west != east || north*south != 0 && north != south
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
func near(rows [][]int, x, y, dx, dy int) int {
	for range 2 {
		if x, y = x+dx, y+dy; x < 0 || y < 0 || x >= side || y >= side {
			return 0
		}
		if rows[y][x] != 0 {
			return rows[y][x]
		}
	}
	return 0
}

// span is a run of pixels of a row that a feature covers.
type span struct{ from, to, feature int }

// spansOf scans a feature: between the first and the second crossing of a row it
// is covered, and so on.
func spansOf(rows [][]span, f mvt.Feature, number int) {
	crossings := map[int][]float64{}
	for _, ring := range f.Parts {
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			if b.Y < a.Y || b.Y == a.Y && b.X < a.X {
				a, b = b, a // one and the same edge of two features crosses at one place
			}
			for y := max(0, int(math.Ceil((float64(a.Y)-2.5)/4))); y < side && float64(y)*4+2.5 < float64(b.Y); y++ {
				t := (float64(y)*4 + 2.5 - float64(a.Y)) / float64(b.Y-a.Y)
				crossings[y] = append(crossings[y], float64(a.X)+t*float64(b.X-a.X))
			}
		}
	}
	for y, at := range crossings {
		slices.Sort(at)
		for i := 0; i+1 < len(at); i += 2 {
			from, to := int(math.Ceil((at[i]-2.5)/4)), int(math.Ceil((at[i+1]-2.5)/4))
			if from, to = max(0, from), min(side, to); from < to {
				rows[y] = append(rows[y], span{from, to, number})
			}
		}
	}
}
