package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"hongxian/tiles/mesh"
)

// Slim triangles thrown on each other cross in all ways, through each other's corners
// and along each other's edges: whatever is rounded and simplified, borders meet in
// common ends only, or do not meet.
func TestBordersNeverCross(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1993))
	for range 40 {
		var shapes []string
		var classes []int32
		for i := range 25 {
			x, y := random.IntN(300), random.IntN(300)
			shapes = append(shapes, fmt.Sprintf("POLYGON((%d %d,%d %d,%d %d,%d %d))", x, y,
				x+random.IntN(200)-100, y+random.IntN(200)-100, x+random.IntN(20), y+random.IntN(20), x, y))
			classes = append(classes, int32(i+1))
		}
		r := rules(false, classes...)
		m := build(t, r, shapes...)
		for range 4 {
			checkBorders(t, m)
			cut(t, m)
			m = coarser(t, m, r, 1)
		}
		if t.Failed() {
			t.Fatalf("drawn: %v", shapes)
		}
	}
}

// checkBorders compares all pieces of all borders with each other.
func checkBorders(t *testing.T, m *mesh.Mesh) {
	t.Helper()
	var pieces []edge
	for _, b := range m.Borders {
		for i := 1; i < len(b.Points); i++ {
			pieces = append(pieces, edge{b.Points[i-1], b.Points[i]})
		}
	}
	for i, e := range pieces {
		for _, f := range pieces[i+1:] {
			for _, on := range [4]bool{inner(e, f[0]), inner(e, f[1]), inner(f, e[0]), inner(f, e[1])} {
				if on {
					t.Errorf("zoom %d: an end of %v or %v lies on the other", m.Zoom, e, f)
				}
			}
			if sideOf(e, f[0])*sideOf(e, f[1]) < 0 && sideOf(f, e[0])*sideOf(f, e[1]) < 0 {
				t.Errorf("zoom %d: %v crosses %v", m.Zoom, e, f)
			}
			if e == f || e[0] == f[1] && e[1] == f[0] {
				t.Errorf("zoom %d: %v is there twice", m.Zoom, e)
			}
		}
	}
}

// inner reports whether a point lies on an edge, other than in its ends.
func inner(e edge, p mesh.Point) bool {
	return p != e[0] && p != e[1] && sideOf(e, p) == 0 &&
		min(e[0].X, e[1].X) <= p.X && p.X <= max(e[0].X, e[1].X) && min(e[0].Y, e[1].Y) <= p.Y && p.Y <= max(e[0].Y, e[1].Y)
}

// sideOf is 1 for points on one side of an edge's line, -1 for the other, 0 on it.
func sideOf(e edge, p mesh.Point) int {
	c := int64(e[1].X-e[0].X)*int64(p.Y-e[0].Y) - int64(e[1].Y-e[0].Y)*int64(p.X-e[0].X)
	switch {
	case c > 0:
		return 1
	case c < 0:
		return -1
	}
	return 0
}

// A needle pokes into a bump of the border between two units: the bump is small enough
// to go, but stays, for the needle would reach across.
//
//	       1000
//	   B    ╱╲
//	───────╯╱╲╰─────── 1000   the bump's top is at 996, the needle's tip at 998
//	   A   ╱ N╲
//	      ──────     1100
func TestANeedleKeepsABump(t *testing.T) {
	const needle = "1000 998,1010 1100,990 1100,1000 998"
	r := rules(false, 1, 2, 3)
	m := build(t, r, "POLYGON((0 1000,992 1000,1000 996,1008 1000,2000 1000,2000 2000,0 2000,0 1000),("+needle+"))",
		"POLYGON((0 0,2000 0,2000 1000,1008 1000,1000 996,992 1000,0 1000,0 0))", "POLYGON(("+needle+"))")
	m = coarser(t, m, r, 1)
	checkBorders(t, m)
	if p := cut(t, m); !slices.Contains(p[1][0][0], mesh.Point{X: 500, Y: 498}) || p.area2(3) != 2*20*102/2/4 {
		t.Errorf("A is %v, N %v", p[1], p[3])
	}
	without := coarser(t, build(t, r, "POLYGON((0 1000,992 1000,1000 996,1008 1000,2000 1000,2000 2000,0 2000,0 1000))"), r, 1)
	if p := cut(t, without); slices.Contains(p[1][0][0], mesh.Point{X: 500, Y: 498}) {
		t.Errorf("without a needle A is %v", p[1])
	}
}
