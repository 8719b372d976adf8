package overlap_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/pgtest/surveyrule"
	"hongxian/internal/rule"
)

// The county of these tests, in kilometres from (400, 3440) in EPSG:4546; the
// ellipsoidal area of a square kilometre there is about 999 752 m².
//
//	4 ┌───────────────┬───────────────┐
//	  │ town 001      │ town 002      │      red line  R1 (0.5 0.5)–(1.5 1.5)
//	  │               │   ┌─────┐     │                R2 (2.5 1)–(3.5 2), hole (2.9 1.4)–(3.1 1.6)
//	2 │   ┌─────┐     │   │R2 □ │     │      protected P1 (1 1)–(2.2 2.2), P2 (2 2)–(3 3)
//	  │   │ R1 ┌┼────┐│   └─────┘     │
//	1 │   └────┼┘ P1 ││               │
//	0 └────────┴─────┴┴───────────────┘
//	  0        1      2        3      4
func smallCounty(t *testing.T) *pgxpool.Pool {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.InForce(t, db, "township@2023", 4546,
		holding.Feature{Code: "500237001", WKT: box(0, 0, 2, 4)}, holding.Feature{Code: "500237002", WKT: box(2, 0, 4, 4)})
	holding.InForce(t, db, "red-line@2022", 4546,
		holding.Feature{Code: "R1", Class: "水源涵养", WKT: box(0.5, 0.5, 1.5, 1.5)},
		holding.Feature{Code: "R2", Class: "水土保持", WKT: withHole(box(2.5, 1, 3.5, 2), box(2.9, 1.4, 3.1, 1.6))})
	holding.InForce(t, db, "protected-area@2022", 4546,
		holding.Feature{Code: "P1", WKT: box(1, 1, 2.2, 2.2)}, holding.Feature{Code: "P2", WKT: box(2, 2, 3, 3)})
	return db
}

// box is a rectangle in kilometres from (400, 3440).
func box(x1, y1, x2, y2 float64) string {
	e := func(x float64) float64 { return 400_000 + 1000*x }
	n := func(y float64) float64 { return 3_440_000 + 1000*y }
	return fmt.Sprintf("POLYGON((%f %f,%f %f,%f %f,%f %f,%f %f))",
		e(x1), n(y1), e(x2), n(y1), e(x2), n(y2), e(x1), n(y2), e(x1), n(y1))
}

func withHole(outer, hole string) string {
	return strings.TrimSuffix(outer, ")") + "," + strings.TrimPrefix(hole, "POLYGON(")
}

func check(t *testing.T, db *pgxpool.Pool, wkt string, against ...string) *overlap.Report {
	t.Helper()
	r, err := tryCheck(t, db, wkt, 4546, against...)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	return r
}

func tryCheck(t *testing.T, db *pgxpool.Pool, wkt string, srid int, against ...string) (*overlap.Report, error) {
	t.Helper()
	request := overlap.Request{Site: overlap.Site{Name: "试验地块", SRID: srid, Geometry: holding.Polygons(t, wkt)}}
	for _, a := range against {
		ref, err := geodata.ParseVersionRef(a)
		if err != nil {
			t.Fatal(err)
		}
		request.Against = append(request.Against, ref)
	}
	checker := &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test"}
	return checker.Check(context.Background(), request)
}

func layer(t *testing.T, r *overlap.Report, key geodata.LayerKey) overlap.LayerOverlap {
	t.Helper()
	for _, l := range r.Layers {
		if l.Layer == key {
			return l
		}
	}
	t.Fatalf("no layer %s in the report", key)
	return overlap.LayerOverlap{}
}

// near fails unless got is within m² (or whatever both are) of want.
func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within || math.IsNaN(got) {
		t.Errorf("%s = %.4f, want %.4f", what, got, want)
	}
}

