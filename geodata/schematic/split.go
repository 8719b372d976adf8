package schematic

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// split cuts a set of cells into n parts whose boundaries run along mesh edges
// while there are cells enough, and then across cells (cutCell). The parts cover
// the set without gap or overlap.
func (r *region) split(cells []int, n int) (parts []orb.MultiPolygon) {
	if n <= len(cells) {
		for _, group := range r.m.groups(cells, n) {
			parts = append(parts, r.dissolve(group))
		}
		return parts
	}
	for i, c := range cells {
		share := n*(i+1)/len(cells) - n*i/len(cells)
		for _, p := range r.m.cutCell(c, share) {
			parts = append(parts, orb.MultiPolygon{p})
		}
	}
	return parts
}

// groups halves a set of cells across its longer extent until there are n of
// them, none empty.
func (m *mesh) groups(cells []int, n int) [][]int {
	if n == 1 {
		return [][]int{cells}
	}
	sorted := slices.Clone(cells)
	axis := m.longerAxis(cells)
	slices.SortFunc(sorted, func(a, b int) int {
		switch d := m.site[a][axis] - m.site[b][axis]; {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return a - b
	})
	first := n / 2
	cut := len(sorted) * first / n // at least first, and leaves n-first
	left, right := sorted[:cut], sorted[cut:]
	slices.Sort(left)
	slices.Sort(right)
	return append(m.groups(left, first), m.groups(right, n-first)...)
}

func (m *mesh) longerAxis(cells []int) int {
	bound := m.site[cells[0]].Bound()
	for _, c := range cells {
		bound = bound.Extend(m.site[c])
	}
	if bound.Max[0]-bound.Min[0] > bound.Max[1]-bound.Min[1] {
		return 0
	}
	return 1
}

// cutCell cuts one cell into n parts that meet at spokes from its centre to its
// corners:
//
//	  ___        up to six parts: whole sectors;
//	 /\ /\       more: sectors cut by lines parallel to their edge
//	/__X__\      in their inner half, where no edge comes
//	\ / \ /
//	 \/_\/
func (m *mesh) cutCell(c, n int) (parts []orb.Polygon) {
	if n <= 6 {
		for i := range n {
			parts = append(parts, orb.Polygon{m.wedge(c, 6*i/n, 6*(i+1)/n)})
		}
		return parts
	}
	var cuts [6][]float64
	for d := range cuts {
		strips := n / 6
		if d < n%6 {
			strips++
		}
		cuts[d] = cutFractions(strips)
	}
	for d := range cuts {
		// Points that a neighbouring sector puts on a shared spoke are this
		// sector's points too, or rounding would open gaps between them.
		right := union(cuts[d], cuts[(d+5)%6])
		left := union(cuts[d], cuts[(d+1)%6])
		for i := 1; i < len(cuts[d]); i++ {
			parts = append(parts, orb.Polygon{m.strip(side{c, d}, cuts[d][i-1:i+1], right, left)})
		}
	}
	return parts
}

// cutFractions are a sector's cuts as fractions of its spokes from the centre,
// 0 and 1 among them; inner cuts enclose equal areas.
func cutFractions(strips int) []float64 {
	f := []float64{0}
	for i := 1; i < strips; i++ {
		f = append(f, 0.5*math.Sqrt(float64(i)/float64(strips-1)))
	}
	return append(f, 1)
}

func union(a, b []float64) []float64 {
	u := append(slices.Clone(a), b...)
	slices.Sort(u)
	return slices.Compact(u)
}

// wedge is the ring of a cell's sectors from first up to last, not included.
func (m *mesh) wedge(c, first, last int) (ring orb.Ring) {
	if last-first < 6 {
		ring = append(ring, m.spoke(c, first, 0))
	}
	for d := first; d < last; d++ {
		edge, backwards := m.edgeOf(c, d)
		ring = m.appendEdge(ring, edge, backwards)
	}
	if last-first < 6 {
		ring = append(ring, m.spoke(c, last, 1))
	}
	return append(ring, ring[0])
}

// spoke is the point at a fraction of the way from a cell's centre to the corner
// at which edge d starts.
func (m *mesh) spoke(c, d int, fraction float64) orb.Point {
	p, q := m.site[c], m.corner[m.cornerOf(c, (d+5)%6)]
	if fraction == 1 {
		return q
	}
	return round(orb.Point{p[0] + fraction*(q[0]-p[0]), p[1] + fraction*(q[1]-p[1])})
}

// strip is the part of a sector between two cuts: out along the right spoke, over
// the edge or the outer cut, and in along the left one.
func (m *mesh) strip(s side, between, right, left []float64) (ring orb.Ring) {
	low, high := between[0], between[1]
	for _, f := range right {
		if f >= low && f <= high && f < 1 {
			ring = append(ring, m.spoke(s.cell, s.direction, f))
		}
	}
	if high == 1 {
		edge, backwards := m.edgeOf(s.cell, s.direction)
		ring = m.appendEdge(ring, edge, backwards)
	}
	for _, f := range slices.Backward(left) {
		if f >= low && f <= high && f > 0 {
			ring = append(ring, m.spoke(s.cell, s.direction+1, f))
		}
	}
	return append(ring, ring[0])
}
