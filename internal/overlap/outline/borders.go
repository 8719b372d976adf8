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

// On lists the features that a polygon lies on, all of it, in rising order. It is
// not certain when a border comes within Clearance of the polygon, or lies in it.
func (b *Borders) On(site orb.Polygon) (features []int32, certain bool) {
	around := boxOf(site[0]).grown(Clearance)
	certain = true
	b.runs.Search(around.low, around.high, func(_, _ [2]float64, r run) bool {
		certain = !b.reaches(r, site, around)
		return certain
	})
	if !certain {
		return nil, false
	}
	return b.at(site[0][0]), true
}

// reaches reports whether a stretch of border comes within Clearance of the site,
// which lies, with that margin, in a box.
func (b *Borders) reaches(r run, site orb.Polygon, around box) bool {
	for i := r.from; i < r.to; i++ {
		segment := b.points[i : i+2]
		if boxOf(segment).apart(around) > 0 {
			continue
		}
		if within(segment[0], site) {
			return true
		}
		for _, ring := range site {
			for k := 1; k < len(ring); k++ {
				if apart(segment[0], segment[1], ring[k-1], ring[k]) < Clearance {
					return true
				}
			}
		}
	}
	return false
}

// at lists the features that a point lies in, which no border comes near.
func (b *Borders) at(p orb.Point) []int32 {
	odd := map[int32]bool{}
	b.runs.Search(p, [2]float64{math.Inf(1), p[1]}, func(_, _ [2]float64, r run) bool {
		for i := r.from; i < r.to; i++ {
			if eastCrosses(p, b.points[i], b.points[i+1]) {
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
