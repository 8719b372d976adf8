package tiles_test

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
	"hongxian/tiles"
)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// hold puts features (EPSG:4490 WKT by code) into a red-line version in force.
func hold(t testing.TB, pool *pgxpool.Pool, shapes map[string]string) geodata.Version {
	t.Helper()
	ctx := t.Context()
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := pool.Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	catalogue := &postgis.Catalogue{DB: pool}
	county := postgis.County{Code: "500237", NameZH: "巫山县", NameEN: "Wushan", PlaneSRID: 4546, Profile: []byte("{}"),
		Bounds: orb.Bound{Min: orb.Point{109, 30}, Max: orb.Point{111, 32}}}
	if err := catalogue.PutCounty(ctx, county, []geodata.Layer{{Key: geodata.RedLine, TitleZH: "生态保护红线"}}); err != nil {
		t.Fatal(err)
	}
	v := geodata.Version{County: "500237", Layer: geodata.RedLine, Label: "2022", State: geodata.InForce}
	err := pool.QueryRow(ctx, `insert into version (county, layer, label, state, srid)
		values ('500237', 'red-line', '2022', 'in_force', 4490) returning id`).Scan(&v.ID)
	if err != nil {
		t.Fatal(err)
	}
	exec(`insert into feature (county, version_id, id, record, code, name, class, delivery, geom, plane, area_m2, grid_m2, digest)
		select '500237', $1, n, n, code, '名 ' || code, '类', g, st_multi(g), st_multi(p), st_area(p), 0, ''
		from (select row_number() over (order by key) n, key code, st_geomfromtext(value, 4490) g,
		             to_plane(st_geomfromtext(value, 4490), 4546) p
		      from jsonb_each_text($2)) f`, v.ID, shapes)
	return v
}

func draw(t *testing.T, pool *pgxpool.Pool, v geodata.Version, at maptile.Tile) *mvt.Layer {
	t.Helper()
	b, err := tiles.NewLiveSource(pool).Tile(t.Context(), v, at)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) == 0 {
		return nil
	}
	layers, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != 1 {
		t.Fatalf("%d layers in the tile, want 1", len(layers))
	}
	return layers[0]
}

// Two neighbours and a hole, seen at zoom 12:
//
//	31.10 ┌───────┬───────┐
//	      │ A ┌─┐ │   B   │
//	      │   └─┘ │       │
//	31.00 └───────┴───────┘
//	   109.80  109.90  110.00
const (
	shapeA = "POLYGON((109.8 31, 109.9 31, 109.9 31.1, 109.8 31.1, 109.8 31), (109.84 31.04, 109.84 31.06, 109.86 31.06, 109.86 31.04, 109.84 31.04))"
	shapeB = "POLYGON((109.9 31, 110 31, 110 31.1, 109.9 31.1, 109.9 31))"
)

func TestTileHoldsIdsAndProperties(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA, "B": shapeB})
	at := maptile.At(orb.Point{109.9, 31.05}, 12)
	l := draw(t, pool, v, at)
	if l == nil || l.Name != "red-line" || l.Extent != 4096 || len(l.Features) != 2 {
		t.Fatalf("got %+v", l)
	}
	for i, code := range []string{"A", "B"} {
		f := l.Features[i]
		if f.ID != float64(i+1) || f.Properties["code"] != code || f.Properties["name"] != "名 "+code || f.Properties["class"] != "类" || len(f.Properties) != 3 {
			t.Errorf("feature %d: id %v, %v", i, f.ID, f.Properties)
		}
		if f.Geometry.GeoJSONType() != "Polygon" {
			t.Errorf("feature %s is a %s", code, f.Geometry.GeoJSONType())
		}
	}
	if far := draw(t, pool, v, maptile.At(orb.Point{100, 20}, 12)); far != nil {
		t.Errorf("a tile far away holds %d features", len(far.Features))
	}
}

// What is drawn agrees with the held shape at every zoom: over all tiles, the
// drawn area without the buffers is the shape's, and nothing vanishes between
// zooms.
func TestTilesAddUpToTheShape(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA, "B": shapeB})
	want := planar.Area(project.Geometry(mustRead(t, shapeA), project.WGS84.ToMercator)) +
		planar.Area(project.Geometry(mustRead(t, shapeB), project.WGS84.ToMercator))
	for z := maptile.Zoom(8); z <= 14; z++ {
		var sum float64
		low, high := maptile.At(orb.Point{109.8, 31.1}, z), maptile.At(orb.Point{110, 31}, z)
		for x := low.X; x <= high.X; x++ {
			for y := low.Y; y <= high.Y; y++ {
				if l := draw(t, pool, v, maptile.New(x, y, z)); l != nil {
					sum += areaInside(t, l)
				}
			}
		}
		unit := 2 * math.Pi * 6378137 / float64(uint64(4096)<<z)
		if got := sum * unit * unit; math.Abs(got-want)/want > 0.03 {
			t.Errorf("zoom %d draws %.0f m² in Mercator, the shapes have %.0f", z, got, want)
		}
	}
}

