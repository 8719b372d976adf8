package mesh

import (
	"cmp"
	"container/heap"
	"slices"
)

// A side is one side of a border: border i seen along its direction is 2i,
// against it 2i+1. The face a side bounds lies on its left.
type side = int32

// faces finds the faces of a division by walking around them.
type faces struct {
	borders []Border
	cycle   []int32 // of each side: the walk it is part of
	first   []side  // of each cycle
	next    []side  // of each side: the one that follows around the face
	area2   []int64 // of each cycle: twice its area, negative where it bounds a face from within
}

func facesOf(borders []Border) *faces {
	f := &faces{borders: borders, next: make([]side, 2*len(borders)), cycle: make([]int32, 2*len(borders))}
	f.link()
	for i := range f.cycle {
		f.cycle[i] = -1
	}
	var origin Point
	if len(borders) > 0 {
		origin = borders[0].Points[0]
	}
	for s := range side(len(f.cycle)) {
		if f.cycle[s] >= 0 {
			continue
		}
		n := int32(len(f.first))
		var sum int64
		for t := s; f.cycle[t] < 0; t = f.next[t] {
			f.cycle[t] = n
			if area := borders[t/2].area2(origin); t%2 == 0 {
				sum += area
			} else {
				sum -= area
			}
		}
		f.first, f.area2 = append(f.first, s), append(f.area2, sum)
	}
	return f
}

// spoke is a side as it leaves a node.
type spoke struct {
	node int32
	side side
	way  Point // the next point, seen from the node
}

// link finds what follows each side: at its end, the side that leaves next in
// clockwise order from the one that goes back.
func (f *faces) link() {
	spokes := make([]spoke, 0, 2*len(f.borders))
	nodes := newIDs(len(f.borders))
	for i, b := range f.borders {
		p, n := b.Points, len(b.Points)
		spokes = append(spokes,
			spoke{nodes.of(p[0]), side(2 * i), Point{p[1].X - p[0].X, p[1].Y - p[0].Y}},
			spoke{nodes.of(p[n-1]), side(2*i + 1), Point{p[n-2].X - p[n-1].X, p[n-2].Y - p[n-1].Y}})
	}
	slices.SortFunc(spokes, func(a, b spoke) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(half(a.way), half(b.way)), -sign(cross(Point{}, a.way, b.way)))
	})
	for from := 0; from < len(spokes); {
		to := from
		for to < len(spokes) && spokes[to].node == spokes[from].node {
			to++
		}
		for i := from; i < to; i++ {
			before := i - 1
			if before < from {
				before = to - 1
			}
			f.next[spokes[i].side^1] = spokes[before].side
		}
		from = to
	}
}

// half is 0 for directions from east by north (y growing) to before west, else 1.
func half(p Point) int {
	if p.Y > 0 || p.Y == 0 && p.X > 0 {
		return 0
	}
	return 1
}

func sign(v int64) int { return cmp.Compare(v, 0) }

// region gives what lies on the left of a side.
func (f *faces) region(s side) int32 {
	if s%2 == 0 {
		return f.borders[s/2].Left
	}
	return f.borders[s/2].Right
}

// around calls visit for the sides of a cycle.
func (f *faces) around(cycle int32, visit func(side)) {
	s := f.first[cycle]
	for t := s; ; {
		visit(t)
		if t = f.next[t]; t == s {
			return
		}
	}
}

// give changes what lies on the left of a cycle.
func (f *faces) give(cycle, region int32) {
	f.around(cycle, func(s side) {
		if s%2 == 0 {
			f.borders[s/2].Left = region
		} else {
			f.borders[s/2].Right = region
		}
	})
}

// cluster is small faces that have grown together.
type cluster struct {
	cycles []int32
	area2  int64
	region int32
	done   bool // large enough, part of a large face, or without neighbours
}

// merger lets small faces grow together until they can be drawn.
type merger struct {
	*faces
	class  func(region int32) int32
	least2 int64
	of     []int32 // of each cycle: its cluster, or -1
	all    []cluster
	queue  []int32 // a heap of clusters, smallest first
}

