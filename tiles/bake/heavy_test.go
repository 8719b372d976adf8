package bake_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/tiles/bake"
)

// scattered are n² parcels of four to seven units a side at a zoom, each apart from
// the others, within one tile.
func scattered(zoom maptile.Zoom, n int) (parcels []unit) {
	random := rand.New(rand.NewPCG(1, 5))
	within := maptile.At(orb.Point{109.9, 31.05}, zoom).Bound()
	width, height := within.Max[0]-within.Min[0], within.Max[1]-within.Min[1]
	for i := range n * n {
		at := func(k int) float64 { return (float64(k) + 0.4*random.Float64()) / float64(n) }
		west, south := within.Min[0]+width*at(i%n), within.Min[1]+height*at(i/n)
		east, north := west+width*(4+3*random.Float64())/4096, south+height*(4+3*random.Float64())/4096
		parcels = append(parcels, unit{bake.Feature{ID: int32(i + 1), Class: []string{"水田", "旱地"}[random.IntN(2)]},
			orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}})
	}
	return parcels
}

// So many parcels lie apart in a tile that their shapes by class are too large as
// well: they become fewer and larger squares, until the tile is small enough. They
// cover as much as before.
func TestTilesKeepTheirWeight(t *testing.T) {
	parcels := scattered(10, 330)
	s := baked(t, bake.Layer{Name: "farmland", MinZoom: 9, MaxZoom: 10}, parcels)
	for zoom := 9; zoom <= 10; zoom++ {
		z := s.zooms[zoom]
		if z.Largest > bake.MaxBytes || !z.Dissolved || z.TooLarge != nil {
			t.Errorf("%+v", z)
		}
		if share := drawnArea(t, s, zoom) * unitArea(zoom) / mercator(parcels); math.Abs(share-1) > 0.01 {
			t.Errorf("zoom %d draws %.4f of the layer", zoom, share)
		}
	}
	if z := s.zooms[10]; z.Coarsened == 0 || z.Squares == 0 {
		t.Errorf("%+v", z)
	}
}

// A tile that nothing makes small enough is kept, and listed with its weight. A bake
// that was cut off after it gives what an undisturbed one gives.
func TestTooLargeTilesAreListed(t *testing.T) {
	bakeTo := func(s *shelf) ([]bake.Zoom, error) {
		b := bake.New(bake.Layer{Name: "farmland", MinZoom: 8, MaxZoom: 10})
		b.Limit(120)
		for _, p := range scattered(10, 60) {
			b.Add(p.Feature, p.shape)
		}
		return b.Bake(t.Context(), s, func(float64) {})
	}
	s := newShelf()
	sums, err := bakeTo(s)
	if err != nil || len(sums) != 3 {
		t.Fatalf("%d zooms: %v", len(sums), err)
	}
	listed := 0
	for _, z := range sums {
		for _, w := range z.TooLarge {
			listed++
			if got := len(s.tiles[maptile.New(w.X, w.Y, maptile.Zoom(z.Zoom))]); got != w.Bytes || got <= 120 {
				t.Errorf("zoom %d lists %+v of %d bytes", z.Zoom, w, got)
			}
		}
	}
	for _, b := range s.tiles {
		if len(b) > 120 {
			listed--
		}
	}
	if listed != 0 || len(sums[0].TooLarge) == 0 {
		t.Errorf("%d tiles too many or too few are listed: %+v", listed, sums)
	}

	cut, again := errors.New("cut off"), newShelf()
	again.fail = func(tile bake.Tile) error {
		if tile.At.Z == 9 {
			return cut
		}
		return nil
	}
	if _, err := bakeTo(again); !errors.Is(err, cut) {
		t.Fatalf("got %v", err)
	}
	again.fail = nil
	resumed, err := bakeTo(again)
	if err != nil || len(resumed) != 3 || len(resumed[0].TooLarge) != len(sums[0].TooLarge) {
		t.Errorf("%+v, %v", resumed, err)
	}
	for at, b := range s.tiles {
		if !bytes.Equal(b, again.tiles[at]) {
			t.Errorf("tile %v differs", at)
		}
	}
}
