package tiles

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
)

// fakeSource counts its draws; draw decides what comes out.
type fakeSource struct {
	draws atomic.Int32
	draw  func(ctx context.Context, t maptile.Tile) ([]byte, error)
}

func (f *fakeSource) Tile(ctx context.Context, _ geodata.Version, t maptile.Tile) ([]byte, error) {
	f.draws.Add(1)
	plain, err := f.draw(ctx, t)
	if err != nil || len(plain) == 0 {
		return nil, err
	}
	return encode(plain, Gzip)
}

func (f *fakeSource) Zooms(context.Context, geodata.Version) ([]Zoom, error) { return nil, nil }

func (f *fakeSource) Bounds(context.Context, geodata.Version) (orb.Bound, bool, error) {
	return orb.Bound{}, false, nil
}

func renderer(t *testing.T, maxBytes uint64, draw func(context.Context, maptile.Tile) ([]byte, error)) (*Renderer, *fakeSource) {
	t.Helper()
	s := &fakeSource{draw: draw}
	r, err := NewRenderer(s, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	return r, s
}

var (
	inForce = geodata.Version{ID: 7, County: "500237", Layer: geodata.RedLine, Label: "2022", State: geodata.InForce}
	draft   = geodata.Version{ID: 8, County: "500237", Layer: geodata.RedLine, Label: "2026", State: geodata.Draft}
)

func bytesOf(s string) func(context.Context, maptile.Tile) ([]byte, error) {
	return func(context.Context, maptile.Tile) ([]byte, error) { return []byte(s), nil }
}

func TestRenderDrawsAVersionInForceOnce(t *testing.T) {
	r, s := renderer(t, 1<<20, bytesOf("tile"))
	for range 3 {
		got, err := r.Render(t.Context(), Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain})
		if err != nil {
			t.Fatal(err)
		}
		if string(got.Body) != "tile" {
			t.Fatalf("%q", got.Body)
		}
		if len(got.ETag) != 34 || !strings.HasPrefix(got.ETag, `"`) {
			t.Errorf("ETag %s is not strong and quoted", got.ETag)
		}
	}
	if n := s.draws.Load(); n != 1 {
		t.Errorf("drawn %d times, want once", n)
	}
}

func TestRenderKeepsEmptyTilesToo(t *testing.T) {
	r, s := renderer(t, 1<<20, bytesOf(""))
	for range 2 {
		if got, err := r.Render(t.Context(), Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain}); err != nil || !got.Empty() {
			t.Fatalf("%v, %v", got, err)
		}
	}
	if n := s.draws.Load(); n != 1 {
		t.Errorf("drawn %d times, want once", n)
	}
}

func TestRenderNeverKeepsDraftsOrErrors(t *testing.T) {
	r, s := renderer(t, 1<<20, bytesOf("tile"))
	for range 2 {
		if _, err := r.Render(t.Context(), Request{[]geodata.Version{draft}, maptile.New(0, 0, 0), Plain}); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.draws.Load(); n != 2 {
		t.Errorf("a draft was drawn %d times, want 2", n)
	}
	broken := errors.New("no database")
	r, s = renderer(t, 1<<20, func(context.Context, maptile.Tile) ([]byte, error) { return nil, broken })
	for range 2 {
		if _, err := r.Render(t.Context(), Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain}); !errors.Is(err, broken) {
			t.Fatal(err)
		}
	}
	if n := s.draws.Load(); n != 2 {
		t.Errorf("an error was given from the cache (%d draws)", n)
	}
}

func TestCacheIsBoundedByBytes(t *testing.T) {
	const limit = 64 << 10
	noise := make([]byte, 4<<10)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24) // does not compress
	}
	r, _ := renderer(t, limit, bytesOf(string(noise)))
	for x := range uint32(500) {
		if _, err := r.Render(t.Context(), Request{[]geodata.Version{inForce}, maptile.New(x, 0, 12), Plain}); err != nil {
			t.Fatal(err)
		}
	}
	r.cache.CleanUp()
	if w := r.cache.WeightedSize(); w > limit || w == 0 {
		t.Errorf("the cache weighs %d bytes, limit %d", w, limit)
	}
}

// Many equal requests share one draw, and one that leaves spoils nothing.
func TestEqualRequestsShareOneDraw(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	r, s := renderer(t, 1<<20, func(ctx context.Context, _ maptile.Tile) ([]byte, error) {
		close(started)
		select {
		case <-release:
			return []byte("tile"), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	first, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := r.Render(first, Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain})
		left <- err
	}()
	<-started
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := r.Render(t.Context(), Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain}); err != nil || got.Empty() {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	waitFor(t, r, 21)
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the one that left got %v", err)
	}
	close(release)
	wg.Wait()
	if n := s.draws.Load(); n != 1 {
		t.Errorf("drawn %d times, want once", n)
	}
}

// When nobody waits any more the query is cancelled, and the next caller starts afresh.
func TestTheLastToLeaveCancelsTheDraw(t *testing.T) {
	started, cancelled := make(chan struct{}), make(chan struct{})
	var second atomic.Bool
	r, _ := renderer(t, 1<<20, func(ctx context.Context, _ maptile.Tile) ([]byte, error) {
		if second.Swap(true) {
			return []byte("second"), nil
		}
		close(started)
		<-ctx.Done()
		close(cancelled)
		return nil, ctx.Err()
	})
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := r.Render(ctx, Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain})
		done <- err
	}()
	<-started
	leave()
	<-cancelled
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got, err := r.Render(t.Context(), Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain}); err != nil || got.Empty() {
		t.Errorf("the next caller got %v, %v", got, err)
	}
}

func TestAPanicInADrawIsAnError(t *testing.T) {
	r, _ := renderer(t, 1<<20, func(context.Context, maptile.Tile) ([]byte, error) { panic("boom") })
	if _, err := r.Render(t.Context(), Request{[]geodata.Version{inForce}, maptile.New(0, 0, 0), Plain}); err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("got %v", err)
	}
}

// waitFor returns when n callers wait on the one flight under way.
func waitFor(t *testing.T, r *Renderer, n int) {
	t.Helper()
	for t.Context().Err() == nil {
		r.flights.mu.Lock()
		for _, fl := range r.flights.under {
			if fl.waiting == n {
				r.flights.mu.Unlock()
				return
			}
		}
		r.flights.mu.Unlock()
		runtime.Gosched()
	}
}
