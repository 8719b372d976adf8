package overlap_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/peterstace/simplefeatures/geom"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/geodata/schematic"
	"hongxian/internal/intake"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/pgtest/scenario"
	"hongxian/internal/pgtest/surveyrule"
)

// agreement is what the program and the referee may differ by, m².
const agreement = 0.01

// referee computes overlaps a second way: polygons as delivered, edges densified
// in the Gauss-Krüger plane, taken by the survey rule's own series to the plane in
// which it measures, intersected and united there by a port of JTS. No PostGIS, no
// PROJ, no faces.
type referee struct {
	scale  float64 // of the county's plane, against the Gauss-Krüger plane
	layers map[geodata.LayerKey][]refereed
}

// refereed is a feature in the referee's plane.
type refereed struct {
	code  string
	bound orb.Bound
	geom  geom.Geometry
}

func (r *referee) add(key geodata.LayerKey, code string, polygons orb.MultiPolygon) {
	if r.layers == nil {
		r.layers = map[geodata.LayerKey][]refereed{}
	}
	r.layers[key] = append(r.layers[key], refereed{code, polygons.Bound(), r.densified(polygons)})
}

// overlap is the area of the union of a layer's features within the site, and of
// each feature by itself.
func (r *referee) overlap(t *testing.T, key geodata.LayerKey, site orb.MultiPolygon) (union float64, byCode map[string]float64) {
	t.Helper()
	byCode = map[string]float64{}
	var pieces []geom.Geometry
	s := r.densified(site)
	for _, f := range r.layers[key] {
		if !f.bound.Intersects(site.Bound()) {
			continue
		}
		piece, err := geom.Intersection(s, f.geom)
		if err != nil {
			t.Fatalf("referee: %v", err)
		}
		byCode[f.code] += measure(piece)
		pieces = append(pieces, piece)
	}
	all, err := geom.UnionMany(pieces)
	if err != nil {
		t.Fatalf("referee: %v", err)
	}
	return measure(all), byCode
}

// densified is a geometry with the survey rule's points in its edges, in the plane
// in which the rule measures.
func (r *referee) densified(polygons orb.MultiPolygon) geom.Geometry {
	var parts [][][]float64
	for _, polygon := range polygons {
		var rings [][]float64
		for _, ring := range polygon {
			var flat []float64
			for _, p := range surveyrule.DensifyScaled(ring, r.scale) {
				q := surveyrule.EqualArea(p)
				flat = append(flat, q[0], q[1])
			}
			rings = append(rings, flat)
		}
		parts = append(parts, rings)
	}
	return geom.NewMultiPolygonXY(parts...).AsGeometry()
}

// measure is the area of whatever polygons a geometry holds, m².
func measure(g geom.Geometry) float64 { return g.Area() }

// compare has program and referee check one site and returns the largest
// difference it saw. inPlane is the site in the referee's plane.
func (r *referee) compare(t *testing.T, checker *twice, site overlap.Site, inPlane orb.MultiPolygon) (worst float64) {
	t.Helper()
	report, err := checker.check(t, overlap.Request{Site: site})
	if err != nil {
		t.Fatalf("%s: %v", site.Name, err)
	}
	differ := func(what string, got geodata.Area, want float64) {
		t.Helper()
		d := math.Abs(float64(got) - want)
		worst = math.Max(worst, d)
		if !(d <= agreement) {
			t.Errorf("%s, %s: %.4f m², the referee says %.4f m²", site.Name, what, float64(got), want)
		}
	}
	differ("site", report.Site.Area, measure(r.densified(inPlane)))
	for _, l := range report.Layers {
		union, byCode := r.overlap(t, l.Layer, inPlane)
		differ(string(l.Layer), l.Overlap, union)
		if (l.Status == overlap.Concerned) != (union > agreement) && math.Abs(union-agreement) > agreement {
			t.Errorf("%s, %s: %s, the referee says %.4f m²", site.Name, l.Layer, l.Status, union)
		}
		got := map[string]geodata.Area{}
		for _, f := range l.Features {
			got[f.Code] += f.Overlap
		}
		for code, want := range byCode {
			differ(string(l.Layer)+" "+code, got[code], want)
		}
	}
	covered, towns := r.overlap(t, geodata.Township, inPlane)
	differ("outside", report.Outside, measure(r.densified(inPlane))-covered)
	twice := -covered
	for _, area := range towns {
		twice += area
	}
	differ("covered twice", report.MultiplyCovered, twice)
	for _, part := range report.Townships {
		differ("township "+part.Code, part.Site, towns[part.Code])
		for key, area := range part.Overlap {
			differ(fmt.Sprintf("%s in township %s", key, part.Code), area, r.inTownship(t, key, part.Code, inPlane))
		}
	}
	return worst
}