// areaInside sums the layer's area within the tile proper, buffers cut off, in
// square tile units.
func areaInside(t *testing.T, l *mvt.Layer) float64 {
	t.Helper()
	l.Clip(orb.Bound{Max: orb.Point{4096, 4096}})
	var sum float64
	for _, f := range l.Features {
		if f.Geometry != nil {
			sum += math.Abs(planar.Area(f.Geometry))
		}
	}
	return sum
}

// Neighbours stay neighbours where vertices are generalised: the shared wiggly
// border is drawn with the same points on both sides.
func TestNeighboursShareTheirBorder(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{
		"W": "POLYGON((109.8 31, 109.9 31, 109.903 31.02, 109.897 31.041, 109.9034 31.06, 109.8991 31.083, 109.9 31.1, 109.8 31.1, 109.8 31))",
		"E": "POLYGON((109.9 31.1, 109.8991 31.083, 109.9034 31.06, 109.897 31.041, 109.903 31.02, 109.9 31, 110 31, 110 31.1, 109.9 31.1))",
	})
	l := draw(t, pool, v, maptile.At(orb.Point{109.9, 31.05}, 10))
	if l == nil || len(l.Features) != 2 {
		t.Fatalf("got %+v", l)
	}
	border := func(f int) map[orb.Point]bool {
		points := map[orb.Point]bool{}
		for _, p := range l.Features[f].Geometry.(orb.Polygon)[0] {
			points[p] = true
		}
		return points
	}
	east, west := border(0), border(1)
	shared := 0
	for p := range east {
		if west[p] {
			shared++
		}
	}
	// Four of the border's points lie in this tile; two corners are each one's own.
	if shared != 4 || len(east) != 6 || len(west) != 6 {
		t.Errorf("the border is drawn with %d common points, want 4: %v and %v", shared, east, west)
	}
}

// A tile of very many features holds the largest ones and no more, and features
// below half a pixel are not drawn at all.
func TestTileIsBounded(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, nil)
	// 150 × 150 squares of 11 m and one of 111 m, within one tile of zoom 12.
	_, err := pool.Exec(t.Context(), `insert into feature (county, version_id, id, record, delivery, geom, plane, area_m2, grid_m2, digest)
		select '500237', $1, n, n, g, st_multi(g), st_multi(to_plane(g, 4546)), st_area(to_plane(g, 4546)), 0, ''
		from (select i * 150 + j + 1 as n, st_makeenvelope(109.89 + i * 0.0001, 31.01 + j * 0.0001,
		             109.8901 + i * 0.0001, 31.0101 + j * 0.0001, 4490) as g
		      from generate_series(0, 149) i, generate_series(0, 149) j
		      union all select 30000, st_makeenvelope(109.89, 31.01, 109.891, 31.011, 4490)) f`, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	l := draw(t, pool, v, maptile.At(orb.Point{109.897, 31.017}, 12))
	if l == nil || len(l.Features) != tiles.MaxFeatures || l.Features[len(l.Features)-1].ID != 30000.0 {
		t.Errorf("%d features are drawn, want the %d largest", len(l.Features), tiles.MaxFeatures)
	}
	if l := draw(t, pool, v, maptile.At(orb.Point{109.897, 31.017}, 10)); l == nil || len(l.Features) != 1 {
		t.Errorf("zoom 10 draws %v, want the large square alone", l)
	}
}

func TestBounds(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA, "B": shapeB})
	b, ok, err := tiles.NewLiveSource(pool).Bounds(t.Context(), v)
	if want := (orb.Bound{Min: orb.Point{109.8, 31}, Max: orb.Point{110, 31.1}}); err != nil || !ok || b != want {
		t.Errorf("got %v, %v, %v", b, ok, err)
	}
	v.ID = 999
	if b, ok, err := tiles.NewLiveSource(pool).Bounds(t.Context(), v); err != nil || ok {
		t.Errorf("an empty version lies in %v, %v", b, err)
	}
}

// A request that has ended draws nothing.
func TestTileHeedsItsContext(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA})
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if _, err := tiles.NewLiveSource(pool).Tile(ctx, v, maptile.New(0, 0, 0)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func mustRead(t *testing.T, s string) orb.Geometry {
	t.Helper()
	g, err := wkt.Unmarshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
