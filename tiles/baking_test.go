package tiles_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/tiles"
)

func bakeVersion(ctx context.Context, pool *pgxpool.Pool, v geodata.Version, progress func(float64)) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tiles.Baking{DB: pool}.Bake(ctx, tx, v, progress)
		return err
	})
}

func countOf(t *testing.T, pool *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// All zooms of the layer are kept, Undo leaves nothing, and progress only grows.
func TestBakingKeepsEveryZoom(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA, "B": shapeB})
	last := -1.0
	err := bakeVersion(t.Context(), pool, v, func(share float64) {
		if share < last || share > 1 {
			t.Errorf("progress went from %g to %g", last, share)
		}
		last = share
	})
	if err != nil || last != 1 {
		t.Fatalf("%v, progress %g", err, last)
	}
	if zooms := countOf(t, pool, "select count(*) from tile_zoom"); zooms != 11 {
		t.Errorf("%d zooms, want 6 to 16", zooms)
	}
	if n, sum := countOf(t, pool, "select count(*) from tile"), countOf(t, pool, "select sum((summary->>'tiles')::int) from tile_zoom"); n != sum || n == 0 {
		t.Errorf("%d tiles, the zooms count %d", n, sum)
	}
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return tiles.Baking{}.Undo(t.Context(), tx, v) })
	if err != nil {
		t.Fatal(err)
	}
	if n := countOf(t, pool, "select (select count(*) from tile) + (select count(*) from tile_zoom)"); n != 0 {
		t.Errorf("Undo leaves %d rows", n)
	}
}

// A bake that is cancelled keeps whole zooms only, and the next goes on from there.
func TestBakingResumes(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA, "B": shapeB})
	ctx, cancel := context.WithCancel(t.Context())
	err := bakeVersion(ctx, pool, v, func(share float64) {
		if share > 0.6 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	zooms := countOf(t, pool, "select count(*) from tile_zoom")
	whole := countOf(t, pool, "select coalesce(sum((summary->>'tiles')::int), 0) from tile_zoom")
	if zooms == 0 || zooms > 10 || whole != countOf(t, pool, "select count(*) from tile") {
		t.Fatalf("%d zooms of %d tiles", zooms, whole)
	}
	if err := bakeVersion(t.Context(), pool, v, func(float64) {}); err != nil {
		t.Fatal(err)
	}
	if got := countOf(t, pool, "select count(*) from tile_zoom"); got != 11 {
		t.Errorf("%d zooms in the end", got)
	}
}
