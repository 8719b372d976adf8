package schematic

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// An edge is straight at scale 1. At scale N it is a graph over the straight line
// between its corners, N pieces long:
//
//	       site
//	      ·    ·                The points stay within a third of the smallest of
//	    ·        ·              the angles θ, so inside the two triangles (corner,
//	  θ·__/\___  ·θ             site, corner): edges of other triangles are never
//	p ·      \/   · q           met, and a graph does not meet itself.
//	    ·        ·
//	       site
const widestSlack = 11 * math.Pi / 180

// room is the angle in radians that an edge's finer points may stray by.
func (m *mesh) room(e int) float64 {
	p, q := m.ends(e)
	theta := 3 * widestSlack
	for _, c := range [2]int{e / 3, m.neighbour(e/3, e%3)} {
		theta = min(theta, angle(p, q, m.site[c]), angle(q, p, m.site[c]))
	}
	return theta / 3
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
	dst = append(dst, p)
	if m.fine[e] {
		dst = m.appendFine(dst, [2]orb.Point{p, q}, e)
	}
	if backwards {
		dst = append(dst, q)
		slices.Reverse(dst[start:])
		dst = dst[:len(dst)-1]
	}
	return dst
}

// appendFine adds the detail-1 points inside an edge. Their offsets are
// antisymmetric about its middle, so detail does not change areas.
func (m *mesh) appendFine(dst []orb.Point, ends [2]orb.Point, e int) []orb.Point {
	p, q := ends[0], ends[1]
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
			d = sign * width * half * m.wander(e, half)
		}
		dst = append(dst, round(orb.Point{p[0] + t*dx - d*dy, p[1] + t*dy + d*dx}))
	}
	return dst
}

// wander is fractal noise in [-1, 1] along half an edge, 0 ≤ t ≤ ½.
func (m *mesh) wander(e int, t float64) float64 {
	sum := 0.5 * m.seed.value(purposeFine, t*7, float64(3*e))
	sum += 0.3 * m.seed.value(purposeFine, t*29, float64(3*e+1))
	return sum + 0.2*m.seed.value(purposeFine, t*113, float64(3*e+2))
}
