package mesh

import (
	"iter"
)

// Border (界线) is a line between two regions, from node to node or closed. Left
// and Right name the regions along its direction, 0 for nothing.
type Border struct {
	Points      []Point
	Left, Right int32
}

// closed borders end where they start.
func (b Border) closed() bool { return b.Points[0] == b.Points[len(b.Points)-1] }

// area2 is the border's share of twice the area to its left, seen from origin.
func (b Border) area2(origin Point) int64 {
	var sum int64
	for i := 1; i < len(b.Points); i++ {
		sum += cross(origin, b.Points[i-1], b.Points[i])
	}
	return sum
}

// segments gives the pieces of all borders, unsorted.
func segmentsOf(borders []Border) []segment {
	n := 0
	for _, b := range borders {
		n += len(b.Points) - 1
	}
	out := make([]segment, 0, n)
	for _, b := range borders {
		for i := 1; i < len(b.Points); i++ {
			out = append(out, directed(b.Points[i-1], b.Points[i], b.Left, b.Right))
		}
	}
	return out
}

// joiner strings segments together to borders.
type joiner struct {
	segments []segment
	ends     [][2]int32 // the vertices of each segment
	start    []int32    // of each vertex's segments in around
	around   []int32
	used     []bool
	points   []Point // of all borders, one after the other
}

// join makes borders of sorted segments that do not cross: as long as two
// regions lie along them, from node to node.
func join(segments []segment) []Border {
	j := &joiner{segments: segments, used: make([]bool, len(segments)),
		points: make([]Point, 0, len(segments)+len(segments)/4)}
	j.link()
	var borders []Border
	for v := range int32(len(j.start) - 1) {
		if j.passes(v) {
			continue
		}
		for _, i := range j.around[j.start[v]:j.start[v+1]] {
			if !j.used[i] {
				borders = append(borders, j.walk(v, i))
			}
		}
	}
	for i := range segments {
		if !j.used[i] { // a ring without a node
			borders = append(borders, j.walk(j.ends[i][0], int32(i)))
		}
	}
	return borders
}

func (j *joiner) link() {
	j.ends = make([][2]int32, len(j.segments))
	ids := newIDs(len(j.segments))
	for i, s := range j.segments {
		j.ends[i] = [2]int32{ids.of(s.a), ids.of(s.b)}
	}
	j.start = make([]int32, ids.n+1)
	for _, e := range j.ends {
		j.start[e[0]]++
		j.start[e[1]]++
	}
	var sum int32
	for i, n := range j.start {
		j.start[i] = sum
		sum += n
	}
	j.around = make([]int32, sum)
	fill := append([]int32(nil), j.start...)
	for i, e := range j.ends {
		for _, v := range e {
			j.around[fill[v]] = int32(i)
			fill[v]++
		}
	}
}

// sides gives what lies left and right of segment i when it is left from v.
func (j *joiner) sides(v, i int32) (left, right int32) {
	s := j.segments[i]
	if j.ends[i][0] == v {
		return s.left, s.right
	}
	return s.right, s.left
}

// passes reports whether a border runs through vertex v.
func (j *joiner) passes(v int32) bool {
	around := j.around[j.start[v]:j.start[v+1]]
	if len(around) != 2 {
		return false
	}
	l1, r1 := j.sides(v, around[0])
	l2, r2 := j.sides(v, around[1])
	return l1 == r2 && r1 == l2
}

// walk follows the border that leaves v by segment i.
func (j *joiner) walk(v, i int32) Border {
	left, right := j.sides(v, i)
	from := len(j.points)
	for p := range j.way(v, i) {
		j.points = append(j.points, p)
	}
	return Border{Points: j.points[from:len(j.points):len(j.points)], Left: left, Right: right}
}

func (j *joiner) way(v, i int32) iter.Seq[Point] {
	return func(yield func(Point) bool) {
		for {
			s := j.segments[i]
			j.used[i] = true
			here, there, next := s.a, s.b, j.ends[i][1]
			if j.ends[i][0] != v {
				here, there, next = s.b, s.a, j.ends[i][0]
			}
			if !yield(here) {
				return
			}
			v = next
			more := int32(-1)
			if j.passes(v) {
				for _, k := range j.around[j.start[v]:j.start[v+1]] {
					if !j.used[k] {
						more = k
					}
				}
			}
			if more < 0 {
				yield(there)
				return
			}
			i = more
		}
	}
}

// ids numbers points in the order they are first asked for.
type ids struct {
	mask  uint32
	slots []int32 // number + 1
	keys  []Point
	n     int32
}

func newIDs(points int) *ids {
	size := uint32(16)
	for int(size) < 2*points {
		size *= 2
	}
	return &ids{mask: size - 1, slots: make([]int32, size), keys: make([]Point, 0, points)}
}

func (d *ids) of(p Point) int32 {
	h := uint32(p.X)*0x9E3779B1 ^ uint32(p.Y)*0x85EBCA77
	h ^= h >> 15
	h *= 0x2C1B3C6D
	for h = (h ^ h>>13) & d.mask; d.slots[h] != 0; h = (h + 1) & d.mask {
		if d.keys[d.slots[h]-1] == p {
			return d.slots[h] - 1
		}
	}
	d.keys = append(d.keys, p)
	d.n++
	d.slots[h] = d.n
	return d.n - 1
}
