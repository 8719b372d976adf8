package pmtiles

import "github.com/paulmach/orb/maptile"

// ID numbers tiles of all zooms along Hilbert curves: those of zoom 0 first, then
// those of zoom 1 and so on.
func ID(t maptile.Tile) uint64 {
	id := (uint64(1)<<(2*t.Z) - 1) / 3
	x, y := t.X, t.Y
	for s := uint32(1) << t.Z >> 1; s > 0; s >>= 1 {
		rx, ry := x&s, y&s
		id += uint64(s) * uint64((3*b2u(rx > 0) ^ b2u(ry > 0))) * uint64(s)
		x, y = turn(s, x, y, rx > 0, ry > 0)
	}
	return id
}

// Tile is the tile of an ID.
func Tile(id uint64) maptile.Tile {
	var z uint32
	for n := uint64(1); id >= n; n *= 4 {
		id -= n
		z++
	}
	var x, y uint32
	for s := uint32(1); s < 1<<z; s <<= 1 {
		rx := id/2&1 == 1
		ry := (id&1 == 1) != rx
		x, y = turn(s, x, y, rx, ry)
		x, y = x+s*b2u(rx), y+s*b2u(ry)
		id /= 4
	}
	return maptile.New(x, y, maptile.Zoom(z))
}

// turn turns a quarter of the curve, s tiles a side, the way it runs there.
func turn(s, x, y uint32, rx, ry bool) (uint32, uint32) {
	if ry {
		return x, y
	}
	if rx {
		x, y = s-1-x, s-1-y
	}
	return y, x
}

func b2u(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}
