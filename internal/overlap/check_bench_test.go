package overlap_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata/postgis"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest/holding"
)

// BenchmarkCheck answers checks of irregular parcels against all layers of the
// schematic county, beside two plain ways on whole features in the same run: the
// same answer (areas by feature and layer, townships, nearest features), and areas
// by feature alone, which is less than an answer. It prints the medians and the
// ratios. HONGXIAN_BENCH_SCALE sets the county's scale.
func BenchmarkCheck(b *testing.B) {
	db := holding.Schematic(b, holding.BenchScale())
	for _, hectares := range []float64{5, 50} {
		b.Run(fmt.Sprintf("%.0fha", hectares), func(b *testing.B) {
			sites := randomSites(b, db, 50, hectares)
			checker := &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "bench"}
			var check, same, areas []time.Duration
			for i := 0; b.Loop(); i++ {
				site := sites[i%len(sites)]
				check = append(check, timed(func() {
					if _, err := checker.Check(b.Context(), overlap.Request{Site: site}); err != nil {
						b.Fatal(err)
					}
				}))
				areas = append(areas, timed(func() { ask(b, db, plainAreasSQL, site) }))
				if i%5 == 0 { // it takes long
					same = append(same, timed(func() { ask(b, db, plainAreasSQL, site); ask(b, db, plainAnswerSQL, site) }))
				}
			}
			c, s, a := median(check), median(same), median(areas)
			b.ReportMetric(float64(c.Microseconds())/1000, "check-p50-ms")
			b.ReportMetric(float64(s.Microseconds())/1000, "plain-answer-p50-ms")
			b.ReportMetric(float64(s)/float64(c), "plain-answer/check")
			b.ReportMetric(float64(a.Microseconds())/1000, "plain-areas-p50-ms")
			b.ReportMetric(float64(a)/float64(c), "plain-areas/check")
		})
	}
}

// plainAreasSQL is what one would write first: whole features cut with the site.
const plainAreasSQL = `
with s as materialized (select to_plane(@site::geometry, 4546) as plane, to_lonlat(@site::geometry) as lonlat)
select st_area(st_intersection(f.plane, s.plane))
from s, version v
join feature f on f.county = v.county and f.version_id = v.id
where v.state = 'in_force' and f.geom && s.lonlat and st_intersects(f.plane, s.plane)`

// plainAnswerSQL is what the answer holds beside them: each layer's union, alone
// and in each township, and the nearest feature of the layers that are clear.
const plainAnswerSQL = `
with s as materialized (select to_plane(@site::geometry, 4546) as plane, to_lonlat(@site::geometry) as lonlat),
touched as materialized (
    select v.id, v.layer, st_union(f.plane) as plane
    from s, version v
    join feature f on f.county = v.county and f.version_id = v.id
    where v.state = 'in_force' and f.geom && s.lonlat and st_intersects(f.plane, s.plane)
    group by v.id, v.layer
), cut as materialized (
    select t.id, t.layer, st_intersection(t.plane, s.plane) as plane from touched t, s
), town as materialized (
    select f.plane
    from s, version v
    join feature f on f.county = v.county and f.version_id = v.id
    where v.state = 'in_force' and v.layer = 'township' and f.geom && s.lonlat and st_intersects(f.plane, s.plane)
)
select st_area(plane) from cut
union all
select st_area(st_intersection(c.plane, t.plane)) from cut c, town t where c.layer <> 'township'
union all
select n.distance
from s, version v
cross join lateral (
    select st_distance(to_grid(f.geom, 4546), to_grid(@site::geometry, 4546)) as distance
    from feature f
    where f.version_id = v.id
    order by f.geom <-> s.lonlat limit 1) as n
where v.state = 'in_force' and v.id not in (select id from touched)`

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// ask runs a plain query that gives one number a row.
func ask(b *testing.B, db *pgxpool.Pool, sql string, site overlap.Site) {
	rows, err := db.Query(b.Context(), sql, pgx.StrictNamedArgs{"site": postgis.Geometry{SRID: site.SRID, Geometry: site.Geometry}})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := pgx.CollectRows(rows, pgx.RowTo[float64]); err != nil {
		b.Fatal(err)
	}
}

// randomSites makes irregular parcels of up to 200 vertices inside the county,
// the same in every run.
func randomSites(t testing.TB, db *pgxpool.Pool, n int, hectares float64) []overlap.Site {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var sites []overlap.Site
	for i, centre := range holding.Places(t, db, n) {
		sites = append(sites, overlap.Site{Name: fmt.Sprint("地块", i), SRID: 4546,
			Geometry: orb.MultiPolygon{{holding.Irregular(random, centre, hectares)}}})
	}
	return sites
}
