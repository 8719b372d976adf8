package geofile

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// The public algorithms' vectors at the county seat.
func TestShiftedPositions(t *testing.T) {
	for name, c := range map[string]struct{ got, want orb.Point }{
		"WGS 84 to GCJ-02": {gcj02(orb.Point{109.875, 31.075}), orb.Point{109.87974412, 31.07255818}},
		"GCJ-02 to BD-09":  {bd09(gcj02(orb.Point{109.875, 31.075})), orb.Point{109.88628450, 31.07838749}},
		"back from GCJ-02": {AsGCJ02(orb.Point{109.879153, 31.074834}), orb.Point{109.87440796, 31.07727392}},
		"back from BD-09":  {AsBD09(orb.Point{109.88628450, 31.07838749}), orb.Point{109.875, 31.075}},
		"outside China":    {AsGCJ02(orb.Point{-2.3, 53.4}), orb.Point{-2.3, 53.4}},
	} {
		if !near(c.got[0], c.want[0], 1.2e-8) || !near(c.got[1], c.want[1], 1.2e-8) {
			t.Errorf("%s: %.8f, want %.8f", name, c.got, c.want)
		}
	}
}

// Going there and back again is the same place to a tenth of a millimetre,
// everywhere in China.
func TestShiftsAreUndone(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		p := orb.Point{74 + random.Float64()*60, 5 + random.Float64()*48}
		for name, back := range map[string]orb.Point{"GCJ-02": AsGCJ02(gcj02(p)), "BD-09": AsBD09(bd09(gcj02(p)))} {
			if !near(back[0], p[0], 1e-9) || !near(back[1], p[1], 1e-9) {
				t.Fatalf("%s: %v came back as %v", name, p, back)
			}
		}
	}
}

func TestDeclaredShift(t *testing.T) {
	shifted := gcj02(orb.Point{109.875, 31.075})
	text := polygonOf(fmt.Sprintf(`[[[%.10f,%.10f],[109.89,31.08],[109.89,31.09],[%.10f,%.10f]]]`, shifted[0], shifted[1], shifted[0], shifted[1]))
	r := read(t, put(t, "x.json", []byte(text)), Options{Datum: "GCJ-02", County: &wushan})
	if r.err != nil {
		t.Fatal(r.err)
	}
	ring := r.features[0].Geometry.(orb.Polygon)[0]
	if p := ring[0]; !near(p[0], 109.875, 1e-9) || !near(p[1], 31.075, 1e-9) || ring[3] != p {
		t.Errorf("the ring starts at %v and ends at %v", p, ring[3])
	}
	n := r.found("datum-shifted")
	if n == nil || !strings.Contains(n.ZH, "109.87974412, 31.07255818 → 109.87500000, 31.07500000") {
		t.Errorf("finding %+v", n)
	}
	for name, c := range map[string]struct {
		options Options
		code    string
	}{
		"projected": {Options{CRS: "EPSG:4546", Datum: "gcj02"}, "datum-needs-degrees"},
		"unknown":   {Options{Datum: "mars"}, "datum-unknown"},
	} {
		if r := read(t, put(t, "x.json", []byte(text)), c.options); r.err == nil || r.err.Code != c.code {
			t.Errorf("%s: %v", name, r.err)
		}
	}
}
