package coverage_test

import (
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/coverage"
	"hongxian/internal/pgtest/holding"
)

// plainSQL is what one would write first: unions of whole features, intersected
// pair by pair. It finds the layers' matrix only: no pieces, townships or features.
const plainSQL = `
with u as materialized (
    select v.id, st_union(f.plane) as plane
    from version v join feature f on f.county = v.county and f.version_id = v.id
    where v.state = 'in_force' and v.layer in ('protected-area', 'scenic-area', 'red-line')
    group by v.id)
select sum(st_area(st_intersection(a.plane, b.plane))) from u a join u b on a.id < b.id`

// BenchmarkMeasure answers how protected areas, the scenic area and the red line
// lie on each other, with pieces and townships, beside the plain matrix in the same
// run. HONGXIAN_BENCH_SCALE sets the county's scale.
func BenchmarkMeasure(b *testing.B) {
	db := holding.Schematic(b, holding.BenchScale(), geodata.Township, geodata.ProtectedArea, geodata.ScenicArea, geodata.RedLine)
	m := &coverage.Measurer{DB: db, Tolerance: coverage.Tolerance{Area: 1, Width: 0.02}, Program: "bench"}
	r := request(b, "protected-area", "scenic-area", "red-line")
	var ours, plain time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := m.Measure(b.Context(), r); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)
		start = time.Now()
		var sum float64
		if err := db.QueryRow(b.Context(), plainSQL).Scan(&sum); err != nil {
			b.Fatal(err)
		}
		plain += time.Since(start)
	}
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "whole-answer-ms")
	b.ReportMetric(float64(plain.Milliseconds())/float64(b.N), "plain-matrix-ms")
	b.ReportMetric(float64(plain)/float64(ours), "plain/whole")
}