// mergeSmall gives every face smaller than least2 (twice an area) to a neighbour:
// of the same class where there is one, else that with the longest common border;
// gaps (region 0), also those on average narrower than gap, to the longest.
// Islands stay. The borders are changed.
func mergeSmall(borders []Border, least2, gap int64, class func(region int32) int32) []Border {
	m := &merger{faces: facesOf(borders), class: class, least2: least2}
	m.of = make([]int32, len(m.first))
	for c, area2 := range m.area2 {
		m.of[c] = -1
		if area2 > 0 && (area2 < least2 || m.region(m.first[c]) == 0 && area2 < gap*m.perimeter(int32(c))) {
			m.of[c] = int32(len(m.all))
			m.all = append(m.all, cluster{cycles: []int32{int32(c)}, area2: area2, region: m.region(m.first[c])})
			m.queue = append(m.queue, m.of[c])
		}
	}
	heap.Init(m)
	for len(m.queue) > 0 {
		if i := heap.Pop(m).(int32); !m.all[i].done {
			m.grow(i)
		}
	}
	for _, c := range m.all {
		for _, cycle := range c.cycles {
			m.give(cycle, c.region)
		}
	}
	return slices.DeleteFunc(borders, func(b Border) bool { return b.Left == b.Right })
}

func (m *merger) perimeter(cycle int32) (sum int64) {
	m.around(cycle, func(s side) { sum += lengthOf(m.borders[s/2].Points) })
	return sum
}

// neighbour is a face beside a cluster: another cluster, or a large face of a region.
type neighbour struct{ cluster, region int32 }

// grow joins cluster i to its best neighbour.
func (m *merger) grow(i int32) {
	c := &m.all[i]
	best, ok := m.bestNeighbour(i)
	if !ok {
		c.done = true
		return
	}
	if best.cluster < 0 {
		c.region, c.done = best.region, true
		return
	}
	into := &m.all[best.cluster]
	if !into.done && (into.region == 0 || into.area2 < c.area2 && c.region != 0) {
		into.region = c.region
	}
	for _, cycle := range c.cycles {
		m.of[cycle] = best.cluster
	}
	into.cycles = append(into.cycles, c.cycles...)
	into.area2 += c.area2
	c.cycles, c.done = nil, true
	if !into.done {
		into.done = into.area2 >= m.least2
		heap.Push(m, best.cluster)
	}
}

func (m *merger) bestNeighbour(i int32) (best neighbour, ok bool) {
	own := m.all[i].region
	length := map[neighbour]int64{}
	for _, cycle := range m.all[i].cycles {
		m.around(cycle, func(s side) {
			n := neighbour{-1, m.region(s ^ 1)}
			if beyond := m.of[m.cycle[s^1]]; beyond >= 0 {
				n = neighbour{beyond, m.all[beyond].region}
			}
			if n.cluster != i && n.region != 0 {
				length[n] += lengthOf(m.borders[s/2].Points)
			}
		})
	}
	rank := func(n neighbour) int64 {
		if own != 0 && (n.region == own || m.class(n.region) == m.class(own)) {
			return length[n] + 1<<62
		}
		return length[n]
	}
	for n := range length {
		if !ok || cmp.Or(cmp.Compare(rank(n), rank(best)), cmp.Compare(best.region, n.region), cmp.Compare(best.cluster, n.cluster)) > 0 {
			best, ok = n, true
		}
	}
	return best, ok
}

// lengthOf is a measure of length only to compare borders: the larger extent of
// each piece.
func lengthOf(points []Point) int64 {
	var sum int64
	for i := 1; i < len(points); i++ {
		dx, dy := points[i].X-points[i-1].X, points[i].Y-points[i-1].Y
		sum += int64(max(dx, -dx, dy, -dy))
	}
	return sum
}

// Heap of clusters by area, then number.
func (m *merger) Len() int { return len(m.queue) }
func (m *merger) Less(i, j int) bool {
	a, b := m.queue[i], m.queue[j]
	return cmp.Or(cmp.Compare(m.all[a].area2, m.all[b].area2), cmp.Compare(a, b)) < 0
}
func (m *merger) Swap(i, j int) { m.queue[i], m.queue[j] = m.queue[j], m.queue[i] }
func (m *merger) Push(x any)    { m.queue = append(m.queue, x.(int32)) }
func (m *merger) Pop() any {
	last := m.queue[len(m.queue)-1]
	m.queue = m.queue[:len(m.queue)-1]
	return last
}
