package pieces

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
	"hongxian/internal/overlap"
)

// drawn is two pieces in EPSG:4546: the vector V2 of the survey rule, a pentagon
// with a hole, and a piece of two parts.
//
//	  J2________J3
//	  /   ┌──┐    \          ┌──┐   ┌┐
//	 /    └──┘     \J4       └──┘   └┘
//	J1______________J5       001-2 in two parts
const (
	v2    = "MULTIPOLYGON(((401000.250 3441000.125,400850.500 3442300.375,402100.875 3442850.625,403050.125 3442050.750,402500.625 3440950.875,401000.250 3441000.125),(401500 3441600,401900 3441600,401900 3442000,401500 3442000,401500 3441600)))"
	parts = "MULTIPOLYGON(((404000.1 3441000,404100 3441000,404100 3441100.7,404000.1 3441000)),((404200 3441000,404300.123456789 3441000,404300 3441100,404200 3441000)))"
)

func geometry4546(t *testing.T, text string) orb.MultiPolygon {
	t.Helper()
	mp, err := wkt.UnmarshalMultiPolygon(text)
	if err != nil {
		t.Fatal(err)
	}
	return mp
}

func drawn(t *testing.T) Set {
	return Set{SRID: 4546, Site: geometry4546(t, v2), SiteName: "示例地块,一", SiteArea: 2850542.0243, CheckID: strings.Repeat("ab", 32),
		CheckedAt: time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), Schematic: true,
		Refs: map[geodata.LayerKey]string{geodata.RedLine: "500237.red-line@2022"},
		Pieces: []overlap.Piece{
			{Layer: geodata.RedLine, Code: "HX001", Name: "五里坡", Class: "核心区", Area: 2850542.0243, Geometry: geometry4546(t, v2)},
			{Layer: geodata.RedLine, Code: "2022/11/01", Name: "=㙟,\r\n长江@", Area: 10000, Sliver: 0.5, Geometry: geometry4546(t, parts)},
		}}
}

// parcel is a parcel of a TXT as a reader sees it.
type parcel struct {
	count                int
	hectares             float64
	number, name, use    string
	rings                []orb.Ring
	points               int
	zone, width, unit    string
	smallest, largestE   float64
	closedByFirstsNumber bool
}

// readTXT reads the exchange format as domain practice describes it, strictly.
func readTXT(t *testing.T, body string) []parcel {
	t.Helper()
	var out []parcel
	head := map[string]string{}
	coordinates := false
	var numbers []string
	for n, line := range strings.Split(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		fields := strings.Split(line, ",")
		key, value, isHead := strings.Cut(line, "=")
		switch {
		case line == "[地块坐标]":
			coordinates = true
		case !coordinates && isHead:
			head[key] = value
		case !coordinates:
		case fields[len(fields)-1] == "@":
			count, err := strconv.Atoi(fields[0])
			ha, err2 := strconv.ParseFloat(fields[1], 64)
			if err != nil || err2 != nil || len(fields) != 9 || fields[4] != "面" {
				t.Fatalf("line %d: %q", n+1, line)
			}
			out = append(out, parcel{count: count, hectares: ha, number: fields[2], name: fields[3], use: fields[6],
				zone: head["带号"], width: head["几度分带"], unit: head["数据产生单位"], smallest: math.Inf(1), closedByFirstsNumber: true})
		default:
			p := &out[len(out)-1]
			ring, _ := strconv.Atoi(fields[1])
			x, err := strconv.ParseFloat(fields[2], 64)
			y, err2 := strconv.ParseFloat(fields[3], 64)
			if err != nil || err2 != nil || len(fields) != 4 {
				t.Fatalf("line %d: %q", n+1, line)
			}
			if ring == len(p.rings)+1 {
				p.rings, numbers = append(p.rings, nil), nil
			}
			if ring != len(p.rings) {
				t.Fatalf("line %d: ring %d after %d", n+1, ring, len(p.rings))
			}
			p.rings[ring-1] = append(p.rings[ring-1], orb.Point{y, x})
			numbers = append(numbers, fields[0])
			r := p.rings[ring-1]
			if len(r) > 3 && r[0] == r[len(r)-1] && numbers[0] != fields[0] {
				p.closedByFirstsNumber = false
			}
			p.points++
			p.smallest, p.largestE = min(p.smallest, x), max(p.largestE, y)
		}
	}
	return out
}

