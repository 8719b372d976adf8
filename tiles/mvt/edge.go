package mvt

import (
	"cmp"
	"slices"

	"hongxian/tiles/mesh"
)

// edge is a ring's edge, its western end first.
type edge struct {
	a, b   mesh.Point
	number int
}

func newEdge(a, b mesh.Point, number int) edge {
	if b.X < a.X || b.X == a.X && b.Y < a.Y {
		a, b = b, a
	}
	return edge{a, b, number}
}

func sortEdges(edges []edge) {
	slices.SortFunc(edges, func(e, f edge) int { return cmp.Compare(e.a.X, f.a.X) })
}

// meets reports a point two edges share, other than the common end of neighbours.
func (e edge) meets(f edge, neighbours bool) (at mesh.Point, bad bool) {
	if max(e.a.Y, e.b.Y) < min(f.a.Y, f.b.Y) || max(f.a.Y, f.b.Y) < min(e.a.Y, e.b.Y) || f.b.X < e.a.X {
		return at, false
	}
	s1, s2 := turn(e.a, e.b, f.a), turn(e.a, e.b, f.b)
	s3, s4 := turn(f.a, f.b, e.a), turn(f.a, f.b, e.b)
	if neighbours {
		// They share one end; only lying on each other is a fault.
		return e.b, s1 == 0 && s2 == 0 && (e.a == f.a || e.b == f.b)
	}
	if s1*s2 < 0 && s3*s4 < 0 {
		return e.b, true
	}
	for _, c := range []struct {
		side    int
		p, a, b mesh.Point
	}{{s1, f.a, e.a, e.b}, {s2, f.b, e.a, e.b}, {s3, e.a, f.a, f.b}, {s4, e.b, f.a, f.b}} {
		if c.side == 0 && c.p.X >= c.a.X && c.p.X <= c.b.X && c.p.Y >= min(c.a.Y, c.b.Y) && c.p.Y <= max(c.a.Y, c.b.Y) {
			return c.p, true
		}
	}
	return at, false
}

func turn(a, b, c mesh.Point) int {
	return cmp.Compare(int64(b.X-a.X)*int64(c.Y-a.Y), int64(b.Y-a.Y)*int64(c.X-a.X))
}
