package mesh

import (
	"encoding/binary"
	"slices"
	"sort"
)

// labeller turns what segments say of features on either side into what region
// lies on either side, by a sweep from west to east over segments that do not
// cross: below the lowest lies nothing, and each segment passed adds the feature
// on its left and takes away that on its right.
type labeller struct {
	segments []segment // one of each place; delta says what it changes
	deltas   []delta
	status   []int32 // segments the sweep line meets, from below upwards
	windings *windings
	faults   int // places where the labels around a vertex do not agree
}

// delta is the run of merged segments of one place.
type delta struct{ from, to int32 }

// label sweeps over merged segments and gives one segment a place, its left and
// right now naming regions: 0 nothing, a feature's own number, or from first on
// the sets of features that are listed.
func label(merged []segment, first int32) (out []segment, sets [][]int32, faults int) {
	l := &labeller{windings: &windings{first: first, known: map[string]int32{}}}
	for i := 0; i < len(merged); {
		from := i
		for i++; i < len(merged) && merged[i].a == merged[from].a && merged[i].b == merged[from].b; i++ {
		}
		l.segments = append(l.segments, segment{a: merged[from].a, b: merged[from].b})
		l.deltas = append(l.deltas, delta{int32(from), int32(i)})
	}
	l.sweep(merged)
	out = l.segments[:0]
	regions := l.windings.regions()
	for _, s := range l.segments {
		s.left, s.right = regions.of(s.left), regions.of(s.right)
		if s.left != s.right {
			out = append(out, s)
		}
	}
	return out, regions.sets, l.faults
}

func (l *labeller) sweep(merged []segment) {
	ends := make([]int32, len(l.segments))
	for i := range ends {
		ends[i] = int32(i)
	}
	slices.SortFunc(ends, func(i, j int32) int { return l.segments[i].b.compare(l.segments[j].b) })
	start, end := 0, 0
	for end < len(ends) {
		at := l.segments[ends[end]].b
		if start < len(l.segments) && l.segments[start].a.before(at) {
			at = l.segments[start].a
		}
		for end < len(ends) && l.segments[ends[end]].b == at {
			end++
		}
		from := start
		for start < len(l.segments) && l.segments[start].a == at {
			start++
		}
		l.pass(merged, at, int32(from), int32(start))
	}
}

// pass takes the sweep over a vertex, from which the segments [from, to) leave.
func (l *labeller) pass(merged []segment, at Point, from, to int32) {
	low := sort.Search(len(l.status), func(i int) bool {
		s := l.segments[l.status[i]]
		return cross(s.a, s.b, at) <= 0
	})
	high := low
	for high < len(l.status) && l.segments[l.status[high]].b == at {
		high++
	}
	leaving := make([]int32, 0, 8)
	for i := from; i < to; i++ {
		leaving = append(leaving, i)
	}
	slices.SortFunc(leaving, func(i, j int32) int {
		switch c := cross(at, l.segments[i].b, l.segments[j].b); {
		case c > 0:
			return -1
		case c < 0:
			return 1
		}
		return 0
	})
	var region int32
	if low > 0 {
		region = l.segments[l.status[low-1]].left
	}
	for _, i := range leaving {
		s := &l.segments[i]
		s.right = region
		region = l.windings.add(region, merged[l.deltas[i].from:l.deltas[i].to])
		s.left = region
	}
	above := int32(0)
	if high < len(l.status) {
		above = l.segments[l.status[high]].right
	}
	if above != region {
		l.faults++
	}
	l.status = slices.Replace(l.status, low, high, leaving...)
}

// windings numbers how often which features cover a place: 0 none, a feature's
// number for it alone and once, from first on anything else.
type windings struct {
	first int32
	known map[string]int32
	list  [][]winding
}

type winding struct{ feature, times int32 }

// add is the covering beyond a border whose merged segments are given.
func (w *windings) add(below int32, border []segment) int32 {
	if len(border) == 1 && border[0].right == below {
		return border[0].left
	}
	sum := map[int32]int32{}
	for _, v := range w.of(below) {
		sum[v.feature] += v.times
	}
	for _, s := range border {
		sum[s.left]++
		sum[s.right]--
	}
	delete(sum, 0)
	var list []winding
	for f, n := range sum {
		if n != 0 {
			list = append(list, winding{f, n})
		}
	}
	slices.SortFunc(list, func(a, b winding) int { return int(a.feature - b.feature) })
	return w.number(list)
}

func (w *windings) of(n int32) []winding {
	switch {
	case n == 0:
		return nil
	case n < w.first:
		return []winding{{n, 1}}
	}
	return w.list[n-w.first]
}

func (w *windings) number(list []winding) int32 {
	if len(list) == 0 {
		return 0
	}
	if len(list) == 1 && list[0].times == 1 {
		return list[0].feature
	}
	var key []byte
	for _, v := range list {
		key = binary.AppendVarint(binary.AppendVarint(key, int64(v.feature)), int64(v.times))
	}
	n, ok := w.known[string(key)]
	if !ok {
		n = w.first + int32(len(w.list))
		w.list = append(w.list, list)
		w.known[string(key)] = n
	}
	return n
}

// regions names sets of features where windings count them.
type regions struct {
	first     int32
	byWinding []int32
	sets      [][]int32
}

func (r *regions) of(n int32) int32 {
	if n < r.first {
		return n
	}
	return r.byWinding[n-r.first]
}

func (w *windings) regions() *regions {
	r := &regions{first: w.first, byWinding: make([]int32, len(w.list))}
	known := map[string]int32{}
	for i, list := range w.list {
		var set []int32
		var key []byte
		for _, v := range list {
			if v.times != 0 { // less than none: the lobe of a ring that crosses itself
				set = append(set, v.feature)
				key = binary.AppendVarint(key, int64(v.feature))
			}
		}
		switch n, ok := known[string(key)]; {
		case len(set) == 0:
		case len(set) == 1:
			r.byWinding[i] = set[0]
		case ok:
			r.byWinding[i] = n
		default:
			known[string(key)] = w.first + int32(len(r.sets))
			r.byWinding[i] = known[string(key)]
			r.sets = append(r.sets, set)
		}
	}
	return r
}
