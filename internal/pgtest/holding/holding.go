// Package holding fills a test's database: counties and layers written as WKT,
// put in force through the real intake and the real publication.
package holding

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/intake"
	"hongxian/internal/publish"
)

// Wushan is the county that tests hold unless they say otherwise: its plane is
// EPSG:4546, its bounds those of the real county.
var Wushan = postgis.County{Code: "500237", NameZH: "巫山县", NameEN: "Wushan", PlaneSRID: 4546,
	Bounds:  orb.Bound{Min: orb.Point{109.55, 30.75}, Max: orb.Point{110.2, 31.48}},
	Profile: json.RawMessage("{}")}

// Layers are the layers that tests know, in the catalogue's order.
var Layers = []geodata.Layer{
	{Key: geodata.RedLine, TitleZH: "生态保护红线", TitleEN: "Ecological red line", Checked: true, Protected: true},
	{Key: geodata.ProtectedArea, TitleZH: "自然保护地", TitleEN: "Protected areas", Checked: true, Overlaps: true, Protected: true},
	{Key: geodata.ControlUnit, TitleZH: "环境管控单元", TitleEN: "Control units", Checked: true, Tiles: true},
	{Key: geodata.Township, TitleZH: "乡镇", TitleEN: "Townships", Tiles: true},
}

// Put registers a county with its layers.
func Put(t testing.TB, db *pgxpool.Pool, county postgis.County, layers []geodata.Layer) {
	t.Helper()
	if err := (&postgis.Catalogue{DB: db}).PutCounty(context.Background(), county, layers); err != nil {
		t.Fatalf("put county: %v", err)
	}
}

// Feature is a feature as a test writes it: code and name, and WKT.
type Feature struct {
	Code, Class, WKT string
}

// Draft imports features under ref as a draft, in coordinates of srid.
func Draft(t testing.TB, db *pgxpool.Pool, ref string, srid int, features ...Feature) *intake.Report {
	t.Helper()
	report, err := Import(db, ref, srid, features...)
	if err != nil {
		t.Fatalf("import %s: %v", ref, err)
	}
	return report
}

// Import is Draft for tests that expect an error.
func Import(db *pgxpool.Pool, ref string, srid int, features ...Feature) (*intake.Report, error) {
	r, err := geodata.ParseVersionRef(ref)
	if err != nil {
		return nil, err
	}
	loader := &intake.Loader{DB: db}
	return loader.Load(context.Background(), intake.Request{Ref: r, Delivery: geodata.Delivery{
		Name: ref + ".wkt", SRID: srid, Features: stream(features)}})
}

// InForce imports features under ref and puts them in force.
func InForce(t testing.TB, db *pgxpool.Pool, ref string, srid int, features ...Feature) {
	t.Helper()
	Draft(t, db, ref, srid, features...)
	Publish(t, db, ref)
}

// Publish puts a draft in force.
func Publish(t testing.TB, db *pgxpool.Pool, ref string) {
	t.Helper()
	r, err := geodata.ParseVersionRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	publisher := &publish.Publisher{DB: db, Preparers: []publish.Preparer{publish.Faces{}}}
	if _, err := publisher.Publish(context.Background(), r, nil); err != nil {
		t.Fatalf("publish %s: %v", ref, err)
	}
}

func stream(features []Feature) iter.Seq2[geodata.Feature, error] {
	return func(yield func(geodata.Feature, error) bool) {
		for i, f := range features {
			g, err := wkt.Unmarshal(f.WKT)
			feature := geodata.Feature{Record: i + 1, Code: f.Code, Name: f.Code, Class: f.Class, Geometry: g}
			if !yield(feature, err) {
				return
			}
		}
	}
}

// Polygons reads WKT, POLYGON or MULTIPOLYGON, as a site's geometry.
func Polygons(t testing.TB, text string) orb.MultiPolygon {
	t.Helper()
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	t.Fatalf("%s is no polygon", text)
	return nil
}

// BoxWKT is a box as WKT.
func BoxWKT(west, south, east, north float64) string {
	return fmt.Sprintf("POLYGON((%[1]f %[2]f,%[3]f %[2]f,%[3]f %[4]f,%[1]f %[4]f,%[1]f %[2]f))", west, south, east, north)
}
