package schematic

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// An edge is drawn as a graph over the straight line between its corners:
//
//	       site                 The bends stay inside the two triangles (corner,
//	      ·    ·                corner, site), at no more than half the smallest
//	    ·   _    ·              of the angles θ, so edges of other triangles are
//	  θ·__/  \____·θ            never met. Finer points stray from the bent line
//	p ·      \__/   · q         by a small angle (slack) of what is left.
//	    ·        ·
//	       site
const (
	widestBend  = 50 * math.Pi / 180 // θ is cut off here
	widestSlack = 7 * math.Pi / 180
)

// bendEdge draws an edge's bends and the slack left to finer points.
func (m *mesh) bendEdge(e int) {
	p, q := m.ends(e)
	theta := widestBend
	for _, c := range [2]int{e / 3, m.neighbour(e/3, e%3)} {
		theta = min(theta, angle(p, q, m.site[c]), angle(q, p, m.site[c]))
	}
	dx, dy := q[0]-p[0], q[1]-p[1]
	for i := range bends {
		t := float64(i+1) / (bends + 1)
		d := math.Tan(theta/2) * min(t, 1-t) * m.seed.at(purposeEdge, e, i)
		m.bend[e*bends+i] = round(orb.Point{p[0] + t*dx - d*dy, p[1] + t*dy + d*dx})
	}
	m.slack[e] = min(widestSlack, theta/5)
}

// angle at a between b and c, in radians.
func angle(a, b, c orb.Point) float64 {
	ux, uy, vx, vy := b[0]-a[0], b[1]-a[1], c[0]-a[0], c[1]-a[1]
	return math.Abs(math.Atan2(ux*vy-uy*vx, ux*vx+uy*vy))
}

// appendEdge adds an edge's points to dst without the last corner, in its own
// direction or backwards.
func (m *mesh) appendEdge(dst []orb.Point, e int, backwards bool) []orb.Point {
	p, q := m.ends(e)
	start := len(dst)
	from := p
	for i := 0; i <= bends; i++ {
		to := q
		if i < bends {
			to = m.bend[e*bends+i]
		}
		dst = append(dst, from)
		if m.fine[e] && m.detail > 1 {
			dst = m.appendFine(dst, [2]orb.Point{from, to}, e, i)
		}
		from = to
	}
	if backwards {
		dst = append(dst, q)
		slices.Reverse(dst[start:])
		dst = dst[:len(dst)-1]
	}
	return dst
}

// appendFine adds the detail-1 points inside piece i of an edge. Their offsets are
// antisymmetric about the middle of the piece, so detail does not change areas.
func (m *mesh) appendFine(dst []orb.Point, piece [2]orb.Point, e, i int) []orb.Point {
	p, q := piece[0], piece[1]
	dx, dy := q[0]-p[0], q[1]-p[1]
	width := math.Tan(m.slack[e])
	for j := 1; j < m.detail; j++ {
		t := float64(j) / float64(m.detail)
		half, sign := t, 1.0
		if 2*j > m.detail {
			half, sign = float64(m.detail-j)/float64(m.detail), -1
		}
		d := 0.0
		if 2*j != m.detail {
			d = sign * width * half * m.wander(e*(bends+1)+i, half)
		}
		dst = append(dst, round(orb.Point{p[0] + t*dx - d*dy, p[1] + t*dy + d*dx}))
	}
	return dst
}

// wander is fractal noise in [-1, 1] along half a piece, 0 ≤ t ≤ ½.
func (m *mesh) wander(piece int, t float64) float64 {
	a := m.seed.value(purposeFine, t*6, float64(3*piece))
	b := m.seed.value(purposeFine, t*27, float64(3*piece+1))
	return 0.65*a + 0.35*b
}
