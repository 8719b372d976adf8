package geofile

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
)

const feature = `{"type":"Feature","properties":{"code":"A1"},"geometry":{"type":"Polygon","coordinates":[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]]}}`

func polygonOf(coordinates string) string {
	return `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":` + coordinates + `}}`
}

func TestFormsOfGeoJSON(t *testing.T) {
	zip := func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(s))
		_ = w.Close()
		return b.String()
	}
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"collection":                  {`{"type":"FeatureCollection","features":[` + feature + `,` + feature + `]}`, 2},
		"type after the features":     {`{"features":[` + feature + `], "name":"x", "type":"FeatureCollection"}`, 1},
		"feature":                     {feature, 1},
		"bare geometry":               {`{"coordinates":[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]],"type":"Polygon"}`, 1},
		"collection of polygons":      {`{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]]}]}`, 1},
		"a feature a line":            {feature + "\n" + feature + "\n\n" + feature, 3},
		"record separators":           {"\x1e" + feature + "\n\x1e" + feature + "\n", 2},
		"collections one a line":      {`{"type":"FeatureCollection","features":[` + feature + `]}` + "\n" + `{"type":"FeatureCollection","features":[` + feature + `]}`, 2},
		"byte order mark":             {"\ufeff" + feature, 1},
		"gzip":                        {zip(feature + "\n" + feature), 2},
		"escaped names":               {strings.Replace(feature, `"geometry"`, `"geo\u006detry"`, 1), 1},
		"blanks everywhere":           {strings.NewReplacer("[", " [\n", "]", "\t]\r", ":", " : ").Replace(feature), 1},
		"heights":                     {polygonOf(`[[[109.8,31,5],[109.9,31,5],[109.9,31.1,5],[109.8,31,5]]]`), 1},
		"bow-tie, for intake to mend": {polygonOf(`[[[109.8,31],[109.9,31.1],[109.9,31],[109.8,31.1],[109.8,31]]]`), 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x", []byte(c.text)), Options{})
			if r.err != nil || len(r.features) != c.want || r.srid != 4326 {
				t.Fatalf("%d features, EPSG:%d, error %v", len(r.features), r.srid, r.err)
			}
			if name == "heights" && r.found("z-dropped") == nil {
				t.Error("heights were dropped without a word")
			}
		})
	}
}

func TestRecordsRefusedByGeometry(t *testing.T) {
	point := func(x, y float64) *orb.Point { return &orb.Point{x, y} }
	for name, c := range map[string]struct {
		coordinates, code string
		at                *orb.Point
	}{
		"unclosed ring":      {`[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31.05]]]`, "ring-unclosed", point(109.8, 31.05)},
		"unclosed hole":      {`[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]],[[109.81,31],[109.82,31],[109.82,31.01],[109.81,31.001]]]`, "ring-unclosed", point(109.81, 31.001)},
		"three points":       {`[[[109.8,31],[109.9,31],[109.8,31]]]`, "ring-too-short", point(109.8, 31)},
		"empty ring":         {`[[]]`, "ring-too-short", nil},
		"text":               {`[[[109.8,31],["109.9",31],[109.9,31.1],[109.8,31]]]`, "coordinate-not-number", point(109.8, 31)},
		"NaN":                {`[[[109.8,31],[109.9,NaN],[109.9,31.1],[109.8,31]]]`, "coordinate-not-number", point(109.8, 31)},
		"overflow":           {`[[[109.8,31],[1e400,31],[109.9,31.1],[109.8,31]]]`, "coordinate-out-of-range", point(109.8, 31)},
		"huge":               {`[[[109.8,31],[1e12,31],[109.9,31.1],[109.8,31]]]`, "coordinate-out-of-range", point(1e12, 31)},
		"one number":         {`[[[109.8,31],[109.9],[109.9,31.1],[109.8,31]]]`, "position-malformed", point(109.8, 31)},
		"empty position":     {`[[[]]]`, "position-malformed", nil},
		"mixed dimensions":   {`[[[109.8,31],[109.9,31,7],[109.9,31.1],[109.8,31]]]`, "dimensions-mixed", point(109.9, 31)},
		"nested too shallow": {`[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]`, "coordinates-malformed", nil},
		"nested too deep":    {`[[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]]]`, "coordinate-not-number", nil},
		"leading zero":       {`[[[0109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]]`, "coordinate-not-number", nil},
		"missing comma":      {`[[[109.8,31][109.9,31],[109.9,31.1],[109.8,31]]]`, "coordinates-malformed", point(109.8, 31)},
		"not degrees":        {`[[[109.8,31],[392600,3439600],[109.9,31.1],[109.8,31]]]`, "crs-implausible", point(392600, 3439600)},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x.json", []byte(feature+"\n"+polygonOf(c.coordinates)+"\n"+feature)), Options{CRS: "EPSG:4490"})
			if r.err != nil || len(r.features) != 2 || len(r.refused) != 1 {
				t.Fatalf("%d features, refused %v, error %v", len(r.features), r.refused, r.err)
			}
			e := r.refused[0]
			if e.Code != c.code || e.Record != 2 || !reflect.DeepEqual(e.At, c.at) {
				t.Errorf("code %s, record %d, at %v", e.Code, e.Record, e.At)
			}
			alone := read(t, put(t, "x.json", []byte(polygonOf(c.coordinates))), Options{CRS: "EPSG:4490"})
			if alone.err == nil || alone.err.Code != c.code || alone.err.Record != 1 {
				t.Errorf("a file of only this record ends with %v", alone.err)
			}
		})
	}
}

