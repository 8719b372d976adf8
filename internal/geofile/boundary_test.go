package geofile

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/unicode"

	"hongxian/geodata"
)

// workedExample is the format's example: the area vector V2, a parcel with a
// hole, east coordinates with their zone.
//
//	      ┌────J3
//	J2────┘     └──J4
//	│   ┌J9─J8┐    │
//	│   └J6─J7┘   ┌J5
//	J1────────────┘
const workedExample = `[属性描述]
格式版本号=1.01版本
数据产生单位=示例单位
数据产生日期=2024-05-01
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=37
精度=0.001
转换参数=,,,,,,
[地块坐标]
11,285.1219,DK01,示例地块一,面,,公用设施用地,,@
J1,1,3441000.125,37401000.250
J2,1,3442300.375,37400850.500
J3,1,3442850.625,37402100.875
J4,1,3442050.750,37403050.125
J5,1,3440950.875,37402500.625
J1,1,3441000.125,37401000.250
J6,2,3441600.000,37401500.000
J7,2,3441600.000,37401900.000
J8,2,3442000.000,37401900.000
J9,2,3442000.000,37401500.000
J6,2,3441600.000,37401500.000
`

func TestWorkedExample(t *testing.T) {
	r := read(t, put(t, "x.txt", []byte(workedExample)), Options{County: &wushan})
	if r.err != nil || r.srid != 4525 || len(r.features) != 1 || len(r.findings) != 0 {
		t.Fatalf("EPSG:%d, %d features, %v, findings %v", r.srid, len(r.features), r.err, r.findings)
	}
	f := r.features[0]
	if f.Code != "DK01" || f.Name != "示例地块一" || f.Attributes["地块用途"] != "公用设施用地" || f.Attributes["地块面积"] != 285.1219 || f.Attributes["界址点数"] != int64(11) {
		t.Errorf("%q %q %v", f.Code, f.Name, f.Attributes)
	}
	p, ok := f.Geometry.(orb.Polygon)
	if !ok || len(p) != 2 || len(p[0]) != 6 || len(p[1]) != 5 || p[0][0] != (orb.Point{37401000.250, 3441000.125}) {
		t.Fatalf("%v", f.Geometry)
	}
	if area := planeArea(p); !near(area, 2851218.7031, 0.0001) {
		t.Errorf("plane area %.4f", area)
	}
}