func TestTXT(t *testing.T) {
	s := drawn(t)
	var b bytes.Buffer
	lost, err := TXT(&b, s, TXTOptions{Unit: "巫山县规划和自然资源局"})
	if err != nil || lost != 0 {
		t.Fatal(lost, err)
	}
	body, err := simplifiedchinese.GB18030.NewDecoder().String(b.String())
	if err != nil {
		t.Fatal(err)
	}
	got := readTXT(t, body)
	if len(got) != 2 {
		t.Fatalf("%d parcels in\n%s", len(got), body)
	}
	p := got[0]
	if p.count != 11 || p.points != 11 || p.hectares != 285.0542 || p.number != "001-HX001" || p.zone != "37" || p.width != "3" {
		t.Errorf("%+v", p)
	}
	if want := "巫山县规划和自然资源局（示意数据）"; p.unit != want {
		t.Errorf("unit %q, want %q", p.unit, want)
	}
	// The north-western corner's box point is nearest to J2 of the drawing.
	if first := p.rings[0][0]; first != (orb.Point{37400850.5, 3442300.375}) {
		t.Errorf("starts at %v", first)
	}
	if signedArea(p.rings[0]) >= 0 || signedArea(p.rings[1]) <= 0 {
		t.Error("outer rings run clockwise, holes counterclockwise")
	}
	if area := -signedArea(p.rings[0]) - signedArea(p.rings[1]); math.Abs(area-2851218.7031) > 0.0001 {
		t.Errorf("plane area %.4f", area)
	}
	if !p.closedByFirstsNumber {
		t.Error("the closing point must repeat the first's number")
	}
	if p := got[1]; p.name != "＝㙟，  长江＠" || len(p.rings) != 2 || p.points != 8 || p.number != "002-2022/11/01" {
		t.Errorf("%+v", p)
	}
	if !strings.Contains(body, "数据产生日期=2026-11-24\r\n") {
		t.Error("17:00 UTC is the next day in China")
	}

	var utf8 bytes.Buffer
	if _, err := TXT(&utf8, s, TXTOptions{Unit: "巫山县规划和自然资源局", UTF8: true}); err != nil {
		t.Fatal(err)
	}
	if utf8.String() != "\ufeff"+body {
		t.Error("UTF-8 differs from GB18030 in more than its encoding")
	}
}

func TestTXTPlanes(t *testing.T) {
	east := func(srid int, want string) {
		t.Helper()
		s := drawn(t)
		s.SRID = srid
		var b bytes.Buffer
		if _, err := TXT(&b, s, TXTOptions{UTF8: true}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("EPSG:%d: no %s in\n%s", srid, want, b.String())
		}
	}
	east(4546, ",37400850.500\r\n")
	east(4525, "带号=37\r\n")
	east(4545, ",36400850.500\r\n")
	east(4508, "几度分带=6\r\n")
	east(4508, ",19400850.500\r\n")
	for _, srid := range []int{4490, 3857, 4555, 2382, 32649} {
		s := drawn(t)
		s.SRID = srid
		if _, err := TXT(&bytes.Buffer{}, s, TXTOptions{}); !geodata.IsKind(err, geodata.Refused) {
			t.Errorf("EPSG:%d: %v", srid, err)
		}
	}
}

// A piece thinner than a millimetre has no points to write; it is counted.
func TestTXTCountsWhatVanishes(t *testing.T) {
	s := drawn(t)
	s.Pieces = []overlap.Piece{{Layer: geodata.RedLine, Geometry: geometry4546(t, "MULTIPOLYGON(((400000 3441000,400100 3441000,400100 3441000.0002,400000 3441000)))")}}
	var b bytes.Buffer
	lost, err := TXT(&b, s, TXTOptions{UTF8: true})
	if err != nil || lost != 1 || !strings.HasSuffix(b.String(), "[地块坐标]\r\n") {
		t.Errorf("lost %d, %v\n%s", lost, err, b.String())
	}
}

// Every code of the EPSG series has the meridian and zone PROJ gives it.
func TestZoneOf(t *testing.T) {
	for srid := 4491; srid <= 4554; srid++ {
		out, err := exec.Command("gdalsrsinfo", "-o", "proj4", fmt.Sprintf("EPSG:%d", srid)).Output()
		if err != nil {
			t.Fatal(err)
		}
		z, ok := ZoneOf(srid)
		x0 := 500000
		if z.Prefixed {
			x0 += z.Number * 1_000_000
		}
		for _, want := range []string{fmt.Sprintf("+lon_0=%d ", z.Meridian), fmt.Sprintf("+x_0=%d ", x0)} {
			if !ok || !strings.Contains(string(out), want) {
				t.Errorf("EPSG:%d: %+v, PROJ says %s", srid, z, out)
			}
		}
	}
}