// inTownship is what a layer covers of the site in one township.
func (r *referee) inTownship(t *testing.T, key geodata.LayerKey, code string, site orb.MultiPolygon) float64 {
	t.Helper()
	part := r.densified(site)
	for _, f := range r.layers[geodata.Township] {
		if f.code != code {
			continue
		}
		inside, err := geom.Intersection(part, f.geom)
		if err != nil {
			t.Fatal(err)
		}
		var pieces []geom.Geometry
		for _, l := range r.layers[key] {
			if l.bound.Intersects(site.Bound()) {
				piece, err := geom.Intersection(inside, l.geom)
				if err != nil {
					t.Fatal(err)
				}
				pieces = append(pieces, piece)
			}
		}
		all, err := geom.UnionMany(pieces)
		if err != nil {
			t.Fatal(err)
		}
		return measure(all)
	}
	t.Fatalf("no township %s", code)
	return 0
}

func project(polygons orb.MultiPolygon, toPlane func(orb.Point) orb.Point) orb.MultiPolygon {
	out := polygons.Clone()
	for _, polygon := range out {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = toPlane(p)
			}
		}
	}
	return out
}

// agreeScenario is the statement agree N: N random sites, the same in every run.
func agreeScenario(t *testing.T, s *scenario.Stage, statement scenario.Statement) {
	const workers = 8
	n, err := strconv.Atoi(statement.Argument)
	if err != nil {
		t.Fatalf("%s: agree wants a number of sites", s.At(statement.Line))
	}
	r, bound := &referee{scale: 1}, orb.Bound{Min: s.Origin, Max: s.Origin}
	for _, l := range s.Layers {
		for _, f := range l.Features {
			r.add(l.Ref.Layer, f.Code, f.Geometry)
			bound = bound.Union(f.Geometry.Bound())
		}
	}
	checker := checkTwice(s.DB)
	for w := range workers {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			t.Parallel()
			worst := 0.0
			for i := w; i < n; i += workers {
				inPlane := scatter(rand.New(rand.NewPCG(7, uint64(i))), bound)
				site := overlap.Site{Name: fmt.Sprint("site ", i), SRID: deliveries[i/workers%len(deliveries)]}
				site.Geometry = s.Deliver(t, inPlane, site.SRID).(orb.MultiPolygon)
				worst = math.Max(worst, r.compare(t, checker, site, inPlane))
			}
			t.Logf("the largest difference is %.5f m²", worst)
		})
	}
}

// scatter is a random site of 0.01 to 50 hectares: one in three has a hole, one in
// five a second part.
func scatter(random *rand.Rand, bound orb.Bound) orb.MultiPolygon {
	centre := orb.Point{bound.Min[0] + random.Float64()*(bound.Max[0]-bound.Min[0]), bound.Min[1] + random.Float64()*(bound.Max[1]-bound.Min[1])}
	hectares := math.Pow(10, -2+3.7*random.Float64())
	site := orb.MultiPolygon{{holding.Irregular(random, centre, hectares)}}
	if random.IntN(3) == 0 {
		hole := holding.Irregular(random, centre, hectares/10)
		hole.Reverse()
		site[0] = append(site[0], hole)
	}
	if random.IntN(5) == 0 {
		far := 3 * math.Sqrt(hectares*10_000/math.Pi) // beyond twice the largest radius
		site = append(site, orb.Polygon{holding.Irregular(random, orb.Point{centre[0] + far, centre[1] + far}, hectares)})
	}
	return site
}

