package geofile

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// What planners have and cannot be read is refused with the way round.
func TestForeignFormats(t *testing.T) {
	for name, c := range map[string]struct {
		file      string
		content   []byte
		code, way string
	}{
		"DWG":                   {"x.dwg", []byte("AC1032\x00\x00\x00"), "format-dwg", "DXF"},
		"DWG with another name": {"x.dxf", []byte("AC1015\x00\x00\x00"), "format-dwg", "DXF"},
		"binary DXF":            {"x.dxf", []byte("AutoCAD Binary DXF\r\n\x1a\x00"), "format-dxf-binary", "ASCII"},
		"old Excel":             {"x.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "format-xls", "xlsx"},
		"ovobj":                 {"x.OVOBJ", []byte("ovobj\x00\x01"), "format-ovital", "KML"},
		"vct by its head":       {"x.txt", []byte("HeadBegin\r\nDataMark: CNSDTF-VCT\r\n"), "format-vct", "Shapefile"},
		"vct by its name":       {"x.VCT", []byte("DataMark:LANDUSE-VCT\n"), "format-vct", "Shapefile"},
		"ovkmz":                 {"x.ovkmz", []byte{1, 2, 3}, "format-ovital", "KML"},
		"ovkmz, zipped":         {"x.ovkmz", zipped(t, "a.ovobj", "x"), "format-ovital", "KML"},
		"a web page":            {"x.kml", []byte("<!DOCTYPE html><html></html>"), "format-unknown", "KML"},
		"a letter":              {"x.txt", []byte("您好，\n请查收。"), "format-unknown", "界址点"},
		"a table without names": {"x.csv", []byte("a,b\n1,2\n"), "table-columns", "点号"},
		"bytes":                 {"x.csv", []byte("\x00\x01\x02"), "text-encoding", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if r := read(t, put(t, c.file, c.content), Options{}); r.err == nil || r.err.Code != c.code || !strings.Contains(r.err.ZH, c.way) {
				t.Errorf("%v", r.err)
			}
		})
	}
}

// The content says what a file is, whatever its name.
func TestContentBeforeName(t *testing.T) {
	for name, c := range map[string]struct{ file, text string }{
		"GeoJSON named csv":  {"x.csv", feature},
		"TXT named csv":      {"x.csv", workedExample},
		"KML named json":     {"x.json", kmlOf(`<Placemark>` + kmlPolygon + `</Placemark>`)},
		"DXF named txt":      {"x.txt", string(dxf(polyline("a", 1, plot...)...))},
		"CSV named txt":      {"x.txt", "点号,X坐标,Y坐标\nJ1,3439600,392600\nJ2,3439750,392600\nJ3,3439750,392800\n"},
		"WKT named json":     {"x.json", "POLYGON((109.8 31,109.9 31,109.9 31.1,109.8 31))"},
		"KMZ named zip":      {"x.zip", string(zipped(t, "doc.kml", kmlOf(`<Placemark>`+kmlPolygon+`</Placemark>`)))},
		"workbook named zip": {"x.zip", string(workbook(t, "坐标"))},
	} {
		t.Run(name, func(t *testing.T) {
			if r := read(t, put(t, c.file, []byte(c.text)), Options{County: &wushan, ConfirmGuess: true}); r.err != nil || len(r.features) != 1 {
				t.Errorf("%v", r.err)
			}
		})
	}
}

// Lines and points come only when they are asked for.
func TestLinesAndPoints(t *testing.T) {
	bare := func(kind, coordinates string) string {
		return `{"type":"` + kind + `","coordinates":` + coordinates + `}`
	}
	line := bare("LineString", "[[109.8,31,5],[109.9,31.1,5]]")
	for name, c := range map[string]struct {
		text string
		want orb.Geometry
		code string // when lines are asked for
	}{
		"line":             {line, orb.LineString{{109.8, 31}, {109.9, 31.1}}, ""},
		"one of several":   {bare("MultiLineString", "[[[109.8,31],[109.9,31.1]]]"), orb.LineString{{109.8, 31}, {109.9, 31.1}}, ""},
		"lines":            {bare("MultiLineString", "[[[109.8,31],[109.9,31.1]],[[109.8,31],[109.9,31]]]"), orb.MultiLineString{{{109.8, 31}, {109.9, 31.1}}, {{109.8, 31}, {109.9, 31}}}, ""},
		"point":            {bare("Point", "[109.8,31]"), orb.Point{109.8, 31}, ""},
		"points":           {bare("MultiPoint", "[[109.8,31],[109.9,31]]"), orb.MultiPoint{{109.8, 31}, {109.9, 31}}, ""},
		"collection":       {`{"type":"GeometryCollection","geometries":[` + line + `]}`, orb.LineString{{109.8, 31}, {109.9, 31.1}}, ""},
		"line and point":   {`{"type":"GeometryCollection","geometries":[` + line + `,` + bare("Point", "[109.8,31]") + `]}`, nil, "geometry-mixed"},
		"line and polygon": {`{"type":"GeometryCollection","geometries":[` + line + `,` + bare("Polygon", "[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]]") + `]}`, nil, "geometry-mixed"},
		"no length":        {bare("LineString", "[[109.8,31],[109.8,31]]"), nil, "line-too-short"},
		"one position":     {bare("LineString", "[[109.8,31]]"), nil, "line-too-short"},
		"no number":        {bare("LineString", `[[109.8,31],[109.8,"x"]]`), nil, "coordinate-not-number"},
		"too shallow":      {bare("LineString", "[109.8,31]"), nil, "coordinates-malformed"},
		"not degrees":      {bare("LineString", "[[109.8,31],[392600,3439600]]"), nil, "crs-implausible"},
		"far away":         {bare("Point", "[119.8,31]"), nil, "crs-far-away"},
	} {
		t.Run(name, func(t *testing.T) {
			path := put(t, "x.json", []byte(c.text))
			r := read(t, path, Options{CRS: "EPSG:4490", Lines: true, County: &wushan})
			if c.code != "" && (r.err == nil || r.err.Code != c.code) || c.code == "" && (r.err != nil || !orb.Equal(r.features[0].Geometry, c.want)) {
				t.Errorf("%v %v", r.features, r.err)
			}
			if r := read(t, path, Options{CRS: "EPSG:4490", County: &wushan}); r.err == nil || r.err.Code != "geometry-not-polygon" {
				t.Errorf("not asked for: %v", r.err)
			}
		})
	}
	t.Run("Shapefile", func(t *testing.T) {
		path := realdata(t) + "/shapefiles/gdal/can_caps.shp"
		if r := read(t, path, Options{CRS: "EPSG:4490", Lines: true}); r.err != nil || len(r.features) == 0 {
			t.Errorf("%v", r.err)
		}
	})
}
