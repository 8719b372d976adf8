package postgis_test

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

var (
	squareRing = orb.Ring{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}
	holeRing   = orb.Ring{{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}}
	farRing    = orb.Ring{{10, 10}, {11, 10}, {11, 11}, {10, 10}}
)

func TestGeometryCrossesTheWire(t *testing.T) {
	pool := pgtest.New(t)
	crosses := func(g orb.Geometry, text string) {
		t.Helper()
		var got postgis.Geometry
		var ewkt string
		err := pool.QueryRow(context.Background(), "select $1::geometry, st_asewkt($1::geometry)",
			postgis.Geometry{SRID: 4546, Geometry: g}).Scan(&got, &ewkt)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
		if ewkt != "SRID=4546;"+text {
			t.Errorf("%s arrived as %s", text, ewkt)
		}
		if got.SRID != 4546 || !reflect.DeepEqual(got.Geometry, g) {
			t.Errorf("%s came back as %d %v", text, got.SRID, got.Geometry)
		}
	}
	crosses(orb.Point{392600.125, 3439600.25}, "POINT(392600.125 3439600.25)")
	crosses(orb.LineString{{0, 0}, {1, 2}}, "LINESTRING(0 0,1 2)")
	crosses(orb.Polygon{squareRing, holeRing}, "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1))")
	crosses(orb.MultiPolygon{{squareRing, holeRing}, {farRing}},
		"MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1)),((10 10,11 10,11 11,10 10)))")
	crosses(orb.Polygon{}, "POLYGON EMPTY")
	crosses(orb.MultiPolygon{}, "MULTIPOLYGON EMPTY")
	crosses(orb.Point{math.Nextafter(109.8, 110), -0.1}, "POINT(109.80000000000001 -0.1)")
}

func TestGeometryIsReadAndStored(t *testing.T) {
	pool := pgtest.New(t)
	ctx := context.Background()
	reads := func(sql string, want postgis.Geometry) {
		t.Helper()
		got := postgis.Geometry{SRID: 1, Geometry: orb.Point{9, 9}} // must be overwritten
		if err := pool.QueryRow(ctx, "select "+sql).Scan(&got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", sql, got, err)
		}
	}
	reads("null::geometry", postgis.Geometry{})
	reads("'SRID=4490;MULTILINESTRING((0 0,1 1),(2 2,3 3))'::geometry",
		postgis.Geometry{SRID: 4490, Geometry: orb.MultiLineString{{{0, 0}, {1, 1}}, {{2, 2}, {3, 3}}}})
	reads("'SRID=4490;POINT EMPTY'::geometry", postgis.Geometry{SRID: 4490})

	stores := func(g orb.Geometry, want string) {
		t.Helper()
		var got string
		err := pool.QueryRow(ctx, "select st_asewkt($1::geometry)", postgis.Geometry{SRID: 4490, Geometry: g}).Scan(&got)
		if err != nil || got != "SRID=4490;"+want {
			t.Errorf("%s: %s, %v", want, got, err)
		}
	}
	stores(orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 4}}, "POLYGON((1 2,3 2,3 4,1 4,1 2))")
	stores(orb.MultiPoint{{1, 2}, {3, 4}}, "MULTIPOINT(1 2,3 4)")
	stores(orb.Collection{orb.Point{1, 2}, orb.LineString{{0, 0}, {1, 1}}}, "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))")
}

func TestGeometryRefusesWhatItWouldLose(t *testing.T) {
	pool := pgtest.New(t)
	ctx := context.Background()
	refuses := func(sql, because string) {
		t.Helper()
		var got postgis.Geometry
		if err := pool.QueryRow(ctx, "select "+sql).Scan(&got); err == nil || !strings.Contains(err.Error(), because) {
			t.Errorf("%s: %+v, %v", sql, got, err)
		}
	}
	refuses("'POINT Z (1 2 3)'::geometry", "layout XYZ")
	refuses("'POLYGON M ((0 0 1,1 0 1,1 1 1,0 0 1))'::geometry", "layout XYM")
	refuses("'POLYGON ZM ((0 0 1 1,1 0 1 1,1 1 1 1,0 0 1 1))'::geometry", "layout XYZM")
	refuses("'MULTIPOINT(1 2,3 4)'::geometry", "not read")
	refuses("'GEOMETRYCOLLECTION(POINT(1 2))'::geometry", "not read")
	refuses("'POINT(1 2)'::text", "")

	for _, g := range []orb.Geometry{orb.Ring{{0, 0}}, nil} {
		var null bool
		err := pool.QueryRow(ctx, "select $1::geometry is null", postgis.Geometry{SRID: 4490, Geometry: g}).Scan(&null)
		if err == nil {
			t.Errorf("%T was stored (as null: %v)", g, null)
		}
	}
}
