package coverage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/peterstace/simplefeatures/geom"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/coverage"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/pgtest/surveyrule"
)

// agreement is what the program and a referee may differ by, m².
const agreement = 0.01

func near(t *testing.T, what string, got geodata.Area, want float64) {
	t.Helper()
	// PROJ's way to the municipality's datum and back is its own inverse to 1e-9 only.
	if !(math.Abs(float64(got)-want) <= agreement+2e-9*want) {
		t.Errorf("%s: %.4f m², the referee says %.4f m²", what, float64(got), want)
	}
}

// The schematic county's protected areas are drawn to overlap, and the scenic area
// lies across them. The referee intersects whole features and unions of them in
// PostGIS, without faces.
func TestSchematicCountyAgreesWithWholeFeatures(t *testing.T) {
	db := holding.Schematic(t, 1)
	m := &coverage.Measurer{DB: db, Tolerance: coverage.Tolerance{Area: 1, Width: 0.02}, Program: "test"}
	r, err := m.Measure(context.Background(), request(t, "protected-area", "scenic-area", "red-line"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Pairs) != 3 || r.Pairs[0].Area == 0 || !r.Schematic {
		t.Fatalf("%d pairs, schematic %v", len(r.Pairs), r.Schematic)
	}
	for _, l := range r.Layers {
		near(t, l.Ref, l.Area, ask(t, db, `select st_area(st_union(plane)) from feature f join version v on v.id = f.version_id
			where v.county || '.' || v.layer || '@' || v.label = @a`, l.Ref, ""))
	}
	for _, p := range r.Pairs {
		near(t, p.RefA+" on "+p.RefB, p.Area, ask(t, db, `
			with u as (select v.county || '.' || v.layer || '@' || v.label as ref, st_union(plane) as plane
			           from feature f join version v on v.id = f.version_id group by 1)
			select st_area(st_intersection(a.plane, b.plane)) from u a, u b where a.ref = @a and b.ref = @b`, p.RefA, p.RefB))
	}
	areas := r.Layers[1]
	if areas.Layer != geodata.ProtectedArea || len(areas.Pairs) == 0 {
		t.Fatalf("%s has %d pairs of features", areas.Layer, len(areas.Pairs))
	}
	for _, p := range areas.Pairs {
		near(t, p.A.Name+" on "+p.B.Name, p.Area, ask(t, db, `
			with f as (select f.* from feature f join version v on v.id = f.version_id where v.layer = 'protected-area')
			select st_area(st_intersection(a.plane, b.plane)) from f a, f b where a.code = @a and b.code = @b`, p.A.Code, p.B.Code))
	}
	n := ask(t, db, `with f as (select f.* from feature f join version v on v.id = f.version_id where v.layer = 'protected-area')
		select count(*) from f a join f b on a.id < b.id and st_area(st_intersection(a.plane, b.plane)) > 0.01`, "", "")
	if int(n) != len(areas.Pairs) {
		t.Errorf("%d pairs of protected areas, the referee finds %v", len(areas.Pairs), n)
	}
}

// ask runs a query that gives one number.
func ask(t *testing.T, db *pgxpool.Pool, sql, a, b string) (n float64) {
	t.Helper()
	if err := db.QueryRow(context.Background(), sql, pgx.NamedArgs{"a": a, "b": b}).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A real municipality's nature reserves, sites of special scientific interest,
// conservation areas, woodland and wards. The referee takes the delivered vertices to its own
// plane by the survey rule's series and intersects there by a port of JTS: no
// PostGIS, no PROJ, no faces.
func TestMunicipalityAgreesWithTheReferee(t *testing.T) {
	db := pgtest.New(t)
	layers := append([]geodata.Layer{{Key: "conservation-area", TitleZH: "保护区", TitleEN: "Conservation areas", Overlaps: true}}, holding.Layers...)
	holding.Put(t, db, postgis.County{Code: "E08000009", NameZH: "特拉福德", NameEN: "Trafford", PlaneSRID: 27700,
		Bounds:  orb.Bound{Min: orb.Point{-2.479, 53.357}, Max: orb.Point{-2.253, 53.480}},
		Profile: json.RawMessage("{}")}, layers)
	whole := map[geodata.LayerKey]geom.Geometry{}
	for key, file := range map[geodata.LayerKey]string{
		"protected-area": "local_nature_reserves.geojson", "red-line": "sssi.geojson",
		"conservation-area": "conservation_areas.geojson", "township": "townships_wards_2023.geojson",
		"control-unit": "woodland.geojson",
	} {
		whole[key] = deliver(t, db, key, file)
	}
	m := &coverage.Measurer{DB: db, Tolerance: coverage.Tolerance{Area: 1, Width: 0.02}, Program: "test"}
	r, err := m.Measure(context.Background(), request(t, "protected-area", "red-line", "conservation-area", "control-unit"))
	if err != nil {
		t.Fatal(err)
	}
	var all []geom.Geometry
	sharing := 0
	for _, l := range r.Layers {
		near(t, l.Ref, l.Area, whole[l.Layer].Area())
		all = append(all, whole[l.Layer])
	}
	union, err := geom.UnionMany(all)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "union", r.Union, union.Area())
	for _, p := range r.Pairs {
		both, err := geom.Intersection(whole[p.A], whole[p.B])
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprintf("%s on %s", p.A, p.B), p.Area, both.Area())
		if both.Area() > 1 {
			sharing++
		}
	}
	if sharing < 3 {
		t.Errorf("%d pairs of the municipality's layers overlap; the test shows nothing", sharing)
	}
	t.Logf("%d pieces, %.1f m² shared, %.1f m² outside the wards", len(r.Pieces), float64(r.Shared), float64(r.Outside))
}

