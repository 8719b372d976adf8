package coverage_test

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/coverage"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// request names versions.
func request(t testing.TB, refs ...string) coverage.Request {
	t.Helper()
	var r coverage.Request
	for _, text := range refs {
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			t.Fatal(err)
		}
		r.Versions = append(r.Versions, ref)
	}
	return r
}

// The scenario, in kilometres from (390000, 3440000) in EPSG:4546. Protected areas
// A and B overlap, the red line R lies on both and beyond, township S is the west,
// T the east, and a gap of 100 m is between them:
//
//	4 ┌───────────────┐
//	  │ A         ┌───┼───────────┐ 3
//	  │     ┌─────┼───┼─────┐     │
//	  │     │ R   │ ▒ │     │  B  │
//	1 │     └─────┼───┼─────┘     │
//	0 └───────────┴───┴───────────┘
//	  0     2     4   5     6     9
//	      S → 3.0 | 3.1 ← T
func scenario(t *testing.T) *coverage.Measurer {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	box := func(x0, y0, x1, y1 float64) string { return boxWKT(x0, y0, x1, y1) }
	holding.InForce(t, db, "protected-area@1", 4546,
		holding.Feature{Code: "A", Class: "核心保护区", WKT: box(0, 0, 5, 4)}, holding.Feature{Code: "B", WKT: box(4, 0, 9, 3)})
	holding.InForce(t, db, "red-line@1", 4546, holding.Feature{Code: "R", WKT: box(2, 1, 6, 2.5)})
	holding.InForce(t, db, "township@1", 4546, holding.Feature{Code: "01", WKT: box(-1, -1, 3, 5)}, holding.Feature{Code: "02", WKT: box(3.1, -1, 8, 5)})
	return &coverage.Measurer{DB: db, Tolerance: coverage.Tolerance{Area: 1, Width: 0.02}, Program: "test"}
}

func boxWKT(x0, y0, x1, y1 float64) string {
	return holding.BoxWKT(390_000+1000*x0, 3_440_000+1000*y0, 390_000+1000*x1, 3_440_000+1000*y1)
}

func TestScenario(t *testing.T) {
	m := scenario(t)
	r, err := m.Measure(context.Background(), request(t, "red-line", "protected-area"))
	if err != nil {
		t.Fatal(err)
	}
	// Square kilometres on the ellipsoid are those of the plane to within the
	// scale of this place; the drawing's are compared as ratios of one unit.
	unit := float64(r.Layers[0].Area) / 6
	is := func(what string, got geodata.Area, km2 float64) {
		t.Helper()
		if math.Abs(float64(got)-km2*unit) > 2e-5*km2*unit+0.01 {
			t.Errorf("%s: %.4f units, want %v", what, float64(got)/unit, km2)
		}
	}
	red, areas := r.Layers[0], r.Layers[1]
	is("A and B", areas.Area, 20+15-3)
	is("A plus B", areas.FeatureSum, 35)
	is("one of A, B", areas.Depths[0].Area, 29)
	is("both A, B", areas.Depths[1].Area, 3)
	is("A with B", areas.Pairs[0].Area, 3)
	is("the red line", red.Area, 6)
	is("red line on protected areas", r.Pairs[0].Area, 6)
	is("one layer", r.Depths[0].Area, 26)
	is("two layers", r.Depths[1].Area, 6)
	is("all", r.Union, 32)
	is("shared", r.Shared, 6+3-1.5)
	is("outside townships", r.Outside, 0.1*1.5)
	is("in the west", r.Townships[0].Area, 1.5)
	is("in the east", r.Townships[1].Area, 7.5-1.5-0.15)
	want := map[string]float64{"R+A": 3, "R+B": 1.5, "R+A+B": 1.5, "A+B": 1.5}
	if len(r.Pieces) != len(want) {
		t.Errorf("%d pieces, want %d", len(r.Pieces), len(want))
	}
	for _, p := range r.Pieces {
		var codes []string
		for _, member := range p.Members {
			codes = append(codes, member.Code)
		}
		key := strings.Join(codes, "+")
		is(key, p.Area, want[key])
		if p.Polygons < 1 || p.Sliver != 0 {
			t.Errorf("%s: %d polygons, %v of slivers", key, p.Polygons, p.Sliver)
		}
	}
}

// Two layers that share a border by half a millimetre over a kilometre overlap; by a
// tenth of one they draw the same border twice, which is counted and said, and in no
// other figure.
//
//	┌──────┬┬──────┐ 1 km
//	│  P   ││  R   │      the strip between is 0.1 mm or 0.5 mm wide
//	└──────┴┴──────┘
func TestHairlinesAreCounted(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.InForce(t, db, "protected-area@1", 4546, holding.Feature{Code: "P", WKT: boxWKT(0, 0, 1, 1)})
	holding.InForce(t, db, "red-line@hair", 4546, holding.Feature{Code: "R", WKT: boxWKT(1-0.1e-6, 0, 2, 1)})
	holding.InForce(t, db, "red-line@strip", 4546, holding.Feature{Code: "R", WKT: boxWKT(1-0.5e-6, 0, 2, 1)})
	m := &coverage.Measurer{DB: db, Tolerance: coverage.Tolerance{Area: 1, Width: 0.02}, Program: "test"}
	for ref, want := range map[string]struct{ shared, hair float64 }{"red-line@hair": {0, 0.1}, "red-line@strip": {0.5, 0}} {
		r, err := m.Measure(t.Context(), request(t, "protected-area", ref))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(float64(r.Shared)-want.shared) > 0.01 || math.Abs(float64(r.Hairlines.Area)-want.hair) > 0.01 || r.Hairlines.Pieces > 0 != (want.hair > 0) {
			t.Errorf("%s: %.4f m² shared, hairlines %+v", ref, float64(r.Shared), r.Hairlines)
		}
	}
}
