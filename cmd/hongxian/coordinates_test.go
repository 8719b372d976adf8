package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/internal/openapi"
)

// What is said of coordinates is said in the same way wherever a file is given: to a
// check, a batch, an import and a table over zones, and over HTTP.
func TestTheSameOptionsEverywhere(t *testing.T) {
	profiles := t.TempDir()
	if err := os.WriteFile(filepath.Join(profiles, "500237.parameters.yaml"), []byte(wushanParameters), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(profilesFolder, profiles)
	dsn := redLineInForce(t)
	xian := xianLayer(t)
	bare := writeFile(t, "bare.geojson", strings.Replace(geojson(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`), `"HX1"`, `"Z1"`, 1))
	shifted := writeFile(t, "gcj.geojson", geojson(insideShape))
	for _, command := range [][]string{{"check"}, {"batch"}, {"import", "urban-boundary@2026", "--no-quality"}, {"stats", "red-line", "--zones"}} {
		run := func(file string, more ...string) []string {
			return append(append(append(append([]string{}, command...), file), more...), "--database", dsn)
		}
		fails(t, exitInput, "takes seven parameters", run(xian)...)
		succeeds(t, "", run(xian, "--parameters", "示例西安80")...)
		fails(t, exitInput, "the only one that puts it into the county", run(bare)...)
		succeeds(t, "", run(bare, "--confirm-crs")...)
		succeeds(t, "", run(shifted, "--datum", "gcj02")...)
		fails(t, exitInput, "Unknown datum", run(shifted, "--datum", "mars")...)
	}

	// A table says how the file of its rows was read.
	succeeds(t, "示例西安80", "stats", "red-line", "--zones", xian, "--parameters", "示例西安80", "--database", dsn)
	succeeds(t, "GCJ-02", "stats", "red-line", "--zones", shifted, "--datum", "gcj02", "--database", dsn)

	address := serving(t, "--database", dsn)
	zones := func(file string, fields map[string]string) (int, string) {
		t.Helper()
		status, body := postForm(t, address+"/api/v1/stats/townships?layers=red-line", "zones", file, fields)
		var p openapi.Problem
		_ = json.Unmarshal(body, &p)
		return status, p.Code
	}
	for _, c := range []struct {
		file   string
		fields map[string]string
		code   string
	}{
		{xian, nil, "crs-datum-needs-parameters"}, {xian, map[string]string{"parameters": "示例西安80"}, ""},
		{bare, nil, "crs-needs-confirmation"}, {bare, map[string]string{"confirm_crs": "true"}, ""},
		{shifted, map[string]string{"datum": "gcj02"}, ""}, {shifted, map[string]string{"datum": "mars"}, "datum-unknown"},
		{bare, map[string]string{"width": "3"}, "field-unknown"},
	} {
		if status, code := zones(c.file, c.fields); code != c.code || (code == "") != (status == http.StatusCreated) {
			t.Errorf("%s with %v: %d %s, want %q", filepath.Base(c.file), c.fields, status, code, c.code)
		}
	}
}
