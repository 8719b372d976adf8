package intake

import (
	"context"
	_ "embed"
	"encoding/binary"
	"hash/maphash"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"
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
	return p[0] >= e.from[0]-millimetre && p[0] <= e.to[0]+millimetre && e.off(p) <= millimetre &&
		math.Hypot(p[0]-e.from[0], p[1]-e.from[1]) > millimetre && math.Hypot(p[0]-e.to[0], p[1]-e.to[1]) > millimetre
}

// long edges bow.
func (e edge) long() bool {
	dx, dy := e.to[0]-e.from[0], e.to[1]-e.from[1]
	return dx*dx+dy*dy > shortestBow*shortestBow
}

// bits are an edge for a map: they are hashed at once, numbers one by one.
type bits [4]uint64

func (e edge) bits() bits {
	return bits{math.Float64bits(e.from[0]), math.Float64bits(e.from[1]), math.Float64bits(e.to[0]), math.Float64bits(e.to[1])}
}

func (b bits) edge() edge {
	return edge{orb.Point{math.Float64frombits(b[0]), math.Float64frombits(b[1])}, orb.Point{math.Float64frombits(b[2]), math.Float64frombits(b[3])}}
}

// loose (未共用的边) are long edges that no two records share whole, and the record
// that each belongs to.
type loose map[bits]int

// meet adds an edge, or takes it out when it was there.
func (l loose) meet(e bits, record int) {
	if _, shared := l[e]; shared {
		delete(l, e)
	} else {
		l[e] = record
	}
}

// borrowVertices finds the vertices by which neighbours of a longitude/latitude
// delivery share every vertex of their common borders, so that they stay neighbours
// in the plane.
func (w *load) borrowVertices(ctx context.Context) error {
	parts := (w.staging.Edges + edgesAtATime - 1) / edgesAtATime
	w.borrowed = map[int][]orb.Point{}
	for part := range parts {
		edges, err := w.edges, error(nil) // met while reading, where they are few
		if edges == nil {
			edges, err = w.looseEdges(ctx, part, parts)
		}
		if err != nil {
			return err
		}
		if err := w.findJunctions(ctx, indexEdges(edges)); err != nil {
			return err
		}
	}
	w.borrowing = slices.Sorted(maps.Keys(w.borrowed))
	return nil
}

// findJunctions notes which records get which vertices.
func (w *load) findJunctions(ctx context.Context, index *edgeIndex) error {
	var turn sync.Mutex
	return w.eachShape(ctx, func(int) func(int, orb.Ring) {
		finder := finder{edgeIndex: index}
		return func(_ int, ring orb.Ring) {
			for _, p := range ring {
				finder.at(p, func(record int) {
					turn.Lock()
					defer turn.Unlock()
					if !slices.Contains(w.borrowed[record], p) {
						w.borrowed[record] = append(w.borrowed[record], p)
					}
				})
			}
		}
	})
}

// looseEdges finds the loose edges, of those whose hash falls into the part.
func (w *load) looseEdges(ctx context.Context, part, parts int) (loose, error) {
	found := make([]loose, len(w.lanes))
	err := w.eachShape(ctx, func(lane int) func(int, orb.Ring) {
		edges := loose{}
		found[lane] = edges
		return func(record int, ring orb.Ring) {
			for i := 1; i < len(ring); i++ {
				e := edgeOf(ring[i-1], ring[i])
				if !e.long() {
					continue
				}
				if b := e.bits(); parts == 1 || int(maphash.Comparable(partSeed, b)%uint64(parts)) == part {
					edges.meet(b, record)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for _, other := range found[1:] {
		for e, record := range other {
			found[0].meet(e, record)
		}
	}
	return found[0], nil
}

//go:embed sql/staged_shapes.sql
var stagedShapesSQL string

// eachShape shows every ring of the staged shapes, each lane a share of them: view is
// asked for once a lane. A ring is only lent.
func (w *load) eachShape(ctx context.Context, view func(lane int) func(record int, ring orb.Ring)) error {
	work, ctx := errgroup.WithContext(ctx)
	for i, l := range w.lanes {
		show := view(i)
		first, last := w.share(i)
		work.Go(func() error {
			return l.use(func(conn *pgx.Conn) error {
				rows, err := conn.Query(ctx, stagedShapesSQL, pgx.QueryResultFormats{pgx.BinaryFormatCode},
					pgx.StrictNamedArgs{"staging": w.staging.id, "first": first, "last": last})
				if err != nil {
					return err
				}
				defer rows.Close()
				var r ringReader
				for rows.Next() {
					values := rows.RawValues()
					if err := r.read(values[1], int(int32(binary.BigEndian.Uint32(values[0]))), show); err != nil {
						return err
					}
				}
				return rows.Err()
			})
		})
	}
	return work.Wait()
}

// share is which records a lane looks at.
func (w *load) share(lane int) (first, last int) {
	spans := w.staging.Spans
	from, to := lane*len(spans)/len(w.lanes), (lane+1)*len(spans)/len(w.lanes)
	if from == to {
		return 1, 0
	}
	return spans[from].First, spans[to-1].Last
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
func indexEdges(edges loose) *edgeIndex {
	x := &edgeIndex{cells: map[[2]int32][]int32{}}
	for b, record := range edges {
		e, n := b.edge(), int32(len(x.edges))
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

// finder asks the index of one vertex after another, most of them in the cell of the
// one before.
type finder struct {
	*edgeIndex
	cell [2]int32
	held []int32
	any  bool
}

// at tells of the records with an edge that has a junction at p.
func (f *finder) at(p orb.Point, found func(record int)) {
	if c := cellOf(p); !f.any || c != f.cell {
		f.cell, f.held, f.any = c, f.cells[c], true
	}
	for _, n := range f.held {
		if f.edges[n].junction(p) {
			found(f.records[n])
		}
	}
}
