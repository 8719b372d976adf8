package geofile

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// dxf makes a drawing of code, value, code, value …
func dxf(entities ...any) []byte {
	head := []any{0, "SECTION", 2, "HEADER", 9, "$ACADVER", 1, "AC1015", 9, "$DWGCODEPAGE", 3, "ANSI_936", 0, "ENDSEC", 0, "SECTION", 2, "ENTITIES"}
	return []byte(pairsOf(head) + pairsOf(entities) + pairsOf([]any{0, "ENDSEC", 0, "EOF"}))
}

func pairsOf(p []any) string {
	var b strings.Builder
	for i := 0; i < len(p); i += 2 {
		fmt.Fprintf(&b, "%3v\r\n%v\r\n", p[i], p[i+1])
	}
	return b.String()
}

// polyline is a LWPOLYLINE; a third number of a vertex is its bulge.
func polyline(layer string, closed int, vertices ...[3]float64) []any {
	p := []any{0, "LWPOLYLINE", 5, "A1", 100, "AcDbEntity", 8, layer, 100, "AcDbPolyline", 90, len(vertices), 70, closed}
	for _, v := range vertices {
		p = append(p, 10, v[0], 20, v[1])
		if v[2] != 0 {
			p = append(p, 42, v[2])
		}
	}
	return p
}

// hatch fills a ring.
func hatch(layer string, ring ...[3]float64) []any {
	p := []any{0, "HATCH", 5, "A4", 100, "AcDbEntity", 8, layer, 100, "AcDbHatch", 10, 0.0, 20, 0.0, 30, 0.0, 210, 0.0, 220, 0.0, 230, 1.0, 2, "SOLID", 70, 1, 71, 0, 91, 1, 92, 2, 72, 0, 73, 1, 93, len(ring)}
	for _, v := range ring {
		p = append(p, 10, v[0], 20, v[1])
	}
	return append(p, 97, 0, 75, 0, 76, 1, 98, 0)
}

var (
	plot     = [][3]float64{{392600, 3439600, 0}, {392600, 3439750, 0}, {392800, 3439750, 0}, {392800, 3439600, 0}}
	dxfLabel = []any{0, "TEXT", 5, "A3", 100, "AcDbEntity", 8, "注记", 100, "AcDbText", 10, 392600.0, 20, 3439600.0, 40, 2.5, 1, "地块"}
	dxfAxis  = polyline("中线", 0, plot[:3]...)
)

func all(entities ...[]any) []any {
	var joined []any
	for _, e := range entities {
		joined = append(joined, e...)
	}
	return joined
}

func TestDXF(t *testing.T) {
	inner := polyline("红线", 1, [3]float64{392650, 3439650}, [3]float64{392650, 3439700}, [3]float64{392700, 3439700})
	for name, c := range map[string]struct {
		content []byte
		area    float64
		want    int
		finding string
	}{
		"closed":             {dxf(polyline("红线", 1, plot...)...), 30000, 1, ""},
		"closed by its end":  {dxf(polyline("红线", 0, append(plot, plot[0])...)...), 30000, 1, ""},
		"code page":          {[]byte(gbk(t, string(dxf(polyline("红线", 1, plot...)...)))), 30000, 1, ""},
		"labels and an axis": {dxf(all(polyline("红线", 1, plot...), dxfLabel, dxfAxis)...), 30000, 1, "drawing-left-out"},
		"a hatch":            {dxf(hatch("红线", plot...)...), 30000, 1, ""},
		"a hatch in a line":  {dxf(all(polyline("红线", 1, plot...), hatch("红线", plot...))...), 30000, 1, "hatch-doubled"},
		"one in another":     {dxf(all(polyline("红线", 1, plot...), inner)...), 31250, 2, "dxf-nested"},
		"no code page":       {[]byte(gbk(t, strings.Replace(string(dxf(polyline("红线", 1, plot...)...)), "ANSI_936", "ANSI_1252", 1))), 30000, 1, "encoding-guessed"},
		// The top side is half a circle of 100 m bulging outwards.
		"an arc": {dxf(polyline("红线", 1, plot[0], [3]float64{392600, 3439750, -1}, plot[2], plot[3])...), 30000 + math.Pi*5000, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x.dxf", c.content), Options{CRS: "EPSG:4546", County: &wushan})
			if r.err != nil || len(r.features) != c.want || r.srid != 4546 {
				t.Fatalf("%v %v", r.features, r.err)
			}
			area := 0.0
			for _, f := range r.features {
				area += planeArea(f.Geometry)
				if f.Attributes["Layer"] != "红线" {
					t.Errorf("layer %q", f.Attributes["Layer"])
				}
			}
			if !near(area, c.area, 0.5) {
				t.Errorf("area %.3f, want %.3f", area, c.area)
			}
			if c.finding == "" && len(r.findings) > 0 || c.finding != "" && r.found(c.finding) == nil {
				t.Errorf("findings %v, want %q", r.findings, c.finding)
			}
		})
	}
}

