package place_test

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/pgtest/surveyrule"
	"hongxian/internal/place"
)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// Two townships share the meridian of 380 000 m, a red line lies across it, and of two
// protected areas the second lies within the first:
//
//	3 441 000 ┌─────────┬─────────┐
//	          │ 甲镇 ┌──┼──┐ 乙镇  │
//	          │      │红│线│ ┌───┐ │
//	          │      └──┼──┘ │┌─┐│ │
//	          │         │    │└─┘│ │
//	3 440 000 └─────────┴────└───┘─┘
//	       379 000   380 000    381 000
func county(t *testing.T) (*pgxpool.Pool, *place.Finder, place.County) {
	t.Helper()
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.InForce(t, db, "township@2023", 4546,
		holding.Feature{Code: "甲镇", Class: "镇", WKT: holding.BoxWKT(379000, 3440000, 380000, 3441000)},
		holding.Feature{Code: "乙镇", Class: "镇", WKT: holding.BoxWKT(380000, 3440000, 381000, 3441000)})
	holding.InForce(t, db, "red-line@2022", 4546, holding.Feature{Code: "HX-1", Class: "水源涵养", WKT: holding.BoxWKT(379800, 3440600, 380200, 3440900)})
	holding.InForce(t, db, "protected-area@2022", 4546,
		holding.Feature{Code: "湿地公园", Class: "一般控制区", WKT: holding.BoxWKT(380500, 3440100, 380900, 3440600)},
		holding.Feature{Code: "湿地", Class: "核心保护区", WKT: holding.BoxWKT(380600, 3440200, 380700, 3440300)})
	w := holding.Wushan
	return db, &place.Finder{DB: db}, place.County{Code: w.Code, PlaneSRID: w.PlaneSRID, Bounds: w.Bounds}
}

