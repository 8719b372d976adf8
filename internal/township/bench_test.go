package township_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/geodata/schematic"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/publish"
	"hongxian/internal/report"
	"hongxian/internal/report/office"
	"hongxian/internal/township"
)

// wushan are the settings of the county's profile.
func wushan(b testing.TB) township.County {
	profile, err := county.Load("500237")
	if err != nil {
		b.Fatal(err)
	}
	c := township.County{Overlaps: profile.Pairs}
	for _, t := range profile.Townships {
		c.Townships = append(c.Townships, township.Place{Code: t.Code, Name: t.Name, Type: t.Type, Aliases: t.Aliases})
	}
	for _, p := range profile.Statistics.Pairs {
		c.Pairs = append(c.Pairs, [2]geodata.LayerKey{p[0], p[1]})
	}
	for _, p := range profile.Statistics.Unions {
		c.Unions = append(c.Unions, [2]geodata.LayerKey{p[0], p[1]})
	}
	return c
}

// prepared is the schematic county at the benchmark's scale, every version divided
// when it was put in force, and how many seconds of publishing that took.
func prepared(b *testing.B) (s *township.Statistician, seconds float64) {
	b.Helper()
	settings := wushan(b)
	describe := func(postgis.County) (township.County, error) { return settings, nil }
	profile, err := county.Load("500237")
	if err != nil {
		b.Fatal(err)
	}
	sketch, err := schematic.New(schematic.DefaultSeed, holding.BenchScale())
	if err != nil {
		b.Fatal(err)
	}
	db := pgtest.New(b)
	holding.Put(b, db, holding.Wushan, profile.Catalogue())
	p := &publish.Publisher{DB: db, Preparers: []publish.Preparer{publish.Faces{}, preparer{township.Divider{Describe: describe}}}}
	for _, d := range sketch.Deliveries() {
		if _, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: d.Ref, Delivery: d.Data, Approvals: d.Approvals}); err != nil {
			b.Fatal(err)
		}
		result, err := p.Publish(context.Background(), d.Ref, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, t := range result.Prepared {
			if t.Preparer == "townships" {
				seconds += t.Took.Seconds()
			}
		}
	}
	if _, err := db.Exec(context.Background(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	return &township.Statistician{DB: db, Describe: describe}, seconds
}

// All columns for all layers, by class: the table as JSON, and as a workbook.
func BenchmarkPreparedTable(b *testing.B) {
	s, seconds := prepared(b)
	form := report.StatsForm{Unit: geodata.Hectare, Decimals: 2}
	answer := func(b *testing.B) (out []byte) {
		table, err := s.Table(context.Background(), township.Request{ByClass: true})
		if err != nil || len(table.Computed) > 0 {
			b.Fatal(table, err)
		}
		stats, err := report.Stats(table, form, "id")
		if err != nil {
			b.Fatal(err)
		}
		if out, err = report.JSON(stats); err != nil {
			b.Fatal(err)
		}
		return out
	}
	b.Run("json", func(b *testing.B) {
		for b.Loop() {
			answer(b)
		}
		b.ReportMetric(seconds, "s/dividing-at-publish")
	})
	b.Run("xlsx", func(b *testing.B) {
		for b.Loop() {
			table, err := s.Table(context.Background(), township.Request{ByClass: true})
			if err != nil {
				b.Fatal(err)
			}
			stats, err := report.Stats(table, form, "id")
			if err == nil {
				err = office.StatsXLSX(io.Discard, stats, "", "CODE")
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// draftPolygons is how many polygons the draft has.
const draftPolygons = 100_000

// A draft of 100,000 polygons that nobody has prepared, divided among the county's
// townships; and the naive way, ST_Intersection of whole features, in the same run.
func BenchmarkDraft(b *testing.B) {
	s, db := draft(b)
	ask := township.Request{Layers: refs("farmland@draft"), ByClass: true}
	b.Run("divided", func(b *testing.B) {
		for b.Loop() {
			table, err := s.Table(context.Background(), ask)
			if err != nil || len(table.Computed) != 1 {
				b.Fatal(table, err)
			}
		}
	})
	b.Run("naive", func(b *testing.B) {
		seconds := 0.0
		for b.Loop() {
			start := time.Now()
			rows, err := db.Query(context.Background(), naiveSQL, pgx.StrictNamedArgs{"every": naiveEvery})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := pgx.CollectRows(rows, pgx.RowToMap); err != nil {
				b.Fatal(err)
			}
			seconds = time.Since(start).Seconds()
		}
		b.ReportMetric(naiveEvery*seconds, "s/all-polygons")
	})
}

// The naive way takes hours at scale 100: it is asked of one polygon in naiveEvery,
// all over the county, and its time multiplied (s/all-polygons).
const naiveEvery = 50

// naiveSQL is how a township table is computed without having thought about it.
const naiveSQL = `
	select t.code, f.class, sum(st_area(st_intersection(f.plane, t.plane)))
	from feature f join feature t on st_intersects(f.plane, t.plane)
	where f.version_id = (select id from version where label = 'draft') and f.id % @every = 0
	  and t.version_id = (select id from version where layer = 'township' and state = 'in_force')
	group by t.code, f.class`

// draft is the schematic county with 100,000 irregular parcels as a draft.
func draft(b *testing.B) (*township.Statistician, *pgxpool.Pool) {
	b.Helper()
	settings := wushan(b)
	db := holding.Schematic(b, holding.BenchScale())
	places := lattice(b, db)
	random := rand.New(rand.NewPCG(26, 26))
	features := func(yield func(geodata.Feature, error) bool) {
		for i, p := range places {
			if !yield(geodata.Feature{Record: i + 1, Code: fmt.Sprint(i), Class: fmt.Sprint("类", i%5), Geometry: parcel(random, p)}, nil) {
				return
			}
		}
	}
	_, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: refs("500237.farmland@draft")[0],
		Delivery: geodata.Delivery{Name: "draft", SRID: 4546, Features: features}})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec(context.Background(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	s := statistician(db)
	s.Describe = func(postgis.County) (township.County, error) { return settings, nil }
	return s, db
}

// lattice are the middles of the parcels: points 171 m apart in the county, as many
// as are wanted.
func lattice(b *testing.B, db *pgxpool.Pool) []orb.Point {
	b.Helper()
	rows, err := db.Query(context.Background(), `
		with county as materialized (
		    select st_union(plane_to_grid(f.plane, 4546)) as shape from feature f join version v on v.id = f.version_id
		    where v.layer = 'township' and v.state = 'in_force')
		select x, y from county, generate_series(360000, 425000, 171) as x, generate_series(3400000, 3486000, 171) as y
		where st_contains(shape, st_point(x, y, 4546)) order by x, y limit @n`, pgx.StrictNamedArgs{"n": draftPolygons})
	if err != nil {
		b.Fatal(err)
	}
	points, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p orb.Point, err error) { return p, row.Scan(&p[0], &p[1]) })
	if err != nil || len(points) != draftPolygons {
		b.Fatalf("%d places, %v", len(points), err)
	}
	return points
}

// parcel is a ragged parcel of 16 to 31 vertices that stays clear of its neighbours.
func parcel(random *rand.Rand, middle orb.Point) orb.Polygon {
	n := 16 + random.IntN(16)
	var ring orb.Ring
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		r := 50 + 34*random.Float64()
		ring = append(ring, orb.Point{middle[0] + r*cos, middle[1] + r*sin})
	}
	return orb.Polygon{append(ring, ring[0])}
}
