package mesh

import "container/heap"

// simplifier drops vertices from borders without letting any cross.
type simplifier struct {
	points   []Point // of all borders, one after the other
	gone     []bool
	near     *cells[int32] // points by place
	straight map[[2]Point]bool
}

// simplify drops the vertices whose triangle with their neighbours has less than
// most2 (twice an area), the smallest first, unless another vertex lies in it.
// Nodes stay, rings keep three corners, and what goes on one side is made good on
// the other. The borders are given new points.
func simplify(borders []Border, most2 int64) []Border {
	s := &simplifier{straight: map[[2]Point]bool{}}
	n := 0
	for _, b := range borders {
		n += len(b.Points)
		if len(b.Points) == 2 {
			s.straight[ends(b.Points)] = true
		}
	}
	s.points, s.gone = make([]Point, 0, n), make([]bool, n)
	for _, b := range borders {
		s.points = append(s.points, b.Points...)
	}
	s.file(segmentsOf(borders))
	out := make([]Border, len(borders))
	from := 0
	for i, b := range borders {
		to := from + len(b.Points)
		s.thin(from, to, most2, drift(b, most2))
		out[i] = Border{Points: s.left(from, to), Left: b.Left, Right: b.Right}
		from = to
	}
	return out
}

// drift is how far the area beside a border may change on the whole (twice it):
// vertices of a convex shape all go at its cost. A ring keeps its area to a
// thousandth each zoom; what grows on one side of a border between two regions is
// no loss.
func drift(b Border, most2 int64) int64 {
	switch {
	case b.closed():
		area2 := b.area2(b.Points[0])
		return min(most2, max(area2, -area2)/1000)
	case b.Left == 0 || b.Right == 0:
		return most2 / 64
	}
	return 4 * most2
}

func ends(points []Point) [2]Point {
	a, b := points[0], points[len(points)-1]
	if b.before(a) {
		a, b = b, a
	}
	return [2]Point{a, b}
}

func (s *simplifier) file(segments []segment) {
	shift := cellShift(segments, 2)
	s.near = newCells[int32](shift, len(s.points))
	for _, p := range s.points {
		s.near.count(p.X>>shift, p.Y>>shift)
	}
	s.near.layOut()
	for i, p := range s.points {
		s.near.put(p.X>>shift, p.Y>>shift, int32(i))
	}
}

// left copies what has stayed of the points [from, to).
func (s *simplifier) left(from, to int) []Point {
	n := 0
	for i := from; i < to; i++ {
		if !s.gone[i] {
			n++
		}
	}
	out := make([]Point, 0, n)
	for i := from; i < to; i++ {
		if !s.gone[i] {
			out = append(out, s.points[i])
		}
	}
	return out
}

// thin drops points of the border that lies at [from, to).
func (s *simplifier) thin(from, to int, most2, drift int64) {
	if to-from < 3 {
		return
	}
	t := &thinning{simplifier: s, from: from, most2: most2, drift: drift, stay: to - from,
		least: 2, before: make([]int32, to-from), after: make([]int32, to-from)}
	if s.points[from] == s.points[to-1] {
		t.least = 4
	}
	for i := range to - from {
		t.before[i], t.after[i] = int32(i-1), int32(i+1)
	}
	for i := 1; i < to-from-1; i++ {
		t.weigh(int32(i), 0)
	}
	heap.Init(&t.heap)
	for progress := true; progress; {
		before := t.stay
		for len(t.heap) > 0 && t.stay > t.least {
			t.drop(heap.Pop(&t.heap).(candidate))
		}
		progress = t.stay < before && t.stay > t.least && len(t.waiting) > 0
		t.heap, t.waiting = t.waiting, nil
		heap.Init(&t.heap)
	}
}

// thinning is the work on one border; its points are numbered from 0.
type thinning struct {
	*simplifier
	from, least, stay int
	most2, drift      int64
	drifted           int64 // twice what has gone from the left, less what has come
	before, after     []int32
	heap              candidates
	waiting           candidates // those that would take the drift too far
}

func (t *thinning) at(i int32) Point { return t.points[t.from+int(i)] }

func (t *thinning) weigh(i int32, atLeast int64) (candidate, bool) {
	area2 := cross(t.at(t.before[i]), t.at(i), t.at(t.after[i]))
	area2 = max(area2, -area2, atLeast)
	if area2 > t.most2 {
		return candidate{}, false
	}
	c := candidate{i, t.before[i], t.after[i], area2}
	if atLeast == 0 {
		t.heap = append(t.heap, c)
	}
	return c, true
}

// drop takes a point out, unless its neighbours have changed since it was weighed.
func (t *thinning) drop(c candidate) {
	if t.gone[t.from+int(c.point)] || t.before[c.point] != c.before || t.after[c.point] != c.after || t.blocked(c) {
		return
	}
	drifted := t.drifted + cross(t.at(c.before), t.at(c.point), t.at(c.after))
	if a, b := max(drifted, -drifted), max(t.drifted, -t.drifted); a > t.drift && a > b {
		t.waiting = append(t.waiting, c)
		return
	}
	if t.stay == 3 && t.least == 2 { // it becomes straight: another may lie there
		pair := ends([]Point{t.at(c.before), t.at(c.after)})
		if t.straight[pair] {
			return
		}
		t.straight[pair] = true
	}
	t.gone[t.from+int(c.point)], t.drifted = true, drifted
	t.stay--
	t.after[c.before], t.before[c.after] = c.after, c.before
	for _, i := range [2]int32{c.before, c.after} {
		if t.before[i] < 0 || int(t.after[i]) >= len(t.after) {
			continue
		}
		if next, ok := t.weigh(i, max(c.area2, 1)); ok {
			heap.Push(&t.heap, next)
		}
	}
}

// blocked reports whether another vertex lies in the triangle that would go.
func (t *thinning) blocked(c candidate) bool {
	p, v, q := t.at(c.before), t.at(c.point), t.at(c.after)
	if p == q {
		return true
	}
	low := Point{min(p.X, v.X, q.X), min(p.Y, v.Y, q.Y)}
	high := Point{max(p.X, v.X, q.X), max(p.Y, v.Y, q.Y)}
	shift := t.near.shift
	for cy := low.Y >> shift; cy <= high.Y>>shift; cy++ {
		for cx := low.X >> shift; cx <= high.X>>shift; cx++ {
			for _, i := range t.near.at(cx, cy) {
				w := t.points[i]
				if w.X < low.X || w.X > high.X || w.Y < low.Y || w.Y > high.Y || t.gone[i] {
					continue
				}
				if w != p && w != v && w != q && within(p, v, q, w) {
					return true
				}
			}
		}
	}
	return false
}

// within reports whether w lies in the triangle p, v, q or on its edge.
func within(p, v, q, w Point) bool {
	a, b, c := cross(p, v, w), cross(v, q, w), cross(q, p, w)
	return a >= 0 && b >= 0 && c >= 0 || a <= 0 && b <= 0 && c <= 0
}

// candidate is a point that may go, with the neighbours it was weighed by.
type candidate struct {
	point, before, after int32
	area2                int64
}

type candidates []candidate

func (h candidates) Len() int { return len(h) }
func (h candidates) Less(i, j int) bool {
	return h[i].area2 < h[j].area2 || h[i].area2 == h[j].area2 && h[i].point < h[j].point
}
func (h candidates) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *candidates) Push(x any)   { *h = append(*h, x.(candidate)) }
func (h *candidates) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
