package geofile

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// PROJ takes the old datums for CGCS2000, silently: this is why they are refused here
// without parameters. A new PROJ that does better would be seen by this.
func TestPROJShiftsOldDatumsByNothing(t *testing.T) {
	at := []orb.Point{{31.075, 109.875}} // these systems put latitude first
	for _, code := range []string{"EPSG:4610", "EPSG:4214", "EPSG:4326"} {
		if got := transformed(t, code, "EPSG:4490", at)[0]; !near(got[0], at[0][0], 1e-9) || !near(got[1], at[0][1], 1e-9) {
			t.Errorf("PROJ moves %s to %v", code, got)
		}
	}
}

// Datums that are CGCS2000 within a metre are taken with a word, in degrees, in three
// dimensions and in planes; every other one is refused without parameters.
func TestDatums(t *testing.T) {
	degrees := polygonOf(`[[[109.80,31.00],[109.81,31.00],[109.81,31.01],[109.80,31.00]]]`)
	plane := polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`)
	const noted, silent = "crs-datum-taken-as-cgcs2000", ""
	for _, c := range []struct {
		name, text, crs string
		srid            int
		finding, code   string
	}{
		{"CGCS2000", degrees, "EPSG:4490", 4490, silent, ""},
		{"CGCS2000 in three dimensions", degrees, "EPSG:4480", 4490, "crs-flattened", ""},
		{"CGCS2000 in a plane", plane, "EPSG:4546", 4546, silent, ""},
		{"WGS 84", degrees, "EPSG:4326", 4326, noted, ""},
		{"WGS 84 in three dimensions", degrees, "EPSG:4979", 4326, noted, ""},
		{"WGS 84 in UTM", plane, "EPSG:32649", 32649, noted, ""},
		{"ETRS89", degrees, "EPSG:4258", 4258, noted, ""},
		{"ETRS89 in three dimensions", degrees, "EPSG:4937", 4258, noted, ""},
		{"ETRS89 in a plane that only PROJ knows", plane, "EPSG:3035", 3035, noted, ""},
		{"NAD83", degrees, "EPSG:4269", 4269, noted, ""},
		{"CGCS2000, geocentric", plane, "EPSG:4479", 0, "", "crs-unknown"},
		{"Xian 1980", degrees, "EPSG:4610", 0, "", "crs-datum-needs-parameters"},
		{"Beijing 1954", degrees, "EPSG:4214", 0, "", "crs-datum-needs-parameters"},
		{"New Beijing", degrees, "EPSG:4555", 0, "", "crs-datum-needs-parameters"},
		{"JGD2011, on the same ellipsoid", degrees, "EPSG:6668", 0, "", "crs-datum-needs-parameters"},
	} {
		r := read(t, put(t, "x.json", []byte(c.text)), Options{CRS: c.crs})
		switch {
		case c.code != "":
			if r.err == nil || r.err.Code != c.code {
				t.Errorf("%s: EPSG:%d, %v; want %s", c.name, r.srid, r.err, c.code)
			}
		case r.err != nil || r.srid != c.srid || len(r.features) != 1:
			t.Errorf("%s: EPSG:%d, %v", c.name, r.srid, r.err)
		case c.finding == silent && len(r.findings) > 0, c.finding != silent && r.found(c.finding) == nil:
			t.Errorf("%s: findings %v, want %q", c.name, r.findings, c.finding)
		}
	}
}

// Degrees in the other order, format by format: refused with the reason where the
// format fixes the order, read with a word where columns were only named the wrong way.
func TestLatitudeFirst(t *testing.T) {
	table := "点号,经度,纬度\n1,31.00,109.80\n2,31.00,109.81\n3,31.01,109.81\n"
	txt := strings.Replace(boundaryHead, "带号=37\n", "", 1) + "3,,A,甲,面,,,,@\nJ1,1,109.80,31.00\nJ2,1,109.81,31.00\nJ3,1,109.81,31.01\n"
	for name, c := range map[string]struct{ file, text, code, said string }{
		"GeoJSON":         {"x.json", polygonOf(`[[[31.00,109.80],[31.00,109.81],[31.01,109.81],[31.00,109.80]]]`), "crs-missing", "纬度在前"},
		"GeoJSON, stated": {"x.json", withCRS("EPSG:4490"), "", ""},
		"WKT":             {"x.wkt", "POLYGON((31 109.8,31 109.81,31.01 109.81,31 109.8))", "crs-missing", "纬度在前"},
		"CSV":             {"x.csv", table, "", ""},
		"TXT":             {"x.txt", txt, "", ""},
	} {
		text := c.text
		if name == "GeoJSON, stated" {
			text = strings.Replace(text, polygonIn(text), `[[[31.00,109.80],[31.00,109.81],[31.01,109.81],[31.00,109.80]]]`, 1)
			c.code, c.said = "crs-implausible", "纬度在前"
		}
		r := read(t, put(t, c.file, []byte(text)), Options{County: &wushan, ConfirmGuess: true})
		if c.code != "" {
			if r.err == nil || r.err.Code != c.code || !strings.Contains(r.err.ZH, c.said) {
				t.Errorf("%s: %+v", name, r.err)
			}
			continue
		}
		if r.err != nil || len(r.features) != 1 || r.found("xy-swapped") == nil {
			t.Errorf("%s: %v, %v, findings %v", name, r.features, r.err, r.findings)
			continue
		}
		if p := pathsOf(r.features[0].Geometry)[0][0]; !wushan.Contains(p) {
			t.Errorf("%s: %v", name, p)
		}
	}
}

// polygonIn is the coordinates of a text's only polygon.
func polygonIn(text string) string {
	_, rest, _ := strings.Cut(text, `"coordinates":`)
	return rest[:strings.Index(rest, "]]]")+3]
}

// How far web maps shift the county seat, and why one step back is not enough.
func TestSizeOfShifts(t *testing.T) {
	seat := orb.Point{109.875, 31.075}
	moved := gcj02(seat)
	if d := groundDistance(seat, moved); !near(d, 527, 1) {
		t.Errorf("GCJ-02 shifts by %.1f m", d)
	}
	east := groundDistance(seat, orb.Point{moved[0], seat[1]})
	south := groundDistance(seat, orb.Point{seat[0], moved[1]})
	if azimuth := 90 + math.Atan2(south, east)*180/math.Pi; moved[0] < seat[0] || moved[1] > seat[1] || !near(azimuth, 121, 1) {
		t.Errorf("GCJ-02 shifts towards %.1f°", azimuth)
	}
	if d := groundDistance(seat, bd09(moved)); !near(d, 1140, 5) {
		t.Errorf("BD-09 shifts by %.1f m", d)
	}
	again := gcj02(moved)
	oneStep := orb.Point{2*moved[0] - again[0], 2*moved[1] - again[1]}
	if d := groundDistance(seat, oneStep); d < 0.3 || d > 3 {
		t.Errorf("one step back is off by %.2f m", d)
	}
	if d := groundDistance(seat, AsGCJ02(moved)); d > 1e-4 {
		t.Errorf("iterated back it is off by %.6f m", d)
	}
}

// A zone with its prefix is held to its own zone's width.
func TestOutOfZoneWithPrefix(t *testing.T) {
	for code, easts := range map[int][2]float64{4525: {37_330_100, 37_329_900}, 4497: {19_330_100, 0}} {
		for i, east := range easts {
			if east == 0 {
				continue
			}
			text := polygonOf(fmt.Sprintf(`[[[%[1]f,3439600],[%[2]f,3439600],[%[2]f,3439700],[%[1]f,3439600]]]`, east, east+50))
			r := read(t, put(t, "x", []byte(text)), Options{CRS: fmt.Sprintf("EPSG:%d", code)})
			if r.err != nil || (r.found("out-of-zone") != nil) != (i == 1) {
				t.Errorf("EPSG:%d %.0f: %v %v", code, east, r.findings, r.err)
			}
		}
	}
}
