package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/internal/openapi"
)

// What was exported is imported again as what it was: nothing gained, nothing lost.
// The server gives the bytes that the command line writes.
func TestExportedVersionComesBack(t *testing.T) {
	dsn := schematicCounty(t)
	address := serving(t, "--database", dsn)
	get := func(path string) *http.Response {
		t.Helper()
		r, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Body.Close() })
		return r
	}
	for _, format := range []string{"geojson", "gpkg", "shp"} {
		file := "red-line." + format
		if format == "shp" {
			file += ".zip"
		}
		file = filepath.Join(t.TempDir(), file)
		succeeds(t, "features, EPSG:4546", "export", "red-line@2022", "-o", file, "--database", dsn)
		succeeds(t, "", "import", "red-line@from-"+format, file, "--schematic", "--database", dsn)
		code, body, stderr := hongxian(t, "change", "red-line@2022", "red-line@from-"+format, "--format", "json", "--database", dsn)
		var change openapi.Change
		if err := json.Unmarshal([]byte(body), &change); err != nil || code != exitDone {
			t.Fatalf("%s: exit %d, %v %s", format, code, err, stderr)
		}
		if len(change.Pieces) > 0 || change.AfterM2 != change.BeforeM2 || change.AfterM2 < 1e9 {
			t.Errorf("%s: %v m² before, %v after, %d pieces changed", format, change.BeforeM2, change.AfterM2, len(change.Pieces))
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w := get("/api/v1/layers/red-line/versions/2022/export." + format)
		if got, _ := io.ReadAll(w.Body); w.StatusCode != http.StatusOK || string(got) != string(want) {
			t.Errorf("%s over HTTP: %d, %d bytes of %d", format, w.StatusCode, len(got), len(want))
		}
		if name := w.Header.Get("Content-Disposition"); !strings.Contains(name, "%E7%A4%BA%E6%84%8F") {
			t.Errorf("%s is not labelled schematic: %s", format, name)
		}
	}
	fails(t, exitInput, "does not tell the format", "export", "red-line@2022", "-o", filepath.Join(t.TempDir(), "a.xyz"), "--database", dsn)
	fails(t, exitInput, "cannot be exported", "export", "red-line@2022", "--format", "dwg", "-o", filepath.Join(t.TempDir(), "a.dwg"), "--database", dsn)
	fails(t, exitInput, "cannot be written", "export", "red-line@2022", "-o", filepath.Join(t.TempDir(), "no", "a.gpkg"), "--database", dsn)
	if w := get("/api/v1/layers/red-line/versions/2022/export.dwg"); w.StatusCode != http.StatusNotFound {
		t.Errorf("dwg over HTTP: %d", w.StatusCode)
	}
	if w := get("/api/v1/layers/red-line/versions/1999/export.gpkg"); w.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown version over HTTP: %d", w.StatusCode)
	}
}
