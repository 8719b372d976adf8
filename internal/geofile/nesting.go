package geofile

import (
	"math"

	"github.com/paulmach/orb"
)

// samples is how many vertices and as many edge middles vote on whether a ring
// lies in another; touching rings leave some of them on the line.
const samples = 64

// nested makes parts of closed rings: a ring within an odd number of others is a
// hole of the innermost of them. Neither the rings' numbers nor their direction
// count, because writers disagree on both.
//
//	┌─────────────┐  depth 0: a part      ┌───┐  depth 0:
//	│  ┌───────┐  │  depth 1: its hole    │   │  another part
//	│  │ ┌───┐ │  │  depth 2: a part      └───┘
//	│  │ └───┘ │  │
//	│  └───────┘  │
//	└─────────────┘
func nested(rings []orb.Ring) orb.Geometry {
	around := make([][]int, len(rings))
	bounds := make([]orb.Bound, len(rings))
	for i, r := range rings {
		bounds[i] = r.Bound()
	}
	for i, inner := range rings {
		for j, outer := range rings {
			if i != j && within(bounds[i], bounds[j]) && encloses(outer, inner) {
				around[i] = append(around[i], j)
			}
		}
	}
	var parts orb.MultiPolygon
	part := make([]int, len(rings))
	for i, r := range rings {
		if len(around[i])%2 == 0 {
			part[i] = len(parts)
			parts = append(parts, orb.Polygon{r})
		}
	}
	for i, r := range rings {
		if len(around[i])%2 == 0 {
			continue
		}
		owner := innermost(around[i], around)
		parts[part[owner]] = append(parts[part[owner]], r)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}

// innermost is the part that a hole belongs to: of the rings around it the one
// with most rings around itself, and an even number of them.
func innermost(candidates []int, around [][]int) int {
	best := -1
	for _, j := range candidates {
		if len(around[j])%2 == 0 && (best < 0 || len(around[j]) > len(around[best])) {
			best = j
		}
	}
	if best < 0 { // rings that cross each other: whichever, intake refuses them
		return candidates[0]
	}
	return best
}

func within(inner, outer orb.Bound) bool {
	return inner.Min[0] >= outer.Min[0] && inner.Min[1] >= outer.Min[1] && inner.Max[0] <= outer.Max[0] && inner.Max[1] <= outer.Max[1]
}

// encloses takes the vote of inner's vertices and edge middles. Rings that are
// the same do not enclose each other.
func encloses(outer, inner orb.Ring) bool {
	votes := 0
	step := max(1, len(inner)/samples)
	for i := 0; i+1 < len(inner); i += step {
		a, b := inner[i], inner[i+1]
		votes += side(outer, a) + side(outer, orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2})
	}
	return votes > 0
}

// side is 1 for a point inside a ring, -1 outside, 0 on its line.
func side(ring orb.Ring, p orb.Point) int {
	in := -1
	for i := 0; i+1 < len(ring); i++ {
		a, b := ring[i], ring[i+1]
		cross := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
		if cross == 0 && p[0] >= min(a[0], b[0]) && p[0] <= max(a[0], b[0]) && p[1] >= min(a[1], b[1]) && p[1] <= max(a[1], b[1]) {
			return 0
		}
		if (a[1] > p[1]) != (b[1] > p[1]) && (cross > 0) == (b[1] > a[1]) {
			in = -in
		}
	}
	return in
}

// planeArea (平面面积) is the area of a geometry in the plane of its coordinates,
// holes taken off, by the shoelace formula about its first vertex.
func planeArea(g orb.Geometry) float64 {
	var area float64
	polygon := func(p orb.Polygon) {
		for i, r := range p {
			if a := math.Abs(shoelace(r)); i == 0 {
				area += a
			} else {
				area -= a
			}
		}
	}
	switch g := g.(type) {
	case orb.Polygon:
		polygon(g)
	case orb.MultiPolygon:
		for _, p := range g {
			polygon(p)
		}
	}
	return area
}

func shoelace(r orb.Ring) float64 {
	var twice float64
	for i := 0; i+1 < len(r); i++ {
		twice += (r[i][0]-r[0][0])*(r[i+1][1]-r[0][1]) - (r[i+1][0]-r[0][0])*(r[i][1]-r[0][1])
	}
	return twice / 2
}
