package change_test

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/geodata/schematic"
	"hongxian/internal/change"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/publish"
	"hongxian/internal/township"
)

// plainSQL is what one would write first: the unions of both versions, taken from
// each other.
const plainSQL = `
with u as materialized (
    select (select st_union(plane) from feature where version_id = @before) as b,
           (select st_union(plane) from feature where version_id = @after) as a)
select st_area(st_difference(a, b)), st_area(st_difference(b, a)) from u`

// BenchmarkAreas compares the control units with a version in which one feature of a
// hundred has shrunk: the areas alone, beside the plain way in the same run. Nothing is
// prepared but faces. HONGXIAN_BENCH_SCALE sets the county's scale.
func BenchmarkAreas(b *testing.B) {
	db := changedUnits(b, holding.BenchScale(), []publish.Preparer{publish.Faces{}}, geodata.ControlUnit)
	c := &change.Comparer{DB: db}
	units := request(b, "control-unit@2023", "control-unit@2024")
	timed(b, func() error { _, err := c.Areas(b.Context(), units); return err }) // a session's first question loads PostGIS
	var areas, plain time.Duration
	for b.Loop() {
		var f change.Figures
		areas += timed(b, func() (err error) { f, err = c.Areas(b.Context(), units); return err })
		var gained, lost float64
		plain += timed(b, func() error {
			return pgx.BeginFunc(b.Context(), db, func(tx pgx.Tx) error {
				if _, err := tx.Exec(b.Context(), "set local statement_timeout = 0"); err != nil {
					return err
				}
				return tx.QueryRow(b.Context(), plainSQL, pgx.StrictNamedArgs{"before": idOf(b, db, "2023"), "after": idOf(b, db, "2024")}).Scan(&gained, &lost)
			})
		})
		if off := math.Max(math.Abs(float64(f.Gained)-gained), math.Abs(float64(f.Lost)-lost)); off > 1 {
			b.Fatalf("gained %v and lost %v, the plain way %.4f and %.4f", f.Gained, f.Lost, gained, lost)
		}
	}
	b.ReportMetric(milliseconds(areas)/float64(b.N), "areas-ms")
	b.ReportMetric(milliseconds(plain)/float64(b.N), "plain-areas-ms")
	b.ReportMetric(float64(plain)/float64(areas), "plain/areas")
	b.ReportMetric(holding.LoadAverage(), "load")
}

// BenchmarkChange gives whole answers, with townships and history: of the same
// versions, and of two red lines that are equal.
func BenchmarkChange(b *testing.B) {
	db := changedUnits(b, holding.BenchScale(), []publish.Preparer{publish.Faces{}, divider(b)}, geodata.Township, geodata.ControlUnit, geodata.RedLine)
	c := &change.Comparer{DB: db}
	for name, r := range map[string]change.Request{"changed": request(b, "control-unit@2023", "control-unit@2024"), "identical": request(b, "red-line@2022", "red-line@2024")} {
		b.Run(name, func(b *testing.B) {
			var areas, whole time.Duration
			for b.Loop() {
				areas += timed(b, func() error { _, err := c.Areas(b.Context(), r); return err })
				whole += timed(b, func() error { _, err := c.Compare(b.Context(), r); return err })
			}
			b.ReportMetric(milliseconds(areas)/float64(b.N), "areas-ms")
			b.ReportMetric(milliseconds(whole)/float64(b.N), "whole-answer-ms")
			b.ReportMetric(holding.LoadAverage(), "load")
		})
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func timed(b *testing.B, do func() error) time.Duration {
	b.Helper()
	start := time.Now()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func idOf(b *testing.B, db *pgxpool.Pool, label string) (id int64) {
	b.Helper()
	if err := db.QueryRow(b.Context(), "select id from version where layer = 'control-unit' and label = $1", label).Scan(&id); err != nil {
		b.Fatal(err)
	}
	return id
}

// shares is the divider as a preparer, as the program wires it.
type shares struct{ township.Divider }

func (s shares) Prepare(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]publish.Warning, error) {
	_, err := s.Divider.Prepare(ctx, tx, v, progress)
	return nil, err
}

// divider divides by the townships of the county's profile.
func divider(b *testing.B) publish.Preparer {
	b.Helper()
	settings := township.County{}
	for _, t := range wushan(b).Townships {
		settings.Townships = append(settings.Townships, township.Place{Code: t.Code, Name: t.Name, Type: t.Type, Aliases: t.Aliases})
	}
	return shares{township.Divider{Describe: func(postgis.County) (township.County, error) { return settings, nil }}}
}

func wushan(b *testing.B) *county.Profile {
	b.Helper()
	profile, err := county.Load("500237")
	if err != nil {
		b.Fatal(err)
	}
	return profile
}

// changedUnits is a database with the newest version of some layers of the schematic
// county in force, and all but the townships once more as 2024: the control units with
// one of a hundred shrunk to nine tenths of its width, others as they are.
func changedUnits(b *testing.B, scale int, preparers []publish.Preparer, layers ...geodata.LayerKey) *pgxpool.Pool {
	b.Helper()
	sketch, err := schematic.New(schematic.DefaultSeed, scale)
	if err != nil {
		b.Fatal(err)
	}
	db, err := postgis.Open(b.Context(), pgtest.Database(b), postgis.MaxConnections(12))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	held := holding.Wushan
	held.Profile = json.RawMessage("{}")
	holding.Put(b, db, held, wushan(b).Catalogue())
	publisher := &publish.Publisher{DB: db, Preparers: preparers}
	load := func(d schematic.Delivery) {
		if _, err := (&intake.Loader{DB: db}).Load(b.Context(), intake.Request{Ref: d.Ref, Delivery: d.Data}); err != nil {
			b.Fatal(err)
		}
		if _, err := publisher.Publish(b.Context(), d.Ref, nil); err != nil {
			b.Fatal(err)
		}
	}
	for _, again := range []bool{false, true} {
		for _, d := range sketch.Deliveries() {
			if !slices.Contains(layers, d.Ref.Layer) || d.Ref.Layer == geodata.RedLine && d.Ref.Label != "2022" || again && d.Ref.Layer == geodata.Township {
				continue
			}
			if again {
				d.Ref.Label = "2024"
			}
			if again && d.Ref.Layer == geodata.ControlUnit {
				d.Data.Features = shrunk(d.Data)
			}
			load(d)
		}
	}
	if _, err := db.Exec(b.Context(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	return db
}

func shrunk(d geodata.Delivery) func(yield func(geodata.Feature, error) bool) {
	features := d.Features
	return func(yield func(geodata.Feature, error) bool) {
		for f, err := range features {
			if f.Record%100 == 1 { // the first one too, so that a small county has one
				f.Geometry = narrowed(f.Geometry)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// narrowed is an area shrunk towards its middle.
func narrowed(g orb.Geometry) orb.Geometry {
	middle, _ := planar.CentroidArea(g)
	move := func(p orb.Point) orb.Point {
		return orb.Point{middle[0] + 0.9*(p[0]-middle[0]), middle[1] + 0.9*(p[1]-middle[1])}
	}
	out := orb.Clone(g)
	polygons, isMulti := out.(orb.MultiPolygon)
	if p, isOne := out.(orb.Polygon); isOne && !isMulti {
		polygons = orb.MultiPolygon{p}
	}
	for _, p := range polygons {
		for _, ring := range p {
			for i := range ring {
				ring[i] = move(ring[i])
			}
		}
	}
	return polygons
}
