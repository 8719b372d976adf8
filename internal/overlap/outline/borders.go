package outline

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// runLength is how many segments of a border are filed together.
const runLength = 16

// Borders (要素界线) are the rings of a version's features, in a plane.
type Borders struct {
	points []orb.Point
	runs   rtree.RTreeG[run]
}

// run is a stretch of a feature's ring: the points [from, to].
type run struct{ feature, from, to int32 }

// Add takes a feature.
func (b *Borders) Add(feature int32, shape orb.MultiPolygon) {
	for _, polygon := range shape {
		for _, ring := range polygon {
			start := len(b.points)
			b.points = append(b.points, ring...)
			for from := start; from < len(b.points)-1; from += runLength {
				to := min(from+runLength, len(b.points)-1)
				around := boxOf(b.points[from : to+1])
				b.runs.Insert(around.low, around.high, run{feature, int32(from), int32(to)})
			}
		}
	}
}

// On lists the features that a site lies on, all of it, in rising order. It is not
// certain when a border comes within Clearance of the site, or lies in it.
func (b *Borders) On(s *Site) (features []int32, certain bool) {
	around := s.around.grown(Clearance)
	certain = true
	b.runs.Search(around.low, around.high, func(_, _ [2]float64, r run) bool {
		certain = !b.reaches(r, s)
		return certain
	})
	if !certain {
		return nil, false
	}
	return b.at(s.polygon[0][0]), true
}

// reaches reports whether a stretch of border comes within Clearance of a site.
func (b *Borders) reaches(r run, s *Site) bool {
	for i := r.from; i < r.to; i++ {
		segment := b.points[i : i+2]
		around := boxOf(segment)
		if around.apart(s.around) >= Clearance {
			continue
		}
		if within(segment[0], s.polygon) {
			return true
		}
		for _, ring := range s.rings {
			for k, c := range ring.boxes {
				if c.apart(around) < Clearance && touch(segment, ring.link(k)) {
					return true
				}
			}
		}
	}
	return false
}

// touch reports whether a segment comes within Clearance of a link.
func touch(segment, link []orb.Point) bool {
	for k := 1; k < len(link); k++ {
		if apart(segment[0], segment[1], link[k-1], link[k]) < Clearance {
			return true
		}
	}
	return false
}

// at lists the features that a point lies in, which no border comes near: those whose
// rings a line from it passes an odd number of times. The line goes the shorter way
// out, east or west.
func (b *Borders) at(p orb.Point) []int32 {
	low, high := b.runs.Bounds()
	east := p[0] > (low[0]+high[0])/2
	low, high = [2]float64{low[0], p[1]}, [2]float64{p[0], p[1]}
	if east {
		low[0], high[0] = p[0], math.Inf(1)
	}
	odd := map[int32]bool{}
	b.runs.Search(low, high, func(_, _ [2]float64, r run) bool {
		for i := r.from; i < r.to; i++ {
			if passes(p, b.points[i], b.points[i+1], east) {
				odd[r.feature] = !odd[r.feature]
			}
		}
		return true
	})
	var features []int32
	for f, in := range odd {
		if in {
			features = append(features, f)
		}
	}
	slices.Sort(features)
	return features
}