// inForce are the versions in force, in the catalogue's order.
func inForce(t *testing.T, db *pgxpool.Pool) (out []geodata.Version) {
	t.Helper()
	versions, err := (&postgis.Catalogue{DB: db}).Versions(context.Background(), "500237", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range holding.Layers {
		for _, v := range versions {
			if v.Layer == l.Key && v.State == geodata.InForce {
				out = append(out, v)
			}
		}
	}
	return out
}

// at is a place of the county's plane in degrees, by PROJ.
func at(t *testing.T, db *pgxpool.Pool, east, north float64) (p orb.Point) {
	t.Helper()
	err := db.QueryRow(context.Background(), `select st_x(p), st_y(p) from st_transform(st_setsrid(st_makepoint($1, $2), 4546), 4490) as p`, east, north).Scan(&p[0], &p[1])
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func codes(found []place.Feature) (out []string) {
	for _, f := range found {
		out = append(out, string(f.Version.Layer)+" "+f.Code)
	}
	return out
}

func same(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestIdentifyGivesEverythingAtAPlace(t *testing.T) {
	db, finder, k := county(t)
	versions := inForce(t, db)
	for _, c := range []struct {
		east, north float64
		want        []string
	}{
		{379900, 3440700, []string{"red-line HX-1", "township 甲镇"}},
		{380650, 3440250, []string{"protected-area 湿地公园", "protected-area 湿地", "township 乙镇"}},
		{380550, 3440250, []string{"protected-area 湿地公园", "township 乙镇"}},
		{382000, 3440250, nil},
	} {
		found, err := finder.Identify(context.Background(), k, at(t, db, c.east, c.north), versions)
		if err != nil {
			t.Fatal(err)
		}
		if !same(codes(found), c.want) {
			t.Errorf("at %.0f %.0f: %v, want %v", c.east, c.north, codes(found), c.want)
		}
	}
	found, _ := finder.Identify(context.Background(), k, at(t, db, 379900, 3440700), versions)
	want := surveyrule.Area(orb.MultiPolygon{{{{379800, 3440600}, {380200, 3440600}, {380200, 3440900}, {379800, 3440900}, {379800, 3440600}}}})
	if len(found) == 0 || math.Abs(float64(found[0].Area)-want) > 0.01 {
		t.Errorf("area %v, by the survey's rule %.4f", found, want)
	}
	if inner := at(t, db, 380000, 3440750); !found[0].Bounds.Contains(inner) || found[0].Bounds.Contains(at(t, db, 380300, 3440750)) {
		t.Errorf("bounds %v", found[0].Bounds)
	}
}

func TestIdentifyRefusesADraft(t *testing.T) {
	db, finder, k := county(t)
	holding.Draft(t, db, "red-line@2026", 4546, holding.Feature{Code: "HX-2", WKT: holding.BoxWKT(379800, 3440600, 380200, 3440900)})
	draft, err := (&postgis.Catalogue{DB: db}).Resolve(context.Background(), geodata.VersionRef{Layer: geodata.RedLine, Label: "2026"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = finder.Identify(context.Background(), k, orb.Point{109.7, 31.07}, []geodata.Version{draft})
	if e := geodata.AsError(err); err == nil || e.Code != "version-not-published" {
		t.Errorf("a draft: %v", err)
	}
}

func TestSearchPutsTheLikeliestFirst(t *testing.T) {
	db, finder, k := county(t)
	for text, want := range map[string][]string{
		"湿地": {"protected-area 湿地", "protected-area 湿地公园"}, // what is called so, before what begins so
		"hx": {"red-line HX-1"},
		"镇":  {"township 乙镇", "township 甲镇"}, // of equally long names by their letters
		"%":  nil,
		" ":  nil,
	} {
		found, err := finder.Search(context.Background(), k, text, inForce(t, db), 10)
		if err != nil {
			t.Fatal(err)
		}
		if !same(codes(found), want) {
			t.Errorf("%q: %v, want %v", text, codes(found), want)
		}
	}
	found, err := finder.Search(context.Background(), k, "镇", inForce(t, db), 1)
	if err != nil || len(found) != 1 {
		t.Errorf("limit 1: %v %v", codes(found), err)
	}
}

func TestTypedCoordinatesAreLocated(t *testing.T) {
	db, finder, k := county(t)
	want := at(t, db, 392600, 3439600)
	for _, text := range []string{"392600 3439600", "3439600, 392600", "EPSG:4546 392600 3439600"} {
		spots, err := finder.Locate(context.Background(), k, text)
		if err != nil {
			t.Fatal(err)
		}
		if len(spots) != 1 || math.Hypot(spots[0].At[0]-want[0], spots[0].At[1]-want[1]) > 1e-9 || !spots[0].InCounty {
			t.Errorf("%q: %v, want %v", text, spots, want)
		}
	}
	spots, err := finder.Locate(context.Background(), k, "31.07 30.5") // neither order is in the county
	if err != nil || len(spots) != 2 || spots[0].InCounty {
		t.Errorf("%v %v", spots, err)
	}
	if spots, err := finder.Locate(context.Background(), k, "EPSG:27700 392600 3439600"); err != nil || spots != nil {
		t.Errorf("the British grid: %v %v", spots, err)
	}
	grid, err := finder.Grid(context.Background(), k, want)
	if err != nil || math.Hypot(grid[0]-392600, grid[1]-3439600) > 1e-3 {
		t.Errorf("back in the plane: %v %v", grid, err)
	}
}

// A drawing of 2 km by 1 km: its area is the survey rule's, its perimeter that of the
// plane, and on the ellipsoid longer by no more than the plane's scale.
func TestADrawingIsMeasuredAsASiteIs(t *testing.T) {
	db, finder, k := county(t)
	corners := []orb.Point{{392000, 3439000}, {394000, 3439000}, {394000, 3440000}, {392000, 3440000}, {392000, 3439000}}
	var ring orb.Ring
	for _, c := range corners {
		ring = append(ring, at(t, db, c[0], c[1]))
	}
	m, err := finder.Measure(context.Background(), k, orb.Polygon{ring})
	if err != nil {
		t.Fatal(err)
	}
	if want := surveyrule.Area(orb.MultiPolygon{{orb.Ring(corners)}}); math.Abs(float64(m.Area)-want) > 0.01 {
		t.Errorf("area %.4f, by the survey's rule %.4f", float64(m.Area), want)
	}
	if math.Abs(float64(m.GridArea)-2e6) > 0.01 || math.Abs(m.Length-6000) > 1e-3 {
		t.Errorf("in the plane %.4f m², %.4f m", float64(m.GridArea), m.Length)
	}
	if m.Ellipsoid == m.Length || math.Abs(m.Ellipsoid/m.Length-1) > 5e-4 {
		t.Errorf("on the ellipsoid %.4f m", m.Ellipsoid)
	}
	line, err := finder.Measure(context.Background(), k, orb.LineString(ring[:2]))
	if err != nil || line.Area != 0 || math.Abs(line.Length-2000) > 1e-3 {
		t.Errorf("line %+v %v", line, err)
	}
}

func TestWhatCannotBeMeasuredIsRefused(t *testing.T) {
	_, finder, k := county(t)
	bow := orb.Ring{{110, 31}, {110.01, 31.01}, {110.01, 31}, {110, 31.01}, {110, 31}}
	for code, shape := range map[string]orb.Geometry{
		"drawing-crosses-itself": orb.Polygon{bow},
		"drawing-too-large":      orb.LineString(make([]orb.Point, 2001)),
	} {
		_, err := finder.Measure(context.Background(), k, shape)
		if e := geodata.AsError(err); err == nil || e.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	for _, shape := range []orb.Geometry{nil, orb.Point{110, 31}, orb.LineString{{110, 31}}, orb.Polygon{}, orb.Polygon{bow[:4]}, orb.LineString{{110, 31}, {math.NaN(), 31}}, orb.LineString{{110, 31}, {392600, 3439600}}} {
		_, err := finder.Measure(context.Background(), k, shape)
		if e := geodata.AsError(err); err == nil || e.Code != "drawing-malformed" {
			t.Errorf("%v: %v", shape, err)
		}
	}
}
