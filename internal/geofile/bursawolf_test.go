package geofile

import (
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// madeUp are parameters of the size of real ones, and nobody's.
func madeUp(datum string, r geodata.Rotation) *geodata.SevenParameters {
	return &geodata.SevenParameters{Name: "示例", Datum: datum, Rotation: r,
		Shift: [3]float64{-112.375, 43.625, 31.25}, Turn: [3]float64{1.875, -2.125, 3.5}, Scale: -4.25}
}

// transformed has GDAL, by PROJ, take points from one definition to another.
func transformed(t *testing.T, from, to string, points []orb.Point) []orb.Point {
	t.Helper()
	var text strings.Builder
	for _, p := range points {
		fmt.Fprintf(&text, "%.12f %.12f 0\n", p[0], p[1])
	}
	cmd := exec.Command("gdaltransform", "-s_srs", from, "-t_srs", to)
	cmd.Stdin = strings.NewReader(text.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("gdaltransform: %v", err)
	}
	var result []orb.Point
	for line := range strings.Lines(string(out)) {
		var p orb.Point
		if _, err := fmt.Sscan(line, &p[0], &p[1]); err != nil {
			t.Fatal(err)
		}
		result = append(result, p)
	}
	if len(result) != len(points) {
		t.Fatalf("%d points of %d came back", len(result), len(points))
	}
	return result
}

// PROJ is the referee: the same parameters by its towgs84, which is Bursa-Wolf in the
// position vector convention, agree to a tenth of a millimetre, in every projection.
func TestSevenParametersAgreeWithPROJ(t *testing.T) {
	toCGCS := map[string]string{
		"degrees":  "+proj=longlat +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs",
		"meridian": "+proj=tmerc +lat_0=0 +lon_0=111 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs",
		"zone":     "+proj=tmerc +lat_0=0 +lon_0=111 +k=1 +x_0=37500000 +y_0=0 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs",
		"six":      "+proj=tmerc +lat_0=0 +lon_0=111 +k=1 +x_0=19500000 +y_0=0 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs",
	}
	points := map[string][]orb.Point{"degrees": {{109.5545, 30.7515}, {110.1955, 31.4785}, {109.875, 31.075}, {111, 31}}}
	for kind, east := range map[string]float64{"meridian": 0, "zone": 37e6, "six": 19e6} {
		points[kind] = []orb.Point{{east + 361_553, 3_403_688}, {east + 423_584, 3_484_914}, {east + 392_600.125, 3_439_600.875}, {east + 500_000, 3_430_000}}
	}
	for _, c := range []struct {
		code int
		kind string
	}{
		{4610, "degrees"}, {2382, "meridian"}, {2361, "zone"}, {2333, "six"},
		{4214, "degrees"}, {2434, "meridian"}, {2413, "zone"}, {21419, "six"},
	} {
		s, _ := knownSystem(c.code)
		for _, r := range []geodata.Rotation{geodata.PositionVector, geodata.CoordinateFrame} {
			p := madeUp(string(s.datum), r)
			f := &File{options: Options{Parameters: p}}
			if err := f.relate(s); err != nil {
				t.Fatalf("EPSG:%d: %v", c.code, err)
			}
			turn := p.Turn
			if r == geodata.CoordinateFrame {
				turn = [3]float64{-turn[0], -turn[1], -turn[2]}
			}
			towgs84 := fmt.Sprintf("+towgs84=%v,%v,%v,%v,%v,%v,%v", p.Shift[0], p.Shift[1], p.Shift[2], turn[0], turn[1], turn[2], p.Scale)
			from := strings.Replace(strings.Replace(toCGCS[c.kind], "+ellps=GRS80", fmt.Sprintf("+a=%v +rf=%v", s.ellipsoid.a, s.ellipsoid.inverse), 1),
				"+towgs84=0,0,0,0,0,0,0", towgs84, 1)
			want := transformed(t, from, toCGCS[c.kind], points[c.kind])
			for i, q := range points[c.kind] {
				got := f.relation.convert(q)
				off := math.Hypot(got[0]-want[i][0], got[1]-want[i][1])
				if c.kind == "degrees" {
					off = groundDistance(got, want[i])
				}
				if off > 1e-4 {
					t.Errorf("EPSG:%d %s %v: %.9f %.9f, PROJ has %.9f %.9f: %.6f m", c.code, r, q, got[0], got[1], want[i][0], want[i][1], off)
				}
			}
		}
	}
}

// The forward projection is PROJ's, and the way back leads home.
func TestTransverseMercator(t *testing.T) {
	points := []orb.Point{{109.5545, 30.7515}, {113.9, 54}, {108, 16}, {111, 31}}
	want := transformed(t, "+proj=longlat +ellps=GRS80 +no_defs", "+proj=tmerc +lat_0=0 +lon_0=111 +k=1 +x_0=500000 +ellps=GRS80 +units=m +no_defs", points)
	s, _ := knownSystem(4546)
	for i, p := range points {
		got := s.tm.forward(p)
		if math.Hypot(got[0]-want[i][0], got[1]-want[i][1]) > 1e-4 {
			t.Errorf("%v: %v, PROJ has %v", p, got, want[i])
		}
		if back := s.tm.inverse(got); groundDistance(back, p) > 1e-5 {
			t.Errorf("%v comes back as %v", p, back)
		}
	}
}

func TestSevenParametersOfAFile(t *testing.T) {
	xian := func(code int, ring string) []byte {
		return []byte(fmt.Sprintf(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::%d"}},"features":[%s]}`, code, polygonOf(ring)))
	}
	plane := `[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`
	wushan := orb.Bound{Min: orb.Point{109.55, 30.75}, Max: orb.Point{110.2, 31.48}}
	control := madeUp("xian80", geodata.PositionVector)
	s, _ := knownSystem(4610)
	at := (&relation{from: s, ellipsoid: s.ellipsoid, parameters: *control}).shift(orb.Point{109.875, 31.075})
	control.Controls = []geodata.Control{{From: [2]float64{109.875, 31.075}, To: at}}
	off := *control
	off.Controls = []geodata.Control{{From: [2]float64{109.875, 31.075}, To: [2]float64{at[0], at[1] + 3e-6}}}
	far := madeUp("xian80", geodata.PositionVector)
	far.Shift[0] = 1900
	prj := `PROJCS["Xian_1980_3_Degree_GK_CM_111E",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	txt := boundaryHead + "5,0.01,A,甲,面,,,,@\n" + square4("1", 3440000, 400000, 10)
	txt80 := strings.Replace(txt, "坐标系=2000国家大地坐标系", "坐标系=1980西安坐标系\n转换参数=-112.375,43.625,31.25,1.875,-2.125,3.5,-4.25", 1)
	ownNumbers, err := geodata.ParseParameters("xian80/position-vector/m/arcsecond/ppm:file")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file       string
		content    []byte
		parameters *geodata.SevenParameters
		crs        string
		srid       int
		code       string
	}{
		"a plane":                  {"a.geojson", xian(2382, plane), madeUp("xian80", geodata.PositionVector), "", 4546, ""},
		"degrees":                  {"a.geojson", xian(4610, `[[[109.8,31],[109.81,31],[109.81,31.01],[109.8,31]]]`), madeUp("xian80", geodata.PositionVector), "", 4490, ""},
		"a .prj without a code":    {"a.zip", zipped(t, "a.shp", shapefile(square), "a.prj", prj), madeUp("Xian 1980", geodata.PositionVector), "", 4546, ""},
		"declared":                 {"a.zip", zipped(t, "a.shp", shapefile(square)), madeUp("xian80", geodata.PositionVector), "EPSG:2382", 4546, ""},
		"declared beside its .prj": {"a.zip", zipped(t, "a.shp", shapefile(square), "a.prj", prj), madeUp("xian80", geodata.PositionVector), "EPSG:2382", 4546, ""},
		"a boundary-point file":    {"a.txt", []byte(txt80), madeUp("xian80", geodata.PositionVector), "", 4546, ""},
		"with its own numbers":     {"a.txt", []byte(txt80), &ownNumbers, "", 4546, ""},
		"without its own numbers":  {"a.txt", []byte(strings.Replace(txt80, "-112.375,43.625", ",", 1)), &ownNumbers, "", 0, "parameters-malformed"},
		"controls that fit":        {"a.geojson", xian(2382, plane), control, "", 4546, ""},
		"controls that do not fit": {"a.geojson", xian(2382, plane), &off, "", 0, "parameters-residual"},
		"of another datum":         {"a.geojson", xian(2434, plane), madeUp("xian80", geodata.PositionVector), "", 0, "parameters-other-datum"},
		"not needed":               {"a.geojson", xian(4546, plane), madeUp("xian80", geodata.PositionVector), "", 0, "parameters-not-needed"},
		"too far":                  {"a.geojson", xian(2382, plane), far, "", 0, "parameters-implausible"},
		"Pulkovo by PROJ's name":   {"a.geojson", xian(4284, `[[[109.8,31],[109.81,31],[109.81,31.01],[109.8,31]]]`), madeUp("Pulkovo 1942", geodata.PositionVector), "", 4490, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, c.file, c.content), Options{CRS: c.crs, Parameters: c.parameters, County: &wushan})
			if c.code != "" {
				if r.err == nil || r.err.Code != c.code {
					t.Errorf("EPSG:%d, %v; want %s", r.srid, r.err, c.code)
				}
				return
			}
			f := r.found("datum-by-parameters")
			if r.err != nil || r.srid != c.srid || len(r.features) != 1 || f == nil {
				t.Fatalf("EPSG:%d, %d features, %v; want EPSG:%d", r.srid, len(r.features), r.err, c.srid)
			}
			if !strings.Contains(f.ZH, "位置矢量") || !strings.Contains(f.EN, "arc seconds") || !strings.Contains(f.ZH, "摘要 ") || strings.Contains(f.ZH+f.EN, "112.3") {
				t.Errorf("said: %s %s", f.ZH, f.EN)
			}
			plain := plainOf(c.content)
			if c.file == "a.zip" {
				plain = zipped(t, "a.shp", shapefile(square))
			}
			moved := groundDistance(placeOf(t, r), placeOf(t, read(t, put(t, c.file, plain), Options{CRS: fmt.Sprintf("EPSG:%d", c.srid)})))
			if moved < 5 || moved > 300 {
				t.Errorf("moved by %.1f m", moved)
			}
		})
	}
}

// plainOf is the file said to be on CGCS2000.
func plainOf(content []byte) []byte {
	for old, now := range map[string]string{"EPSG::2382": "EPSG::4546", "EPSG::4610": "EPSG::4490", "EPSG::4284": "EPSG::4490", "1980西安坐标系": "2000国家大地坐标系"} {
		content = bytes.ReplaceAll(content, []byte(old), []byte(now))
	}
	return content
}

func placeOf(t *testing.T, r reading) orb.Point {
	t.Helper()
	if r.err != nil || len(r.features) == 0 {
		t.Fatal(r.err)
	}
	s, _ := knownSystem(r.srid)
	place, _ := s.lonLat(pathsOf(r.features[0].Geometry)[0][0])
	return place
}
