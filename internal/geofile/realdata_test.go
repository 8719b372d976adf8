package geofile

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Every odd, broken and hostile file found in the wild gives features or an
// error for users, soon.
func TestFilesFromTheWild(t *testing.T) {
	root := realdata(t)
	for _, folder := range []string{"shapefiles", "zip", "geojson", "json", "wkb_fuzz", "protected", "wushan"} {
		t.Run(folder, func(t *testing.T) {
			seen := 0
			err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				seen++
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
				defer cancel()
				r := readWithin(t, ctx, path, Options{CRS: declaredFor(path)})
				if r.err == nil && len(r.features) == 0 {
					t.Errorf("%s: neither features nor an error", path)
				}
				if r.err != nil && r.err.Code == "reading-too-slow" {
					t.Errorf("%s: %v", path, r.err)
				}
				if folder == "json" && strings.HasPrefix(entry.Name(), "n_") && r.err == nil {
					t.Errorf("%s: invalid JSON was taken", path)
				}
				return nil
			})
			if err != nil || seen == 0 {
				t.Fatalf("%d files: %v", seen, err)
			}
		})
	}
}

// declaredFor declares a system where the .shp has no .prj beside it, so that
// the geometry is read and not only the lack refused.
func declaredFor(path string) string {
	if strings.EqualFold(filepath.Ext(path), ".shp") {
		if _, err := os.Stat(strings.TrimSuffix(path, filepath.Ext(path)) + ".prj"); err != nil {
			return "EPSG:3395" // metres of any size
		}
	}
	return ""
}

func TestKnownFilesFromTheWild(t *testing.T) {
	root := realdata(t)
	for path, c := range map[string]struct {
		options  Options
		features int
		srid     int
		code     string // of the file's error, or of every record refused
	}{
		"shapefiles/nts/chinese_encoding.shp":                  {Options{}, 0, 0, "crs-missing"},
		"shapefiles/nts/UKCS_SubAreas_WGS84.shp":               {Options{}, 1440, 4326, ""},
		"shapefiles/arcmap/polygon.shp":                        {Options{}, 2, 3857, ""},
		"shapefiles/gdal/Stacks.shp":                           {Options{}, 1, 2278, ""},
		"shapefiles/gdal/CoHI_GCS12.shp":                       {Options{}, 4, 4269, ""},
		"shapefiles/mapshaper_mixed_crs/a_utm.shp":             {Options{}, 1, 26918, ""},
		"shapefiles/mapshaper_mixed_crs/c_utm.shp":             {Options{}, 0, 0, "crs-missing"},
		"shapefiles/mapshaper_mixed_crs/e_merc.shp":            {Options{}, 1, 3395, ""},
		"shapefiles/gdal/buggymultipoly2.shp":                  {Options{CRS: "EPSG:3395"}, 0, 0, "file-unreadable"},
		"shapefiles/gdal/can_caps.shp":                         {Options{CRS: "EPSG:4490"}, 0, 0, "no-polygons"},
		"shapefiles/nts/EmptyShapeFile.shp":                    {Options{CRS: "EPSG:4490"}, 0, 0, "no-polygons"},
		"shapefiles/pyshp/empty_zipfile.zip":                   {Options{}, 0, 0, "zip-no-shapefile"},
		"shapefiles/pyshp/blockgroups.zip":                     {Options{CRS: "EPSG:4269"}, 663, 4269, ""},
		"protected/yukon/yt_protected_areas.shp":               {Options{}, 21, 3578, ""},
		"protected/ne_10m_parks_and_protected_lands_area.json": {Options{}, 61, 4326, ""},
		"wushan/chongqing_districts.geojson":                   {Options{}, 35, 4326, "ring-too-short"},
		"wushan/chongqing.echarts-encoded.json":                {Options{}, 0, 0, "coordinate-not-number"},
		"wushan/yangtze_centerline_clip.geojson":               {Options{}, 0, 0, "geometry-not-polygon"},
		"zip/libzip/bigzero-zip.zip":                           {Options{}, 0, 0, "zip-no-shapefile"},
		"zip/zip4j/zipWithLinkToDirAndFolder.zip":              {Options{}, 0, 0, "zip-link"},
		"geojson/bad/different-first-last.geojson":             {Options{}, 0, 0, "ring-unclosed"},
		"geojson/bad/stringcoord.geojson":                      {Options{}, 0, 0, ""},
		"county_trafford/townships_wards_2023.geojson":         {Options{}, 21, 4326, ""},
		"county_trafford/woodland.geojson":                     {Options{}, 756, 4326, ""},
	} {
		t.Run(path, func(t *testing.T) {
			r := read(t, filepath.Join(root, path), c.options)
			if c.features > 0 {
				for _, e := range r.refused {
					if e.Code != c.code {
						t.Error(e)
					}
				}
				if r.err != nil || (c.code != "") != (len(r.refused) > 0) || len(r.features) != c.features || r.srid != c.srid {
					t.Errorf("%d features, %d refused, EPSG:%d, %v", len(r.features), len(r.refused), r.srid, r.err)
				}
				return
			}
			if r.err == nil || c.code != "" && r.err.Code != c.code {
				t.Errorf("%d features, %v; want %s", len(r.features), r.err, c.code)
			}
		})
	}
}