func TestFilesRefused(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	for name, c := range map[string]struct{ text, code string }{
		"empty":                   {"", "file-empty"},
		"blank":                   {" \n\t", "file-empty"},
		"no features":             {`{"type":"FeatureCollection","features":[]}`, "no-polygons"},
		"null geometry only":      {`{"type":"Feature","properties":{},"geometry":null}`, "no-polygons"},
		"points only":             {`{"type":"Point","coordinates":[109.8,31]}`, "geometry-not-polygon"},
		"an array":                {`[1,2]`, "not-geojson"},
		"other JSON":              {`{"a":1}`, "not-geojson"},
		"other text":              {`hello`, "format-unknown"},
		"cut off":                 {feature[:100], "file-truncated"},
		"cut off between":         {`{"type":"FeatureCollection","features":[` + feature, "file-truncated"},
		"gzip cut off":            {"\x1f\x8b\x08\x00", "file-truncated"},
		"deep coordinates":        {polygonOf(deep), "json-too-deep"},
		"deep properties":         {`{"type":"Feature","properties":` + deep, "json-too-deep"},
		"deep objects":            {strings.Repeat(`{"a":`, 100_000), "json-too-deep"},
		"brackets crossed":        {`{"type":"Feature","properties":[}`, "json-malformed"},
		"two geometries":          {`{"type":"Feature","geometry":null,"geometry":null}`, "json-malformed"},
		"features twice":          {`{"features":[],"features":[],"type":"FeatureCollection"}`, "json-malformed"},
		"comma missing":           {`{"type":"FeatureCollection","features":[` + feature + feature + `]}`, "json-malformed"},
		"comma too many":          {`{"type":"FeatureCollection","features":[` + feature + `,]}`, "json-malformed"},
		"rubbish behind":          {feature + "]", "not-geojson"},
		"wrong type":              {`{"type":"Feature","features":[` + feature + `]}`, "geojson-type"},
		"Esri's JSON":             {`{"features":[{"attributes":{},"geometry":{"rings":[]}}]}`, "feature-type"},
		"projected, no crs":       {polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`), "crs-missing"},
		"projected later, no crs": {feature + "\n" + polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`), "crs-missing"},
		"Xian 1980":               {withCRS("urn:ogc:def:crs:EPSG::2382"), "crs-datum-needs-parameters"},
		"unknown crs":             {withCRS("my own"), "crs-unknown"},
		"crs after the features":  {`{"type":"FeatureCollection","features":[` + feature + `],"crs":{"type":"name","properties":{"name":"EPSG:4546"}}}`, "crs-late"},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x.geojson", []byte(c.text)), Options{})
			if r.err == nil || r.err.Code != c.code {
				t.Fatalf("got %d features and %v, want %s", len(r.features), r.err, c.code)
			}
		})
	}
}