func TestGeoJSON(t *testing.T) {
	s := drawn(t)
	if err := GeoJSON(&bytes.Buffer{}, s); err == nil {
		t.Error("plane coordinates were written as degrees")
	}
	site := geometry4546(t, "MULTIPOLYGON(((109.9 31.1,109.9 31.2,110.00000000012345 31.2,109.9 31.1)))") // clockwise
	piece1 := geometry4546(t, "MULTIPOLYGON(((109 31,110 31,110 32,109 32,109 31),(109.2 31.2,109.8 31.2,109.8 31.8,109.2 31.2)))")
	if _, err := s.In(4490, site, []orb.MultiPolygon{piece1}); err == nil {
		t.Error("one geometry served two pieces")
	}
	s, err := s.In(4490, site, []orb.MultiPolygon{piece1, piece1})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := GeoJSON(&b, s); err != nil {
		t.Fatal(err)
	}
	var c collection
	if err := json.Unmarshal(b.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	first, piece := c.Features[0], c.Features[1]
	if first.Properties.Role != "site" || first.Geometry.Coordinates[0][0][1] != [2]float64{110.0000000001, 31.2} {
		t.Errorf("site %+v", first)
	}
	if piece.Properties.Ref != "500237.red-line@2022" || piece.Properties.AreaM2 != 2850542.0243 {
		t.Errorf("piece %+v", piece.Properties)
	}
	hole := piece.Geometry.Coordinates[0][1]
	if hole[1] != [2]float64{109.8, 31.8} {
		t.Errorf("a hole runs clockwise: %v", hole)
	}
	if !strings.Contains(c.Note, "示意数据") || !strings.Contains(b.String(), "urn:ogc:def:crs:EPSG::4490") {
		t.Errorf("%s", b.String())
	}
}

func TestGPKG(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pieces.gpkg")
	s := drawn(t)
	if err := GPKG(context.Background(), path, s); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
	summary := ogrinfo(t, "-so", path, "overlap")
	for _, want := range []string{"Feature Count: 2", "Geometry: Multi Polygon", `ID["EPSG",4546]`, "area_m2: Real", "code: String", "no: Integer"} {
		if !strings.Contains(summary, want) {
			t.Errorf("no %q in\n%s", want, summary)
		}
	}
	rows := ogrinfo(t, path, "overlap")
	for _, want := range []string{"code (String) = 2022/11/01", "area_m2 (Real) = 2850542.0243", "class (String) = 核心区", "ref (String) = 500237.red-line@2022"} {
		if !strings.Contains(rows, want) {
			t.Errorf("no %q in\n%s", want, rows)
		}
	}
	site := ogrinfo(t, path, "site")
	if !strings.Contains(site, "Feature Count: 1") || !strings.Contains(site, "name (String) = 示例地块,一") {
		t.Errorf("site:\n%s", site)
	}
	if contents := ogrinfo(t, path, "-sql", "select description from gpkg_contents where table_name='overlap'"); !strings.Contains(contents, s.CheckID) || !strings.Contains(contents, "示意数据") {
		t.Errorf("contents:\n%s", contents)
	}
	exactInGPKG(t, path, s)

	again := filepath.Join(dir, "again.gpkg")
	if err := GPKG(context.Background(), again, s); err != nil {
		t.Fatal(err)
	}
	a, _ := os.ReadFile(path)
	b, _ := os.ReadFile(again)
	if !bytes.Equal(a, b) {
		t.Error("equal sets gave different GeoPackages")
	}
}

// exactInGPKG compares every coordinate to the bit, rings turned back or not.
func exactInGPKG(t *testing.T, path string, s Set) {
	t.Helper()
	out, err := exec.Command("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, "overlap", "-lco", "SIGNIFICANT_FIGURES=20", "-lco", "COORDINATE_PRECISION=20").Output()
	if err != nil {
		t.Fatal(err)
	}
	var c collection
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatal(err)
	}
	for i, p := range s.Pieces {
		want, _ := json.Marshal(multiPolygon(p.Geometry, exactly).Coordinates)
		got, _ := json.Marshal(c.Features[i].Geometry.Coordinates)
		if !bytes.Equal(want, got) {
			t.Errorf("piece %d came back as\n%s\nwant\n%s", i+1, got, want)
		}
	}
}

// A site that touches nothing still has its layer of pieces, with its fields.
func TestGPKGWithoutPieces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pieces.gpkg")
	s := drawn(t)
	s.Pieces = nil
	if err := GPKG(context.Background(), path, s); err != nil {
		t.Fatal(err)
	}
	if summary := ogrinfo(t, "-so", path, "overlap"); !strings.Contains(summary, "Feature Count: 0") || !strings.Contains(summary, "area_m2: Real") {
		t.Error(summary)
	}
}

func TestGPKGEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := GPKG(ctx, filepath.Join(dir, "pieces.gpkg"), drawn(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func ogrinfo(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("ogrinfo", append([]string{"-ro"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
