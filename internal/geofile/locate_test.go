package geofile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// The first vertices of the area vectors, as PROJ places them.
func TestInverseGaussKruger(t *testing.T) {
	for _, c := range []struct {
		code int
		at   orb.Point
		want orb.Point
	}{
		{4546, orb.Point{392600, 3439600}, orb.Point{109.8746200042, 31.0728893169}},
		{4546, orb.Point{362000, 3450000}, orb.Point{109.5526354066, 31.1634655909}},
		{4525, orb.Point{37392600, 3439600}, orb.Point{109.8746200042, 31.0728893169}},
		{3857, orb.Point{12231174.757, 3632749.143}, orb.Point{109.875, 31.0}},
	} {
		s, _ := knownSystem(c.code)
		got, ok := s.lonLat(c.at)
		tolerance := 1e-9
		if c.code == 3857 {
			tolerance = 0.01
		}
		if !ok || !near(got[0], c.want[0], tolerance) || !near(got[1], c.want[1], tolerance) {
			t.Errorf("EPSG:%d %v is at %.10f %.10f, want %v", c.code, c.at, got[0], got[1], c.want)
		}
	}
}

// A place far from the central meridian of its 3° zone is taken with a word.
func TestOutOfZone(t *testing.T) {
	for east, want := range map[float64]bool{392600: false, 330100: false, 329900: true, 670100: true} {
		text := polygonOf(fmt.Sprintf(`[[[%[1]f,3439600],[%[2]f,3439600],[%[2]f,3439700],[%[1]f,3439600]]]`, east, east-50))
		r := read(t, put(t, "x", []byte(text)), Options{CRS: "EPSG:4546"})
		if r.err != nil || (r.found("out-of-zone") != nil) != want {
			t.Errorf("%.0f: %v %v", east, r.findings, r.err)
		}
	}
}

func TestFarFromTheCounty(t *testing.T) {
	parcel := func(x, y float64) string {
		return polygonOf(fmt.Sprintf(`[[[%[1]f,%[2]f],[%[3]f,%[2]f],[%[3]f,%[4]f],[%[1]f,%[2]f]]]`, x, y, x+100, y+100))
	}
	spike := polygonOf(`[[[109.8,31],[109.9,31],[113.2,31.05],[109.8,31]]]`)
	for name, c := range map[string]struct {
		text, crs, code, cause string
	}{
		"in place":                    {parcel(392600, 3439600), "EPSG:4546", "", ""},
		"one zone off":                {parcel(392600, 3439600), "EPSG:4545", "crs-far-away", "约 3°"},
		"two zones off":               {parcel(392600, 3439600), "EPSG:4544", "crs-far-away", "约 6°"},
		"northing first":              {parcel(3439600, 392600), "EPSG:4546", "crs-implausible", "次序颠倒"},
		"one vertex 3° away":          {spike, "EPSG:4490", "crs-far-away", "录错"},
		"degrees the wrong way":       {polygonOf(`[[[31,79.8],[31.1,79.8],[31.1,79.9],[31,79.8]]]`), "EPSG:4490", "crs-far-away", "不是本县"},
		"outside, but not far":        {polygonOf(`[[[111.5,31],[111.6,31],[111.6,31.1],[111.5,31]]]`), "EPSG:4490", "", ""},
		"UTM of the zone beside it":   {parcel(392600, 3439600), "EPSG:32648", "crs-far-away", "约 6°"},
		"a system only PROJ can read": {parcel(392600, 439600), "EPSG:3578", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x", []byte(c.text)), Options{CRS: c.crs, County: &wushan})
			if c.code == "" {
				if r.err != nil {
					t.Fatal(r.err)
				}
				return
			}
			if r.err == nil || r.err.Code != c.code || !strings.Contains(r.err.ZH, c.cause) || r.err.Record != 1 || r.err.At == nil {
				t.Errorf("%+v", r.err)
			}
			if name == "one vertex 3° away" && *r.err.At != (orb.Point{113.2, 31.05}) {
				t.Errorf("the coordinate named is %v", r.err.At)
			}
		})
	}
}
