package geofile

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
)

// geodatabase has GDAL write a file geodatabase of two layers of polygons and one
// of points, and gives its files by name.
func geodatabase(t *testing.T, prefix string) []any {
	t.Helper()
	dir := t.TempDir()
	gdb := filepath.Join(dir, "a.gdb")
	layer := func(name, srs, text string, more ...string) {
		source := put(t, name+".json", []byte(text))
		args := append([]string{"-f", "OpenFileGDB", gdb, source, "-nln", name, "-a_srs", srs, "-oo", "DATE_AS_STRING=YES"}, more...)
		if out, err := exec.Command("ogr2ogr", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	const square = `{"type":"Feature","properties":{"HXBM":"R%","MC":"五里坡𠀀","MJ":1.5},"geometry":{"type":"Polygon","coordinates":[[[394500.1234,3439500],[394600,3439500],[394600,3439600.5],[394500.1234,3439500]]]}}`
	layer("STBHHX", "EPSG:4546", square, "-nlt", "MULTIPOLYGON")
	layer("ZRBHD", "EPSG:4525", `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[37394500,3439500],[37394600,3439500],[37394600,3439600],[37394500,3439500]]]}}`, "-update", "-nlt", "MULTIPOLYGON")
	layer("JZD", "EPSG:4546", `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[394500,3439500]}}`, "-update")
	files, err := os.ReadDir(gdb)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []any
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(gdb, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, prefix+f.Name(), content)
	}
	return pairs
}

func TestGeodatabase(t *testing.T) {
	for _, prefix := range []string{"", "成果/红线.gdb/"} {
		path := put(t, "a.zip", zipped(t, geodatabase(t, prefix)...))
		r := read(t, path, Options{Layer: "STBHHX"})
		if r.err != nil || r.srid != 4546 || len(r.features) != 1 {
			t.Fatalf("%q: EPSG:%d, %d features, %v", prefix, r.srid, len(r.features), r.err)
		}
		ring := r.features[0].Geometry.(orb.Polygon)[0]
		at := ring[0]
		for _, p := range ring {
			if p[0] < at[0] {
				at = p
			}
		}
		if math.Abs(at[0]-394500.1234) > 1e-4 || len(ring) != 4 { // a geodatabase rounds to 0.1 mm
			t.Errorf("%q: %v", prefix, ring)
		}
		if a := r.features[0].Attributes; a["MC"] != "五里坡𠀀" || a["MJ"] != 1.5 {
			t.Errorf("%q: %v", prefix, a)
		}
		if r = read(t, path, Options{}); r.err == nil || r.err.Code != "several-layers" {
			t.Errorf("no layer named: %v", r.err)
		}
		if r = read(t, path, Options{Layer: "ZRBHD"}); r.err != nil || r.srid != 4525 {
			t.Errorf("the other layer: EPSG:%d, %v", r.srid, r.err)
		}
		if r = read(t, path, Options{Layer: "JZD"}); r.err == nil || r.err.Code != "layer-not-in-file" {
			t.Errorf("a layer of points: %v", r.err)
		}
		if r = read(t, path, Options{Layer: "JZD", Lines: true}); r.err != nil || len(r.features) != 1 {
			t.Errorf("points for circles: %v", r.err)
		}
	}
}

func TestBadGeodatabase(t *testing.T) {
	whole := geodatabase(t, "a.gdb/")
	twice := append(whole, geodatabase(t, "b.gdb/")...)
	if r := read(t, put(t, "a.zip", zipped(t, twice...)), Options{}); r.err == nil || r.err.Code != "several-geodatabases" {
		t.Errorf("two of them: %v", r.err)
	}
	if r := read(t, put(t, "a.zip", zipped(t, "a.gdb/"+geodatabaseTable, []byte("no table"))), Options{}); r.err == nil || r.err.Code != "geodatabase-damaged" {
		t.Errorf("no table: %v", r.err)
	}
	for i := 1; i < len(whole); i += 2 { // each file cut in half, one after another
		cut := append([]any{}, whole...)
		cut[i] = cut[i].([]byte)[:len(cut[i].([]byte))/2]
		r := read(t, put(t, "a.zip", zipped(t, cut...)), Options{Layer: "STBHHX"}) // read tests that an error is one for users
		if r.err == nil && len(r.features)+len(r.refused) != 1 {
			t.Errorf("%s cut: %d features", whole[i-1], len(r.features))
		}
	}
	odd := append(whole, "a.gdb/lock.sr.lock", []byte("x"), "a.gdb/../a.gdb.vrt", []byte("x"))
	if r := read(t, put(t, "a.zip", zipped(t, odd...)), Options{Layer: "STBHHX"}); r.err == nil || r.err.Code != "zip-path-unsafe" {
		t.Errorf("a path that leads out: %v", r.err)
	}
}
