package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
)

// Two zones of an urban boundary that lie on each other, drawn in degrees.
const (
	zoneShape    = `[[[109.80,31.00],[109.81,31.00],[109.81,31.01],[109.80,31.01],[109.80,31.00]]]`
	onZoneShape  = `[[[109.809,31.00],[109.82,31.00],[109.82,31.01],[109.809,31.01],[109.809,31.00]]]`
	awayFromZone = `[[[109.84,31.00],[109.85,31.00],[109.85,31.01],[109.84,31.01],[109.84,31.00]]]`
)

// importedQuality imports zones that overlap; the document that import prints as JSON.
func importedQuality(t *testing.T, dsn string) (printed struct {
	Ref     string          `json:"ref"`
	Kept    int             `json:"kept"`
	Quality openapi.Quality `json:"quality"`
}) {
	t.Helper()
	file := writeFile(t, "zones.geojson", geojson(zoneShape, onZoneShape, awayFromZone))
	code, stdout, stderr := hongxian(t, "import", "urban-boundary@2026", file, "--format", "json", "--database", dsn)
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &printed); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	return printed
}

// What an import prints as JSON has the quality report in it, as the command quality
// gives it.
func TestImportPrintsItsQuality(t *testing.T) {
	dsn := pgtest.Database(t)
	printed := importedQuality(t, dsn)
	if printed.Ref != "500237.urban-boundary@2026" || printed.Kept != 3 {
		t.Errorf("%+v", printed)
	}
	_, stdout, _ := hongxian(t, "quality", "urban-boundary@2026", "--format", "json", "--database", dsn)
	var alone openapi.Quality
	if err := json.Unmarshal([]byte(stdout), &alone); err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(alone)
	b, _ := json.Marshal(printed.Quality)
	if !bytes.Equal(a, b) {
		t.Errorf("quality says\n%s\nimport says\n%s", a, b)
	}
	found := map[string]openapi.QualityCheck{}
	for _, c := range alone.Checks {
		found[string(c.Kind)] = c
		if c.Title == "" || c.TitleEn == "" {
			t.Errorf("no words for %s", c.Kind)
		}
	}
	if c := found["overlap"]; c.Status != "blocking" || c.Count != 1 || c.AreaM2 == nil || *c.AreaM2 < 100_000 || *c.AreaM2 > 110_000 {
		t.Errorf("overlap: %+v", c)
	}
	fails(t, exitInput, "Unknown report format", "import", "urban-boundary@2027", "nowhere", "--format", "xml", "--database", dsn)
}

// A publication that the report stops names the flags on the command line, and nowhere
// else.
func TestBlockingFindingsNameTheFlags(t *testing.T) {
	dsn := pgtest.Database(t)
	importedQuality(t, dsn)
	code, _, stderr := hongxian(t, "publish", "urban-boundary@2026", "--database", dsn)
	if code == exitDone || strings.Count(stderr, "--accept-findings --basis") != 2 || !strings.Contains(stderr, "层内重叠") {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	status, body := postJSON(t, serving(t, "--database", dsn)+"/api/v1/layers/urban-boundary/versions/2026/publish", `{}`)
	var problem openapi.Problem
	if err := json.Unmarshal(body, &problem); err != nil || status != http.StatusConflict || problem.Code != "quality-blocking" ||
		strings.Contains(problem.Detail+problem.DetailEn, "--") || !strings.Contains(problem.Detail, "层内重叠") {
		t.Errorf("over HTTP: %d %s", status, body)
	}
	succeeds(t, "已生效", "publish", "urban-boundary@2026", "--accept-findings", "--basis", "某号文", "--database", dsn)
}

// The workbook and the GeoPackage of a report are read back: every check with its
// figures, every offending place where it lies.
func TestQualityPapersReadBack(t *testing.T) {
	dsn := pgtest.Database(t)
	printed := importedQuality(t, dsn)
	folder := t.TempDir()
	workbook, places := filepath.Join(folder, "q.xlsx"), filepath.Join(folder, "q.gpkg")
	succeeds(t, "", "quality", "urban-boundary@2026", "--format", "xlsx", "-o", workbook, "--database", dsn)
	succeeds(t, "", "quality", "urban-boundary@2026", "--format", "gpkg", "-o", places, "--database", dsn)

	book, err := excelize.OpenFile(workbook)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var cells []string
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			cells = append(cells, strings.Join(row, "|"))
		}
	}
	all := strings.Join(cells, "\n")
	for _, c := range printed.Quality.Checks {
		if !strings.Contains(all, c.Title) {
			t.Errorf("the workbook does not name %s:\n%s", c.Title, all)
		}
	}
	if out, err := exec.Command("ogrinfo", "-q", places).CombinedOutput(); err != nil || !strings.Contains(string(out), "1: ") {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	out, err := exec.Command("ogr2ogr", "-f", "CSV", "/vsistdout/", places, "-lco", "GEOMETRY=AS_WKT").Output()
	if err != nil {
		t.Fatal(err)
	}
	if text := string(out); !strings.Contains(text, "overlap") || !strings.Contains(text, "POLYGON ((109.8") && !strings.Contains(text, "POLYGON (((109.8") {
		t.Errorf("the places read back:\n%.600s", text)
	}
}

// The schematic county is examined when it is loaded.
func TestDemoIsExamined(t *testing.T) {
	dsn := schematicCounty(t)
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var versions, examined int
	err = conn.QueryRow(context.Background(), "select (select count(*) from version), (select count(*) from quality)").Scan(&versions, &examined)
	if err != nil || versions == 0 || versions != examined {
		t.Errorf("%d of %d versions are examined: %v", examined, versions, err)
	}
}
