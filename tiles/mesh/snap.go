package mesh

import "slices"

// snapper rounds segments to a grid coarser by shift.
type snapper struct {
	shift uint
	half  int32
	hot   *cells[Point] // hot cells of the coarser grid
	near  []Point       // scratch: those a segment passes
}

// snapRound gives the segments on a grid coarser by shift, which must be at least
// one: they end in common points or lie on each other wholly, and never cross
// (snap rounding). With crossing, the input may cross itself.
func snapRound(segments []segment, shift uint, crossing bool) []segment {
	s := &snapper{shift: shift, half: 1 << (shift - 1)}
	hot := s.ends(segments)
	hot = s.tileEdges(hot, segments)
	if crossing {
		hot = s.crossings(hot, segments)
	}
	s.file(hot, segments)
	out := make([]segment, 0, len(segments)+len(segments)/8)
	for _, seg := range segments {
		out = s.pieces(out, seg)
	}
	return merge(out)
}

// round gives the coarse cell a fine point lies in.
func (s *snapper) round(p Point) Point {
	return Point{(p.X + s.half) >> s.shift, (p.Y + s.half) >> s.shift}
}

func (s *snapper) ends(segments []segment) []Point {
	hot := make([]Point, 0, len(segments)*2)
	var last Point
	for i, seg := range segments {
		if a := s.round(seg.a); i == 0 || a != last { // segments are sorted by a
			hot, last = append(hot, a), a
		}
		hot = append(hot, s.round(seg.b))
	}
	return hot
}

// tileEdges makes the cells hot in which a segment crosses the edge of a buffered
// tile, so that tiles can be cut out without new points.
func (s *snapper) tileEdges(hot []Point, segments []segment) []Point {
	for _, seg := range segments {
		for _, x := range s.lines(seg.a.X, seg.b.X) {
			y := int64(seg.a.Y) + floorDiv(int64(x-seg.a.X), int64(seg.b.Y-seg.a.Y), int64(seg.b.X-seg.a.X))
			hot = append(hot, s.round(Point{x, int32(y)}))
		}
		for _, y := range s.lines(seg.a.Y, seg.b.Y) {
			x := int64(seg.a.X) + floorDiv(int64(y-seg.a.Y), int64(seg.b.X-seg.a.X), int64(seg.b.Y-seg.a.Y))
			hot = append(hot, s.round(Point{int32(x), y}))
		}
	}
	return hot
}

// lines lists the edges of buffered tiles strictly between two coordinates.
func (s *snapper) lines(u, v int32) []int32 {
	if u > v {
		u, v = v, u
	}
	period := int32(1) << (TileBits + s.shift)
	reach := int32(Buffer) << s.shift
	first, last := (u-reach)/period, (v+reach)/period
	if first == last && (u > first*period+reach) && (v < (first+1)*period-reach) {
		return nil
	}
	var at []int32
	for k := first; k <= last; k++ {
		for _, line := range [2]int32{k*period - reach, k*period + reach} {
			if u < line && line < v {
				at = append(at, line)
			}
		}
	}
	return at
}

// crossings makes the cells hot in which two segments cross.
func (s *snapper) crossings(hot []Point, segments []segment) []Point {
	shift := cellShift(segments, 2)
	filed := newCells[int32](shift, 2*len(segments))
	for _, seg := range segments {
		along(seg.a, seg.b, 0, shift, filed.count)
	}
	filed.layOut()
	for i, seg := range segments {
		along(seg.a, seg.b, 0, shift, func(cx, cy int32) { filed.put(cx, cy, int32(i)) })
	}
	for b := range len(filed.start) - 2 {
		items := filed.items[filed.start[b]:filed.start[b+1]]
		for i, u := range items {
			for _, v := range items[i+1:] {
				if p, ok := s.meet(segments[u], segments[v]); ok {
					hot = append(hot, p)
				}
			}
		}
	}
	return hot
}

