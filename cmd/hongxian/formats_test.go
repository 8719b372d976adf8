package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hongxian/internal/openapi"
)

// The parcel of the worked example of the boundary-point file (domain rule V2), a
// field with a hole, to the millimetre in EPSG:4525, northing first:
//
//	  J3───────J4
//	 /          \
//	J2  J9─J8    \
//	|   │   │     \
//	J1  J6─J7 ────J5
var fieldRings = [][][2]float64{
	{{3441000.125, 37401000.250}, {3442300.375, 37400850.500}, {3442850.625, 37402100.875}, {3442050.750, 37403050.125}, {3440950.875, 37402500.625}, {3441000.125, 37401000.250}},
	{{3441600, 37401500}, {3441600, 37401900}, {3442000, 37401900}, {3442000, 37401500}, {3441600, 37401500}},
}

// fieldArea is the parcel's official ellipsoidal area, m².
const fieldArea = 2850542.02

// fieldFiles writes the parcel in every format a planner brings; the values are what
// the check has to be told besides.
func fieldFiles(t *testing.T) map[string][]string {
	t.Helper()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	base := in("field.geojson")
	if err := os.WriteFile(base, []byte(fieldGeoJSON()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(in("gdb"), 0o700); err != nil {
		t.Fatal(err)
	}
	convert := func(name, format, srs string) string {
		args := []string{"-q", "-f", format, "-s_srs", "EPSG:4525", "-t_srs", srs, in(name), base}
		if out, err := exec.Command("ogr2ogr", args...).CombinedOutput(); err != nil {
			t.Fatalf("ogr2ogr %s: %v\n%s", name, err, out)
		}
		return in(name)
	}
	zipped := func(name, srs string) string { // a .shz is the three files in one zip
		from := convert(name+".shz", "ESRI Shapefile", srs)
		if err := os.Rename(from, in(name+".zip")); err != nil {
			t.Fatal(err)
		}
		return in(name + ".zip")
	}
	return map[string][]string{
		writeFile(t, "field.txt", fieldTXT()):                              nil,
		zipped("in4546", "EPSG:4546"):                                      nil,
		zipped("in4525", "EPSG:4525"):                                      nil,
		zipped("in4490", "EPSG:4490"):                                      nil,
		zippedGDB(t, convert("gdb/field.gdb", "OpenFileGDB", "EPSG:4546")): nil,
		convert("field.kml", "KML", "EPSG:4326"):                           nil,
		convert("field.gpkg", "GPKG", "EPSG:4490"):                         nil,
		convert("field.dxf", "DXF", "EPSG:4525"):                           {"--crs", "EPSG:4525"},
		fieldXLSX(t, in("field.xlsx")):                                     {"--crs", "EPSG:4525"},
	}
}

// zippedGDB packs a file geodatabase, which is a folder alone in another.
func zippedGDB(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Dir(folder) + ".zip"
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	if err := errors.Join(archive.AddFS(os.DirFS(filepath.Dir(folder))), archive.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func fieldGeoJSON() string {
	var rings []string
	for _, ring := range fieldRings {
		var points []string
		for _, p := range ring {
			points = append(points, fmt.Sprintf("[%.3f,%.3f]", p[1], p[0]))
		}
		rings = append(rings, "["+strings.Join(points, ",")+"]")
	}
	return `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[` + strings.Join(rings, ",") + `]}}`
}

func fieldTXT() string {
	text := "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=37\n精度=0.001\n[地块坐标]\n11,285.0542,DK01,示例地块一,面,,,,@\n"
	for r, ring := range fieldRings {
		for i, p := range ring {
			text += fmt.Sprintf("J%d,%d,%.3f,%.3f\n", i+1, r+1, p[0], p[1])
		}
	}
	return text
}

func fieldXLSX(t *testing.T, path string) string {
	t.Helper()
	book := excelize.NewFile()
	rows := [][]any{{"地块编号", "圈号", "点号", "纵坐标(X)", "横坐标(Y)"}}
	for r, ring := range fieldRings {
		for i, p := range ring {
			rows = append(rows, []any{"DK01", r + 1, fmt.Sprint("J", i+1), p[0], p[1]})
		}
	}
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// The same parcel has the same official area in whatever format and reference system
// it comes.
func TestOneParcelInEveryFormat(t *testing.T) {
	dsn := redLineInForce(t)
	for path, more := range fieldFiles(t) {
		code, out, complaint := hongxian(t, append([]string{"check", path, "--format", "json", "--database", dsn}, more...)...)
		var c openapi.Check
		if err := json.Unmarshal([]byte(out), &c); err != nil || code != exitDone {
			t.Errorf("%s: exit %d, %v\n%s", filepath.Base(path), code, err, complaint)
			continue
		}
		if math.Abs(c.Site.AreaM2-fieldArea) > 0.01 {
			t.Errorf("%s: %.4f m², want %.2f", filepath.Base(path), c.Site.AreaM2, fieldArea)
		}
	}
}