// The same parcel, however it is written.
func TestBoundaryVariants(t *testing.T) {
	cut := func(lines ...string) func(string) string {
		return func(s string) string {
			for _, l := range lines {
				s = strings.Replace(s, l+"\n", "", 1)
			}
			return s
		}
	}
	swap := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	unprefixed := swap(",374", ",4")
	for name, c := range map[string]struct {
		change  func(string) string
		srid    int
		finding string // "" for none
	}{
		"byte order mark":           {func(s string) string { return "\ufeff" + s }, 4525, ""},
		"GB18030":                   {func(s string) string { return gbk(t, s) }, 4525, ""},
		"UTF-16":                    {func(s string) string { return utf16(t, s) }, 4525, ""},
		"CRLF, blanks, empty lines": {swap("\n", " \r\n\r\n\t"), 4525, ""},
		"full-width commas":         {swap(",", "，"), 4525, ""},
		"full-width @":              {swap("@", "＠"), 4525, ""},
		"no @":                      {swap(",,@", ",,"), 4525, ""},
		"comma in the name":         {swap("示例地块一", "示例,地块一"), 4525, ""},
		"@ in the header":           {swap("示例单位", "示例单位＠"), 4525, ""},
		"comma of the name":         {swap("示例地块一", "示例，地块一"), 4525, ""},
		"a title above":             {func(s string) string { return "某县勘测定界成果\n" + s }, 4525, ""},
		"no zone in the header":     {swap("带号=37", "带号="), 4525, ""},
		"no prefix":                 {unprefixed, 4546, ""},
		"meridian instead of zone":  {func(s string) string { return unprefixed(strings.Replace(s, "带号=37", "带号=111", 1)) }, 4546, ""},
		"six-degree zone":           {swap(",374", ",194", "几度分带=3", "几度分带=6", "带号=37", "带号=19"), 4497, ""},
		"zone in the header wrong":  {swap("带号=37", "带号=36"), 4525, "zone-mismatch"},
		"hole wound the other way":  {swap("J7,2,3441600.000,37401900.000", "J7,2,3442000.000,37401500.000", "J9,2,3442000.000,37401500.000", "J9,2,3441600.000,37401900.000"), 4525, ""},
		"hole numbered 1":           {swap(",2,344", ",1,344"), 4525, ""},
		"numbering restarts":        {swap("J6,2", "J1,2", "J7,2", "J2,2", "J8,2", "J3,2", "J9,2", "J4,2"), 4525, ""},
		"closing points missing":    {func(s string) string { return cut("J1,1,3441000.125,37401000.250")(reverseCut(s)) }, 4525, "ring-closed"},
		"count without closing":     {swap("11,285", "9,285"), 4525, "point-count-closing"},
		"count wrong":               {swap("11,285", "14,285"), 4525, "point-count"},
		"area wrong":                {swap("285.1219", "286.1219"), 4525, "area-differs"},
		"area in square metres":     {swap("285.1219", "2851218.70"), 4525, "area-differs"},
		"northing second":           {func(s string) string { return turned(s) }, 4525, "xy-swapped"},
		"a point twice":             {swap("J3,1,", "J2,1,3442300.375,37400850.500\nJ3,1,", "11,", "12,"), 4525, "points-repeated"},
	} {
		t.Run(name, func(t *testing.T) {
			text := c.change(workedExample)
			r := read(t, put(t, "x.txt", []byte(text)), Options{County: &wushan})
			if r.err != nil || r.srid != c.srid || len(r.features) != 1 {
				t.Fatalf("EPSG:%d, %d features, refused %v, %v", r.srid, len(r.features), r.refused, r.err)
			}
			p, ok := r.features[0].Geometry.(orb.Polygon)
			if !ok || len(p) != 2 || !near(planeArea(p), 2851218.7031, 0.001) {
				t.Errorf("%v", r.features[0].Geometry)
			}
			if !strings.HasPrefix(r.features[0].Name, "示例") || !strings.HasSuffix(r.features[0].Name, "地块一") {
				t.Errorf("the name is %q", r.features[0].Name)
			}
			if c.finding == "" && len(r.findings) > 0 || c.finding != "" && r.found(c.finding) == nil {
				t.Errorf("findings %v, want %q", r.findings, c.finding)
			}
		})
	}
}

// reverseCut drops the last line, the hole's closing point.
func reverseCut(s string) string {
	s = strings.TrimSuffix(s, "\n")
	return s[:strings.LastIndexByte(s, '\n')+1]
}

