package intake

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"maps"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

// In lon/lat deliveries a long edge that is straight there bows by 12 mm a kilometre
// in the Gauss-Krüger plane, where boundaries are taken as straight; a neighbour with
// a vertex on that edge (a T-junction) would then overlap it or leave a gap. So
// vertices that lie within 1 mm of an edge, and not within 1 mm of its ends, are
// inserted into it. An edge that two records share whole has no such vertex, and a
// short one hardly bows: neither is looked at, which leaves few.

// millimetre is one millimetre on a meridian, in degrees.
const millimetre = 9e-9

// shortestBow is about 55 m on a meridian, in degrees: shorter edges are straight
// in every plane to 0.04 mm.
const shortestBow = 0.0005

// edgesAtATime bounds the edges that are held in memory, at about 80 bytes each.
const edgesAtATime = 1_000_000

// partSeed divides edges into parts.
var partSeed = maphash.MakeSeed()

// edge is a ring's edge, its lower end first.
type edge struct{ from, to orb.Point }

func edgeOf(a, b orb.Point) edge {
	if a[0] > b[0] || a[0] == b[0] && a[1] > b[1] {
		a, b = b, a
	}
	return edge{a, b}
}

// off is how far from the edge a point lies.
func (e edge) off(p orb.Point) float64 {
	dx, dy := e.to[0]-e.from[0], e.to[1]-e.from[1]
	t := ((p[0]-e.from[0])*dx + (p[1]-e.from[1])*dy) / (dx*dx + dy*dy)
	t = min(max(t, 0), 1)
	return math.Hypot(p[0]-e.from[0]-t*dx, p[1]-e.from[1]-t*dy)
}

// junction: the vertex lies on the edge, away from its ends.
func (e edge) junction(p orb.Point) bool {
	return e.off(p) <= millimetre &&
		math.Hypot(p[0]-e.from[0], p[1]-e.from[1]) > millimetre && math.Hypot(p[0]-e.to[0], p[1]-e.to[1]) > millimetre
}

// borrowVertices finds the vertices by which neighbours of a longitude/latitude
// delivery share every vertex of their common borders, so that they stay neighbours
// in the plane.
func (w *load) borrowVertices(ctx context.Context) error {
	parts := (w.staging.Edges + edgesAtATime - 1) / edgesAtATime
	w.borrowed = map[int][]orb.Point{}
	for part := range parts {
		loose, err := w.looseEdges(ctx, part, parts)
		if err != nil {
			return err
		}
		index := indexEdges(loose)
		if err := w.eachShape(ctx, func(_ int, g orb.Geometry) {
			for _, ring := range ringsOf(g) {
				for _, p := range ring {
					index.at(p, w.borrow)
				}
			}
		}); err != nil {
			return err
		}
	}
	w.borrowing = slices.Sorted(maps.Keys(w.borrowed))
	return nil
}

// borrow notes that a record gets a vertex, once.
func (w *load) borrow(record int, p orb.Point) {
	if !slices.Contains(w.borrowed[record], p) {
		w.borrowed[record] = append(w.borrowed[record], p)
	}
}

// looseEdges are the long edges that no two records share whole, of those whose hash
// falls into the part, and the record that each belongs to.
func (w *load) looseEdges(ctx context.Context, part, parts int) (map[edge]int, error) {
	loose := map[edge]int{}
	return loose, w.eachShape(ctx, func(record int, g orb.Geometry) {
		for _, ring := range ringsOf(g) {
			for i := 1; i < len(ring); i++ {
				e := edgeOf(ring[i-1], ring[i])
				if math.Hypot(e.to[0]-e.from[0], e.to[1]-e.from[1]) <= shortestBow ||
					parts > 1 && int(maphash.Comparable(partSeed, e)%uint64(parts)) != part {
					continue
				}
				if _, shared := loose[e]; shared {
					delete(loose, e)
				} else {
					loose[e] = record
				}
			}
		}
	})
}

//go:embed sql/staged_shapes.sql
var stagedShapesSQL string

// eachShape shows every staged shape.
func (w *load) eachShape(ctx context.Context, show func(record int, g orb.Geometry)) error {
	return w.lanes[0].use(func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, stagedShapesSQL, pgx.QueryResultFormats{pgx.BinaryFormatCode}, pgx.StrictNamedArgs{"staging": w.staging.id})
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			values := rows.RawValues()
			g, _, err := ewkb.Unmarshal(values[1])
			if err != nil {
				return fmt.Errorf("read a staged shape: %w", err)
			}
			show(int(int32(binary.BigEndian.Uint32(values[0]))), g)
		}
		return rows.Err()
	})
}

// cell is the width of a cell of the index of edges, in degrees: about an edge long.
const cell = 0.002

// edgeIndex finds edges by place.
type edgeIndex struct {
	edges   []edge
	records []int
	cells   map[[2]int32][]int32
}

// indexEdges enters every edge in the cells that its pieces touch.
func indexEdges(loose map[edge]int) *edgeIndex {
	x := &edgeIndex{cells: map[[2]int32][]int32{}}
	for e, record := range loose {
		n := int32(len(x.edges))
		x.edges, x.records = append(x.edges, e), append(x.records, record)
		dx, dy := e.to[0]-e.from[0], e.to[1]-e.from[1]
		pieces := math.Ceil(max(math.Abs(dx), math.Abs(dy)) / cell)
		for i := range int(pieces) {
			from, to := float64(i)/pieces, float64(i+1)/pieces
			x.enter(n, orb.MultiPoint{{e.from[0] + from*dx, e.from[1] + from*dy}, {e.from[0] + to*dx, e.from[1] + to*dy}}.Bound().Pad(2*millimetre))
		}
	}
	return x
}

func (x *edgeIndex) enter(n int32, b orb.Bound) {
	low, high := cellOf(b.Min), cellOf(b.Max)
	for i := low[0]; i <= high[0]; i++ {
		for j := low[1]; j <= high[1]; j++ {
			key := [2]int32{i, j}
			if held := x.cells[key]; len(held) == 0 || held[len(held)-1] != n {
				x.cells[key] = append(held, n)
			}
		}
	}
}

func cellOf(p orb.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p[0] / cell)), int32(math.Floor(p[1] / cell))}
}

// at tells of the edges that have a junction at p.
func (x *edgeIndex) at(p orb.Point, found func(record int, p orb.Point)) {
	for _, n := range x.cells[cellOf(p)] {
		if x.edges[n].junction(p) {
			found(x.records[n], p)
		}
	}
}
