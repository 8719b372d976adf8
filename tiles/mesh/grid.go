package mesh

import (
	"math"
	"math/bits"

	"github.com/paulmach/orb"
)

const (
	// TileBits is the extent of a tile as a power of two: 4096 units a side.
	TileBits = 12
	// Extent is the number of grid units along a tile's side.
	Extent = 1 << TileBits
	// Buffer is how far a tile's drawing reaches beyond it, in grid units.
	Buffer = 64
	// MaxZoom is the deepest zoom a division can be made for.
	MaxZoom = 16
	// fineBits is the grid that coordinates come in on: 2^30 units around the
	// equator, 3.7 cm. Differences of its coordinates can be multiplied in 64 bits.
	fineBits = 30
)

// Point is a place on a zoom's grid: x grows eastwards, y southwards, as in tiles.
type Point struct{ X, Y int32 }

// before orders points by x, then y.
func (p Point) before(q Point) bool { return p.X < q.X || p.X == q.X && p.Y < q.Y }

func (p Point) compare(q Point) int {
	switch {
	case p == q:
		return 0
	case p.before(q):
		return -1
	}
	return 1
}

// cross is twice the signed area of the triangle a, b, c; positive when c lies to
// the left of the way from a to b, with y taken as growing upwards.
func cross(a, b, c Point) int64 {
	return int64(b.X-a.X)*int64(c.Y-a.Y) - int64(b.Y-a.Y)*int64(c.X-a.X)
}

// fine projects longitude and latitude (degrees, EPSG:4490 taken as 4326) to
// spherical Mercator (EPSG:3857) on the finest grid.
func fine(p orb.Point) Point {
	const world = 1 << fineBits
	x := (p[0] + 180) / 360 * world
	y := (0.5 - math.Asinh(math.Tan(p[1]*math.Pi/180))/(2*math.Pi)) * world
	return Point{whole(x), whole(y)}
}

// whole rounds into the world's square: beyond 85.05° there is no tile.
func whole(v float64) int32 {
	return int32(max(0, min(math.Floor(v+0.5), 1<<fineBits)))
}

// floorDiv is a·b/d rounded down, for |a|, |d| < 2^62 and |b| < 2^31, d ≠ 0.
func floorDiv(a, b, d int64) int64 {
	negative := (a < 0) != (b < 0) != (d < 0)
	hi, lo := bits.Mul64(abs64(a), abs64(b))
	q, r := bits.Div64(hi, lo, abs64(d))
	if !negative || a == 0 || b == 0 {
		return int64(q)
	}
	if r != 0 {
		q++
	}
	return -int64(q)
}

func abs64(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}
