package pmtiles

import (
	"bytes"
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// contents are tiles of a zoom in order of ID, some equal to their neighbours.
func contents(zoom maptile.Zoom, of func(i int) string) iter.Seq2[Content, error] {
	return func(yield func(Content, error) bool) {
		first := ID(maptile.New(0, 0, zoom))
		for i := range 1 << (2 * zoom) {
			if body := of(i); body != "" && !yield(Content{first + uint64(i), []byte(body)}, nil) {
				return
			}
		}
	}
}

func archive(t testing.TB, tiles iter.Seq2[Content, error]) []byte {
	t.Helper()
	var b bytes.Buffer
	h := Header{MinZoom: 6, MaxZoom: 9, Bounds: orb.Bound{Min: orb.Point{109.5, 30.7}, Max: orb.Point{110.2, 31.5}},
		Metadata: map[string]any{"name": "生态保护红线"}}
	if err := Write(&b, t.TempDir(), h, tiles); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every tile comes back, also through leaf directories, and a missing one is missing.
func TestArchiveIsRead(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	bodies := make([]string, 1<<18)
	for i := range bodies {
		switch random.IntN(4) {
		case 0: // none
		case 1:
			bodies[i] = "sea"
		default:
			bodies[i] = fmt.Sprint(random.Uint64())
		}
	}
	b := archive(t, contents(9, func(i int) string { return bodies[i] }))
	r, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if r.sections[2].length == 0 || r.sections[0].length > rootLimit-headerSize {
		t.Errorf("the root has %d bytes and the leaves %d", r.sections[0].length, r.sections[2].length)
	}
	if r.MinZoom != 6 || r.MaxZoom != 9 || r.Metadata["name"] != "生态保护红线" || r.Bounds.Max != (orb.Point{110.2, 31.5}) {
		t.Errorf("the header reads %+v", r.Header)
	}
	first := ID(maptile.New(0, 0, 9))
	for i, want := range bodies {
		if got, err := r.Tile(Tile(first + uint64(i))); err != nil || string(got) != want {
			t.Fatalf("tile %d: %q, %v; want %q", i, got, err, want)
		}
	}
}

// Equal tiles are stored once, and neighbours share an entry.
func TestEqualTilesAreStoredOnce(t *testing.T) {
	small := archive(t, contents(6, func(int) string { return "forest" }))
	if len(small) > headerSize+200 {
		t.Errorf("4096 equal tiles take %d bytes", len(small))
	}
}

func TestTilesOutOfOrderAreRefused(t *testing.T) {
	err := Write(&bytes.Buffer{}, t.TempDir(), Header{}, func(yield func(Content, error) bool) {
		_ = yield(Content{5, []byte("a")}, nil) && yield(Content{5, []byte("b")}, nil)
	})
	if err == nil {
		t.Error("a tile was written twice")
	}
}

func FuzzOpen(f *testing.F) {
	good := archive(f, contents(3, func(i int) string { return fmt.Sprint(i / 3) }))
	f.Add(good)
	f.Add(good[:headerSize])
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for z := range maptile.Zoom(4) {
			_, _ = r.Tile(maptile.New(0, 0, z))
		}
	})
}
