package mesh

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb/maptile"
	"golang.org/x/sync/errgroup"
)

// Shape is what a member covers of a tile with its buffer, in tile units.
type Shape struct {
	Member   int32
	Polygons [][]Ring // outer ring first, then its holes
}

// Ring is closed without repeating its first point. Outer rings have a positive
// area in tile units (x·y′ − x′·y summed), holes a negative one, as in MVT 2.1.
type Ring []Point

// Visit takes a tile's shapes, in the order of members. Tiles come from several
// goroutines, in no order; what nothing covers is not visited.
type Visit func(ctx context.Context, t maptile.Tile, shapes []Shape) error

// piece is a straight piece of a member's outline, the member on its left.
type piece struct{ a, b Point }

// outline is all of a member's outline, or what of it a box needs.
type outline struct {
	member int32
	reach  box
	pieces []piece
}

// cutter cuts a division into tiles, quarter by quarter.
type cutter struct {
	zoom  int
	visit Visit
	group *errgroup.Group
	batch int // outlines that are worth a goroutine
}

// Cut gives the shapes of each tile, on so many goroutines at a time. The division
// has vertices wherever it crosses the edge of a buffered tile, so nothing is
// rounded anew, and two tiles agree to the unit where they overlap.
func (m *Mesh) Cut(ctx context.Context, goroutines int, members func(region int32) []int32, visit Visit) error {
	outlines := m.outlines(members)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(goroutines)
	c := &cutter{zoom: m.Zoom, visit: visit, group: group, batch: len(outlines) / 64}
	err := c.descend(ctx, maptile.New(0, 0, 0), outlines, false)
	return cmp.Or(group.Wait(), err)
}

// outlines gives the outlines of all members, in their order.
func (m *Mesh) outlines(members func(region int32) []int32) []outline {
	var start []int32 // of each member's pieces, first their number
	m.each(members, func(member int32, b Border, along bool) {
		for int(member)+2 > len(start) {
			start = append(start, 0)
		}
		start[member+1] += int32(len(b.Points) - 1)
	})
	for i := 1; i < len(start); i++ {
		start[i] += start[i-1]
	}
	if len(start) == 0 {
		return nil
	}
	all, fill := make([]piece, start[len(start)-1]), slices.Clone(start)
	m.each(members, func(member int32, b Border, along bool) {
		for i := 1; i < len(b.Points); i++ {
			p := piece{b.Points[i-1], b.Points[i]}
			if !along {
				p = piece{p.b, p.a}
			}
			all[fill[member]] = p
			fill[member]++
		}
	})
	var out []outline
	for member := range int32(len(start) - 1) {
		if pieces := all[start[member]:start[member+1]]; len(pieces) > 0 {
			out = append(out, outline{member, reachOf(pieces), pieces})
		}
	}
	return out
}

// each calls visit for each border of each member; along says that the member
// lies on the border's left.
func (m *Mesh) each(members func(region int32) []int32, visit func(member int32, b Border, along bool)) {
	for _, b := range m.Borders {
		left, right := members(b.Left), members(b.Right)
		for _, member := range left {
			if !slices.Contains(right, member) {
				visit(member, b, true)
			}
		}
		for _, member := range right {
			if !slices.Contains(left, member) {
				visit(member, b, false)
			}
		}
	}
}

func reachOf(pieces []piece) box {
	p := pieces[0].a
	r := box{p.X, p.Y, p.X, p.Y}
	for _, p := range pieces { // every point is the first of a piece
		r = box{min(r.west, p.a.X), min(r.north, p.a.Y), max(r.east, p.a.X), max(r.south, p.a.Y)}
	}
	return r
}

// box is a tile with its buffer, of any zoom down to the division's.
type box struct{ west, north, east, south int32 }

func (c *cutter) box(t maptile.Tile) box {
	down := uint(c.zoom) - uint(t.Z) + TileBits
	return box{int32(t.X)<<down - Buffer, int32(t.Y)<<down - Buffer,
		int32(t.X+1)<<down + Buffer, int32(t.Y+1)<<down + Buffer}
}

// descend cuts a tile's outlines into its quarters; spread says that it runs on a
// goroutine of its own.
func (c *cutter) descend(ctx context.Context, t maptile.Tile, outlines []outline, spread bool) error {
	if len(outlines) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if int(t.Z) == c.zoom {
		return c.visit(ctx, t, shapes(t, outlines))
	}
	for _, quarter := range t.Children() {
		clipped := c.box(quarter).clip(outlines)
		if !spread && (len(clipped) <= c.batch || int(quarter.Z) >= c.zoom-3) {
			c.group.Go(func() error { return c.descend(ctx, quarter, clipped, true) })
			continue
		}
		if err := c.descend(ctx, quarter, clipped, spread); err != nil {
			return err
		}
	}
	return nil
}

// clip gives what the box needs of the outlines.
func (b box) clip(outlines []outline) []outline {
	var out []outline
	for _, o := range outlines {
		r := o.reach
		if r.east < b.west || r.west > b.east || r.south < b.north || r.north > b.south {
			continue
		}
		if r.west < b.west || r.east > b.east || r.north < b.north || r.south > b.south {
			o.pieces = b.cut(o.pieces)
			if len(o.pieces) == 0 {
				continue
			}
			o.reach = reachOf(o.pieces)
		}
		out = append(out, o)
	}
	return out
}

