package delivery_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	orbjson "github.com/paulmach/orb/geojson"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/report/delivery"
)

// attributes of the first record; the second has other ones, the third none.
var attributes = map[string]any{
	"BHDBM": "BHD1", "MC": "五里坡（髙坪）𠀀", "MJ": 2957957712.1234, "SL": 3, "BH": json.Number("12345678901234567"),
	"RQ": "2022/01/02", "自然保护地功能分区": "核心保护区", "自然保护地功能区名": "一区", "BEIZHU": nil, "YX": true,
}

// Two squares, the first with a hole, and a third of two parts; corners between
// the millimetres.
//
//	┌───────┐ ┌───┐ ┌─┐
//	│  ┌─┐  │ │ 2 │ │3│
//	│1 └─┘  │ └───┘ └─┘ ┌─┐
//	└───────┘           └─┘
func shapes(srid int) []orb.Geometry {
	at := func(x, y float64) orb.Point {
		switch srid {
		case 4490:
			return orb.Point{109.8 + x*1e-5 + 1e-9/3, 31.05 + y*1e-5}
		case 4525:
			return orb.Point{37394500 + x + 0.0001234, 3439500 + y + 0.00005}
		}
		return orb.Point{394500 + x + 0.0001234, 3439500 + y + 0.00005}
	}
	box := func(x, y, size float64, hole bool) orb.Ring {
		r := orb.Ring{at(x, y), at(x+size, y), at(x+size, y+size), at(x, y+size), at(x, y)}
		if hole {
			r.Reverse()
		}
		return r
	}
	return []orb.Geometry{
		orb.Polygon{box(0, 0, 100, false), box(40, 40, 20, true)},
		orb.Polygon{box(120, 50, 50, false)},
		orb.MultiPolygon{{box(190, 50, 30, false)}, {box(230, 0, 30, false)}},
	}
}

func hold(t *testing.T, db *pgxpool.Pool, ref string, srid int) geodata.VersionRef {
	t.Helper()
	r, err := geodata.ParseVersionRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	second := map[string]any{"BHDBM": "BHD2", "MC": strings.Repeat("长", 84), "MJ": 0.1, "SL": -7}
	_, err = (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: r, Delivery: geodata.Delivery{
		Name: "a.gpkg", SRID: srid, Schematic: true, Features: func(yield func(geodata.Feature, error) bool) {
			for i, g := range shapes(srid) {
				f := geodata.Feature{Record: i + 1, Code: fmt.Sprint("BHD", i+1), Name: "名称", Class: "核心保护区", Geometry: g,
					Attributes: []map[string]any{attributes, second, nil}[i]}
				if !yield(f, nil) {
					return
				}
			}
		}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func export(t *testing.T, db *pgxpool.Pool, ref geodata.VersionRef, format delivery.Format) (path string, err error) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "a."+format.Extension())
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&answer.Exports{Catalogue: &postgis.Catalogue{DB: db}}).Write(context.Background(), ref, format, f)
	return path, errors.Join(err, f.Close())
}

// readBack has GDAL, which knows nothing of us, read a file in its own system.
func readBack(t *testing.T, path string) []*orbjson.Feature {
	t.Helper()
	if strings.HasSuffix(path, ".zip") {
		path = "/vsizip/" + path
	}
	out, err := exec.Command("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, "-lco", "SIGNIFICANT_FIGURES=17", "-oo", "DATE_AS_STRING=YES").Output()
	if err != nil {
		t.Fatal(path, err)
	}
	c, err := orbjson.UnmarshalFeatureCollection(out)
	if err != nil {
		t.Fatal(path, err)
	}
	return c.Features
}

func db(t *testing.T) *pgxpool.Pool {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	return db
}

// Coordinates come back within 0.1 mm (0.05 mm is what a geodatabase rounds to),
// in each reference system and format; in what is text or GeoPackage to the bit.
func TestCoordinatesComeBack(t *testing.T) {
	db := db(t)
	for _, srid := range []int{4546, 4525, 4490} {
		ref := hold(t, db, fmt.Sprintf("protected-area@%d", srid), srid)
		for format, tolerance := range map[delivery.Format]float64{delivery.GeoJSON: 0, delivery.GeoPackage: 0, delivery.Shapefile: 0, delivery.FileGDB: 1e-4} {
			if srid == 4490 {
				tolerance = max(1e-5*tolerance, 4e-15) // degrees; what reads them back prints one bit less
			}
			path, err := export(t, db, ref, format)
			if err != nil {
				t.Fatal(srid, format, err)
			}
			if format == delivery.Shapefile {
				statesItsSystem(t, path, srid)
			}
			for i, f := range readBack(t, path) {
				if worst := apart(shapes(srid)[i], f.Geometry); worst > tolerance {
					t.Errorf("%d, %s, record %d: %g apart, %v", srid, format, i+1, worst, f.Geometry)
				}
			}
		}
	}
}

// statesItsSystem looks into the .prj: what is in it tells the system, by its name and
// by its numbers.
func statesItsSystem(t *testing.T, path string, srid int) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	text, err := fs.ReadFile(archive, fmt.Sprintf("protected_area_%d.prj", srid))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range map[int][]string{
		4546: {"China_2000", `"False_Easting",500000.0`, `"Central_Meridian",111.0`},
		4525: {"China_2000", `"False_Easting",37500000.0`, `"Central_Meridian",111.0`},
		4490: {"China_2000", "GEOGCS"},
	}[srid] {
		if !strings.Contains(string(text), want) {
			t.Errorf("EPSG:%d: no %s in the .prj: %s", srid, want, text)
		}
	}
}

