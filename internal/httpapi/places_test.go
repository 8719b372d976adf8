package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/place"
	"hongxian/internal/record"
)

// gazetteer is a fake of what finds and measures; it remembers what was asked.
type gazetteer struct {
	at       orb.Point
	text     string
	versions []geodata.Version
	limit    int
	shape    orb.Geometry
}

func (g *gazetteer) Identify(_ context.Context, _ place.County, at orb.Point, versions []geodata.Version) ([]place.Feature, error) {
	g.at, g.versions = at, versions
	return []place.Feature{{Version: inForce, Code: "HX-1", Name: "红线一", Class: "水源涵养", Area: 12345.67891,
		Bounds: orb.Bound{Min: orb.Point{109.8, 31}, Max: orb.Point{109.9, 31.1}}}}, nil
}

func (g *gazetteer) Grid(context.Context, place.County, orb.Point) (orb.Point, error) {
	return orb.Point{392600.12349, 3439600}, nil
}

func (g *gazetteer) Search(_ context.Context, _ place.County, text string, versions []geodata.Version, limit int) ([]place.Feature, error) {
	g.text, g.versions, g.limit = text, versions, limit
	return nil, nil
}

func (g *gazetteer) Locate(context.Context, place.County, string) ([]place.Spot, error) {
	return []place.Spot{{At: orb.Point{109.88, 31.07}, Written: place.Written{X: 392600, Y: 3439600, SRID: 4546}, InCounty: true}}, nil
}

func (g *gazetteer) Measure(_ context.Context, _ place.County, shape orb.Geometry) (place.Measured, error) {
	g.shape = shape
	return place.Measured{Area: 1.00005, GridArea: 2, Length: 3.00049, Ellipsoid: 4}, nil
}

func withPlaces(t testing.TB) (*site, *gazetteer) {
	g := &gazetteer{}
	return newSite(t, func(c *Config) { c.Places = g }), g
}

func TestIdentifyOverHTTP(t *testing.T) {
	s, g := withPlaces(t)
	var found openapi.Identified
	w := s.get("/api/v1/identify?lon=109.88&lat=31.07")
	if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || len(found.Features) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	f := found.Features[0]
	if g.at != (orb.Point{109.88, 31.07}) || len(g.versions) != 1 || f.Title != "生态保护红线" || f.AreaM2 != 12345.6789 || f.Ref != "500237.red-line@2022" ||
		f.Effective == nil || found.Grid.East != 392600.123 {
		t.Errorf("asked %v of %v\n%s", g.at, g.versions, w.Body)
	}
	s.get("/api/v1/identify?lon=109.88&lat=31.07&layers=red-line@2026")
	if len(g.versions) != 1 || g.versions[0].Label != "2026" {
		t.Errorf("asked of %v", g.versions)
	}
	for _, query := range []string{"", "lon=109.88", "lon=NaN&lat=31", "lon=109.88&lat=91", "lon=392600&lat=3439600", "lon=1e999&lat=1"} {
		s.problem(s.get("/api/v1/identify?"+query), http.StatusBadRequest, "place-malformed")
	}
	s.problem(s.get("/api/v1/identify?lon=1&lat=1&layers=999999.red-line@2022"), http.StatusBadRequest, "county-mixed")
	s.problem(s.get("/api/v1/identify?lon=1&lat=1&layers="+strings.Repeat("red-line@2022,", 64)+"red-line@2022"), http.StatusBadRequest, "layers-too-many")
}

func TestSearchOverHTTP(t *testing.T) {
	s, g := withPlaces(t)
	s.kept = []record.Entry{{ID: checkID(0xabcdef12), Created: day, Body: checkBody(t, 0xabcdef12)}}
	found := func(query string) (out openapi.Found) {
		t.Helper()
		w := s.get("/api/v1/search?" + query)
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return out
	}
	out := found("q=%20%E5%B7%AB%E5%B3%A1%20&limit=7")
	if g.text != "巫峡" || g.limit != 7 || len(g.versions) != 1 || s.searched.Subject != "巫峡" || !s.searched.Parcels {
		t.Errorf("asked %+v, %+v", g, s.searched)
	}
	if len(out.Places) != 1 || out.Places[0].Crs != "EPSG:4546" || len(out.Checks) != 1 || out.Checks[0].Outcome != openapi.CheckOutcomeReview {
		t.Errorf("%+v", out)
	}
	if out := found("q=" + checkID(0xabcdef12)); len(out.Checks) != 2 { // by its number, and by the fake's list
		t.Errorf("by its number: %+v", out.Checks)
	}
	for _, query := range []string{"", "q=", "q=%20", "q=%ff", "q=a%00b", "q=" + strings.Repeat("x", 300)} {
		s.problem(s.get("/api/v1/search?"+query), http.StatusBadRequest, "search-malformed")
	}
}

func TestMeasureOverHTTP(t *testing.T) {
	s, g := withPlaces(t)
	post := func(body string) (int, string) {
		w := s.do(s.request("POST", "/api/v1/measure", strings.NewReader(body), "Content-Type", "application/json"))
		return w.Code, w.Body.String()
	}
	code, body := post(`{"type":"Polygon","coordinates":[[[110,31],[110.01,31],[110.01,31.01],[110,31]]]}`)
	if polygon, ok := g.shape.(orb.Polygon); code != http.StatusOK || !ok || len(polygon[0]) != 4 || !strings.Contains(body, `"area_m2":1.0001`) || !strings.Contains(body, `"length_m":3`) {
		t.Errorf("%d %s, asked %v", code, body, g.shape)
	}
	if post(`{"type":"LineString","coordinates":[[110,31],[110.01,31]]}`); g.shape.GeoJSONType() != "LineString" {
		t.Errorf("asked %v", g.shape)
	}
	for _, body := range []string{`{"type":"Polygon","coordinates":[[110,31]]}`, `{"type":"LineString","coordinates":7}`, `{"type":"LineString"}`, `{"type":"LineString","coordinates":[["a","b"]]}`} {
		if code, answer := post(body); code != http.StatusBadRequest || !strings.Contains(answer, "drawing-malformed") {
			t.Errorf("%s: %d %s", body, code, answer)
		}
	}
}

func FuzzShapeOf(f *testing.F) {
	for _, c := range []string{`[[110,31],[110.01,31]]`, `[[[110,31],[111,31],[111,32],[110,31]]]`, `null`, `[[1]]`, `[[1e999,2]]`, `{}`, ``} {
		f.Add("Polygon", c)
		f.Add("LineString", c)
	}
	f.Fuzz(func(t *testing.T, kind, coordinates string) {
		shape, err := shapeOf(openapi.Drawing{Type: openapi.DrawingType(kind), Coordinates: json.RawMessage(coordinates)})
		if err != nil && geodata.AsError(err).Kind != geodata.Invalid {
			t.Fatalf("%s %q: %v", kind, coordinates, err)
		}
		_ = shape
	})
}
