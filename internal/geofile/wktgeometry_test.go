package geofile

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

func TestWellKnownTexts(t *testing.T) {
	const ring = "(109.8 31,109.9 31,109.9 31.1,109.8 31)"
	r := orb.Ring{{109.8, 31}, {109.9, 31}, {109.9, 31.1}, {109.8, 31}}
	for name, c := range map[string]struct {
		text  string
		lines bool
		want  []orb.Geometry
	}{
		"polygon":           {"POLYGON(" + ring + ")", false, []orb.Geometry{orb.Polygon{r}}},
		"lower case, lines": {"polygon\r\n( " + strings.ReplaceAll(ring, ",", " ,\n") + " ) ;\r\n", false, []orb.Geometry{orb.Polygon{r}}},
		"heights":           {"POLYGON Z((109.8 31 5,109.9 31 5,109.9 31.1 5,109.8 31 5))", false, []orb.Geometry{orb.Polygon{r}}},
		"numbers":           {"POLYGON((109.80 +31.,1.099e2 031,109.9 31.1,109.8 31))", false, []orb.Geometry{orb.Polygon{r}}},
		"hole":              {"POLYGON(" + ring + "," + ring + ")", false, []orb.Geometry{orb.Polygon{r, r}}},
		"parts":             {"MULTIPOLYGON((" + ring + "),(" + ring + "))", false, []orb.Geometry{orb.MultiPolygon{{r}, {r}}}},
		"several":           {"POLYGON(" + ring + ")\nPOLYGON(" + ring + ")", false, []orb.Geometry{orb.Polygon{r}, orb.Polygon{r}}},
		"line":              {"LINESTRING(109.8 31,109.9 31)", true, []orb.Geometry{orb.LineString{{109.8, 31}, {109.9, 31}}}},
		"lines":             {"MULTILINESTRING((109.8 31,109.9 31),(109.9 31,109.9 31.1))", true, []orb.Geometry{orb.MultiLineString{{{109.8, 31}, {109.9, 31}}, {{109.9, 31}, {109.9, 31.1}}}}},
		"point":             {"POINT(109.8 31)", true, []orb.Geometry{orb.Point{109.8, 31}}},
		"points":            {"MULTIPOINT((109.8 31),(109.9 31))", true, []orb.Geometry{orb.MultiPoint{{109.8, 31}, {109.9, 31}}}},
		"points, short":     {"MULTIPOINT(109.8 31,109.9 31)", true, []orb.Geometry{orb.MultiPoint{{109.8, 31}, {109.9, 31}}}},
	} {
		t.Run(name, func(t *testing.T) {
			for prefix, crs := range map[string]string{"SRID=4490;": "", "": "EPSG:4490"} {
				got := read(t, put(t, "x.txt", []byte(prefix+c.text)), Options{CRS: crs, Lines: c.lines, County: &wushan})
				if got.err != nil || got.srid != 4490 || len(got.features) != len(c.want) {
					t.Fatalf("%v %v", got.features, got.err)
				}
				for i, want := range c.want {
					if !orb.Equal(got.features[i].Geometry, want) {
						t.Errorf("%v, want %v", got.features[i].Geometry, want)
					}
				}
			}
		})
	}
}

func TestWellKnownTextsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"cut off":       {"POLYGON((109.8 31,109.9 31", "file-truncated"},
		"unclosed":      {"POLYGON((109.8 31,109.9 31,109.9 31.1,109.8 31.05))", "ring-unclosed"},
		"one number":    {"POLYGON((109.8,109.9 31,109.9 31.1,109.8 31))", "position-malformed"},
		"word":          {"POLYGON((109.8 31,x 31,109.9 31.1,109.8 31))", "coordinate-not-number"},
		"not a number":  {"POLYGON((109.8 31,NaN 31,109.9 31.1,109.8 31))", "coordinate-not-number"},
		"too deep":      {"POLYGON" + strings.Repeat("(", 100_000), "wkt-malformed"},
		"another":       {"POLYGON EMPTY CURVEPOLYGON((1 2))", "wkt-malformed"},
		"empty":         {"POLYGON EMPTY", "no-polygons"},
		"line":          {"LINESTRING(109.8 31,109.9 31)", "geometry-not-polygon"},
		"two systems":   {"SRID=4490;POLYGON EMPTY;SRID=4546;POLYGON EMPTY", "crs-contradictory"},
		"Xian 1980":     {"SRID=2382;POLYGON((392600 3439600,392800 3439600,392800 3439750,392600 3439600))", "crs-datum-needs-parameters"},
		"a flat nest":   {"MULTIPOLYGON((109.8 31,109.9 31,109.9 31.1,109.8 31))", "coordinates-malformed"},
		"brackets open": {"POLYGON(()", "file-truncated"},
	} {
		t.Run(name, func(t *testing.T) {
			crs := ""
			if !strings.HasPrefix(c.text, "SRID") {
				crs = "EPSG:4490"
			}
			if r := read(t, put(t, "x.wkt", []byte(c.text)), Options{CRS: crs}); r.err == nil || r.err.Code != c.code {
				t.Errorf("%v %+v", r.features, r.err)
			}
		})
	}
}

func FuzzWKT(f *testing.F) {
	for _, s := range []string{"POLYGON((1 2,3 4,5 6,1 2))", "SRID=4546;MULTIPOLYGON Z(((1 2 3,3 4 5,5 6 7,1 2 3)))", "MULTIPOINT((1 2),(3 4))", "POINT EMPTY;LINESTRING(1 2,3 4)", "POINT(()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w := &wktRecords{ctx: context.Background(), rest: s}
		for {
			rec, err := w.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				if !geodata.IsKind(err, geodata.Invalid) && !geodata.IsKind(err, geodata.TooLarge) {
					t.Fatalf("not an error for users: %v", err)
				}
				return
			}
			fuzzGeometry(t, rec.geometry)
		}
	})
}

// fuzzGeometry holds decoded GeoJSON to what all geometries promise.
func fuzzGeometry(t *testing.T, text []byte) {
	g, _, bad := decodeGeometry(text, true)
	if bad != nil {
		if bad.ZH == "" || bad.EN == "" || bad.Code == "" || bad.Code == "geometry-malformed" {
			t.Fatalf("%s: %+v", text, bad)
		}
		return
	}
	for _, path := range pathsOf(g) {
		if solidity(g) == 2 && (len(path) < 4 || path[0] != path[len(path)-1]) {
			t.Fatalf("%s became %v", text, path)
		}
	}
}
