package pmtiles

import (
	"testing"

	"github.com/paulmach/orb/maptile"
)

// The specification's own examples, and every tile of the first zooms there and
// back, each a neighbour of the one before.
func TestID(t *testing.T) {
	for _, c := range []struct {
		z, x, y uint32
		id      uint64
	}{{0, 0, 0, 0}, {1, 0, 0, 1}, {1, 0, 1, 2}, {1, 1, 1, 3}, {1, 1, 0, 4}, {2, 0, 0, 5}, {12, 3423, 1763, 19078479}} {
		if id := ID(maptile.New(c.x, c.y, maptile.Zoom(c.z))); id != c.id {
			t.Errorf("%d/%d/%d has the ID %d, want %d", c.z, c.x, c.y, id, c.id)
		}
	}
	last := Tile(0)
	for id := range uint64(21845) {
		tile := Tile(id)
		if ID(tile) != id {
			t.Fatalf("ID %d is tile %v, whose ID is %d", id, tile, ID(tile))
		}
		if dx, dy := int(tile.X)-int(last.X), int(tile.Y)-int(last.Y); tile.Z == last.Z && dx*dx+dy*dy > 1 {
			t.Fatalf("%v follows %v", tile, last)
		}
		last = tile
	}
	deep := maptile.New(53423, 26763, 16)
	if got := Tile(ID(deep)); got != deep {
		t.Errorf("%v came back as %v", deep, got)
	}
}