// Sites of up to 500 hectares, all over the schematic county and across its border.
func TestSitesAgreeWithTheReferee(t *testing.T) {
	db := holding.Schematic(t, 1)
	sketch, err := schematic.New(schematic.DefaultSeed, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := &referee{scale: 1}
	for _, d := range sketch.Deliveries() {
		if d.Ref.Layer == geodata.RedLine && d.Ref.Label != "2022" {
			continue
		}
		for f, err := range d.Data.Features {
			if err != nil {
				t.Fatal(err)
			}
			r.add(d.Ref.Layer, f.Code, polygonsOf(t, f.Geometry))
		}
	}
	checker := checkTwice(db)
	random := rand.New(rand.NewPCG(3, 4))
	worst := 0.0
	for i, site := range randomSites(t, db, 100, 1) {
		centre := site.Geometry.Bound().Center()
		hectares := math.Pow(10, -1+3.7*random.Float64())
		site.Geometry = orb.MultiPolygon{{holding.Irregular(random, centre, hectares)}}
		if i%3 == 0 {
			hole := holding.Irregular(random, centre, hectares/10)
			hole.Reverse()
			site.Geometry[0] = append(site.Geometry[0], hole)
		}
		worst = math.Max(worst, r.compare(t, checker, site, site.Geometry))
	}
	t.Logf("the largest difference is %.5f m²", worst)
}

// A real municipality: delivered in EPSG:4326, with British wards, reserves and
// land classes, its plane EPSG:27700.
func TestMunicipalityAgreesWithTheReferee(t *testing.T) {
	const (
		meridian = -2.0         // of EPSG:27700; lines straight there are straight in this plane, too
		scale    = 0.9996012717 // on that meridian
	)
	toPlane := func(p orb.Point) orb.Point { return surveyrule.Project(p, meridian) }
	db := pgtest.New(t)
	holding.Put(t, db, postgis.County{Code: "E08000009", NameZH: "特拉福德", NameEN: "Trafford", PlaneSRID: 27700,
		Bounds:  orb.Bound{Min: orb.Point{-2.479, 53.357}, Max: orb.Point{-2.253, 53.480}},
		Profile: json.RawMessage("{}")}, holding.Layers)
	r := &referee{scale: scale}
	for layer, file := range map[string]string{
		"township":       "townships_wards_2023.geojson",
		"red-line":       "sssi.geojson",
		"protected-area": "local_nature_reserves.geojson",
		"control-unit":   "agricultural_land_classification.geojson",
	} {
		loadGeoJSON(t, db, r, layer, filepath.Join(os.Getenv("HONGXIAN_REALDATA"), "county_trafford", file), toPlane)
	}
	checker := checkTwice(db)
	random := rand.New(rand.NewPCG(5, 6))
	worst := 0.0
	for i := range 100 {
		centre := toPlane(orb.Point{-2.47 + 0.21*random.Float64(), 53.36 + 0.11*random.Float64()})
		// Up to 200 hectares: PROJ's way to this datum and back is its own inverse to
		// 1e-9 only, which is a hundredth of a square metre on larger ones.
		ring := holding.Irregular(random, centre, math.Pow(10, 2.3*random.Float64()))
		site := overlap.Site{Name: fmt.Sprint("site ", i), SRID: 4326, Geometry: project(orb.MultiPolygon{{ring}},
			func(p orb.Point) orb.Point { return surveyrule.LonLat(p, meridian) })}
		worst = math.Max(worst, r.compare(t, checker, site, project(site.Geometry, toPlane)))
	}
	t.Logf("the largest difference is %.5f m²", worst)
}

// loadGeoJSON puts a file's features in force and tells the referee of them.
func loadGeoJSON(t *testing.T, db *pgxpool.Pool, r *referee, layer, path string, toPlane func(orb.Point) orb.Point) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("HONGXIAN_REALDATA must name the folder with the real data: %v", err)
	}
	collection, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := geodata.ParseVersionRef(layer + "@2023")
	if err != nil {
		t.Fatal(err)
	}
	delivery := geodata.Delivery{Name: filepath.Base(path), SRID: 4326,
		Features: func(yield func(geodata.Feature, error) bool) {
			for i, f := range collection.Features {
				code := fmt.Sprint(i + 1)
				r.add(ref.Layer, code, project(polygonsOf(t, f.Geometry), toPlane))
				if !yield(geodata.Feature{Record: i + 1, Code: code, Name: code, Geometry: f.Geometry}, nil) {
					return
				}
			}
		}}
	if _, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: ref, Delivery: delivery}); err != nil {
		t.Fatal(err)
	}
	holding.Publish(t, db, ref.String())
}

func polygonsOf(t *testing.T, g orb.Geometry) orb.MultiPolygon {
	t.Helper()
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	t.Fatalf("a %T is no polygon", g)
	return nil
}
