package mesh_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hongxian/tiles/mesh"
)

// wave is a line from north to south with n vertices, as WKT coordinates.
func wave(n int) (points []string) {
	for i := range n + 1 {
		y := 2048 * float64(i) / float64(n)
		points = append(points, fmt.Sprintf("%.0f %.0f", 1024+300*math.Sin(y/90)*math.Sin(math.Pi*y/2048), y))
	}
	return points
}

// Two units share a winding border; after four zooms it is one line with a fraction
// of its vertices, and still one line.
//
//	0      1024     2048
//	┌────────╮───────┐
//	│        ╰──╮    │
//	│   A    ╭──╯ B  │
//	│        ╰╮      │
//	└─────────┴──────┘ 2048
func TestASharedBorderStaysShared(t *testing.T) {
	down := wave(600)
	up := slices.Clone(down)
	slices.Reverse(up)
	r := rules(true, 1, 2)
	m := build(t, r, "POLYGON((0 0,"+strings.Join(down, ",")+",0 2048,0 0))",
		"POLYGON((2048 0,2048 2048,"+strings.Join(up, ",")+",2048 0))")
	before := bordersBetween(m, 1, 2)
	m = coarser(t, m, r, 4)
	after := bordersBetween(m, 1, 2)
	if len(before) != 1 || len(after) != 1 || len(after[0].Points) > len(before[0].Points)/4 || len(after[0].Points) < 5 {
		t.Errorf("%d borders of %d points became %d of %d", len(before), len(before[0].Points), len(after), len(after[0].Points))
	}
	p := cut(t, m)
	p.outside(t, 0, 0, 128, 128)
	if sum := p.area2(1) + p.area2(2); sum != 2*128*128 {
		t.Errorf("A and B cover %d of %d", sum, 2*128*128)
	}
	if a := p.area2(1); math.Abs(float64(a)/(128*128)-1) > 0.02 {
		t.Errorf("A covers %d, half is %d", a, 128*128)
	}
}

func bordersBetween(m *mesh.Mesh, a, b int32) (between []mesh.Border) {
	for _, border := range m.Borders {
		if border.Left == a && border.Right == b || border.Left == b && border.Right == a {
			between = append(between, border)
		}
	}
	return between
}

// A has no vertex where B and C meet; in the division it has one, so that the three
// meet in it at every zoom.
//
//	0     512   1024
//	┌──────┬──────┐
//	│      │  B   │
//	│  A   ├──────┤ 333   no vertex of A here
//	│      │  C   │
//	└──────┴──────┘ 1024
func TestATJunctionGetsItsVertex(t *testing.T) {
	r := rules(true, 1, 2, 3)
	m := build(t, r, "POLYGON((0 0,512 0,512 1024,0 1024,0 0))",
		"POLYGON((512 0,1024 0,1024 333,512 333,512 0))", "POLYGON((512 333,1024 333,1024 1024,512 1024,512 333))")
	if p := cut(t, m); !slices.Contains(p[1][0][0], mesh.Point{X: 512, Y: 333}) {
		t.Errorf("A is %v", p[1])
	}
	for zoom := range 5 {
		p := cut(t, m)
		p.outside(t, 0, 0, 1024>>zoom, 1024>>zoom)
		if got := p.members(); !slices.Equal(got, []int32{1, 2, 3}) {
			t.Errorf("%d zooms up %v are drawn", zoom, got)
		}
		m = coarser(t, m, r, 1)
	}
}

// A hole touches the outline in one point, another unit fills a second hole: outer
// rings wind one way, holes the other, and no ring touches itself.
//
//	0  200   400    600      1000
//	┌────────┬────────────────┐
//	│  A    ╱ ╲     ┌───┐     │    the first hole hangs on the outline at 400
//	│       ╲ ╱     │ B │     │
//	└─────────────────────────┘ 1000
func TestAHoleThatTouchesItsOutline(t *testing.T) {
	r := rules(false, 1, 2)
	m := build(t, r,
		"POLYGON((0 0,400 0,1000 0,1000 1000,0 1000,0 0),(400 0,200 400,400 800,600 400,400 0),(700 300,700 500,900 500,900 300,700 300))",
		"POLYGON((700 300,900 300,900 500,700 500,700 300))")
	for zoom := range 4 {
		p := cut(t, m)
		var holes int
		for _, polygon := range p[1] {
			for i, ring := range polygon {
				if (ringArea2(ring) > 0) != (i == 0) {
					t.Errorf("%d zooms up ring %d of A has the area %d", zoom, i, ringArea2(ring))
				}
				if i > 0 {
					holes++
				}
			}
		}
		// The hole on the outline is part of the outline, or a hole of its own: both are
		// the same ground.
		unit := int64(1) << (2 * zoom)
		if want := int64(2 * (1000*1000 - 160_000 - 40_000)); p.area2(1)*unit != want || p.area2(2)*unit != 2*40_000 || holes == 0 {
			t.Errorf("%d zooms up A covers %d of %d with %d holes, B %d", zoom, p.area2(1)*unit, want, holes, p.area2(2)*unit)
		}
		m = coarser(t, m, r, 1)
	}
}

func ringArea2(r mesh.Ring) (sum int64) {
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += int64(p.X)*int64(q.Y) - int64(q.X)*int64(p.Y)
	}
	return sum
}

// Features that lie on each other are both drawn, or, where a layer should tile, the
// first keeps the ground.
//
//	0   400 600   1000
//	┌────┬───┬────┐
//	│ A  │A+B│  B │
//	└────┴───┴────┘ 500
func TestFeaturesThatLieOnEachOther(t *testing.T) {
	a, b := "POLYGON((0 0,600 0,600 500,0 500,0 0))", "POLYGON((400 0,1000 0,1000 500,400 500,400 0))"
	both := cut(t, build(t, rules(false, 1, 2), a, b))
	if both.area2(1) != 2*300_000 || both.area2(2) != 2*300_000 {
		t.Errorf("A covers %d, B %d, want %d each", both.area2(1), both.area2(2), 2*300_000)
	}
	first := cut(t, build(t, rules(true, 1, 2), a, b))
	if first.area2(1) != 2*300_000 || first.area2(2) != 2*200_000 {
		t.Errorf("where a layer tiles, A covers %d, B %d", first.area2(1), first.area2(2))
	}
	first.outside(t, 0, 0, 1000, 500)
}

// Dissolved, neighbours of a class have no border between them.
func TestDissolveLeavesBordersOfClasses(t *testing.T) {
	m := build(t, rules(true, 1, 1, 2), "POLYGON((0 0,400 0,400 500,0 500,0 0))",
		"POLYGON((400 0,800 0,800 500,400 500,400 0))", "POLYGON((800 0,1000 0,1000 500,800 500,800 0))")
	d := m.Dissolve(2, func(f int32) int32 { return []int32{1, 1, 2}[f-1] })
	if p := cut(t, d); p.area2(1) != 2*400_000 || p.area2(2) != 2*100_000 || len(p[1]) != 1 || len(p[1][0]) != 1 {
		t.Errorf("%v", p)
	}
	if len(bordersBetween(d, 1, 1)) > 0 || len(bordersBetween(d, 1, 2)) != 1 || len(bordersBetween(m, 1, 2)) != 1 {
		t.Errorf("%+v became %+v", m.Borders, d.Borders)
	}
}