func TestSiteHalfInTheRedLine(t *testing.T) {
	r := check(t, smallCounty(t), box(0.25, 0.6, 0.75, 1))
	red := layer(t, r, geodata.RedLine)
	if red.Status != overlap.Concerned || red.SliverOnly {
		t.Fatalf("red line: %+v, want concerned and no sliver", red)
	}
	near(t, "share of site", red.ShareOfSite, 0.5, 1e-4)
	near(t, "plane area", float64(r.Site.PlaneArea), 200_000, 1e-6)
	if len(red.Features) != 1 || red.Features[0].Code != "R1" || red.Features[0].Class != "水源涵养" {
		t.Errorf("features: %+v, want R1 alone", red.Features)
	}
	near(t, "share of feature", red.Features[0].ShareOfFeature, 0.1, 1e-4)
	if r.Verdict.Outcome != rule.Review {
		t.Errorf("outcome %s, want review", r.Verdict.Outcome)
	}
	if len(r.Townships) != 1 || r.Townships[0].Code != "500237001" {
		t.Errorf("townships: %+v", r.Townships)
	}
	near(t, "township's part", float64(r.Townships[0].Site), float64(r.Site.Area), 1e-4)
	near(t, "township's red line", float64(r.Townships[0].Overlap[geodata.RedLine]), float64(red.Overlap), 1e-4)
}

// The layer without a version in force (control units) must not read as clear.
func TestMissingLayerIsNotChecked(t *testing.T) {
	r := check(t, smallCounty(t), box(0.1, 3, 0.3, 3.2))
	units := layer(t, r, geodata.ControlUnit)
	if units.Status != overlap.NotChecked || units.Reason == "" || r.Verdict.Outcome != rule.Review {
		t.Errorf("control units %+v, outcome %s: want not checked with a reason, and review", units, r.Verdict.Outcome)
	}
	red := layer(t, r, geodata.RedLine)
	if red.Status != overlap.NotConcerned || red.Distance == nil {
		t.Fatalf("red line %+v, want not concerned with a distance", red)
	}
	near(t, "distance", *red.Distance, math.Hypot(200, 1500), 0.001) // corner to corner
}

func TestClearWhenEveryLayerIsCheckedAndFree(t *testing.T) {
	r := check(t, smallCounty(t), box(0.1, 3, 0.3, 3.2), "red-line@2022", "protected-area@2022")
	if r.Verdict.Outcome != rule.Clear || len(r.Layers) != 2 {
		t.Errorf("outcome %s over %d layers, want clear over 2", r.Verdict.Outcome, len(r.Layers))
	}
}

func TestSitesThatCannotBeChecked(t *testing.T) {
	db := smallCounty(t)
	f := func(code string, srid int, wkt string) {
		t.Helper()
		_, err := tryCheck(t, db, wkt, srid)
		e := geodata.AsError(err)
		if e.Code != code || e.Kind != geodata.Invalid || e.ZH == "" || e.EN == "" {
			t.Errorf("%s: got %v (code %s)", code, err, e.Code)
		}
		if code == "self-intersection" && e.At == nil {
			t.Errorf("%s does not say where", code)
		}
	}
	f("self-intersection", 4546, "POLYGON((400000 3440000,400100 3440100,400100 3440000,400000 3440100,400000 3440000))")
	f("ring-too-short", 4546, "POLYGON((400000 3440000,400100 3440100,400000 3440000))")
	f("ring-unclosed", 4546, "POLYGON((400000 3440000,400100 3440100,400100 3440000,400001 3440000))")
	f("no-area", 4546, "POLYGON((400000 3440000,400100 3440100,400200 3440200,400000 3440000))")
	f("crs-far-away", 4545, box(1, 1, 2, 2))
	f("crs-far-away", 4490, "POLYGON((112.9 31,113 31,113 31.1,112.9 31))")
	f("crs-far-away", 4546, "POLYGON((400000 3440000,400100 3440100,400100 3740000,400000 3440000))")
	f("crs-impossible", 4490, "POLYGON((1e9 31,113 31,113 31.1,1e9 31))")
}

