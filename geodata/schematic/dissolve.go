package schematic

import (
	"slices"

	"github.com/paulmach/orb"
)

// region dissolves sets of cells into polygons. Its marks are reused, so one
// region serves one goroutine.
type region struct {
	m    *mesh
	mark []int32 // 0: outside the set; otherwise 1 + number of the component
}

func newRegion(m *mesh) *region {
	return &region{m: m, mark: make([]int32, len(m.site))}
}

// components splits a set of cells into connected ones, in the order of the
// first cell of each.
func (r *region) components(cells []int) (parts [][]int) {
	r.set(cells, -1)
	for _, c := range cells {
		if r.mark[c] != -1 {
			continue
		}
		n := int32(len(parts) + 1)
		part := []int{c}
		r.mark[c] = n
		for i := 0; i < len(part); i++ {
			for d := range 6 {
				if k := r.m.neighbour(part[i], d); r.mark[k] == -1 {
					r.mark[k] = n
					part = append(part, k)
				}
			}
		}
		slices.Sort(part)
		parts = append(parts, part)
	}
	r.set(cells, 0)
	return parts
}

func (r *region) set(cells []int, v int32) {
	for _, c := range cells {
		r.mark[c] = v
	}
}

// dissolve gives the set's outline: a polygon for each connected component, its
// holes with it, exteriors counter-clockwise.
func (r *region) dissolve(cells []int) orb.MultiPolygon {
	parts := r.components(cells)
	out := make(orb.MultiPolygon, len(parts))
	for i, part := range parts {
		r.set(part, 1)
		out[i] = r.outline(part)
		r.set(part, 0)
	}
	return out
}

// side is a cell's edge in a direction.
type side struct{ cell, direction int }

// outline traces the rings of one connected component whose cells are marked.
func (r *region) outline(part []int) orb.Polygon {
	from := map[int]side{} // by the corner it starts from: one at each corner
	var sides []side
	for _, c := range part {
		for d := range 6 {
			if r.mark[r.m.neighbour(c, d)] == 0 {
				from[r.m.cornerOf(c, (d+5)%6)] = side{c, d}
				sides = append(sides, side{c, d})
			}
		}
	}
	var polygon orb.Polygon
	for _, s := range sides {
		start := r.m.cornerOf(s.cell, (s.direction+5)%6)
		if _, untraced := from[start]; untraced {
			polygon = append(polygon, r.trace(from, start))
		}
	}
	for i, ring := range polygon { // the only counter-clockwise one is the exterior
		if planeArea(ring) > 0 {
			polygon[0], polygon[i] = polygon[i], polygon[0]
			break
		}
	}
	return polygon
}

// trace follows sides from a corner until it closes, and takes them out.
func (r *region) trace(from map[int]side, corner int) (ring orb.Ring) {
	for {
		s, ok := from[corner]
		if !ok {
			return append(ring, ring[0])
		}
		delete(from, corner)
		edge, backwards := r.m.edgeOf(s.cell, s.direction)
		ring = r.m.appendEdge(ring, edge, backwards)
		corner = r.m.cornerOf(s.cell, s.direction)
	}
}

// planeArea is the signed area in the plane, about the ring's first point.
func planeArea(r orb.Ring) (twice float64) {
	o := r[0]
	for i := 1; i < len(r); i++ {
		twice += (r[i-1][0]-o[0])*(r[i][1]-o[1]) - (r[i][0]-o[0])*(r[i-1][1]-o[1])
	}
	return twice / 2
}

// total is the ellipsoidal area of a set of cells, m².
func (m *mesh) total(cells []int) (sum float64) {
	for _, c := range cells {
		sum += m.area[c]
	}
	return sum
}
