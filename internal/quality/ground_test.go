package quality_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/quality"
)

// sliver thresholds as counties have them.
var rules = quality.Rules{SliverM2: 1, SliverM: 0.02, AreaM2: 1, AreaShare: 0.05, County: "500237"}

func newCounty(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	return db
}

// box is a rectangle in metres from (400000, 3440000) in EPSG:4546.
func box(x1, y1, x2, y2 float64) string {
	return holding.BoxWKT(400_000+x1, 3_440_000+y1, 400_000+x2, 3_440_000+y2)
}

func examine(t *testing.T, db *pgxpool.Pool, ref string, rules quality.Rules) *quality.Report {
	t.Helper()
	r, err := geodata.ParseVersionRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	r.County = "500237"
	if _, err := (&quality.Examiner{DB: db}).Examine(context.Background(), r, rules); err != nil {
		t.Fatal(err)
	}
	report, err := (&quality.Reports{DB: db}).Find(context.Background(), r, 1000)
	if err != nil || report == nil {
		t.Fatalf("no report is kept: %v", err)
	}
	return report
}

// found says what has a place, as "overlap 1+2 100.0", Gauss-Krüger areas aside.
func found(r *quality.Report) []string {
	out := []string{}
	for _, p := range r.Places {
		records := strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Records), " ", "+"), "[]")
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf("%s %s %.0f", p.Kind, records, p.Area)), " "))
	}
	slices.Sort(out)
	return out
}

func statuses(r *quality.Report) map[quality.Kind]quality.Status {
	out := map[quality.Kind]quality.Status{}
	for _, c := range r.Checks {
		out[c.Kind] = c.Status
	}
	return out
}

// A square of 1000 m in the equal-area plane: the Gauss-Krüger plane makes it
// larger by 0.025 %.
func TestGroundOfALayer(t *testing.T) {
	db := newCounty(t)
	draft := func(ref string, shapes ...string) {
		t.Helper()
		var features []holding.Feature
		for i, s := range shapes {
			features = append(features, holding.Feature{Code: fmt.Sprintf("U%d", i+1), WKT: s})
		}
		holding.Draft(t, db, ref, 4546, features...)
	}
	check := func(ref string, want ...string) {
		t.Helper()
		if got := found(examine(t, db, ref, rules)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
	//	200 ┌────┬────┐
	//	    │ 3  │ 4  │
	//	100 ├────┼────┤   one border drawn twice with another vertex in it: no finding
	//	    │ 1  │ 2  │
	//	  0 └────┴────┘
	draft("township@clean", box(0, 0, 100, 100), box(100, 0, 200, 100), "POLYGON((400000 3440100,400050 3440100,400100 3440100,400100 3440200,400000 3440200,400000 3440100))", box(100, 100, 200, 200))
	check("township@clean")

	//	300 ┌──────────┐
	//	    │ 3 ┌──┐   │   a hole of 100 × 50 that nobody has;
	//	200 ├───┤  ├───┤   1 reaches 10 m into 2
	//	    │ 1 └──┘  2│
	//	  0 └──────┴───┘
	draft("township@gap", box(0, 0, 310, 200), box(300, 0, 600, 200),
		"POLYGON((400000 3440200,400200 3440200,400200 3440250,400300 3440250,400300 3440200,400600 3440200,400600 3440300,400000 3440300,400000 3440200))")
	check("township@gap", "gap 4999", "overlap 1+2 2000")

	//	three on the same ground, two of them the same shape; a layer that need not cover
	draft("red-line@same", box(0, 0, 100, 100), box(0, 0, 100, 100), box(50, 50, 150, 150), box(500, 0, 600, 0.01))
	check("red-line@same", "duplicate 1+2 9998", "overlap 1+2 7498", "overlap 1+2+3 2499", "sliver 4 1")
	draft("protected-area@same", box(0, 0, 100, 100), box(50, 50, 150, 150))
	check("protected-area@same")
}

// With townships in force the county is known: what lies outside it is found, and what a
// layer that tiles leaves open at its edge.
func TestGroundAgainstTheCounty(t *testing.T) {
	db := newCounty(t)
	//	100 ┌──────┬──────┐
	//	    │  A   │  B   │  the county
	//	  0 └──────┴──────┘
	//	    0     200    400
	holding.InForce(t, db, "township@1", 4546, holding.Feature{Code: "A", WKT: box(0, 0, 200, 100)}, holding.Feature{Code: "B", WKT: box(200, 0, 400, 100)})
	holding.Draft(t, db, "control-unit@1", 4546, holding.Feature{Code: "1", WKT: box(10, 0, 200, 100)}, holding.Feature{Code: "2", WKT: box(200, -20, 400, 100)})
	got := found(examine(t, db, "control-unit@1", rules))
	if want := []string{"gap 1000", "outside 2 3999"}; !slices.Equal(got, want) {
		t.Errorf("units: %q, want %q", got, want)
	}
	holding.Draft(t, db, "red-line@1", 4546, holding.Feature{Code: "1", WKT: box(390, 90, 410, 110)}, holding.Feature{Code: "2", WKT: box(700, 0, 710, 10)}, holding.Feature{Code: "3", WKT: box(20, 20, 30, 30)})
	got = found(examine(t, db, "red-line@1", rules))
	if want := []string{"outside 1 300", "outside 2 100"}; !slices.Equal(got, want) {
		t.Errorf("red line: %q, want %q", got, want)
	}
	if s := statuses(examine(t, db, "red-line@1", rules)); s[quality.Gap] != quality.NotChecked || s[quality.Overlap] != quality.Passed || s[quality.Outside] != quality.Found {
		t.Errorf("statuses: %v", s)
	}
}

// Random rectangles, drawn so that many cells are cut: the referee overlays whole
// features, as nobody could on a large layer.
func TestGroundAgreesWithWholeFeatures(t *testing.T) {
	db := newCounty(t)
	var features []holding.Feature
	for i := range 12 {
		for j := range 12 {
			x, y := float64(i*100), float64(j*100)
			features = append(features, holding.Feature{Code: fmt.Sprint(i, "-", j), WKT: box(x, y, x+100+float64((i*7+j*3)%5), y+100-float64((i*5+j*11)%4))})
		}
	}
	holding.Draft(t, db, "township@grid", 4546, features...)
	report := examine(t, db, "township@grid", rules)
	got := map[quality.Kind]float64{}
	for _, c := range report.Checks {
		got[c.Kind] = float64(c.Area)
	}
	var want struct{ twice, gap float64 }
	err := db.QueryRow(context.Background(), `
		with f as (select id, plane from feature), u as (select st_union(plane) as plane from f)
		select (select st_area(st_union(st_intersection(a.plane, b.plane))) from f a join f b on a.id < b.id and st_intersects(a.plane, b.plane)),
		       (select sum(st_area(st_buildarea(st_interiorringn(d.geom, n)))) from u, st_dump(u.plane) d, generate_series(1, st_numinteriorrings(d.geom)) n)`).Scan(&want.twice, &want.gap)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got[quality.Overlap]-want.twice) > 0.5 || math.Abs(got[quality.Gap]-want.gap) > 0.5 {
		t.Errorf("overlap %.3f, gap %.3f m²; whole features say %.3f, %.3f", got[quality.Overlap], got[quality.Gap], want.twice, want.gap)
	}
	if want.twice < 1000 || want.gap < 1000 {
		t.Errorf("the grid proves nothing: %v", want)
	}
}