// deliver puts a file's features in force, and gives their union in the referee's plane.
func deliver(t *testing.T, db *pgxpool.Pool, key geodata.LayerKey, file string) geom.Geometry {
	t.Helper()
	const meridian, scale = -2.0, 0.9996012717 // of EPSG:27700
	text, err := os.ReadFile(filepath.Join(os.Getenv("HONGXIAN_REALDATA"), "county_trafford", file))
	if err != nil {
		t.Fatalf("HONGXIAN_REALDATA must name the folder with the real data: %v", err)
	}
	collection, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	var parts []geom.Geometry
	delivery := geodata.Delivery{Name: file, SRID: 4326, Features: func(yield func(geodata.Feature, error) bool) {
		for i, f := range collection.Features {
			code := fmt.Sprint(i + 1)
			parts = append(parts, densified(f.Geometry, meridian, scale))
			if !yield(geodata.Feature{Record: i + 1, Code: code, Name: code, Geometry: f.Geometry}, nil) {
				return
			}
		}
	}}
	ref := geodata.VersionRef{County: "E08000009", Layer: key, Label: "2023"}
	if _, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: ref, Delivery: delivery}); err != nil {
		t.Fatal(err)
	}
	holding.Publish(t, db, ref.String())
	union, err := geom.UnionMany(parts)
	if err != nil {
		t.Fatal(err)
	}
	return union
}

// densified is a delivered geometry with the survey rule's points, in the plane in
// which the rule measures.
func densified(g orb.Geometry, meridian, scale float64) geom.Geometry {
	polygons, ok := g.(orb.MultiPolygon)
	if p, single := g.(orb.Polygon); single {
		polygons, ok = orb.MultiPolygon{p}, true
	}
	if !ok {
		return geom.Geometry{}
	}
	var parts [][][]float64
	for _, polygon := range polygons {
		var rings [][]float64
		for _, ring := range polygon {
			var grid orb.Ring
			for _, p := range ring {
				grid = append(grid, surveyrule.Project(p, meridian))
			}
			var flat []float64
			for _, p := range surveyrule.DensifyScaled(grid, scale) {
				q := surveyrule.EqualArea(p)
				flat = append(flat, q[0], q[1])
			}
			rings = append(rings, flat)
		}
		parts = append(parts, rings)
	}
	return geom.NewMultiPolygonXY(parts...).AsGeometry()
}
