package mesh

import (
	"encoding/binary"
	"slices"

	"github.com/paulmach/orb"
)

// Mesh (分区网) is a division of the plane at one zoom. Regions are numbers: 0 is
// what no feature covers, a feature's own number what it alone covers; further
// numbers stand for sets of features that lie on each other.
type Mesh struct {
	Zoom    int
	Borders []Border
	Squares int // patches drawn as squares on the way here
	Faults  int // places where the borders do not agree; 0 unless the program is wrong

	members int32     // regions from 1 to members are members themselves
	sets    [][]int32 // of the regions beyond
}

// Members lists the features, or after Dissolve the classes, that cover a region,
// in rising order.
func (m *Mesh) Members(region int32) []int32 {
	switch {
	case region == 0:
		return nil
	case region <= m.members:
		return []int32{region}
	}
	return m.sets[region-m.members-1]
}

// Points is how many points the borders have.
func (m *Mesh) Points() (n int) {
	for _, b := range m.Borders {
		n += len(b.Points)
	}
	return n
}

// Builder collects features, numbered from 1 on without gaps.
type Builder struct {
	segments []segment
	features int32
}

// Add takes the next feature, in longitude and latitude (degrees), and gives it
// its number.
func (b *Builder) Add(shape orb.MultiPolygon) int32 {
	b.features++
	for _, polygon := range shape {
		for i, ring := range polygon {
			b.addRing(ring, i == 0)
		}
	}
	return b.features
}

// addRing takes a ring in whatever direction it comes: inside an outer ring lies
// the feature, inside an inner one it does not.
func (b *Builder) addRing(ring orb.Ring, outer bool) {
	if len(ring) == 0 {
		return
	}
	points := make([]Point, 0, len(ring)+1)
	for _, p := range ring {
		if q := fine(p); len(points) == 0 || q != points[len(points)-1] {
			points = append(points, q)
		}
	}
	if points[0] != points[len(points)-1] {
		points = append(points, points[0])
	}
	area2 := Border{Points: points}.area2(points[0])
	if area2 == 0 {
		return
	}
	left, right := b.features, int32(0)
	if (area2 > 0) != outer {
		left, right = 0, b.features
	}
	for i := 1; i < len(points); i++ {
		b.segments = append(b.segments, directed(points[i-1], points[i], left, right))
	}
}

// Build makes the division at a zoom. In a tiling layer, where features should
// not overlap, the first feature keeps what several claim, and gaps too small to
// see are closed.
func (b *Builder) Build(zoom int, r Rules) *Mesh {
	segments := merge(b.segments)
	b.segments = nil
	segments = snapRound(segments, uint(fineBits-TileBits-zoom), true)
	m := &Mesh{Zoom: zoom, members: b.features}
	segments, m.sets, m.Faults = label(segments, b.features+1)
	if r.Tiling {
		segments = m.settle(segments)
	}
	m.Borders = join(segments)
	if r.Tiling {
		m.Borders = mergeSmall(m.Borders, 2*r.Least, widestGap, r.Class)
		m.Borders = join(merge(segmentsOf(m.Borders)))
	}
	return m
}

// settle gives what several features cover to the first of them.
func (m *Mesh) settle(segments []segment) []segment {
	out := segments[:0]
	for _, s := range segments {
		s.left, s.right = m.firstOf(s.left), m.firstOf(s.right)
		if s.left != s.right {
			out = append(out, s)
		}
	}
	m.sets = nil
	return out
}

func (m *Mesh) firstOf(region int32) int32 {
	if region <= m.members {
		return region
	}
	return m.sets[region-m.members-1][0]
}

// What is drawn at all, in grid units: a tile is 4096 units and, on a map, 512
// pixels wide.
const (
	// LeastArea is what is too small to draw: half a pixel square.
	LeastArea = 16
	// widestGap is the mean width of gaps that are closed in tiling layers.
	widestGap = 2
	// Detail is the area by which dropping a vertex may change a border.
	Detail = 12
)

// Rules say how a layer is generalised.
type Rules struct {
	Tiling bool              // 铺盖图层: covers its ground without gap or overlap
	Class  func(int32) int32 // a region's class, to merge with its like

	// In the units of the zoom that is made:
	Detail int64 // largest area a dropped vertex may change
	Least  int64 // area of what is too small to draw itself
	Square int64 // side of the smallest square for small patches
}

// Coarser makes the division of the zoom above.
func (m *Mesh) Coarser(r Rules) *Mesh {
	up := &Mesh{Zoom: m.Zoom - 1, members: m.members, sets: m.sets}
	borders := slices.Clone(m.Borders)
	if r.Tiling {
		borders = mergeSmall(borders, 4*2*r.Least, 2*widestGap, r.Class)
	}
	borders, up.Squares = squares(borders, 4*2*r.Least, r.Square, 2)
	borders = simplify(borders, 4*2*r.Detail)
	segments := segmentsOf(borders)
	slices.SortFunc(segments, bySite)
	segments = snapRound(segments, 1, false)
	for i := 1; i < len(segments); i++ {
		if bySite(segments[i-1], segments[i]) == 0 {
			up.Faults++
		}
	}
	up.Borders = join(segments)
	return up
}

// Thinner is the same zoom in less detail.
func (m *Mesh) Thinner(r Rules) *Mesh {
	t := *m
	borders := slices.Clone(m.Borders)
	if r.Tiling {
		borders = mergeSmall(borders, 2*r.Least, widestGap, r.Class)
	}
	borders, t.Squares = squares(borders, 2*r.Least, r.Square, 1)
	segments := segmentsOf(simplify(borders, 2*r.Detail))
	for i := range segments { // to the grid of the next zoom and back, for the tiles' edges
		s := &segments[i]
		s.a, s.b = Point{2 * s.a.X, 2 * s.a.Y}, Point{2 * s.b.X, 2 * s.b.Y}
	}
	slices.SortFunc(segments, bySite)
	t.Borders = join(snapRound(segments, 1, false))
	return &t
}

// Dissolve makes the division of classes out of that of features: class gives
// the class, from 1 to classes, of a feature.
func (m *Mesh) Dissolve(classes int32, class func(feature int32) int32) *Mesh {
	d := &Mesh{Zoom: m.Zoom, members: classes, Squares: m.Squares, Faults: m.Faults}
	known := map[string]int32{}
	of := map[int32]int32{}
	regionOf := func(region int32) int32 {
		n, ok := of[region]
		if !ok {
			n = d.number(m.Members(region), class, known)
			of[region] = n
		}
		return n
	}
	var segments []segment
	for _, s := range segmentsOf(m.Borders) {
		if s.left, s.right = regionOf(s.left), regionOf(s.right); s.left != s.right {
			segments = append(segments, s)
		}
	}
	slices.SortFunc(segments, bySite)
	d.Borders = join(segments)
	return d
}

// number gives the region of the classes of some features.
func (m *Mesh) number(features []int32, class func(int32) int32, known map[string]int32) int32 {
	var set []int32
	for _, f := range features {
		set = append(set, class(f))
	}
	slices.Sort(set)
	set = slices.Compact(set)
	switch len(set) {
	case 0:
		return 0
	case 1:
		return set[0]
	}
	var key []byte
	for _, c := range set {
		key = binary.AppendVarint(key, int64(c))
	}
	n, ok := known[string(key)]
	if !ok {
		m.sets = append(m.sets, set)
		n = m.members + int32(len(m.sets))
		known[string(key)] = n
	}
	return n
}