// apart is how far the corners of two shapes are from each other: the formats turn
// rings and begin them elsewhere.
func apart(a, b orb.Geometry) float64 {
	p, q := corners(a), corners(b)
	if len(p) != len(q) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range p {
		worst = max(worst, math.Abs(p[i][0]-q[i][0]), math.Abs(p[i][1]-q[i][1]))
	}
	return worst
}

// corners are the corners of all rings in an order that a rounding does not change.
func corners(g orb.Geometry) []orb.Point {
	var all []orb.Point
	polygons, ok := g.(orb.MultiPolygon)
	if p, single := g.(orb.Polygon); single {
		polygons, ok = orb.MultiPolygon{p}, true
	}
	if !ok {
		return nil
	}
	for _, polygon := range polygons {
		for _, ring := range polygon {
			all = append(all, ring[1:]...)
		}
	}
	slices.SortFunc(all, func(p, q orb.Point) int {
		if d := p[0] - q[0]; math.Abs(d) > 1e-7 {
			return int(math.Copysign(1, d))
		}
		return int(math.Copysign(1, p[1]-q[1]))
	})
	return all
}

// Every attribute comes back, under a name the format holds.
func TestAttributesComeBack(t *testing.T) {
	db := db(t)
	ref := hold(t, db, "protected-area@2022", 4546)
	for _, format := range []delivery.Format{delivery.GeoJSON, delivery.GeoPackage, delivery.Shapefile, delivery.FileGDB} {
		path, err := export(t, db, ref, format)
		if err != nil {
			t.Fatal(format, err)
		}
		features := readBack(t, path)
		if len(features) != 3 {
			t.Fatalf("%s: %d records", format, len(features))
		}
		first, second := features[0].Properties, features[1].Properties
		zone, name := "自然保护地功能分区", "自然保护地功能区名"
		if format == delivery.Shapefile {
			zone, name = "自然保", "自然保2"
		}
		for field, want := range map[string]any{"BHDBM": "BHD1", "MC": "五里坡（髙坪）𠀀", "MJ": 2957957712.1234, "SL": 3.0, "RQ": "2022/01/02",
			zone: "核心保护区", name: "一区", "BEIZHU": nil} {
			got, held := first[field]
			if near, ok := want.(float64); ok && held {
				if number, is := got.(float64); is && math.Abs(number-near) < 1e-6 {
					continue
				}
			}
			if !held || got != want {
				t.Errorf("%s, %s: %v (%T), want %v", format, field, got, got, want)
			}
		}
		if got := fmt.Sprint(first["BH"]); got != "12345678901234567" {
			t.Errorf("%s: a long number came back as %s", format, got)
		}
		if got := second["MC"]; got != strings.Repeat("长", 84) {
			t.Errorf("%s: a long text came back as %v", format, got)
		}
	}
}

func TestShapefileNamesAndTexts(t *testing.T) {
	db := db(t)
	ref := hold(t, db, "protected-area@2022", 4546)
	path, err := export(t, db, ref, delivery.Shapefile)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var listing []byte
	for _, name := range []string{"fields.csv", "protected_area_2022.cpg", "示意数据.txt"} {
		text, err := fs.ReadFile(archive, name)
		if err != nil {
			t.Error(err)
		}
		listing = append(listing, text...)
	}
	for _, want := range []string{"自然保2,自然保护地功能区名\r\n", "自然保,自然保护地功能分区\r\n", "UTF-8", "示意数据：非真实界线"} {
		if !bytes.Contains(listing, []byte(want)) {
			t.Errorf("no %q in %s", want, listing)
		}
	}
	if _, err := db.Exec(context.Background(), `update feature set attributes = jsonb_build_object('BZ', repeat('长', 85)) where id = 3`); err != nil {
		t.Fatal(err)
	}
	if _, err := export(t, db, ref, delivery.Shapefile); geodata.AsError(err).Code != "shapefile-text-too-long" {
		t.Errorf("a text of 255 bytes: %v", err)
	}
}

func TestBoundaryPoints(t *testing.T) {
	db := db(t)
	path, err := export(t, db, hold(t, db, "protected-area@4546", 4546), delivery.Boundary)
	if err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("iconv", "-f", "gb18030", "-t", "utf8", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	// 100 m × 100 m less 20 m × 20 m, and on the ellipsoid 0.03 % less than in the plane.
	for _, want := range []string{"数据产生单位=（示意数据）", "10,0.9597,001-BHD1,名称,面,,protected-area 核心保护区,,@\r\n", "J1,1,3439600.000,37394500.000\r\n"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if _, err := export(t, db, hold(t, db, "protected-area@4490", 4490), delivery.Boundary); geodata.AsError(err).Code != "txt-plane-unknown" {
		t.Errorf("degrees as TXT: %v", err)
	}
	if _, err := export(t, db, hold(t, db, "protected-area@x", 4546), "dwg"); geodata.AsError(err).Code != "format-unknown" {
		t.Errorf("dwg: %v", err)
	}
}