// turned exchanges X and Y.
func turned(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if f := strings.Split(strings.TrimSpace(line), ","); len(f) == 4 && strings.HasPrefix(line, "J") {
			line = strings.Join([]string{f[0], f[1], f[3], f[2]}, ",") + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

func utf16(t testing.TB, s string) string {
	t.Helper()
	encoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

const boundaryHead = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=37\n计量单位=米\n[地块坐标]\n"

// square4 writes a square's four corners, unclosed, as ring lines.
func square4(ring string, north, east, side float64) string {
	var b strings.Builder
	for i, d := range [4][2]float64{{0, 0}, {side, 0}, {side, side}, {0, side}} {
		fmt.Fprintf(&b, "J%d,%s,%.3f,%.3f\n", i+1, ring, north+d[0], east+d[1])
	}
	return b.String()
}

// Rings are parts or holes by where they lie:
//
//	┌───────────────┐   ┌────┐
//	│ ┌───────────┐ │   │ 4  │
//	│ │ ┌──3──┐   │ │   └────┘
//	│ │ └─────┘ 2 │ │
//	│ └───────────┘1│
//	└───────────────┘
func TestRingsByContainment(t *testing.T) {
	text := boundaryHead + "16,,A,甲,面,,,,@\n" + square4("1", 3440000, 400000, 100) + square4("2", 3440010, 400010, 80) +
		square4("3", 3440020, 400020, 20) + square4("4", 3440000, 400200, 10) +
		"8,,B,乙,面,,,,@\n" + square4("2", 3440300, 400010, 10) + square4("1", 3440200, 400000, 200)
	r := read(t, put(t, "x.txt", []byte(text)), Options{})
	if r.err != nil || len(r.features) != 2 || r.srid != 4546 {
		t.Fatalf("%v %v", r.features, r.err)
	}
	m, ok := r.features[0].Geometry.(orb.MultiPolygon)
	if !ok || len(m) != 3 || len(m[0]) != 2 || len(m[1]) != 1 || len(m[2]) != 1 || planeArea(m) != 10000-6400+400+100 {
		t.Errorf("%v", r.features[0].Geometry)
	}
	p, ok := r.features[1].Geometry.(orb.Polygon)
	if !ok || len(p) != 2 || planeArea(p) != 40000-100 || r.features[1].Code != "B" || r.features[1].Record != 2 {
		t.Errorf("%v", r.features[1].Geometry)
	}
	if n := r.found("ring-closed"); n == nil || n.Record != 1 || n.Records != 6 {
		t.Errorf("%+v", n)
	}
}

// A hole that touches its part and parts that touch each other.
//
//	┌──────┐ ┌──┐
//	│  ┌───┤ │  │
//	│  └───┤ ├──┘
//	└──────┘ (a corner shared with the first)
func TestTouchingRings(t *testing.T) {
	outer := orb.Ring{{0, 0}, {0, 10}, {10, 10}, {10, 0}, {0, 0}}
	hole := orb.Ring{{5, 3}, {10, 3}, {10, 6}, {5, 6}, {5, 3}}
	beside := orb.Ring{{10, 10}, {10, 20}, {20, 20}, {10, 10}}
	same := orb.Ring{{0, 10}, {10, 10}, {10, 0}, {0, 0}, {0, 10}}
	if m, ok := nested([]orb.Ring{beside, hole, outer}).(orb.MultiPolygon); !ok || len(m) != 2 || len(m[1]) != 2 || len(m[0]) != 1 {
		t.Errorf("%v", m)
	}
	if m, ok := nested([]orb.Ring{outer, same}).(orb.MultiPolygon); !ok || len(m) != 2 {
		t.Errorf("a ring twice: %v", m)
	}
}

func TestBoundaryRefused(t *testing.T) {
	body := "5,0.01,A,甲,面,,,,@\n" + square4("1", 3440000, 400000, 10)
	change := func(from, to string) string { return strings.Replace(boundaryHead+body, from, to, 1) }
	for name, c := range map[string]struct{ text, code, said string }{
		"Xian 1980":             {change("2000国家大地坐标系", "1980西安坐标系"), "crs-datum-needs-parameters", "七参数"},
		"80":                    {change("2000国家大地坐标系", "80国家大地坐标系"), "crs-datum-needs-parameters", "1980 西安"},
		"parameters not filled": {change("坐标系=2000国家大地坐标系", "坐标系=1954北京坐标系\n转换参数=,,,,,,"), "crs-datum-needs-parameters", "1954 北京"},
		"parameters given":      {change("坐标系=2000国家大地坐标系", "坐标系=1954北京坐标系\n转换参数=1,2,3,0.1,0.2,0.3,4"), "crs-datum-needs-parameters", "没有写明旋转约定与单位"},
		"local system":          {change("2000国家大地坐标系", "重庆独立坐标系"), "crs-undefined", "重庆独立"},
		"another projection":    {change("计量单位=米", "投影类型=兰勃特"), "crs-undefined", "兰勃特"},
		"feet":                  {change("计量单位=米", "计量单位=英尺"), "txt-unit", "英尺"},
		"no such zone":          {change("带号=37", "带号=50"), "crs-undefined", "带号"},
		"no such prefix":        {strings.ReplaceAll(boundaryHead+body, ",400", ",50400"), "crs-undefined", ""},
		"another zone":          {change("带号=37", "带号=38"), "crs-far-away", "约 3°"},
		"no system":             {change("坐标系=2000国家大地坐标系\n几度分带=3\n带号=37\n", ""), "crs-needs-confirmation", "EPSG:4546"},
		"no zone":               {change("带号=37\n", ""), "crs-needs-confirmation", "EPSG:4546"},
		"two headers":           {boundaryHead + body + strings.Replace(boundaryHead+body, "带号=37", "带号=36", 1), "crs-contradictory", "第 15 行"},
		"a line":                {change("甲,面", "甲,线"), "geometry-not-polygon", "线"},
		"a point":               {change("甲,面", "甲,点"), "geometry-not-polygon", "点"},
		"two points":            {boundaryHead + "2,,A,甲,面,,,,@\nJ1,1,3440000,400000\nJ2,1,3440010,400000\n", "ring-too-short", "至少要 3 个"},
		"no points":             {boundaryHead + "0,,A,甲,面,,,,@\n", "ring-too-short", "没有界址点"},
		"no parcel":             {boundaryHead, "no-polygons", ""},
		"points first":          {boundaryHead + "J1,1,3440000,400000\n", "txt-parcel-missing", "第 7 行"},
		"not a number":          {change("J2,1,34", "J2,1,3O"), "txt-line-malformed", "第 9 行"},
		"hexadecimal":           {change("3440010.000", "0x1p4"), "txt-line-malformed", ""},
		"column missing":        {change("J3,1,", "J3,"), "txt-line-malformed", "第 10 行"},
		"order changes":         {change("3440010.000,400000.000", "400000.000,3440010.000"), "xy-mixed", ""},
		"closing point moved":   {boundaryHead + body + "J1,1,3440000.5,400000\n", "ring-unclosed", "J1"},
		"garbled":               {change("甲", "\xff\xff\xff甲"), "text-encoding", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x.txt", []byte(c.text)), Options{County: &wushan})
			if r.err == nil || r.err.Code != c.code || !strings.Contains(r.err.ZH, c.said) {
				t.Errorf("%d features, %+v", len(r.features), r.err)
			}
		})
	}
}

// One line record among parcels is refused by its number; the others stay.
func TestBoundaryRecordsRefused(t *testing.T) {
	text := boundaryHead + "4,,A,甲,面,,,,@\n" + square4("1", 3440000, 400000, 10) + "2,,B,乙,线,,,,@\nJ1,1,3440000,400000\nJ2,1,3440010,400000\n" +
		"4,,C,丙,面,,,,@\n" + square4("1", 3440100, 400000, 10)
	r := read(t, put(t, "x.txt", []byte(text)), Options{})
	if r.err != nil || len(r.features) != 2 || r.features[1].Record != 3 || len(r.refused) != 1 || r.refused[0].Record != 2 || r.refused[0].Code != "geometry-not-polygon" {
		t.Errorf("%v, refused %v, %v", r.features, r.refused, r.err)
	}
}

// What the planner declares stands beside the header.
func TestBoundaryDeclared(t *testing.T) {
	path := put(t, "x.txt", []byte(workedExample))
	for crs, want := range map[string]string{"EPSG:4525": "", "EPSG:4546": "", "EPSG:4526": "crs-contradictory", "EPSG:2361": "crs-contradictory"} {
		r := read(t, path, Options{CRS: crs, County: &wushan})
		if want == "" && (r.err != nil || r.srid != 4525) || want != "" && (r.err == nil || r.err.Code != want) {
			t.Errorf("%s: EPSG:%d, %v", crs, r.srid, r.err)
		}
	}
	local := strings.Replace(workedExample, "2000国家大地坐标系", "某独立坐标系", 1)
	if r := read(t, put(t, "x.txt", []byte(local)), Options{CRS: "EPSG:4525"}); r.err != nil || r.found("crs-declared") == nil {
		t.Errorf("%v, %v", r.err, r.findings)
	}
}

func FuzzBoundary(f *testing.F) {
	f.Add([]byte(workedExample))
	f.Add([]byte(boundaryHead + "4,,A,甲,面,,,,@\n" + square4("1", 1, 1, 1)))
	f.Add([]byte("，，，，面，＠\n1，1，１，２"))
	f.Add([]byte("\xff\xfe1,,,,面,@"))
	f.Add([]byte("1,2,,,线,,@\n,,1e9,-0\n,,1e9,-0\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		b, err := parseBoundary(decodeText(content, false))
		if err != nil {
			if !geodata.IsKind(err, geodata.Invalid) {
				t.Fatalf("not an error for users: %v", err)
			}
			return
		}
		_, _ = (&File{}).boundaryDatum(b.header)
		_, _ = (&File{options: Options{Parameters: &geodata.SevenParameters{Rotation: geodata.PositionVector, FromFile: true}}}).boundaryDatum(b.header)
		for i := range b.parcels {
			fuzzParcel(t, &b.parcels[i])
		}
	})
}

// fuzzParcel holds an assembled parcel to what all geometries promise.
func fuzzParcel(t *testing.T, p *parcel) {
	if p.fault != nil || len(p.corners) > 500 {
		return
	}
	g, _, bad := p.assemble(1)
	if bad != nil {
		if bad.ZH == "" || bad.EN == "" || bad.Code == "" {
			t.Fatalf("no error for users: %+v", bad)
		}
		return
	}
	for _, ring := range pathsOf(g) {
		if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
			t.Fatalf("ring %v", ring)
		}
	}
	if area := planeArea(g); math.IsNaN(area) {
		t.Fatalf("area of %v", g)
	}
}