func TestSameQuestionSameIdentity(t *testing.T) {
	db := smallCounty(t)
	a, b := check(t, db, box(1, 1, 2, 2)), check(t, db, box(1, 1, 2, 2))
	if a.ID != b.ID || len(a.ID) != 64 {
		t.Errorf("ids %s and %s, want the same SHA-256", a.ID, b.ID)
	}
	if c := check(t, db, box(1, 1, 2, 2.001)); c.ID == a.ID {
		t.Error("another site has the same id")
	}
	if c := check(t, db, box(1, 1, 2, 2), "red-line@2022"); c.ID == a.ID {
		t.Error("other layers have the same id")
	}
	holding.InForce(t, db, "red-line@2023", 4546, holding.Feature{Code: "R1", WKT: box(0.5, 0.5, 1.5, 1.5)})
	if c := check(t, db, box(1, 1, 2, 2)); c.ID == a.ID {
		t.Error("a new red line left the id as it was")
	}
	old := layer(t, check(t, db, box(1, 1, 2, 2), "red-line@2022"), geodata.RedLine)
	if old.Ref != "500237.red-line@2022" || old.Status != overlap.Concerned {
		t.Errorf("the superseded version no longer answers: %+v", old)
	}
}

// The whole of two parcels that share a border is their union.
func TestWholeOfNeighbouringParcels(t *testing.T) {
	db := smallCounty(t)
	a := overlap.Site{SRID: 4546, Geometry: holding.Polygons(t, box(1, 1, 1.5, 2))}
	b := overlap.Site{SRID: 4546, Geometry: holding.Polygons(t, box(1.5, 1, 2, 2))}
	checker := &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test"}
	r, err := checker.Check(context.Background(), overlap.Request{Site: overlap.Whole("全部", []overlap.Site{a, b})})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "whole", float64(r.Site.Area), float64(check(t, db, box(1, 1, 2, 2)).Site.Area), 0.001)
}

func TestCircle(t *testing.T) {
	db := smallCounty(t)
	checker := &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test"}
	r, err := checker.Check(context.Background(), overlap.Request{Site: overlap.Site{SRID: 4546,
		Centres: orb.MultiPoint{{401_000, 3_441_000}}, Buffer: 100}})
	if err != nil {
		t.Fatal(err)
	}
	// 256 segments: n/2 · r² · sin(2π/n)
	near(t, "area", float64(r.Site.PlaneArea), 128*100*100*math.Sin(2*math.Pi/256), 1e-3)
	_, err = checker.Check(context.Background(), overlap.Request{Site: overlap.Site{SRID: 4546, Centres: orb.MultiPoint{{401_000, 3_441_000}}}})
	if geodata.AsError(err).Code != "buffer-out-of-range" {
		t.Errorf("a point without radius: %v", err)
	}
}

// The picture shows the site, what lies around it, and the pieces in common.
func TestPicture(t *testing.T) {
	db := smallCounty(t)
	checker := &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test"}
	p, err := checker.Illustrate(context.Background(), overlap.Request{Site: overlap.Site{SRID: 4546, Geometry: holding.Polygons(t, box(0.25, 0.6, 0.75, 1))}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "site", surveyrule.PlaneArea(p.Site), 200_000, 0.5)
	if len(p.Pieces) != 1 || p.Pieces[0].Code != "R1" {
		t.Fatalf("pieces %+v, want R1's alone", p.Pieces)
	}
	near(t, "piece", surveyrule.PlaneArea(p.Pieces[0].Geometry), 100_000, 0.5)
	var keys []geodata.LayerKey
	for _, l := range p.Layers {
		keys = append(keys, l.Layer)
	}
	if want := []geodata.LayerKey{geodata.RedLine, geodata.ProtectedArea, geodata.Township}; !slices.Equal(keys, want) {
		t.Errorf("layers %v, want %v", keys, want)
	}
}

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }
