package mesh_test

import (
	"slices"
	"testing"
)

// A unit of 3 × 5 units, less than can be drawn, lies between two others: it goes to
// its like, B, though its border with A is the longer.
//
//	0         500  503      1000
//	┌──────────┐┌──┬─────────┐
//	│    A     └┘C │         │   C: 500 to 503, 100 to 105
//	│   优先     ──┘    B     │   of B's class
//	└───────────┴────────────┘ 1000
func TestASmallUnitGoesToItsLike(t *testing.T) {
	const a = "POLYGON((0 0,503 0,503 100,500 100,500 105,503 105,503 1000,0 1000,0 0))"
	const b = "POLYGON((503 0,1000 0,1000 1000,503 1000,503 105,503 100,503 0))"
	const c = "POLYGON((500 100,503 100,503 105,500 105,500 100))"
	r := rules(true, 1, 2, 2)
	p := cut(t, build(t, r, a, b, c))
	p.outside(t, 0, 0, 1000, 1000)
	if got := p.members(); !slices.Equal(got, []int32{1, 2}) {
		t.Errorf("%v are drawn", got)
	}
	if p.area2(1) != 2*(503*1000-15) || p.area2(2) != 2*(497*1000+15) {
		t.Errorf("A covers %d, B %d", p.area2(1), p.area2(2))
	}
	// Of a class of its own, it goes to the longest border: that with A, on three sides.
	p = cut(t, build(t, rules(true, 1, 2, 3), a, b, c))
	if p.area2(1) != 2*503*1000 || p.area2(2) != 2*497*1000 {
		t.Errorf("without its like: A covers %d, B %d", p.area2(1), p.area2(2))
	}
}

// A gap of one unit between two units of a layer that tiles is closed; in another it
// is what it is.
//
//	0      500 501     1000
//	┌────────┐ ┌────────┐
//	│   A    │ │   B    │
//	└────────┘ └────────┘ 1000
func TestANarrowGapIsClosed(t *testing.T) {
	shapes := []string{"POLYGON((0 0,500 0,500 1000,0 1000,0 0))", "POLYGON((501 0,1000 0,1000 1000,501 1000,501 0))",
		"POLYGON((0 1000,1000 1000,1000 1100,0 1100,0 1000))", "POLYGON((0 -50,1000 -50,1000 0,0 0,0 -50))"}
	p := cut(t, build(t, rules(true, 1, 2, 3, 4), shapes...))
	p.outside(t, 0, -50, 1000, 1100)
	if sum := p.area2(1) + p.area2(2); sum != 2*1000*1000 {
		t.Errorf("A and B cover %d of %d", sum, 2*1000*1000)
	}
	p = cut(t, build(t, rules(false, 1, 2, 3, 4), shapes...))
	if sum := p.area2(1) + p.area2(2); sum != 2*999*1000 {
		t.Errorf("in a layer that does not tile they cover %d of %d", sum, 2*999*1000)
	}
}

// Patches too small for the zoom above become squares that make up their area, one
// here and there for several.
//
//	▫  ▫  ▫  ▫
//	▫  ▫  ▫  ▫    64 of 5 × 5 units, 40 apart
//	▫  ▫  ▫  ▫
func TestSmallPatchesBecomeSquares(t *testing.T) {
	var shapes []string
	var classes []int32
	for i := range 64 {
		shapes, classes = append(shapes, box(40*(i%8), 40*(i/8), 5)), append(classes, int32(i+1))
	}
	r := rules(false, classes...)
	m := build(t, r, shapes...)
	if p := cut(t, m); len(p) != 64 {
		t.Fatalf("%d are drawn", len(p))
	}
	m = coarser(t, m, r, 1)
	p, sum := cut(t, m), int64(0)
	for member, polygons := range p {
		if len(polygons) != 1 || len(polygons[0]) != 1 || len(polygons[0][0]) != 4 {
			t.Errorf("%d is %v, no square", member, polygons)
		}
		sum += p.area2(member)
	}
	if want := int64(2 * 64 * 25 / 4); sum < want-8 || sum > want || m.Squares != len(p) || m.Squares < 32 {
		t.Errorf("%d squares cover %d of %d", m.Squares, sum, want)
	}
}

// Thinner makes patches that could be drawn into fewer and larger squares.
func TestThinnerDrawsFewerSquares(t *testing.T) {
	var shapes []string
	var classes []int32
	for i := range 64 {
		shapes, classes = append(shapes, box(40*(i%8), 40*(i/8), 6)), append(classes, 1)
	}
	m := build(t, rules(false, classes...), shapes...).Dissolve(1, func(int32) int32 { return 1 })
	r := rules(false, 1)
	r.Least, r.Square = 4*r.Least, 16
	thin := m.Thinner(r)
	p := cut(t, thin)
	if want := int64(2 * 64 * 36); thin.Squares == 0 || thin.Squares > 64*36/(16*16) || len(p[1]) != thin.Squares || p.area2(1) < want*9/10 || p.area2(1) > want {
		t.Errorf("%d squares cover %d of %d", thin.Squares, p.area2(1), want)
	}
}
