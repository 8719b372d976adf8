package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
	"hongxian/internal/quality"
)

// Two townships, one by its other name and one that the county does not have, are the
// county (4 km by 2 km); the units on it do wrong what units can do wrong:
//
//	┌────┬────┬────┬────────┐
//	│    │    │    │  gap · │   ·  a sliver, repaired spike and crossing there too
//	│ 1  │2 = │ 4  ├────────┤
//	│    │  3 │   ▓▓   5    ├───┐
//	│    │    │   ▓▓        │ 6 │   6 lies outside
//	└────┴────┴───▓▓────────┴───┘   ▓ 4 and 5 overlap; 2 and 3 are the same shape
func wrongUnits(t *testing.T) (townships, units, farmland string) {
	unit := func(code, class string) string {
		return fmt.Sprintf(`"HJZHGKDYBM":%q,"HJZHGKDYMC":"示意单元","ZHGKDYFL":%q`, code, class)
	}
	ring := func(properties, coordinates string) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":"Polygon","coordinates":[[%s]]}}`, properties, coordinates)
	}
	townships = squares(t, "xzq.geojson", square(0, 0, 2, 2, `"XZQDM":"500237001","XZQMC":"髙唐街道"`), square(2, 0, 4, 2, `"XZQDM":"500237999","XZQMC":"无名镇"`))
	units = squares(t, "units.geojson",
		square(0, 0, 1, 2, unit("ZH50023710001", "1")),
		square(1, 0, 2, 2, unit("ZH50023720001", "2")),
		square(1, 0, 2, 2, unit("ZH50023710001", "3")), // the code of 1, and its class digit is another
		square(2, 0, 3, 2, unit("", "2")),
		square(2.9, 0, 4, 1.5, unit("ZH1", "特别单元")),
		square(4, 0, 4.5, 1, unit("ZH50023730002", "")),
		square(3.5, 1.8, 3.5005, 1.8005, unit("ZH50023730003", "3")),
		ring(unit("ZH50023730004", "3"), "[403600,3441600],[403700,3441600],[403700,3441650],[403700,3441690],[403700,3441650],[403600,3441650],[403600,3441600]"),
		ring(unit("ZH50023730005", "3"), "[403200,3441600],[403400,3441800],[403400,3441600],[403200,3441800],[403200,3441600]"))
	farmland = squares(t, "tb.geojson", square(0, 0, 0.1, 0.1, `"TBBH":"1","DLMC":"水田","TBMJ":10000`), square(0.2, 0, 0.3, 0.1, `"TBBH":"2","DLMC":"水田","TBMJ":20000`))
	return townships, units, farmland
}

// Every kind of offence, made once by a small county, stands with its words in the
// page's document and in the workbook, and where it has ground, with it in the
// GeoPackage.
func TestEveryKindOfOffence(t *testing.T) {
	dsn := pgtest.Database(t)
	townships, units, farmland := wrongUnits(t)
	for ref, file := range map[string]string{"township@2023": townships, "farmland@2026": farmland} {
		succeeds(t, "已存为草稿", "import", ref, file, "--database", dsn)
	}
	succeeds(t, "已生效", "publish", "township@2023", "--database", dsn)
	succeeds(t, "已存为草稿", "import", "control-unit@2026", units, "--database", dsn)
	address := serving(t, "--database", dsn)

	counts := map[openapi.QualityCheckKind]int{}
	for layer, label := range map[string]string{"township": "2023", "control-unit": "2026", "farmland": "2026"} {
		var page openapi.Quality
		at := "/api/v1/layers/" + layer + "/versions/" + label + "/quality"
		if err := json.Unmarshal(fetch(t, address, at), &page); err != nil {
			t.Fatal(err)
		}
		cells := workbookText(t, fetch(t, address, at+".xlsx"))
		places := placesOf(t, writeFile(t, "q.gpkg", string(fetch(t, address, at+".gpkg"))))
		for _, c := range page.Checks {
			if c.Count == 0 {
				continue
			}
			counts[c.Kind] += c.Count
			if c.Title == "" || c.TitleEn == "" || !strings.Contains(cells, c.Title) {
				t.Errorf("%s has the words %q %q; the workbook:\n%s", c.Kind, c.Title, c.TitleEn, cells)
			}
			words := c.Kind != "records-refused" && c.Kind != "records-repaired" && c.AreaM2 == nil
			if words && (c.Examples == nil || len((*c.Examples)[0].Records) == 0 && c.Kind != "place-missing") {
				t.Errorf("%s names no record", c.Kind)
			}
			if c.AreaM2 != nil && strings.Count(places, string(c.Kind)+","+c.Title) != c.Count {
				t.Errorf("%s: %d places, in the GeoPackage:\n%s", c.Kind, c.Count, places)
			}
		}
	}
	for _, kind := range quality.Kinds {
		if counts[openapi.QualityCheckKind(kind)] == 0 {
			t.Errorf("%s was not found: %v", kind, counts)
		}
	}
	for kind, want := range map[quality.Kind]int{quality.Refused: 1, quality.Repaired: 1, quality.Duplicate: 1, quality.Overlap: 2, quality.Gap: 1, quality.Outside: 1, quality.Sliver: 1,
		quality.CodeMissing: 1, quality.CodeDuplicate: 1, quality.CodeMalformed: 1, quality.CodeClass: 1, quality.ClassMissing: 1, quality.ClassUnknown: 1,
		quality.PlaceUnknown: 1, quality.PlaceMissing: 25, quality.PlaceAlias: 1, quality.AreaAttribute: 1} {
		if got := counts[openapi.QualityCheckKind(kind)]; got != want {
			t.Errorf("%s: %d, want %d", kind, got, want)
		}
	}
}

// placesOf is what GDAL reads of a GeoPackage, as CSV.
func placesOf(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command("ogr2ogr", "-f", "CSV", "/vsistdout/", path).Output()
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	return string(out)
}
