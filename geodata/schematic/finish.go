package schematic

import (
	"math"

	"github.com/paulmach/orb"
)

// finish takes the honeycomb out of the borders and then brings the areas to the
// published figures. Which cell belongs to what is decided; only a few cells at
// the rim of the red line may still change sides.
func (z *zoning) finish() {
	z.relax()
	for range 2 {
		z.scaleBy(math.Sqrt(countyArea / z.total(z.cells)))
	}
	z.settle()
}

// borderEdges lists the edges at which any layer's class changes.
func (z *zoning) borderEdges() (edges []int) {
	classes := z.classes()
	for _, c := range z.cells {
		for d := range 6 {
			k := z.neighbour(c, d)
			if z.inside[k] && k < c { // seen from the other cell
				continue
			}
			for _, class := range classes {
				if class(c) != class(k) {
					edge, _ := z.edgeOf(c, d)
					edges = append(edges, edge)
					break
				}
			}
		}
	}
	return edges
}

// classes are what the layers say of a cell.
func (z *zoning) classes() (list []func(c int) int) {
	for _, a := range [][]int8{z.township, z.urban, z.scenic, z.red, z.redThen} {
		list = append(list, func(c int) int { return int(a[c]) })
	}
	for _, a := range z.zones {
		list = append(list, a.classes(z.blank()))
	}
	return append(list,
		func(c int) int { return int(z.unit[c]) },
		func(c int) int {
			if z.farmland[c] {
				return 1
			}
			return 0
		})
}

// classes says for each cell whether it is in the core, the general zone or neither.
func (a zone) classes(blank []int8) func(c int) int {
	for _, c := range a.core {
		blank[c] = 0
	}
	for _, c := range a.general {
		blank[c] = 1
	}
	return func(c int) int { return int(blank[c]) }
}

// relax draws every corner that one border passes towards the middle of the next
// corners along it, but never out of the triangle of its three cells' centres, so
// that edges still cannot cross.
func (z *zoning) relax() {
	links := make([][]int, len(z.corner))
	for _, e := range z.borderEdges() {
		c, d := e/3, e%3
		p, q := z.cornerOf(c, (d+5)%6), z.cornerOf(c, d)
		links[p], links[q] = append(links[p], q), append(links[q], p)
	}
	for range 4 {
		next := append([]orb.Point(nil), z.corner...)
		for k, l := range links {
			if len(l) == 2 {
				a, b := z.corner[l[0]], z.corner[l[1]]
				next[k] = z.towards(k, orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2})
			}
		}
		z.corner = next
	}
	z.roughen()
	z.draw()
}

// roughen shifts every corner a little, for borders are not smooth either.
func (z *zoning) roughen() {
	for k := range z.corner {
		if c := k / 2; !z.nearEdgeOfLattice(c) {
			sin, cos := math.Sincos(math.Pi * z.seed.at(purposeEdge, k, 0))
			r := spacing * 0.3 * z.seed.at(purposeEdge, k, 1)
			p := z.corner[k]
			z.corner[k] = z.towards(k, orb.Point{p[0] + r*cos, p[1] + r*sin})
		}
	}
}

// towards moves a corner up to three fifths of the way to a point.
func (z *zoning) towards(corner int, to orb.Point) orb.Point {
	c := corner / 2
	sites := [3]orb.Point{z.site[c], z.site[z.neighbour(c, northEast)], z.site[z.neighbour(c, east)]}
	if corner%2 == 1 {
		sites[2] = z.site[z.neighbour(c, northWest)]
	}
	p := z.corner[corner]
	for share := 0.6; share > 0.05; share /= 2 {
		q := orb.Point{p[0] + share*(to[0]-p[0]), p[1] + share*(to[1]-p[1])}
		if wellInside(q, sites) {
			return round(q)
		}
	}
	return p
}

// wellInside reports whether each corner of a triangle weighs at least a seventh
// in a point (barycentric coordinates).
func wellInside(p orb.Point, t [3]orb.Point) bool {
	cross := func(a, b, c orb.Point) float64 { return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0]) }
	whole := cross(t[0], t[1], t[2])
	for i := range t {
		if cross(p, t[(i+1)%3], t[(i+2)%3])/whole < 1./7 {
			return false
		}
	}
	return true
}

// scaleBy enlarges the mesh about the middle of its lattice.
func (m *mesh) scaleBy(factor float64) {
	middle := orb.Point{originEast + spacing*latticeCols/2, originNorth + spacing*latticeRows*math.Sqrt(3)/4}
	for _, points := range [][]orb.Point{m.site, m.corner} {
		for i, p := range points {
			points[i] = orb.Point{middle[0] + factor*(p[0]-middle[0]), middle[1] + factor*(p[1]-middle[1])}
		}
	}
	for i, p := range m.corner {
		m.corner[i] = round(p)
	}
	m.draw()
}
