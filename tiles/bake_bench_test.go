package tiles_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/tiles"
	"hongxian/tiles/pmtiles"
)

// BenchmarkBakeOutputAreas bakes 109,146 real polygons from the database into the
// database, zooms 0 to 14, and draws the same tiles one by one the naive way, as two
// clients of ST_AsMVT would. peak-MiB is the most memory this process held while it
// baked, load the machine's beside it.
func BenchmarkBakeOutputAreas(b *testing.B) {
	pool := pgtest.New(b)
	v := holdOutputAreas(b, pool)
	if _, err := pool.Exec(b.Context(), "vacuum analyze"); err != nil { // nobody else does on a test's server
		b.Fatal(err)
	}
	for b.Loop() {
		benchBake(b, pool, 1, v)
	}
}

// BenchmarkBakeCounty does the same with all layers of the schematic county in force,
// in the zooms of its profile; of the naive way it draws every tile down to zoom 10,
// which are few and hold much, and below that every fifth, above scale 1 every
// fiftieth, and takes their time as many times. HONGXIAN_BENCH_SCALE sets the
// county's scale.
func BenchmarkBakeCounty(b *testing.B) {
	pool := holding.Schematic(b, holding.BenchScale())
	catalogue := &postgis.Catalogue{DB: pool}
	layers, err := catalogue.Layers(b.Context(), holding.Wushan.Code)
	if err != nil {
		b.Fatal(err)
	}
	var inForce []geodata.Version
	for _, l := range layers {
		v, err := catalogue.Resolve(b.Context(), geodata.VersionRef{County: holding.Wushan.Code, Layer: l.Key})
		if err == nil {
			inForce = append(inForce, v)
		} else if !geodata.IsKind(err, geodata.NotFound) {
			b.Fatal(err)
		}
	}
	every := 5
	if holding.BenchScale() > 1 {
		every = 50
	}
	for b.Loop() {
		benchBake(b, pool, every, inForce...)
	}
}

// wholly is down to which zoom every tile is drawn naively.
const wholly = 10

// benchBake bakes versions, then draws their tiles naively, of deep zooms every so
// manieth.
func benchBake(b *testing.B, pool *pgxpool.Pool, every int, versions ...geodata.Version) {
	if _, err := pool.Exec(b.Context(), "truncate tile, tile_zoom"); err != nil {
		b.Fatal(err)
	}
	forgetPeak(b)
	start := time.Now()
	for _, v := range versions {
		if err := bakeVersion(b.Context(), pool, v, func(float64) {}); err != nil {
			b.Fatal(err)
		}
	}
	baked := time.Since(start).Seconds()
	b.ReportMetric(baked, "baked-s")
	b.ReportMetric(peakMemory(b), "peak-MiB")
	naive, drawn := 0.0, 0
	for _, v := range versions {
		seconds, n := drawNaively(b, pool, v, every)
		naive, drawn = naive+seconds, drawn+n
	}
	b.ReportMetric(float64(drawn), "tiles")
	b.ReportMetric(naive, "naive-s")
	b.ReportMetric(naive/baked, "naive/baked")
	b.ReportMetric(holding.LoadAverage(), "load")
}

// forgetPeak gives unused memory back and starts the kernel's record of the most
// this process held anew.
func forgetPeak(b *testing.B) {
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Fatal(err)
	}
}

func peakMemory(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	var kib float64
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

// drawNaively draws live the tiles that were baked, of zooms below wholly every so
// manieth, and gives how long all of them take, and how many they are.
func drawNaively(b *testing.B, pool *pgxpool.Pool, v geodata.Version, every int) (seconds float64, tiles int) {
	rows, err := pool.Query(b.Context(), "select id from tile where version_id = $1 order by id", v.ID)
	if err != nil {
		b.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		b.Fatal(err)
	}
	deep := slices.IndexFunc(ids, func(id int64) bool { return pmtiles.Tile(uint64(id)).Z > wholly })
	if deep < 0 {
		deep = len(ids)
	}
	var some []int64
	for i := deep + every - 1; i < len(ids); i += every {
		some = append(some, ids[i])
	}
	seconds = drawLive(b, pool, v, ids[:deep])
	if len(some) > 0 {
		seconds += drawLive(b, pool, v, some) * float64(len(ids)-deep) / float64(len(some))
	}
	return seconds, len(ids)
}

// drawLive draws tiles as two clients of ST_AsMVT would and gives the seconds.
func drawLive(b *testing.B, pool *pgxpool.Pool, v geodata.Version, ids []int64) float64 {
	live := tiles.NewLiveSource(pool)
	var group errgroup.Group
	group.SetLimit(2)
	start := time.Now()
	for _, id := range ids {
		group.Go(func() error {
			_, err := live.Tile(context.Background(), v, pmtiles.Tile(uint64(id)))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start).Seconds()
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