func withCRS(name string) string {
	return fmt.Sprintf(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":%q}},"features":[%s]}`, name, feature)
}

func TestLimits(t *testing.T) {
	if r := read(t, put(t, "x.json", []byte(strings.Repeat(feature+"\n", 1000))), Options{MaxBytes: 100_000}); r.err == nil || r.err.Code != "file-too-large" {
		t.Errorf("over the limit: %v", r.err)
	}
	long := `{"type":"Feature","properties":{"a":"` + strings.Repeat("x", maxFeature) + `"},"geometry":null}`
	if r := read(t, put(t, "x.json", []byte(long)), Options{}); r.err == nil || r.err.Code != "feature-too-large" {
		t.Errorf("one huge feature: %v", r.err)
	}
}

// What was read before the break is yielded, and the last error says that it
// must not be kept.
func TestGzipCutOffInTheMiddle(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for i := range 20_000 {
		fmt.Fprintln(w, strings.Replace(feature, "A1", fmt.Sprint(i*7919%10007), 1))
	}
	_ = w.Close()
	r := read(t, put(t, "x.gz", b.Bytes()[:b.Len()/2]), Options{})
	if r.err == nil || r.err.Code != "file-truncated" || len(r.features) == 0 {
		t.Errorf("%d features, %v", len(r.features), r.err)
	}
	damaged := bytes.Clone(b.Bytes())
	damaged[len(damaged)/2] ^= 0xff
	if r := read(t, put(t, "x.gz", damaged), Options{}); r.err == nil {
		t.Error("damage passed")
	}
}

func TestAttributes(t *testing.T) {
	text := `{"type":"Feature","id":7,"properties":{"HXDM":" 500237-1 ","mc":"五里坡","Type":3,"long":9007199254740993,"half":0.5,"none":null,"list":[1]},"geometry":{"type":"Polygon","coordinates":[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31]]]}}`
	fields := geodata.FieldNames{Code: []string{"bm", "hxdm"}, Name: []string{"none", "MC"}, Class: []string{"type"}}
	r := read(t, put(t, "x.json", []byte(text)), Options{Fields: fields})
	if r.err != nil {
		t.Fatal(r.err)
	}
	f := r.features[0]
	if f.Code != "500237-1" || f.Name != "五里坡" || f.Class != "3" {
		t.Errorf("code %q, name %q, class %q", f.Code, f.Name, f.Class)
	}
	want := map[string]any{"HXDM": " 500237-1 ", "mc": "五里坡", "Type": int64(3), "long": int64(9007199254740993), "half": 0.5, "none": nil, "list": []any{int64(1)}, "id": int64(7)}
	if !reflect.DeepEqual(f.Attributes, want) {
		t.Errorf("attributes %v", f.Attributes)
	}
}

func TestGeoJSONInGB18030(t *testing.T) {
	text, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Replace(feature, "A1", "巫山县", 1))
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, put(t, "x.json", []byte(text)), Options{})
	if r.err != nil || r.features[0].Attributes["code"] != "巫山县" || r.found("encoding-guessed") == nil {
		t.Errorf("%v %v %v", r.err, r.features, r.findings)
	}
}

// The grammar is at least as strict as encoding/json's.
func FuzzGeoJSON(f *testing.F) {
	for _, s := range []string{feature, `{"type":"FeatureCollection","features":[` + feature + `,` + feature + `]}`, withCRS("EPSG:4490"),
		"\x1e" + feature, polygonOf(`[[[1,2,3],[1e5,2,3],[4,5,6],[1,2,3]]]`), polygonOf(`[[[NaN]]]`), `{"features":[1,{}],"type":7}`, "\ufeff{}", "[[[["} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := newReader(bytes.NewReader(text))
		clean := true
		for {
			rec, err := r.next()
			if err != nil {
				if _, refused := geodata.RefusedRecord(err); refused {
					clean = false
					continue
				}
				clean = clean && err.Error() == "EOF"
				break
			}
			feature, err := rec.feature(geodata.FieldNames{}, false)
			clean = clean && err == nil
			if feature.Geometry != nil {
				for _, ring := range pathsOf(feature.Geometry) {
					if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
						t.Fatalf("ring %v passed", ring)
					}
				}
			}
		}
		if !clean || bytes.IndexByte(text, recordSeparator) >= 0 {
			return
		}
		for dec := json.NewDecoder(bytes.NewReader(text)); dec.More(); {
			var v any
			if err := dec.Decode(&v); err != nil {
				t.Fatalf("encoding/json refuses what was read: %v", err)
			}
		}
	})
}
