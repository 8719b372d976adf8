package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/internal/pgtest"
)

// collection is what GDAL reads of a file.
type collection struct {
	Features []struct {
		Properties map[string]any
		Geometry   struct{ Coordinates [][][2]float64 }
	}
}

func readByGDAL(t *testing.T, path string) (c collection) {
	t.Helper()
	out, err := exec.Command("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, "-lco", "SIGNIFICANT_FIGURES=17").Output()
	if err == nil {
		err = json.Unmarshal(out, &c)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return c
}

// chineseShapefile is a layer as a bureau sends it: a zip whose names and texts are GBK,
// with neither .cpg nor .prj to say so.
func chineseShapefile(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	source := squares(t, "layer.geojson", square(0, 0, 1, 1, `"BSM":"500237000000000001","HXBM":"HX01","MC":"五里坡红线（一）","LXMC":"水源涵养","MJ":999715.12`),
		square(1.0001234, 0.0005, 2, 1, `"BSM":"500237000000000002","HXBM":"HX02","MC":"髙坪","LXMC":"水土保持","MJ":0`))
	if out, err := exec.Command("ogr2ogr", "-q", "-f", "ESRI Shapefile", "-lco", "ENCODING=CP936", filepath.Join(folder, "a.shp"), source).CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v\n%s", err, out)
	}
	path := filepath.Join(folder, "红线.zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	for _, part := range []string{"shp", "shx", "dbf"} {
		name, err := simplifiedchinese.GBK.NewEncoder().String("陆域生态保护红线." + part)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(folder, "a."+part))
		if err != nil {
			t.Fatal(err)
		}
		w, err := archive.CreateHeader(&zip.FileHeader{Name: name, NonUTF8: true})
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A file is first told what it is taken for, with the evidence, and nothing is stored;
// what is proposed can be said otherwise. GBK comes in, UTF-8 with .cpg and .prj goes
// out, and GDAL reads the same attributes and, within 0.1 mm, the same coordinates.
func TestProposedGBKInAndUTF8Out(t *testing.T) {
	dsn := pgtest.Database(t)
	file := chineseShapefile(t)
	fails(t, exitInput, "the only one that puts it into the county", "import", "red-line@gbk", file, "--propose", "--database", dsn)
	code, proposed, complaint := hongxian(t, "import", "red-line@gbk", file, "--propose", "--crs", "EPSG:4546", "--database", dsn)
	for _, want := range []string{"未入库", "EPSG:4546", "red-line 生态保护红线（", "陆域生态保护红线", "--code-field", "HXBM", "BSM", "MC", "LXMC", "MJ", "2/2", "五里坡红线（一）"} {
		if !strings.Contains(proposed, want) {
			t.Errorf("exit %d, the proposal does not say %q:\n%s%s", code, want, proposed, complaint)
		}
	}
	fails(t, exitInput, "No county is held yet", "publish", "red-line@gbk", "--database", dsn) // nothing was stored

	succeeds(t, "保留 kept 2", "import", "red-line@gbk", file, "--crs", "EPSG:4546", "--code-field", "BSM", "--database", dsn)
	out := filepath.Join(t.TempDir(), "out.zip")
	succeeds(t, "2 features, EPSG:4546", "export", "red-line@gbk", "--format", "shp", "-o", out, "--database", dsn)
	parts, err := zip.OpenReader(out)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	var names []string
	for _, part := range parts.File {
		names = append(names, filepath.Ext(part.Name))
		if filepath.Ext(part.Name) == ".cpg" {
			text := make([]byte, part.UncompressedSize64)
			r, err := part.Open()
			if err == nil {
				_, err = r.Read(text)
			}
			if !strings.HasPrefix(string(text), "UTF-8") {
				t.Errorf(".cpg says %q, %v", text, err)
			}
		}
	}
	if !slices.Contains(names, ".cpg") || !slices.Contains(names, ".prj") {
		t.Errorf("the export holds %v", names)
	}
	sameToGDAL(t, readByGDAL(t, filepath.Join(filepath.Dir(file), "a.shp")), readByGDAL(t, "/vsizip/"+out))

	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var kept []string
	err = conn.QueryRow(t.Context(), "select array_agg(code || ' ' || name || ' ' || class order by record) from feature").Scan(&kept)
	if want := []string{"500237000000000001 五里坡红线（一） 水源涵养", "500237000000000002 髙坪 水土保持"}; err != nil || !slices.Equal(kept, want) {
		t.Errorf("kept %v, %v", kept, err)
	}
}

// sameToGDAL compares attributes and coordinates of two readings.
func sameToGDAL(t *testing.T, want, got collection) {
	t.Helper()
	if len(got.Features) != len(want.Features) || len(got.Features) == 0 {
		t.Fatalf("%d features, not %d", len(got.Features), len(want.Features))
	}
	for i, w := range want.Features {
		g := got.Features[i]
		for name, value := range w.Properties {
			if g.Properties[name] != value {
				t.Errorf("record %d: %s is %v, not %v", i+1, name, g.Properties[name], value)
			}
		}
		for r, ring := range w.Geometry.Coordinates {
			for p, at := range ring {
				if back := g.Geometry.Coordinates[r][p]; math.Hypot(back[0]-at[0], back[1]-at[1]) > 1e-4 {
					t.Errorf("record %d: %v is %v", i+1, at, back)
				}
			}
		}
	}
}
