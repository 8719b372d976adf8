package schematic

import (
	"math"

	"github.com/paulmach/orb"
)

// mesh is a honeycomb with jittered centres: every corner joins exactly three
// cells and every edge parts exactly two.
//
//	 NW ___ NE        corners of a cell, counter-clockwise:
//	   /   \            corner i lies between neighbours i and i+1;
//	W |  c  | E         edge i, towards neighbour i, runs from
//	   \___/            corner i-1 to corner i
//	 SW     SE
//
// Because three cells meet at a corner, the outline of any set of cells passes
// each corner once: dissolved regions never touch themselves at a point, and
// every ring is simple. An edge's finer points are drawn once, inside the two
// triangles it spans with its cells' centres, so edges never cross and all layers
// that use an edge share its points exactly.
type mesh struct {
	seed       seed
	cols, rows int
	site       []orb.Point // a cell's centre
	corner     []orb.Point // two for each cell, see corners
	slack      []float64   // by edge, three for each cell: half-angle in radians that finer points may stray by
	area       []float64   // ellipsoidal area of a cell, m²
	fine       []bool      // edges that take detail points
	detail     int         // pieces that a fine edge is cut into
}

const (
	spacing = 380.0 // metres between neighbouring centres
	jitter  = 0.27  // of the spacing
	// origin of the lattice, far enough out for a margin on all sides.
	originEast, originNorth = 359000.0, 3401000.0
	latticeCols             = 176
	latticeRows             = 263
)

// The directions of a cell's neighbours.
const (
	east = iota
	northEast
	northWest
	west
	southWest
	southEast
)

// newMesh lays the lattice.
func newMesh(s seed) *mesh {
	m := &mesh{seed: s, cols: latticeCols, rows: latticeRows, detail: 1}
	n := m.cols * m.rows
	m.site = make([]orb.Point, n)
	m.corner = make([]orb.Point, 2*n)
	m.slack = make([]float64, 3*n)
	m.fine = make([]bool, 3*n)
	for c := range n {
		r, k := c/m.cols, c%m.cols
		angle := math.Pi * s.at(purposeJitter, c, 0)
		radius := spacing * jitter * math.Sqrt(math.Abs(s.at(purposeJitter, c, 1)))
		x := originEast + spacing*(float64(k)+0.5*float64(r&1)) + radius*math.Cos(angle)
		y := originNorth + spacing*float64(r)*math.Sqrt(3)/2 + radius*math.Sin(angle)
		m.site[c] = orb.Point{x, y}
	}
	for c := range n {
		if !m.edgeOfLattice(c) {
			m.corner[2*c] = m.centroid(c, m.neighbour(c, east), m.neighbour(c, northEast))
			m.corner[2*c+1] = m.centroid(c, m.neighbour(c, northEast), m.neighbour(c, northWest))
		}
	}
	m.draw()
	return m
}

// draw finds how far edges may stray with the corners as they are, and measures
// the cells.
func (m *mesh) draw() {
	for e := range m.slack {
		if !m.nearEdgeOfLattice(e / 3) {
			m.slack[e] = m.room(e)
		}
	}
	m.measureCells()
}

func (m *mesh) edgeOfLattice(c int) bool {
	r, k := c/m.cols, c%m.cols
	return r == 0 || k == 0 || r == m.rows-1 || k == m.cols-1
}

// nearEdgeOfLattice cells have no complete outline; no county reaches them.
func (m *mesh) nearEdgeOfLattice(c int) bool {
	r, k := c/m.cols, c%m.cols
	return r < 2 || k < 2 || r >= m.rows-2 || k >= m.cols-2
}

// neighbour is the cell next to c in a direction.
func (m *mesh) neighbour(c, direction int) int {
	odd := (c / m.cols) & 1
	switch direction {
	case east:
		return c + 1
	case northEast:
		return c + m.cols + odd
	case northWest:
		return c + m.cols + odd - 1
	case west:
		return c - 1
	case southWest:
		return c - m.cols + odd - 1
	default:
		return c - m.cols + odd
	}
}

func (m *mesh) centroid(a, b, c int) orb.Point {
	p, q, r := m.site[a], m.site[b], m.site[c]
	return round(orb.Point{(p[0] + q[0] + r[0]) / 3, (p[1] + q[1] + r[1]) / 3})
}

// round keeps four decimals of a metre, the survey's digits for plane coordinates.
func round(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e4) / 1e4, math.Round(p[1]*1e4) / 1e4}
}

// cornerOf numbers a cell's corner i. A corner belongs to the cell at the left
// end of its triangle's base (2c) or at its lower tip (2c+1).
func (m *mesh) cornerOf(c, i int) int {
	switch i {
	case 0:
		return 2 * c
	case 1:
		return 2*c + 1
	case 2:
		return 2 * m.neighbour(c, west)
	case 3:
		return 2*m.neighbour(c, southWest) + 1
	case 4:
		return 2 * m.neighbour(c, southWest)
	default:
		return 2*m.neighbour(c, southEast) + 1
	}
}

// edgeOf numbers a cell's edge and says whether the cell sees it backwards. An
// edge belongs to its western or southern cell.
func (m *mesh) edgeOf(c, direction int) (edge int, backwards bool) {
	if direction < west {
		return 3*c + direction, false
	}
	return 3*m.neighbour(c, direction) + direction - 3, true
}

// ends are an edge's corners, as its own cell sees them.
func (m *mesh) ends(edge int) (from, to orb.Point) {
	c, d := edge/3, edge%3
	return m.corner[m.cornerOf(c, (d+5)%6)], m.corner[m.cornerOf(c, d)]
}

// measureCells sums each edge's sweep into its two cells.
func (m *mesh) measureCells() {
	m.area = make([]float64, len(m.site))
	var line []orb.Point
	for e := range m.slack {
		if m.nearEdgeOfLattice(e / 3) {
			continue
		}
		_, to := m.ends(e)
		line = append(m.appendEdge(line[:0], e, false), to)
		var s float64
		for i := 1; i < len(line); i++ {
			s += sweep(line[i-1], line[i])
		}
		m.area[e/3] += s
		m.area[m.neighbour(e/3, e%3)] -= s
	}
}
