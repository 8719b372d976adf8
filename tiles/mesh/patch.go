package mesh

import (
	"cmp"
	"math"
	"slices"
)

// patch (碎块) is a part of a division that hangs together and lies by itself: an
// island of one or more regions in another, or a hole.
type patch struct {
	borders  []int32
	low, top Point
	inner    int32 // the region that fills most of it
	outer    int32 // the region around it
	area2    int64 // twice the area of all it holds
	nested   bool
}

// dust turns patches too small to draw into squares of the same area altogether.
type dust struct {
	unit    int32           // side of the smallest square step, in the borders' units
	least   int64           // smallest square's side in steps
	most    int64           // largest square's side in steps
	owed    map[int32]int64 // by surroundings: twice the area not drawn yet
	filed   *cells[segment]
	placed  map[Point][][2]Point // squares by coarse place
	out     []Border
	squares int
}

// largestSquare bounds a square's side, in steps, unless the smallest is larger.
const largestSquare = 8

// squares replaces the patches smaller than least2 (twice an area). A patch is
// drawn as a square when it and those before it, from place to place, make up at
// least side² steps; its corners lie on the next zoom's grid, of step units.
func squares(borders []Border, least2 int64, side int64, step int32) (out []Border, drawn int) {
	patches := patchesOf(borders)
	small := patches[:0]
	drop := make([]bool, len(borders))
	for _, p := range patches {
		if p.area2 < least2 {
			small = append(small, p)
			for _, i := range p.borders {
				drop[i] = true
			}
		}
	}
	if len(small) == 0 {
		return borders, 0
	}
	d := &dust{unit: step, least: side, most: max(side, largestSquare), owed: map[int32]int64{}, placed: map[Point][][2]Point{}}
	for i, b := range borders {
		if !drop[i] {
			d.out = append(d.out, b)
		}
	}
	d.file(segmentsOf(d.out))
	nest(small)
	slices.SortFunc(small, func(a, b patch) int {
		return cmp.Or(cmp.Compare(interleave(a.low), interleave(b.low)), cmp.Compare(a.borders[0], b.borders[0]))
	})
	for _, p := range small {
		if !p.nested {
			d.place(p, borders[p.borders[0]].Points[0])
		}
	}
	return d.out, d.squares
}

// patchesOf finds the parts that hang together.
func patchesOf(borders []Border) []patch {
	nodes := newIDs(len(borders))
	for _, b := range borders {
		nodes.of(b.Points[0])
		nodes.of(b.Points[len(b.Points)-1])
	}
	root := make([]int32, nodes.n)
	for i := range root {
		root[i] = int32(i)
	}
	find := func(n int32) int32 {
		for root[n] != n {
			root[n] = root[root[n]]
			n = root[n]
		}
		return n
	}
	for _, b := range borders {
		root[find(nodes.of(b.Points[0]))] = find(nodes.of(b.Points[len(b.Points)-1]))
	}
	number := map[int32]int{}
	var patches []patch
	for i, b := range borders {
		r := find(nodes.of(b.Points[0]))
		n, ok := number[r]
		if !ok {
			n = len(patches)
			number[r] = n
			patches = append(patches, patch{low: b.Points[0], top: b.Points[0]})
		}
		patches[n].borders = append(patches[n].borders, int32(i))
	}
	for i := range patches {
		patches[i].measure(borders)
	}
	return patches
}

// measure finds the patch's extent, and which region is around it: the one whose
// area comes out negative.
func (p *patch) measure(borders []Border) {
	areas, origin := map[int32]int64{}, p.low
	for _, i := range p.borders {
		b := borders[i]
		area2 := b.area2(origin)
		areas[b.Left] += area2
		areas[b.Right] -= area2
		for _, q := range b.Points {
			p.low = Point{min(p.low.X, q.X), min(p.low.Y, q.Y)}
			p.top = Point{max(p.top.X, q.X), max(p.top.Y, q.Y)}
		}
	}
	var least, most int64
	for region, area2 := range areas {
		if area2 < least || area2 == least && region < p.outer {
			least, p.outer = area2, region
		}
		if area2 > most || area2 == most && region < p.inner {
			most, p.inner = area2, region
		}
	}
	p.area2 = -least
}

