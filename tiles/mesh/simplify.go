package mesh

// simplifier drops vertices from borders without letting any cross.
type simplifier struct {
	points   []Point // of all borders, one after the other
	gone     []bool
	near     *cells[filed]
	straight map[[2]Point]bool
	most2    int64
}

// filed is a vertex by its place.
type filed struct {
	Point
	vertex int32
}

// simplify drops the vertices whose triangle with their neighbours has less than
// most2 (twice an area), the smallest first, unless another vertex lies in it.
// Nodes stay, rings keep three corners, and what goes on one side is made good on
// the other. The borders are given new points.
func simplify(borders []Border, most2 int64) []Border {
	s := &simplifier{straight: map[[2]Point]bool{}, most2: most2}
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
		s.thin(from, to, drift(b, most2))
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
	s.near = newCells[filed](shift, len(s.points))
	for _, p := range s.points {
		s.near.count(p.X>>shift, p.Y>>shift)
	}
	s.near.layOut()
	for i, p := range s.points {
		s.near.put(p.X>>shift, p.Y>>shift, filed{p, int32(i)})
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
func (s *simplifier) thin(from, to int, drift int64) {
	if to-from < 3 {
		return
	}
	t := &thinning{simplifier: s, from: from, drift: drift, stay: to - from, least: 2,
		before: make([]int32, to-from), after: make([]int32, to-from)}
	if s.points[from] == s.points[to-1] {
		t.least = 4
	}
	for i := range to - from {
		t.before[i], t.after[i] = int32(i-1), int32(i+1)
	}
	for i := 1; i < to-from-1; i++ {
		t.weigh(int32(i), 0)
	}
	for t.stay > t.least {
		c, found := t.next()
		if !found {
			return
		}
		if !t.blocked(c) {
			t.drop(c)
		}
	}
}

// thinning is the work on one border; its points are numbered from 0.
type thinning struct {
	*simplifier
	from, least, stay int
	drift             int64
	drifted           int64 // twice what has gone from the left, less what has come
	before, after     []int32
	waiting           [2]candidates // whose going takes from the left, and adds to it
}

func (t *thinning) at(i int32) Point { return t.points[t.from+int(i)] }

// weigh lets a point wait for its turn, not before one that takes atLeast.
func (t *thinning) weigh(i int32, atLeast int64) {
	area2 := cross(t.at(t.before[i]), t.at(i), t.at(t.after[i]))
	side := 0
	if area2 < 0 {
		side, area2 = 1, -area2
	}
	if area2 = max(area2, atLeast); area2 <= t.most2 {
		t.waiting[side].push(candidate{i, t.before[i], t.after[i], area2})
	}
}

// next takes the point whose turn it is: that of the smallest triangle, or, when
// the border has drifted as far as it may to one side, the smallest to the other.
func (t *thinning) next() (c candidate, found bool) {
	for side := range t.waiting {
		for len(t.waiting[side]) > 0 && t.stale(t.waiting[side][0]) {
			t.waiting[side].pop()
		}
	}
	side := 0
	if left, right := t.waiting[0], t.waiting[1]; len(left) == 0 || len(right) > 0 && right[0].less(left[0]) {
		side = 1
	}
	for _, s := range [2]int{side, 1 - side} {
		if len(t.waiting[s]) > 0 && t.mayDrift(t.waiting[s][0]) {
			return t.waiting[s].pop(), true
		}
	}
	return candidate{}, false
}

// stale reports whether a point has gone, or has other neighbours than when it was
// weighed; then it waits elsewhere.
func (t *thinning) stale(c candidate) bool {
	return t.gone[t.from+int(c.point)] || t.before[c.point] != c.before || t.after[c.point] != c.after
}

// mayDrift reports whether the border stays about where it is without a point.
func (t *thinning) mayDrift(c candidate) bool {
	drifted := t.drifted + t.area2(c)
	a, b := max(drifted, -drifted), max(t.drifted, -t.drifted)
	return a <= t.drift || a <= b
}

func (t *thinning) area2(c candidate) int64 {
	return cross(t.at(c.before), t.at(c.point), t.at(c.after))
}

// drop takes a point out and weighs its neighbours anew.
func (t *thinning) drop(c candidate) {
	t.drifted += t.area2(c)
	t.gone[t.from+int(c.point)] = true
	if t.stay--; t.stay == 2 {
		t.straight[ends([]Point{t.at(c.before), t.at(c.after)})] = true
	}
	t.after[c.before], t.before[c.after] = c.after, c.before
	for _, i := range [2]int32{c.before, c.after} {
		if t.before[i] >= 0 && int(t.after[i]) < len(t.after) {
			t.weigh(i, max(c.area2, 1))
		}
	}
}

// blocked reports whether another vertex lies in the triangle that would go, or
// another border where this one would become straight.
func (t *thinning) blocked(c candidate) bool {
	p, v, q := t.at(c.before), t.at(c.point), t.at(c.after)
	if p == q || t.stay == 3 && t.straight[ends([]Point{p, q})] {
		return true
	}
	low := Point{min(p.X, v.X, q.X), min(p.Y, v.Y, q.Y)}
	high := Point{max(p.X, v.X, q.X), max(p.Y, v.Y, q.Y)}
	shift := t.near.shift
	for cy := low.Y >> shift; cy <= high.Y>>shift; cy++ {
		for cx := low.X >> shift; cx <= high.X>>shift; cx++ {
			for _, w := range t.near.at(cx, cy) {
				if w.X < low.X || w.X > high.X || w.Y < low.Y || w.Y > high.Y {
					continue
				}
				if w.Point != p && w.Point != v && w.Point != q && within(p, v, q, w.Point) && !t.gone[w.vertex] {
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