// cut moves what lies outside the box to the nearest point of its edge. What an
// outline winds around within the box stays the same by it. No piece crosses an
// edge of the box, so each is moved as a whole.
func (b box) cut(pieces []piece) []piece {
	var in, edges []piece
	for _, p := range pieces {
		if b.holds(p.a) && b.holds(p.b) {
			if b.side(p) == inside {
				in = append(in, p)
				continue
			}
		} else if p.a, p.b = b.nearest(p.a), b.nearest(p.b); p.a == p.b {
			continue
		}
		edges = b.lengthen(edges, p)
	}
	return b.settle(in, edges)
}

func (b box) holds(p Point) bool {
	return p.X >= b.west && p.X <= b.east && p.Y >= b.north && p.Y <= b.south
}

func (b box) nearest(p Point) Point {
	return Point{min(max(p.X, b.west), b.east), min(max(p.Y, b.north), b.south)}
}

// The sides of a box.
const (
	inside = iota
	onWest
	onEast
	onNorth
	onSouth
)

func (b box) side(p piece) int {
	switch {
	case p.a.X == p.b.X && p.a.X == b.west:
		return onWest
	case p.a.X == p.b.X && p.a.X == b.east:
		return onEast
	case p.a.Y == p.b.Y && p.a.Y == b.north:
		return onNorth
	case p.a.Y == p.b.Y && p.a.Y == b.south:
		return onSouth
	}
	return inside
}

// lengthen appends a piece on the box's edge, or joins it to the last one.
func (b box) lengthen(edges []piece, p piece) []piece {
	if n := len(edges) - 1; n >= 0 && b.side(edges[n]) == b.side(p) {
		switch last := &edges[n]; {
		case last.b == p.a:
			last.b = p.b
		case last.a == p.b:
			last.a = p.a
		default:
			return append(edges, p)
		}
		if edges[n].a == edges[n].b {
			return edges[:n]
		}
		return edges
	}
	return append(edges, p)
}

// turn says that along a side, from a place on, the outline runs so many times
// more in the side's direction.
type turn struct {
	side  int
	at    int32
	times int
	touch bool // the outline comes to the side here from within: a vertex must stay
}

// settle adds the pieces on the box's edges to in, those that run to and fro left out.
func (b box) settle(in, edges []piece) []piece {
	if len(edges) == 0 {
		return in
	}
	turns := make([]turn, 0, 2*len(edges))
	for _, p := range edges {
		side := b.side(p)
		from, to := p.a.Y, p.b.Y
		if side == onNorth || side == onSouth {
			from, to = p.a.X, p.b.X
		}
		turns = append(turns, turn{side, from, 1, false}, turn{side, to, -1, false})
	}
	for _, p := range in {
		turns = b.touches(turns, p.a) // every point of the outline is the first of a piece
	}
	slices.SortFunc(turns, func(s, t turn) int {
		return cmp.Or(cmp.Compare(s.side, t.side), cmp.Compare(s.at, t.at))
	})
	times := 0
	var since int32
	for i, t := range turns {
		was := times
		times += t.times
		if i+1 < len(turns) && turns[i+1].side == t.side && turns[i+1].at == t.at {
			turns[i+1].times += t.times
			turns[i+1].touch = turns[i+1].touch || t.touch
			times = was
			continue
		}
		if times == was && !t.touch {
			continue
		}
		if was != 0 {
			in = append(in, b.along(t, was, since))
		}
		since = t.at
	}
	return in
}

// touches adds a point that lies on a side, and on two sides at a corner.
func (b box) touches(turns []turn, p Point) []turn {
	if p.X == b.west {
		turns = append(turns, turn{onWest, p.Y, 0, true})
	}
	if p.X == b.east {
		turns = append(turns, turn{onEast, p.Y, 0, true})
	}
	if p.Y == b.north {
		turns = append(turns, turn{onNorth, p.X, 0, true})
	}
	if p.Y == b.south {
		turns = append(turns, turn{onSouth, p.X, 0, true})
	}
	return turns
}

// along is the piece of a side from since to the turn; one that runs against the
// side's direction has negative times.
func (b box) along(t turn, times int, since int32) piece {
	from, to := since, t.at
	if times < 0 {
		from, to = to, from
	}
	switch t.side {
	case onWest:
		return piece{Point{b.west, from}, Point{b.west, to}}
	case onEast:
		return piece{Point{b.east, from}, Point{b.east, to}}
	case onNorth:
		return piece{Point{from, b.north}, Point{to, b.north}}
	}
	return piece{Point{from, b.south}, Point{to, b.south}}
}

// shapes strings a tile's outlines together to rings, in tile units.
func shapes(t maptile.Tile, outlines []outline) []Shape {
	west, north := int32(t.X)<<TileBits, int32(t.Y)<<TileBits
	var out []Shape
	for _, o := range outlines {
		pieces := make([]piece, len(o.pieces))
		for i, p := range o.pieces {
			pieces[i] = piece{Point{p.a.X - west, p.a.Y - north}, Point{p.b.X - west, p.b.Y - north}}
		}
		slices.SortFunc(pieces, func(p, q piece) int { return p.a.compare(q.a) })
		if polygons := polygonsOf(ringsOf(pieces)); len(polygons) > 0 {
			out = append(out, Shape{o.member, polygons})
		}
	}
	return out
}