// meet gives the cell in which two segments cross in their interiors. Where one
// touches the other with an end, that end is hot anyway.
func (s *snapper) meet(u, v segment) (Point, bool) {
	if u.b.X < v.a.X || v.b.X < u.a.X ||
		max(u.a.Y, u.b.Y) < min(v.a.Y, v.b.Y) || max(v.a.Y, v.b.Y) < min(u.a.Y, u.b.Y) {
		return Point{}, false
	}
	c, d := cross(v.a, v.b, u.a), cross(v.a, v.b, u.b)
	if c == 0 || d == 0 || (c > 0) == (d > 0) {
		return Point{}, false
	}
	e, f := cross(u.a, u.b, v.a), cross(u.a, u.b, v.b)
	if e == 0 || f == 0 || (e > 0) == (f > 0) {
		return Point{}, false
	}
	// u.a + c/(c−d) · (u.b − u.a); rounding down first does not change the cell
	x := int64(u.a.X) + floorDiv(c, int64(u.b.X-u.a.X), c-d)
	y := int64(u.a.Y) + floorDiv(c, int64(u.b.Y-u.a.Y), c-d)
	return s.round(Point{int32(x), int32(y)}), true
}

// file sorts the hot cells out by where they lie.
func (s *snapper) file(hot []Point, segments []segment) {
	slices.SortFunc(hot, Point.compare)
	hot = slices.Compact(hot)
	fineShift := cellShift(segments, s.shift+1)
	s.hot = newCells[Point](fineShift-s.shift, len(hot))
	for _, p := range hot {
		s.hot.count(p.X>>s.hot.shift, p.Y>>s.hot.shift)
	}
	s.hot.layOut()
	for _, p := range hot {
		s.hot.put(p.X>>s.hot.shift, p.Y>>s.hot.shift, p)
	}
}

// pieces appends the segment, led through the hot cells it passes.
func (s *snapper) pieces(out []segment, seg segment) []segment {
	a, b := s.round(seg.a), s.round(seg.b)
	s.near = s.near[:0]
	along(a, b, 1, s.hot.shift, func(cx, cy int32) {
		for _, p := range s.hot.at(cx, cy) {
			if p.X>>s.hot.shift == cx && p.Y>>s.hot.shift == cy && s.passes(seg, p) {
				s.near = append(s.near, p)
			}
		}
	})
	dx, dy := int64(seg.b.X-seg.a.X), int64(seg.b.Y-seg.a.Y)
	along := func(p Point) int64 { return int64(p.X)*dx + int64(p.Y)*dy }
	slices.SortFunc(s.near, func(p, q Point) int {
		switch d := along(p) - along(q); {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return p.compare(q)
	})
	from := a
	for _, p := range s.near {
		if p != from && p != a && p != b {
			out = append(out, directed(from, p, seg.left, seg.right))
			from = p
		}
	}
	if from != b {
		out = append(out, directed(from, b, seg.left, seg.right))
	}
	return out
}

// passes reports whether a fine segment meets a coarse cell, which holds its
// west and north edges but not its east and south ones.
func (s *snapper) passes(seg segment, p Point) bool {
	side := int64(1) << s.shift
	west, north := int64(p.X)<<s.shift-int64(s.half), int64(p.Y)<<s.shift-int64(s.half)
	low, high := bound{0, 1, true}, bound{1, 1, true}
	return narrow(&low, &high, int64(seg.a.X), int64(seg.b.X), west, west+side) &&
		narrow(&low, &high, int64(seg.a.Y), int64(seg.b.Y), north, north+side) &&
		(low.compare(high) < 0 || low.compare(high) == 0 && low.within && high.within)
}

// bound is one end of an interval of the way along a segment: n/d, and whether
// that place itself is within.
type bound struct {
	n, d   int64
	within bool
}

func (b bound) compare(c bound) int {
	switch l, r := b.n*c.d, c.n*b.d; {
	case l < r:
		return -1
	case l > r:
		return 1
	}
	return 0
}

// narrow keeps of the interval what lies in [from, to) on one axis.
func narrow(low, high *bound, a, b, from, to int64) bool {
	d := b - a
	if d == 0 {
		return from <= a && a < to
	}
	enter, leave := bound{from - a, d, true}, bound{to - a, d, false}
	if d < 0 {
		enter, leave = bound{a - to, -d, false}, bound{a - from, -d, true}
	}
	if c := enter.compare(*low); c > 0 || c == 0 && !enter.within {
		*low = enter
	}
	if c := leave.compare(*high); c < 0 || c == 0 && !leave.within {
		*high = leave
	}
	return true
}
