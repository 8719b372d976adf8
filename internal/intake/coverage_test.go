package intake_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// Two townships delivered in longitude and latitude whose common border, 1.9 km
// along the parallel 31°, is one edge on one side and four on the other:
//
//	31.02 ┌───────────────────┐
//	      │       north       │
//	31.00 ├────·────·────·────┤   · vertices of one side only
//	      │       south       │
//	30.98 └───────────────────┘
//	    109.80              109.82
//
// In the Gauss-Krüger plane the parallel sags 43 mm below its chord: where the
// north has the vertices the two overlap, where the south has them they gape.
const (
	northWhole = "POLYGON((109.80 31.00,109.82 31.00,109.82 31.02,109.80 31.02,109.80 31.00))"
	northCut   = "POLYGON((109.80 31.00,109.805 31.00,109.81 31.00,109.815 31.00,109.82 31.00,109.82 31.02,109.80 31.02,109.80 31.00))"
	southWhole = "POLYGON((109.80 30.98,109.82 30.98,109.82 31.00,109.80 31.00,109.80 30.98))"
	southCut   = "POLYGON((109.80 30.98,109.82 30.98,109.82 31.00,109.815 31.00,109.81 31.00,109.805 31.00,109.80 31.00,109.80 30.98))"
)

// seam is how two geometries in the measuring plane meet, m².
type seam struct{ overlap, gap float64 }

// Every face that the borders enclose, less the townships themselves, is gap.
const seamSQL = `
select st_area(st_intersection(a, b)),
       st_area(st_polygonize(array[st_unaryunion(st_boundary(st_union(a, b)))])) - st_area(st_union(a, b))
from (select %s as a, %s as b) as p`

func seamOf(t *testing.T, db *pgxpool.Pool, a, b string, args pgx.NamedArgs) (s seam) {
	t.Helper()
	if err := db.QueryRow(context.Background(), fmt.Sprintf(seamSQL, a, b), args).Scan(&s.overlap, &s.gap); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNeighboursWithTVerticesStayNeighbours(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	meet := func(label, north, south string, raw seam) {
		t.Run(label, func(t *testing.T) {
			got := seamOf(t, db, "to_plane(st_geomfromtext(@north, 4490), 4546)",
				"to_plane(st_geomfromtext(@south, 4490), 4546)", pgx.NamedArgs{"north": north, "south": south})
			t.Logf("as delivered: overlap %.2f m², gap %.2f m²", got.overlap, got.gap)
			if math.Abs(got.overlap-raw.overlap) > 2 || math.Abs(got.gap-raw.gap) > 2 {
				t.Errorf("without borrowing %+v, expected about %+v", got, raw)
			}
			ref := "township@" + label
			holding.InForce(t, db, ref, 4490, holding.Feature{Code: "north", WKT: north}, holding.Feature{Code: "south", WKT: south})
			held := seamOf(t, db, "(select plane from feature f join version v on v.id = f.version_id where v.label = @label and code = 'north')",
				"(select plane from feature f join version v on v.id = f.version_id where v.label = @label and code = 'south')",
				pgx.NamedArgs{"label": label})
			t.Logf("as held: overlap %.1e m², gap %.1e m²", held.overlap, held.gap)
			if held.overlap > 1e-4 || math.Abs(held.gap) > 1e-4 {
				t.Errorf("the neighbours meet with %+v", held)
			}
			facesCover(t, db, label)
		})
	}
	meet("overlap", northCut, southWhole, seam{overlap: 51})
	// a slanting border, its vertices rounded to nine decimals: 0.04 mm beside it
	meet("slanting", "POLYGON((109.80 31.00,109.806666667 31.001,109.813333333 31.002,109.82 31.003,109.82 31.02,109.80 31.02,109.80 31.00))",
		"POLYGON((109.80 30.98,109.82 30.98,109.82 31.003,109.80 31.00,109.80 30.98))", seam{overlap: 51})
	meet("gap", northWhole, southCut, seam{gap: 51})
}

// facesCover checks that no face lies on two features and that faces, features
// and their union have one area.
func facesCover(t *testing.T, db *pgxpool.Pool, label string) {
	t.Helper()
	var shared int
	var faces, features, union float64
	err := db.QueryRow(context.Background(), `
		select (select count(*) from fragment where version_id = v.id and cardinality(features) > 1),
		       (select sum(area_m2) from fragment where version_id = v.id),
		       (select sum(area_m2) from feature where version_id = v.id),
		       (select st_area(st_union(plane)) from feature where version_id = v.id)
		from version v where v.label = $1`, label).Scan(&shared, &faces, &features, &union)
	if err != nil {
		t.Fatal(err)
	}
	if shared != 0 {
		t.Errorf("%d faces lie on both townships", shared)
	}
	if math.Abs(faces-union) > 1e-3 || math.Abs(features-union) > 1e-3 {
		t.Errorf("faces %.6f m², features %.6f m², union %.6f m²", faces, features, union)
	}
}

// A junction that lies further from the edge than a millimetre is the delivery's
// own gap, and stays.
func TestRealGapsAreNotClosed(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.Draft(t, db, "township@open", 4490,
		holding.Feature{Code: "north", WKT: northWhole},
		// the middle vertex lies 0.11 m south of the border
		holding.Feature{Code: "south", WKT: "POLYGON((109.80 30.98,109.82 30.98,109.82 31.00,109.81 30.999999,109.80 31.00,109.80 30.98))"})
	var vertices int
	err := db.QueryRow(context.Background(), "select st_npoints(geom) from feature where code = 'north'").Scan(&vertices)
	if err != nil || vertices != 5 {
		t.Errorf("the north has %d points, err %v", vertices, err)
	}
}
