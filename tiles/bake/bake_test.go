package bake_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"

	"hongxian/tiles/bake"
	"hongxian/tiles/mvt"
)

// shelf keeps tiles in memory.
type shelf struct {
	zooms map[int]bake.Zoom
	tiles map[maptile.Tile][]byte
	puts  int
	fail  func(bake.Tile) error // told of each tile
}

func newShelf() *shelf {
	return &shelf{zooms: map[int]bake.Zoom{}, tiles: map[maptile.Tile][]byte{}}
}

func (s *shelf) Kept(_ context.Context, zoom int) (bake.Zoom, bool, error) {
	z, ok := s.zooms[zoom]
	return z, ok, nil
}

func (s *shelf) Keep(_ context.Context, work func(bake.Put) (bake.Zoom, error)) error {
	tiles := map[maptile.Tile][]byte{}
	var mu sync.Mutex
	sum, err := work(func(t bake.Tile) error {
		mu.Lock()
		defer mu.Unlock()
		s.puts++
		if s.fail != nil {
			if err := s.fail(t); err != nil {
				return err
			}
		}
		tiles[t.At] = t.Gzip
		return nil
	})
	if err != nil {
		return err
	}
	s.zooms[sum.Zoom] = sum
	for at, b := range tiles {
		s.tiles[at] = b
	}
	return nil
}

// features decodes a tile, which must be valid.
func (s *shelf) features(t testing.TB, at maptile.Tile) []mvt.Feature {
	t.Helper()
	zr, err := gzip.NewReader(bytes.NewReader(s.tiles[at]))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	if err := mvt.Check(plain, 64); err != nil {
		t.Fatalf("tile %v: %v", at, err)
	}
	layers, err := mvt.Decode(plain)
	if err != nil || len(layers) != 1 {
		t.Fatalf("tile %v: %d layers, %v", at, len(layers), err)
	}
	return layers[0].Features
}