// A block drawn into the layer, a symbol of lines and a closed frame, does not
// hide its shapes nor spoil the others; a line without length is left out.
func TestDXFBlocks(t *testing.T) {
	text := string(dxf(all(polyline("红线", 1, plot...), []any{0, "INSERT", 5, "B1", 100, "AcDbEntity", 8, "红线", 100, "AcDbBlockReference", 2, "SYM", 10, 393000.0, 20, 3440000.0},
		polyline("红线", 0, plot[0], plot[0]))...))
	block := fmt.Sprintf("  0\r\nSECTION\r\n  2\r\nBLOCKS\r\n  0\r\nBLOCK\r\n  8\r\n0\r\n  2\r\nSYM\r\n 10\r\n0.0\r\n 20\r\n0.0\r\n%s%s  0\r\nENDBLK\r\n  0\r\nENDSEC\r\n",
		pairsOf(polyline("0", 1, [3]float64{0, 0}, [3]float64{0, 10}, [3]float64{10, 10}, [3]float64{10, 0})), pairsOf(polyline("0", 0, [3]float64{0, 0}, [3]float64{10, 10})))
	text = strings.Replace(text, "  0\r\nSECTION\r\n  2\r\nENTITIES", block+"  0\r\nSECTION\r\n  2\r\nENTITIES", 1)
	r := read(t, put(t, "x.dxf", []byte(text)), Options{CRS: "EPSG:4546"})
	if r.err != nil || len(r.features) != 2 || len(r.refused) != 0 || planeArea(r.features[1].Geometry) != 100 {
		t.Errorf("%v, refused %v, %v", r.features, r.refused, r.err)
	}
	if n := r.found("drawing-left-out"); n == nil || n.Records != 2 {
		t.Errorf("%+v", n)
	}
}

func TestDXFLayers(t *testing.T) {
	two := put(t, "x.dxf", dxf(all(polyline("红线", 1, plot...), polyline("建筑", 1, plot...), dxfAxis)...))
	if r := read(t, two, Options{CRS: "EPSG:4546"}); r.err == nil || r.err.Code != "several-layers" || !strings.Contains(r.err.ZH, "建筑、红线") {
		t.Errorf("%v", r.err)
	}
	if r := read(t, two, Options{CRS: "EPSG:4546", Layer: "红线"}); r.err != nil || len(r.features) != 1 {
		t.Errorf("%v %v", r.features, r.err)
	}
	if r := read(t, two, Options{CRS: "EPSG:4546", Layer: "中线", Lines: true}); r.err != nil || len(r.features) != 1 || !orb.Equal(r.features[0].Geometry, orb.LineString{{392600, 3439600}, {392600, 3439750}, {392800, 3439750}}) {
		t.Errorf("%v %v", r.features, r.err)
	}
	axis := put(t, "x.dxf", dxf(all(dxfAxis, dxfLabel)...))
	if r := read(t, axis, Options{CRS: "EPSG:4546", Lines: true}); r.err != nil || len(r.features) != 1 || r.found("drawing-left-out") == nil {
		t.Errorf("%v %v", r.features, r.err)
	}
	if r := read(t, axis, Options{CRS: "EPSG:4546"}); r.err == nil || r.err.Code != "no-polygons" || !strings.Contains(r.err.ZH, "1 条线") {
		t.Errorf("%v", r.err)
	}
}

func TestDXFWithoutASystem(t *testing.T) {
	path := put(t, "x.dxf", dxf(polyline("红线", 1, plot...)...))
	if r := read(t, path, Options{County: &wushan}); r.err == nil || r.err.Code != "crs-needs-confirmation" || !strings.Contains(r.err.ZH, "EPSG:4546") {
		t.Errorf("%v", r.err)
	}
	if r := read(t, path, Options{County: &wushan, ConfirmGuess: true}); r.err != nil || r.srid != 4546 {
		t.Errorf("%v", r.err)
	}
	if r := read(t, put(t, "x.dxf", dxf()[:120]), Options{}); r.err == nil {
		t.Error("a drawing cut off was taken")
	}
	if r := read(t, put(t, "x.dxf", dxf()), Options{Lines: true}); r.err == nil || r.err.Code != "no-polygons" {
		t.Errorf("an empty drawing: %v", r.err)
	}
}

// A drawing is read by GDAL in its cage, and sorted out here: whatever it holds
// ends in features or in an error for users. The cage makes this a slow target.
func FuzzDXF(f *testing.F) {
	f.Add(dxf(polyline("红线", 1, plot...)...))
	f.Add(dxf(all(polyline("红线", 1, plot...), hatch("红线", plot...), dxfLabel, dxfAxis)...))
	f.Add(dxf(0, "LWPOLYLINE", 8, "a", 90, 2147483647, 70, 1, 10, "1e308", 20, "nan", 10, "x", 20, "y"))
	f.Add(dxf(0, "INSERT", 2, "b", 10, 0, 20, 0, 41, 1e9, 0, "POLYLINE", 66, 1, 0, "VERTEX", 10, 1))
	f.Add([]byte("  0\r\nSECTION\r\n  2\r\nENTITIES\r\n  0"))
	f.Add([]byte("999\nno end"))
	// Asking GDAL for its drivers takes longer than one input may, on a busy machine.
	foreignDrivers()
	confinement()
	f.Fuzz(func(t *testing.T, content []byte) {
		// GDAL runs in circles over some: they end with the request, or when the
		// processor time of their size is used up.
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		for _, feature := range readWithin(t, ctx, put(t, "x.dxf", content), Options{CRS: "EPSG:4546", County: &wushan}).features {
			if feature.Geometry == nil {
				t.Errorf("record %d has no geometry", feature.Record)
			}
		}
	})
}
