package intake

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Most boundaries are sound beyond doubt: one ring whose edges keep a distance from
// each other that no projection bridges. They are told here, in a fraction of the time
// that a proof of validity takes; whatever is not sure is examined by PostGIS.

// bow bounds how far an edge that is straight in one reference system departs from
// straightness in another, as a share of its length squared, in metres: four times
// what it is in the Gauss-Krüger plane at 31° N.
const bow = 5e-8

// leastGap is what edges must be apart at least, in metres, beyond the bow: far above
// the rounding of coordinates.
const leastGap = 0.001

// leastTurn is the smallest angle between two edges that meet, in radians: far above
// the angle that an edge's bow makes at its end.
const leastTurn = 0.01

// soundness tells sound polygons. It keeps its memory from one to the next.
type soundness struct {
	metre  float64 // a metre in units of the coordinates, where they are widest
	narrow float64 // where they are narrowest, as a share of that
	placed []placedEdge
}

type placedEdge struct {
	orb.Bound
	number int
}

// sure says that a polygon is valid, and is so in the measuring plane too. False only
// says that it is not sure.
func (s *soundness) sure(g orb.Geometry) bool {
	ring, ok := onlyRing(g)
	if !ok || len(ring) < 4 {
		return false
	}
	longest := s.place(ring)
	if longest < 0 {
		return false
	}
	metres := longest / s.metre
	gap := (leastGap + 2*bow*metres*metres) * s.metre / s.narrow
	if bow*metres*4 > leastTurn {
		return false
	}
	slices.SortFunc(s.placed, func(a, b placedEdge) int { return cmp.Compare(a.Min[0], b.Min[0]) })
	for i, a := range s.placed {
		for _, b := range s.placed[i+1:] {
			if b.Min[0] > a.Max[0]+gap {
				break
			}
			if b.Min[1] <= a.Max[1]+gap && b.Max[1] >= a.Min[1]-gap && !apart(ring, a.number, b.number, gap) {
				return false
			}
		}
	}
	return true
}

// onlyRing is the ring of a polygon that has no other.
func onlyRing(g orb.Geometry) (orb.Ring, bool) {
	switch g := g.(type) {
	case orb.Polygon:
		if len(g) == 1 {
			return g[0], true
		}
	case orb.MultiPolygon:
		if len(g) == 1 && len(g[0]) == 1 {
			return g[0][0], true
		}
	}
	return nil, false
}

// place lists the edges with their boxes; it gives the longest one's length, negative
// where one has none.
func (s *soundness) place(ring orb.Ring) float64 {
	s.placed = s.placed[:0]
	longest := 0.0
	for i := range len(ring) - 1 {
		a, b := ring[i], ring[i+1]
		if a == b {
			return -1
		}
		longest = max(longest, math.Abs(a[0]-b[0])+math.Abs(a[1]-b[1]))
		s.placed = append(s.placed, placedEdge{orb.Bound{
			Min: orb.Point{min(a[0], b[0]), min(a[1], b[1])}, Max: orb.Point{max(a[0], b[0]), max(a[1], b[1])}}, i})
	}
	return longest
}

// apart says that two edges of a ring keep the gap, or turn well away from each other
// where they meet.
func apart(ring orb.Ring, i, j int, gap float64) bool {
	if i > j {
		i, j = j, i
	}
	switch {
	case j == i+1:
		return turns(ring[j], ring[i], ring[j+1])
	case i == 0 && j == len(ring)-2:
		return turns(ring[0], ring[1], ring[j])
	}
	a, b, c, d := ring[i], ring[i+1], ring[j], ring[j+1]
	if crossing(a, b, c, d) {
		return false
	}
	return edge{a, b}.off(c) > gap && edge{a, b}.off(d) > gap && edge{c, d}.off(a) > gap && edge{c, d}.off(b) > gap
}

// turns says that the edges from p to a and to b do not lie on each other, nearly.
func turns(p, a, b orb.Point) bool {
	ux, uy, vx, vy := a[0]-p[0], a[1]-p[1], b[0]-p[0], b[1]-p[1]
	dot, cross := ux*vx+uy*vy, ux*vy-uy*vx
	return dot <= 0 || math.Abs(cross) > leastTurn*dot
}

// crossing says that the ends of each edge lie on different sides of the other. Where
// rounding matters an end lies closer to the other edge than any gap.
func crossing(a, b, c, d orb.Point) bool {
	return side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}

func side(a, b, p orb.Point) bool {
	return (b[0]-a[0])*(p[1]-a[1]) > (b[1]-a[1])*(p[0]-a[0])
}