// The file a county bureau really sends: GBK by its language byte, no .cpg, no
// .prj.
func TestChineseShapefile(t *testing.T) {
	path := filepath.Join(realdata(t), "shapefiles/nts/chinese_encoding.shp")
	r := read(t, path, Options{CRS: "EPSG:4490", Fields: geodata.FieldNames{Name: []string{"name99"}, Code: []string{"county_id"}, Class: []string{"pro_name"}}})
	if r.err != nil || len(r.features) != 78 {
		t.Fatalf("%d features, %v", len(r.features), r.err)
	}
	if f := r.features[0]; f.Name != "天长市" || f.Class != "安徽" || f.Code != "1491" {
		t.Errorf("%q %q %q", f.Name, f.Class, f.Code)
	}
	missing := read(t, path, Options{})
	if missing.err == nil || missing.err.Code != "crs-missing" || !strings.Contains(missing.err.ZH, "EPSG:4490") || missing.err.At == nil {
		t.Errorf("without a system: %v", missing.err)
	}
}

// Half of the JSON parsing test suite, as the attributes of a feature.
func TestJSONSuiteAsAttributes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(realdata(t), "json", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		value, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(feature, `"A1"`, string(value), 1)
		r := read(t, put(t, "x.json", []byte(text)), Options{})
		if strings.HasPrefix(filepath.Base(path), "n_") && r.err == nil && !json.Valid([]byte(text)) {
			t.Errorf("%s was taken", filepath.Base(path))
		}
		if strings.HasPrefix(filepath.Base(path), "y_") && r.err != nil {
			t.Errorf("%s: %v", filepath.Base(path), r.err)
		}
	}
}

// 109,146 polygons stream in memory that does not grow with the file.
func TestLargeFilesStream(t *testing.T) {
	const want, heap = 109_146, 64 << 20
	features, vertices := 0, 0
	var most uint64
	start := time.Now()
	for _, name := range []string{"uk_output_areas_2011_E06", "uk_output_areas_2011_E07"} {
		f, err := Open(context.Background(), filepath.Join(realdata(t), "large", name+".geojsonl.gz"), Options{Fields: geodata.FieldNames{Code: []string{"oa11cd"}}})
		if err != nil {
			t.Fatal(err)
		}
		for feature, err := range f.Features(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			if features++; features%10_000 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
			if len(feature.Code) != 9 {
				t.Fatalf("record %d has the code %q", feature.Record, feature.Code)
			}
			for _, ring := range pathsOf(feature.Geometry) {
				vertices += len(ring)
			}
		}
		f.Close()
	}
	t.Logf("%d features, %d vertices in %v, at most %d MB of heap", features, vertices, time.Since(start).Round(time.Millisecond), most>>20)
	if features != want || most > heap {
		t.Errorf("%d features, %d bytes of heap", features, most)
	}
}

// The same polygon is the same whatever file it comes in.
func TestFormatsAgree(t *testing.T) {
	source := filepath.Join(realdata(t), "county_trafford", "townships_wards_2023.geojson")
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	direct := read(t, source, Options{})
	packed := read(t, geopackage(t, 4326, string(text)), Options{})
	if direct.err != nil || packed.err != nil || len(direct.features) != len(packed.features) {
		t.Fatalf("%v, %v", direct.err, packed.err)
	}
	for i := range direct.features {
		if !orb.Equal(direct.features[i].Geometry, packed.features[i].Geometry) {
			t.Errorf("feature %d differs", i+1)
		}
	}
}
