package publish_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/publish"
)

func newCounty(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	return db
}

// box is a rectangle in kilometres from (400, 3440) in EPSG:4546.
func box(x1, y1, x2, y2 float64) string { return "POLYGON(" + ring(x1, y1, x2, y2) + ")" }

func ring(x1, y1, x2, y2 float64) string {
	e := func(x float64) float64 { return 400_000 + 1000*x }
	n := func(y float64) float64 { return 3_440_000 + 1000*y }
	return fmt.Sprintf("(%f %f,%f %f,%f %f,%f %f,%f %f)",
		e(x1), n(y1), e(x2), n(y1), e(x2), n(y2), e(x1), n(y2), e(x1), n(y1))
}

// km2 maps the features of a face, "1 2", to its area in the Gauss-Krüger plane.
type km2 map[string]float64

// sag is what collinear borders of different features may be off by, km². Between
// two points 70 m apart a line that is straight in the grid sags 0.06 mm in the
// plane, so borders densified from different ends part by 0.04 m² a kilometre,
// and no two features here share more than two such kilometres.
const sag = 0.08e-6

func TestFeaturesAreCutIntoDisjointFaces(t *testing.T) {
	db := newCounty(t)
	cut := func(label string, want km2, shapes ...string) {
		t.Run(label, func(t *testing.T) {
			var features []holding.Feature
			for _, s := range shapes {
				features = append(features, holding.Feature{WKT: s})
			}
			holding.InForce(t, db, "protected-area@"+label, 4546, features...)
			got := facesOf(t, db, label)
			for key := range got {
				if _, expected := want[key]; !expected && got[key] > sag {
					t.Errorf("a face of %q, %.6f km²", key, got[key])
				}
			}
			for key, area := range want {
				if math.Abs(got[key]-area) > sag {
					t.Errorf("faces of %q: %.9f km², want %.9f", key, got[key], area)
				}
			}
			facesClose(t, db, label)
		})
	}
	//	3   ┌───┐
	//	2 ┌─┼─┐2│
	//	1 │1└─┼─┘
	//	0 └───┘
	cut("two", km2{"1": 3, "1 2": 1, "2": 3}, box(0, 0, 2, 2), box(1, 1, 3, 3))
	//	3   ┌─────┐
	//	2 ┌─┼─┬─┬─┼┐    all three lie on (1 1)–(2 2)
	//	1 │ └─┼─┼─┘│
	//	0 └───┴─┴──┘
	cut("three", km2{"1": 1.5, "2": 1.5, "3": 2, "1 2": 1, "1 3": 0.5, "2 3": 0.5, "1 2 3": 1},
		box(0, 0, 2, 2), box(1, 0, 3, 2), box(0.5, 1, 2.5, 3))
	//	3 ┌─────┐
	//	2 │ ┌─┐ │
	//	1 │ └─┘ │
	//	0 └─────┘
	cut("nested", km2{"1": 8, "1 2": 1}, box(0, 0, 3, 3), box(1, 1, 2, 2))
	cut("nested-the-other-way", km2{"2": 8, "1 2": 1}, box(1, 1, 2, 2), box(0, 0, 3, 3))
	cut("identical", km2{"1 2": 4}, box(0, 0, 2, 2), box(0, 0, 2, 2))
	cut("thrice-the-same", km2{"1 2 3": 4}, box(0, 0, 2, 2), box(0, 0, 2, 2), box(0, 0, 2, 2))
	//	2 ┌──┬──┐
	//	  │1 │2 │
	//	0 └──┴──┘
	cut("border", km2{"1": 4, "2": 4}, box(0, 0, 2, 2), box(2, 0, 4, 2))
	cut("corner", km2{"1": 4, "2": 4}, box(0, 0, 2, 2), box(2, 2, 4, 4))
	//	1 ┌─┬┐──┌┬─┐
	//	  │1││2 ││1│    the first feature has two parts
	//	0 └─┴┘──└┴─┘
	cut("multi-part", km2{"1": 1, "1 2": 1, "2": 1},
		"MULTIPOLYGON(("+ring(0, 0, 1, 1)+"),("+ring(2, 0, 3, 1)+"))", box(0.5, 0, 2.5, 1))
	// the hole of the first is the second
	cut("hole-filled", km2{"1": 8, "2": 1}, "POLYGON("+ring(0, 0, 3, 3)+","+ring(1, 1, 2, 2)+")", box(1, 1, 2, 2))
	cut("two-in-one-place", km2{"1": 8, "1 2": 0.5, "1 2 3": 0.5},
		box(0, 0, 3, 3), box(1, 1, 2, 2), box(1, 1, 1.5, 2))
}