// at lists a zoom's tiles in order.
func (s *shelf) at(zoom int) (tiles []maptile.Tile) {
	for t := range s.tiles {
		if int(t.Z) == zoom {
			tiles = append(tiles, t)
		}
	}
	slices.SortFunc(tiles, func(a, b maptile.Tile) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	return tiles
}

type unit struct {
	bake.Feature
	shape orb.MultiPolygon
}

func units(t testing.TB, shapes ...string) (out []unit) {
	t.Helper()
	for i, s := range shapes {
		g, err := wkt.UnmarshalPolygon(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, unit{bake.Feature{ID: int32(i + 1), Code: string(rune('A' + i)), Class: "类"}, orb.MultiPolygon{g}})
	}
	return out
}

func baked(t testing.TB, l bake.Layer, features []unit) *shelf {
	t.Helper()
	s := newShelf()
	if err := bakeInto(t.Context(), s, l, features); err != nil {
		t.Fatal(err)
	}
	return s
}

func bakeInto(ctx context.Context, s *shelf, l bake.Layer, features []unit) error {
	b := bake.New(l)
	for _, f := range features {
		b.Add(f.Feature, f.shape)
	}
	_, err := b.Bake(ctx, s, func(float64) {})
	return err
}

// mercator is the area of shapes on EPSG:3857, m².
func mercator(features []unit) (sum float64) {
	for _, f := range features {
		sum += planar.Area(project.Geometry(f.shape.Clone(), project.WGS84.ToMercator))
	}
	return sum
}

// unitArea is the area of a tile unit at a zoom, m² on EPSG:3857.
func unitArea(zoom int) float64 {
	u := 2 * math.Pi * 6378137 / float64(uint64(4096)<<zoom)
	return u * u
}

// A neighbour's vertex lies on an edge that has none there, and a hole holds
// another unit:
//
//	31.10 ┌──────┬──────┐
//	      │  A   │  B   │
//	31.05 │      ├──────┤   A has no vertex here
//	      │ ┌┐   │  C   │
//	      │ └┘D  │      │   D fills a hole of A
//	31.00 └──────┴──────┘
//	    109.8  109.9   110
func TestNeighboursShareBorders(t *testing.T) {
	u := units(t,
		"POLYGON((109.8 31, 109.9 31, 109.9 31.1, 109.8 31.1, 109.8 31), (109.82 31.01, 109.83 31.01, 109.83 31.02, 109.82 31.02, 109.82 31.01))",
		"POLYGON((109.9 31.05, 110 31.05, 110 31.1, 109.9 31.1, 109.9 31.05))",
		"POLYGON((109.9 31, 110 31, 110 31.05, 109.9 31.05, 109.9 31))",
		"POLYGON((109.82 31.01, 109.82 31.02, 109.83 31.02, 109.83 31.01, 109.82 31.01))")
	s := baked(t, bake.Layer{Name: "township", MinZoom: 6, MaxZoom: 16, Tiling: true}, u)
	for zoom := 6; zoom <= 16; zoom++ {
		p := pictureOf(u)
		for _, at := range s.at(zoom) {
			p.add(at, s.features(t, at))
		}
		if p.gaps+p.overlaps > 0 || p.covered == 0 {
			t.Errorf("zoom %d: %d gaps, %d overlaps", zoom, p.gaps, p.overlaps)
		}
	}
	for _, at := range s.at(9) {
		for _, f := range s.features(t, at) {
			if f.ID < 1 || f.ID > 4 || f.Properties["code"] != string(rune('A'+f.ID-1)) || f.Properties["class"] != "类" || len(f.Properties) != 3 {
				t.Errorf("tile %v holds %d: %v", at, f.ID, f.Properties)
			}
		}
	}
}

// Two tiles that overlap in their buffers draw the same there, to the unit.
func TestTilesAgreeInTheirBuffers(t *testing.T) {
	s := baked(t, bake.Layer{Name: "red-line", MinZoom: 10, MaxZoom: 12}, units(t, wiggly(109.85, 31.05, 0.04, 0.012, 900)))
	compared := 0
	for zoom := 10; zoom <= 12; zoom++ {
		for _, at := range s.at(zoom) {
			east := maptile.New(at.X+1, at.Y, at.Z)
			if s.tiles[east] == nil {
				continue
			}
			// In the tile's own units the common strip is 4032…4160, in the neighbour's -64…64.
			own, other := pointsWithin(s.features(t, at), 4033, 4159, 0), pointsWithin(s.features(t, east), 4033, 4159, 4096)
			if !slices.Equal(own, other) {
				t.Errorf("zoom %d: %v draws %v, its neighbour %v", zoom, at, own, other)
			}
			compared += len(own)
		}
	}
	if compared < 20 {
		t.Errorf("only %d points were compared", compared)
	}
}

// pointsWithin lists the points with from ≤ x+shift ≤ to, but for those on the
// upper and lower edge of the buffer.
func pointsWithin(features []mvt.Feature, from, to, shift int32) (out [][2]int32) {
	for _, f := range features {
		for _, ring := range f.Parts {
			for _, p := range ring {
				if x := p.X + shift; x >= from && x <= to && p.Y > -64 && p.Y < 4160 {
					out = append(out, [2]int32{x, p.Y})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return out
}

// A thousand small parcels stay visible as squares: their share of the map keeps
// within 1 % although none could be drawn at zoom 6.
func TestSmallPatchesStayVisible(t *testing.T) {
	var parcels []unit
	for i := range 1600 {
		x, y := 109.7+0.003*float64(i%40), 31+0.003*float64(i/40)
		r := 0.0004 + 0.0003*float64(i%7)/7
		parcels = append(parcels, unit{bake.Feature{ID: int32(i + 1), Class: "水田"}, orb.MultiPolygon{{{
			{x, y}, {x + 2*r, y}, {x + 2*r, y + r}, {x + r, y + 2*r}, {x, y + r}, {x, y}}}}})
	}
	s := baked(t, bake.Layer{Name: "farmland", MinZoom: 6, MaxZoom: 14}, parcels)
	for zoom := 6; zoom <= 14; zoom++ {
		share := drawnArea(t, s, zoom) * unitArea(zoom) / mercator(parcels)
		if math.Abs(share-1) > 0.01 {
			t.Errorf("zoom %d draws %.4f of the layer", zoom, share)
		}
	}
	if s.zooms[6].Squares == 0 || s.zooms[14].Squares != 0 {
		t.Errorf("squares at zoom 6: %d, at 14: %d", s.zooms[6].Squares, s.zooms[14].Squares)
	}
}

// drawnArea sums a zoom's shapes within the tiles proper, in square units.
func drawnArea(t testing.TB, s *shelf, zoom int) (sum float64) {
	t.Helper()
	for _, at := range s.at(zoom) {
		for _, f := range s.features(t, at) {
			for _, ring := range f.Parts {
				sum += areaWithin(ring)
			}
		}
	}
	return sum
}

// A unit too small to draw goes to its neighbour of the same class, though it has
// the longer border with the other, and is listed.
//
//	┌─────────────┬───────┐
//	│  A 优先      │C│ B   │   C 一般 like B, mostly surrounded by A
//	└─────────────┴───────┘
func TestSmallUnitsMergeIntoTheirLike(t *testing.T) {
	u := units(t,
		"POLYGON((109.8 31, 109.9 31, 109.9 31.01, 109.8995 31.01, 109.8995 31.0104, 109.9 31.0104, 109.9 31.1, 109.8 31.1, 109.8 31))",
		"POLYGON((109.9 31, 110 31, 110 31.1, 109.9 31.1, 109.9 31.0104, 109.9 31.01, 109.9 31))",
		"POLYGON((109.8995 31.01, 109.9 31.01, 109.9 31.0104, 109.8995 31.0104, 109.8995 31.01))")
	u[0].Class, u[1].Class, u[2].Class = "优先", "一般", "一般"
	s := baked(t, bake.Layer{Name: "control-unit", MinZoom: 8, MaxZoom: 16, Tiling: true}, u)
	if got := s.zooms[16].Absent; got != nil {
		t.Errorf("zoom 16 leaves out %v", got)
	}
	if got := s.zooms[8].Absent; !slices.Equal(got, []int32{3}) {
		t.Errorf("zoom 8 leaves out %v, want C alone", got)
	}
	for zoom := 8; zoom <= 16; zoom++ {
		p := pictureOf(u)
		for _, at := range s.at(zoom) {
			p.add(at, s.features(t, at))
		}
		if p.gaps+p.overlaps > 0 {
			t.Errorf("zoom %d: %d gaps, %d overlaps", zoom, p.gaps, p.overlaps)
		}
	}
}

// Features that lie on each other are drawn whole, each of them.
func TestOverlappingFeaturesAreBothDrawn(t *testing.T) {
	u := units(t, "POLYGON((109.8 31, 109.9 31, 109.9 31.1, 109.8 31.1, 109.8 31))",
		"POLYGON((109.85 31.03, 109.95 31.03, 109.95 31.08, 109.85 31.08, 109.85 31.03))")
	s := baked(t, bake.Layer{Name: "protected-area", MinZoom: 6, MaxZoom: 13}, u)
	for zoom := 6; zoom <= 13; zoom++ {
		if share := drawnArea(t, s, zoom) * unitArea(zoom) / mercator(u); math.Abs(share-1) > 0.01 {
			t.Errorf("zoom %d draws %.4f of the two areas", zoom, share)
		}
	}
}

// A bake that was cut off goes on where it stopped, and gives what an undisturbed
// one gives.
func TestBakeResumes(t *testing.T) {
	l := bake.Layer{Name: "red-line", MinZoom: 6, MaxZoom: 13}
	features := units(t, wiggly(109.85, 31.05, 0.04, 0.012, 900))
	whole := baked(t, l, features)
	s := newShelf()
	cut := errors.New("cut off")
	s.fail = func(tile bake.Tile) error {
		if tile.At.Z == 9 {
			return cut
		}
		return nil
	}
	if err := bakeInto(t.Context(), s, l, features); !errors.Is(err, cut) {
		t.Fatalf("got %v", err)
	}
	if len(s.zooms) != 4 || len(s.at(9)) > 0 {
		t.Fatalf("kept %d zooms and %d tiles of zoom 9", len(s.zooms), len(s.at(9)))
	}
	puts := s.puts
	s.fail = nil
	if err := bakeInto(t.Context(), s, l, features); err != nil {
		t.Fatal(err)
	}
	if s.puts-puts > len(whole.tiles)-len(whole.at(13)) {
		t.Errorf("zooms that were kept were drawn again: %d tiles of %d", s.puts-puts, len(whole.tiles))
	}
	if len(s.tiles) != len(whole.tiles) {
		t.Fatalf("%d tiles, want %d", len(s.tiles), len(whole.tiles))
	}
	for at, b := range whole.tiles {
		if !bytes.Equal(b, s.tiles[at]) {
			t.Errorf("tile %v differs", at)
		}
	}
}

func TestBakeIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newShelf()
	s.fail = func(bake.Tile) error { cancel(); return nil }
	err := bakeInto(ctx, s, bake.Layer{Name: "red-line", MinZoom: 6, MaxZoom: 14}, units(t, wiggly(109.85, 31.05, 0.04, 0.012, 900)))
	if !errors.Is(err, context.Canceled) || len(s.zooms) > 1 {
		t.Errorf("%v after %d zooms", err, len(s.zooms))
	}
}

// Where features make a tile too heavy, it holds one shape a class with a count;
// no tile is heavier than MaxBytes.
func TestHeavyTilesAreDissolved(t *testing.T) {
	var parcels []unit
	for i := range 22_500 {
		x, y := 109.7+0.002*float64(i%150), 31+0.002*float64(i/150)
		parcels = append(parcels, unit{bake.Feature{ID: int32(i + 1), Code: fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i), byte(i >> 8)}))[:20], Name: "地块", Class: []string{"水田", "旱地"}[i/150%2]},
			orb.MultiPolygon{{{{x, y}, {x + 0.002, y}, {x + 0.002, y + 0.002}, {x, y + 0.002}, {x, y}}}}})
	}
	s := baked(t, bake.Layer{Name: "farmland", MinZoom: 6, MaxZoom: 12, Tiling: true}, parcels)
	was := false
	for zoom := 12; zoom >= 6; zoom-- {
		z := s.zooms[zoom]
		if z.Largest > bake.MaxBytes || was && !z.Dissolved {
			t.Errorf("%+v", z)
		}
		if was = z.Dissolved; was {
			checkDissolved(t, s, zoom)
		}
	}
	if s.zooms[12].Dissolved || !s.zooms[6].Dissolved {
		t.Errorf("zoom 12 dissolved: %v, zoom 6: %v", s.zooms[12].Dissolved, s.zooms[6].Dissolved)
	}
}

func checkDissolved(t *testing.T, s *shelf, zoom int) {
	t.Helper()
	for _, at := range s.at(zoom) {
		f := s.features(t, at)
		if len(f) > 2 {
			t.Errorf("zoom %d draws %d shapes for two classes", zoom, len(f))
		}
		for _, f := range f {
			if n, ok := f.Properties["count"].(int64); !ok || n < 1 || f.Properties["class"] == nil || f.Properties["code"] != nil {
				t.Errorf("zoom %d: %v", zoom, f.Properties)
			}
		}
	}
}
