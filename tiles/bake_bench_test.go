package tiles_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/tiles"
	"hongxian/tiles/pmtiles"
)

// BenchmarkBakeOutputAreas bakes 109,146 real polygons from the database into the
// database, zooms 0 to 14, and draws the same tiles one by one the naive way.
func BenchmarkBakeOutputAreas(b *testing.B) {
	pool := pgtest.New(b)
	v := holdOutputAreas(b, pool)
	for b.Loop() {
		if _, err := pool.Exec(b.Context(), "truncate tile, tile_zoom"); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
			return tiles.Baking{DB: pool}.Bake(b.Context(), tx, v, func(float64) {})
		}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "baked-s")
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys>>20), "MiB")
		start = time.Now()
		b.ReportMetric(float64(drawNaively(b, pool, v)), "tiles")
		b.ReportMetric(time.Since(start).Seconds(), "naive-s")
	}
}

// drawNaively draws live every tile that was baked.
func drawNaively(b *testing.B, pool *pgxpool.Pool, v geodata.Version) int {
	rows, err := pool.Query(b.Context(), "select id from tile where version_id = $1 order by id", v.ID)
	if err != nil {
		b.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		b.Fatal(err)
	}
	live := tiles.NewLiveSource(pool)
	work, done := make(chan int64), make(chan error)
	for range 2 {
		go func() {
			var failed error
			for id := range work {
				if _, err := live.Tile(context.Background(), v, pmtiles.Tile(uint64(id))); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	for _, id := range ids {
		work <- id
	}
	close(work)
	for range 2 {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	return len(ids)
}

// holdOutputAreas holds the census output areas as a layer that tiles.
func holdOutputAreas(b *testing.B, pool *pgxpool.Pool) geodata.Version {
	v := hold(b, pool, nil)
	if _, err := pool.Exec(b.Context(), "update layer set tiles = true, min_zoom = 0, max_zoom = 14"); err != nil {
		b.Fatal(err)
	}
	id := 0
	for _, file := range []string{"E06", "E07"} {
		f, err := os.Open(filepath.Join(os.Getenv("HONGXIAN_REALDATA"), "large", "uk_output_areas_2011_"+file+".geojsonl.gz"))
		if err != nil {
			b.Fatal(err)
		}
		zr, err := gzip.NewReader(f)
		if err != nil {
			b.Fatal(err)
		}
		lines := bufio.NewScanner(zr)
		lines.Buffer(nil, 64<<20)
		batch := &pgx.Batch{}
		for lines.Scan() {
			var line struct {
				Properties struct{ OA11CD, LAD11CD string }
				Geometry   json.RawMessage
			}
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				b.Fatal(err)
			}
			id++
			batch.Queue(`insert into feature (county, version_id, id, record, code, class, delivery, geom, plane, area_m2, grid_m2, digest)
				select '500237', $1, $2, $2, $3, $4, g, st_multi(g), st_setsrid('multipolygon empty'::geometry, 990001), st_area(st_transform(g, 3857)), 0, ''
				from (select st_setsrid(repaired(st_geomfromgeojson($5)), 4490) as g) as d`, v.ID, id, line.Properties.OA11CD, line.Properties.LAD11CD, string(line.Geometry))
			if batch.Len() == 2000 {
				send(b, pool, batch)
				batch = &pgx.Batch{}
			}
		}
		send(b, pool, batch)
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return v
}

func send(b *testing.B, pool *pgxpool.Pool, batch *pgx.Batch) {
	if err := pool.SendBatch(b.Context(), batch).Close(); err != nil {
		b.Fatal(err)
	}
}
