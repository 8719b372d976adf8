package tiles_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/tiles"
	"hongxian/tiles/mvt"
)

func render(t *testing.T, source tiles.Source, v geodata.Version, at maptile.Tile, e tiles.Encoding) tiles.Rendered {
	t.Helper()
	r, err := tiles.NewRenderer(source, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Render(t.Context(), tiles.Request{Versions: []geodata.Version{v}, Tile: at, Encoding: e})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A version is drawn live until it is baked, then read; an archive of it gives the
// same bytes, and describes it alike.
func TestStoreAndArchive(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA, "B": shapeB})
	at := maptile.At(orb.Point{109.89, 31.05}, 10)
	sheet := tiles.Sheet{Version: v, Title: "生态保护红线", Paint: tiles.Paint{Fill: "#d62728", Pattern: "hatch"}}
	live := render(t, tiles.NewStore(pool), v, at, tiles.Plain)
	if err := mvt.Check(live.Body, 64); err != nil || live.Empty() {
		t.Fatalf("drawn live: %v", err)
	}
	var conflict *geodata.Error
	if err := tiles.NewStore(pool).Export(t.Context(), sheet, io.Discard, t.TempDir()); !errors.As(err, &conflict) || conflict.Code != "tiles-not-drawn" {
		t.Errorf("an archive of a version that is drawn live: %v", err)
	}
	if err := bakeVersion(t.Context(), pool, v, func(float64) {}); err != nil {
		t.Fatal(err)
	}
	store := tiles.NewStore(pool)
	baked := render(t, store, v, at, tiles.Gzip)
	zr, err := gzip.NewReader(bytes.NewReader(baked.Body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(zr)
	if err != nil || bytes.Equal(plain, live.Body) {
		t.Fatalf("baked like live, or %v", err)
	}
	if err := mvt.Check(plain, 64); err != nil {
		t.Error(err)
	}
	if far := render(t, store, v, maptile.At(orb.Point{100, 20}, 10), tiles.Gzip); !far.Empty() {
		t.Error("a tile far away holds something")
	}
	zooms, err := store.Zooms(t.Context(), v)
	if err != nil || len(zooms) != 11 || zooms[0].Zoom.Zoom != 6 || zooms[10].Zoom.Zoom != 16 {
		t.Fatalf("%+v, %v", zooms, err)
	}
	bounds, _, err := store.Bounds(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	sheet.Bounds = &bounds
	checkArchive(t, store, sheet, baked, at)
}

func checkArchive(t *testing.T, store *tiles.Store, sheet tiles.Sheet, baked tiles.Rendered, at maptile.Tile) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "red-line.pmtiles")
	out, err := os.Create(path)
	if err == nil {
		err = errors.Join(store.Export(t.Context(), sheet, out, t.TempDir()), out.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := tiles.OpenArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if got := render(t, a, a.Version, at, tiles.Gzip); !bytes.Equal(got.Body, baked.Body) || got.ETag != baked.ETag {
		t.Errorf("the archive gives %d bytes, the database %d", len(got.Body), len(baked.Body))
	}
	d := a.Describe("http://h")
	if d.Name != "500237.red-line@2022" || d.MinZoom != 6 || d.MaxZoom != 16 || d.Description != "生态保护红线" || d.FeatureZoom == nil || *d.FeatureZoom != 6 ||
		a.Paint.Pattern != "hatch" {
		t.Errorf("the archive describes itself as %+v", d)
	}
	if err := os.WriteFile(path, []byte("PMTiles\x03 and no more"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := tiles.OpenArchive(path); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("a broken archive: %v", err)
	}
}

// counting counts what a store asks of the database.
type counting struct {
	tiles.Database
	asked int
}

func (c *counting) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	c.asked++
	return c.Database.QueryRow(ctx, sql, args...)
}

func (c *counting) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	c.asked++
	return c.Database.Query(ctx, sql, args...)
}

// A drawn tile, or an empty one, is one read by the primary key; what the version's
// zooms hold is read once.
func TestATileIsOneIndexedRead(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA})
	if err := bakeVersion(t.Context(), pool, v, func(float64) {}); err != nil {
		t.Fatal(err)
	}
	db := &counting{Database: pool}
	store := tiles.NewStore(db)
	at := maptile.At(orb.Point{109.85, 31.05}, 12)
	for i, want := range []int{2, 1, 1} {
		db.asked = 0
		if _, err := store.Tile(t.Context(), v, maptile.New(at.X+uint32(i)*100, at.Y, at.Z)); err != nil || db.asked != want {
			t.Errorf("tile %d: %d statements, want %d; %v", i+1, db.asked, want, err)
		}
	}
	sql, err := os.ReadFile("sql/baked_tile.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), "vacuum analyze tile"); err != nil {
		t.Fatal(err)
	}
	rows, err := pool.Query(t.Context(), "explain "+string(sql), pgx.StrictNamedArgs{"county": v.County, "version": v.ID, "id": int64(7)})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || !strings.Contains(strings.Join(plan, "\n"), "Index Scan using tile_pkey") {
		t.Errorf("%v, %v", plan, err)
	}
}