func facesOf(t *testing.T, db *pgxpool.Pool, label string) km2 {
	t.Helper()
	rows, err := db.Query(context.Background(), `
		select array_to_string(f.features, ' '), sum(st_area(plane_to_grid(f.plane, 4546))) / 1e6
		from fragment f join version v on v.id = f.version_id
		where v.label = $1 group by f.features`, label)
	if err != nil {
		t.Fatal(err)
	}
	got := km2{}
	var key string
	var area float64
	if _, err := pgx.ForEachRow(rows, []any{&key, &area}, func() error { got[key] = area; return nil }); err != nil {
		t.Fatal(err)
	}
	return got
}

// facesClose checks, without looking at what a face says of itself, that faces lie
// apart, cover the union, and that those of each feature add up to it.
func facesClose(t *testing.T, db *pgxpool.Pool, label string) {
	t.Helper()
	var common, off, featureOff float64
	var elsewhere int
	err := db.QueryRow(context.Background(), `
		with v as (select id from version where label = $1),
		     face as (select f.* from fragment f join v on v.id = f.version_id)
		select coalesce((select sum(st_area(st_intersection(a.plane, b.plane)))
		                 from face a join face b on a.id < b.id and st_intersects(a.plane, b.plane)), 0),
		       abs((select sum(st_area(plane)) from face)
		           - (select st_area(st_union(plane)) from feature f join v on v.id = f.version_id)),
		       (select max(abs(f.area_m2 - (select sum(st_area(plane)) from face where f.id = any(face.features))))
		        from feature f join v on v.id = f.version_id),
		       (select count(*) from face left join fragment_grid g using (county, version_id, id)
		        where st_asbinary(g.grid) is distinct from st_asbinary(plane_to_grid(face.plane, 4546)))`, label).
		Scan(&common, &off, &featureOff, &elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	if common > 1e-4 || off > 1e-3 || featureOff > 1e-3 {
		t.Errorf("faces have %g m² in common, miss the union by %g m² and a feature by %g m²", common, off, featureOff)
	}
	if elsewhere > 0 {
		t.Errorf("%d faces are not where they are in the Gauss-Krüger plane", elsewhere)
	}
}

func TestFacesThatDoNotCloseAreRefused(t *testing.T) {
	db := newCounty(t)
	holding.Draft(t, db, "red-line@2022", 4546, holding.Feature{WKT: box(0, 0, 2, 2)}, holding.Feature{WKT: box(5, 5, 6, 6)})
	// a database that loses the faces of the second feature
	if _, err := db.Exec(context.Background(), `
		create function lose() returns trigger language plpgsql as 'begin return null; end';
		create trigger lose before insert on fragment for each row when (2 = any(new.features)) execute function lose()`); err != nil {
		t.Fatal(err)
	}
	p := &publish.Publisher{DB: db, Preparers: []publish.Preparer{publish.Faces{}}}
	_, err := p.Publish(context.Background(), geodata.VersionRef{Layer: geodata.RedLine, Label: "2022"}, nil)
	if err == nil || !strings.Contains(err.Error(), "record 2 has 999") {
		t.Errorf("published: %v", err)
	}
	isLeft(t, db, "2022", geodata.Draft, 0)
}

// isLeft checks a version's state and how much has been prepared for it.
func isLeft(t *testing.T, db *pgxpool.Pool, label string, state geodata.State, prepared int) {
	t.Helper()
	var got geodata.State
	var fragments, marks int
	err := db.QueryRow(context.Background(), `
		select state, (select count(*) from fragment where version_id = v.id),
		       (select count(*) from preparation where version_id = v.id)
		from version v where label = $1`, label).Scan(&got, &fragments, &marks)
	if err != nil {
		t.Fatal(err)
	}
	if got != state || marks != prepared || (prepared == 0) != (fragments == 0) {
		t.Errorf("%s is %s with %d fragments and %d preparers done, want %s with %d done", label, got, fragments, marks, state, prepared)
	}
}

// What was cut is known to the planner at once: whatever is prepared next, or asked,
// is not planned for a version without faces.
func TestFacesAreKnownToThePlanner(t *testing.T) {
	db := newCounty(t)
	holding.InForce(t, db, "protected-area@2022", 4546, holding.Feature{WKT: box(0, 0, 1, 1)}, holding.Feature{WKT: box(2, 0, 3, 1)})
	var known bool
	err := db.QueryRow(t.Context(), `
		select exists (select from pg_stats s, version v where s.tablename = 'fragment' and s.attname = 'version_id'
			and v.label = '2022' and v.id = any(s.most_common_vals::text::bigint[]))`).Scan(&known)
	if err != nil || !known {
		t.Errorf("known to the planner: %v, %v", known, err)
	}
}