// nest marks patches inside other small ones: they go with them.
func nest(small []patch) {
	slices.SortFunc(small, func(a, b patch) int { return cmp.Compare(a.low.X, b.low.X) })
	for i := range small {
		for j := i + 1; j < len(small) && small[j].low.X <= small[i].top.X; j++ {
			a, b := &small[i], &small[j]
			if contains(*b, *a) {
				a, b = b, a
			}
			if contains(*a, *b) && b.outer != a.outer && !b.nested {
				b.nested = true
				a.area2 -= b.area2
			}
		}
	}
}

func contains(a, b patch) bool {
	return a.low.X <= b.low.X && a.low.Y <= b.low.Y && a.top.X >= b.top.X && a.top.Y >= b.top.Y && a.area2 > b.area2
}

// interleave orders places along a Z-curve.
func interleave(p Point) uint64 {
	var n uint64
	for i := range 31 {
		n |= uint64(uint32(p.X)>>i&1)<<(2*i) | uint64(uint32(p.Y)>>i&1)<<(2*i+1)
	}
	return n
}

func (d *dust) file(segments []segment) {
	shift := cellShift(segments, 4)
	d.filed = newCells[segment](shift, 2*len(segments))
	for _, s := range segments {
		along(s.a, s.b, 0, shift, d.filed.count)
	}
	d.filed.layOut()
	for _, s := range segments {
		along(s.a, s.b, 0, shift, func(cx, cy int32) { d.filed.put(cx, cy, s) })
	}
}

// place draws the patch as a square over one of its points, if that is worth one
// and nothing else lies there; else its area is owed to the next.
func (d *dust) place(p patch, at Point) {
	d.owed[p.outer] += p.area2
	step2 := 2 * int64(d.unit) * int64(d.unit)
	side := min(int64(math.Sqrt(float64(d.owed[p.outer]/step2))), d.most)
	if side < d.least {
		return
	}
	u := d.unit
	low := Point{(at.X/u - int32(side-1)/2) * u, (at.Y/u - int32(side-1)/2) * u}
	top := Point{low.X + int32(side)*u, low.Y + int32(side)*u}
	if d.taken(low, top) {
		return
	}
	d.owed[p.outer] -= side * side * step2
	d.squares++
	for _, c := range d.coarse(low, top) {
		d.placed[c] = append(d.placed[c], [2]Point{low, top})
	}
	d.out = append(d.out, Border{Left: p.inner, Right: p.outer,
		Points: []Point{low, {top.X, low.Y}, top, {low.X, top.Y}, low}})
}

// taken reports whether a border or another square comes near the box.
func (d *dust) taken(low, top Point) bool {
	low, top = Point{low.X - d.unit, low.Y - d.unit}, Point{top.X + d.unit, top.Y + d.unit}
	for cy := low.Y >> d.filed.shift; cy <= top.Y>>d.filed.shift; cy++ {
		for cx := low.X >> d.filed.shift; cx <= top.X>>d.filed.shift; cx++ {
			for _, s := range d.filed.at(cx, cy) {
				if meets(s, low, top) {
					return true
				}
			}
		}
	}
	for _, c := range d.coarse(low, top) {
		for _, q := range d.placed[c] {
			if q[0].X <= top.X && q[1].X >= low.X && q[0].Y <= top.Y && q[1].Y >= low.Y {
				return true
			}
		}
	}
	return false
}

// coarse gives the places, one or more, that a box is filed under.
func (d *dust) coarse(low, top Point) []Point {
	size := 2 * int32(d.most) * d.unit
	var at []Point
	for y := low.Y / size; y <= top.Y/size; y++ {
		for x := low.X / size; x <= top.X/size; x++ {
			at = append(at, Point{x, y})
		}
	}
	return at
}

// meets reports whether a segment touches a box.
func meets(s segment, low, top Point) bool {
	if s.b.X < low.X || s.a.X > top.X || max(s.a.Y, s.b.Y) < low.Y || min(s.a.Y, s.b.Y) > top.Y {
		return false
	}
	var left, right bool
	for _, c := range [4]Point{low, {top.X, low.Y}, top, {low.X, top.Y}} {
		side := cross(s.a, s.b, c)
		left, right = left || side >= 0, right || side <= 0
	}
	return left && right
}
