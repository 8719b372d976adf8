package main

import (
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// readStats reads a table from what the program or the server answered.
func readStats(t *testing.T, body string) openapi.Stats {
	t.Helper()
	var s openapi.Stats
	if err := json.Unmarshal([]byte(body), &s); err != nil || len(s.Columns) == 0 {
		t.Fatalf("%v\n%.500s", err, body)
	}
	return s
}

func TestStatsCommand(t *testing.T) {
	dsn := redLineInForce(t)
	succeeds(t, "合计", "stats", "--database", dsn)
	code, body, _ := hongxian(t, "stats", "red-line", "--format", "json", "--database", dsn)
	s := readStats(t, body)
	if code != exitDone || len(s.Rows) != 26 && len(s.Rows) != 1 || s.Unit != openapi.StatsUnitHa || len(s.Computed) != 0 {
		t.Errorf("exit %d, %d rows in %s, computed %v", code, len(s.Rows), s.Unit, s.Computed)
	}
	for _, format := range []string{"csv", "xlsx", "pdf", "geojson", "gpkg"} {
		out := filepath.Join(t.TempDir(), "table."+format)
		succeeds(t, "", "stats", "red-line", "--by", "class", "--unit", "mu", "--format", format, "-o", out, "--database", dsn)
		if info, err := os.Stat(out); err != nil || info.Size() < 100 {
			t.Errorf("%s: %v", format, err)
		}
	}
	_, first, _ := hongxian(t, "stats", "red-line", "--keep", "--format", "json", "--database", dsn)
	_, again, _ := hongxian(t, "stats", "red-line", "--keep", "--format", "json", "--database", dsn)
	if readStats(t, first); first != again {
		t.Error("the same question of the same data gave other bytes")
	}

	succeeds(t, "the figures agree", "verify", readStats(t, first).Id, "--database", dsn)

	for _, format := range []string{"pdf", "xlsx"} {
		out := filepath.Join(t.TempDir(), "kept."+format)
		succeeds(t, "", "stats", "red-line", "--keep", "--format", format, "-o", out, "--database", dsn)
		succeeds(t, readStats(t, first).Id, "verify", out, "--database", dsn)
	}

	// a draft, and a planner's zones
	succeeds(t, "", "import", "red-line@draft", writeFile(t, "draft.geojson", geojson(insideShape)), "--database", dsn)
	succeeds(t, "computed for this table: 500237.red-line@draft", "stats", "red-line@draft", "red-line@2022", "--database", dsn)
	zones := writeFile(t, "zones.geojson", geojson(insideShape, outsideShape))
	succeeds(t, "五里坡", "stats", "red-line", "--zones", zones, "--database", dsn)

	_, kept, _ := hongxian(t, "stats", "red-line", "--zones", zones, "--keep", "--format", "json", "--database", dsn)
	succeeds(t, readStats(t, kept).Id, "verify", readStats(t, kept).Id, "--database", dsn)
	for _, format := range []string{"geojson", "gpkg"} {
		out := filepath.Join(t.TempDir(), "kept."+format)
		succeeds(t, "", "stats", "red-line", "--zones", zones, "--keep", "--format", format, "-o", out, "--database", dsn)
		if info, err := os.Stat(out); err != nil || info.Size() < 300 {
			t.Errorf("%s of zones: %v", format, err)
		}
	}

	succeeds(t, "Figures of the plan", "stats", "--plan", "--database", dsn)
	fails(t, exitInput, "its own columns", "stats", "red-line", "--plan", "--database", dsn)

	control := writeFile(t, "control.csv", "乡镇,面积\nHX1,30000\n")
	succeeds(t, "控制面积", "stats", "red-line", "--control", control, "--database", dsn)
	fails(t, exitInput, "no township of the table", "stats", "red-line", "--control", writeFile(t, "wrong.csv", "别县,1\n"), "--database", dsn)
	fails(t, exitInput, "rows, not a column", "stats", "township", "--database", dsn)
	fails(t, exitInput, "No version", "stats", "red-line@1999", "--database", dsn)
	fails(t, exitInput, "decimals", "stats", "red-line", "--decimals", "9", "--database", dsn)
	fails(t, exitInput, "Unknown format", "stats", "--format", "docx", "--database", dsn)
	fails(t, exitInput, "two layers", "stats", "--pair", "red-line", "--database", dsn)
}

func TestStatsOverHTTP(t *testing.T) {
	dsn := redLineInForce(t)
	address := serving(t, "--database", dsn)
	get := func(path string, status int) (*http.Response, string) {
		t.Helper()
		r, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != status {
			t.Fatalf("%s: %d %v %.300s", path, r.StatusCode, err, b)
		}
		return r, string(b)
	}
	const path = "/api/v1/stats/townships"
	_, body := get(path+"?layers=red-line&by=class&unit=m2", http.StatusOK)
	if s := readStats(t, body); s.Unit != openapi.StatsUnitM2 || !s.ByClass {
		t.Errorf("%+v", s.Columns)
	}
	for _, format := range []string{"csv", "xlsx", "pdf", "geojson", "gpkg"} {
		if r, b := get(path+"?layers=red-line&format="+format, http.StatusOK); len(b) < 100 || !strings.Contains(r.Header.Get("Content-Disposition"), "."+format) {
			t.Errorf("%s: %d bytes, %v", format, len(b), r.Header)
		}
	}
	get(path+"?layer=red-line", http.StatusBadRequest)
	get(path+"?by=colour", http.StatusBadRequest)
	get(path+"?plan=perhaps", http.StatusBadRequest)
	if _, b := get(path+"?plan=true&format=csv", http.StatusOK); !strings.Contains(b, "指标17 生态保护红线面积") {
		t.Errorf("figures of the plan: %s", b)
	}
	get(path+"?format=docx", http.StatusBadRequest)
	get(path+"?layers=red-line@1999", http.StatusNotFound)
	get(path+"/"+strings.Repeat("0", 64), http.StatusNotFound)

	keep := func(status int) (location, body string) {
		t.Helper()
		r, err := http.Post(address+path+"?layers=red-line", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		if r.StatusCode != status {
			t.Fatalf("kept with %d: %s", r.StatusCode, b)
		}
		return r.Header.Get("Location"), string(b)
	}
	location, first := keep(http.StatusCreated)
	if _, second := keep(http.StatusOK); second != first {
		t.Error("the same question of the same data gave other bytes")
	}
	if _, kept := get(location, http.StatusOK); kept != first {
		t.Errorf("kept %s\nstored %s", first, kept)
	}
	get(location+".xlsx", http.StatusOK)
	if _, kept := get(path+"/"+report.Code(readStats(t, first).Id), http.StatusOK); kept != first {
		t.Errorf("by its code: %s", kept)
	}

	status, b := postZones(t, address+path+"?layers=red-line")
	s := readStats(t, b)
	if !s.Zones || status != http.StatusCreated {
		t.Errorf("%d %+v", status, s.Rows)
	}
	if _, shapes := get(path+"/"+s.Id+".geojson", http.StatusOK); strings.Count(shapes, `"Polygon"`)+strings.Count(shapes, `"MultiPolygon"`) != len(s.Rows) {
		t.Errorf("%d zones: %.300s", len(s.Rows), shapes)
	}
	get(path+"/"+s.Id+".gpkg", http.StatusOK)
	get(location+".geojson", http.StatusOK)
}

// postZones asks for a table whose rows are two shapes, and keeps it.
func postZones(t *testing.T, url string) (status int, body string) {
	t.Helper()
	var form strings.Builder
	w := multipart.NewWriter(&form)
	file, err := w.CreateFormFile("zones", "zones.geojson")
	if err == nil {
		_, err = io.WriteString(file, geojson(insideShape, outsideShape))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	r, err := http.Post(url, w.FormDataContentType(), strings.NewReader(form.String()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}
