package geofile

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// Numbers without a system are proposed one, used when confirmed, never taken
// silently.
func TestGuessedSystems(t *testing.T) {
	plane := `[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`
	csvOf := func(x, y string) string {
		return "点号,X坐标,Y坐标\nJ1," + x + "," + y + "\nJ2,3439750,392600\nJ3,3439750,392800\n"
	}
	for name, c := range map[string]struct {
		file, text, said string
		srid             int
	}{
		"GeoJSON, projected": {"x.json", polygonOf(plane), "中央子午线 111°（EPSG:4546", 4546},
		"neighbour's zone":   {"x.json", polygonOf(`[[[679000,3440000],[679100,3440000],[679100,3440100],[679000,3440000]]]`), "中央子午线 108°（EPSG:4545", 4545},
		"zone prefix":        {"x.json", polygonOf(strings.ReplaceAll(plane, "[39", "[3739")), "带号 37（EPSG:4525", 4525},
		"CSV":                {"x.csv", csvOf("3439600", "392600"), "中央子午线 111°", 4546},
		"CSV in degrees":     {"x.csv", "点号,经度,纬度\n1,109.87,31.07\n2,109.88,31.07\n3,109.88,31.08\n", "经纬度（EPSG:4490）", 4490},
		"WKT":                {"x.wkt", "POLYGON((392600 3439600,392800 3439600,392800 3439750,392600 3439600))", "EPSG:4546", 4546},
	} {
		t.Run(name, func(t *testing.T) {
			path := put(t, c.file, []byte(c.text))
			asked := read(t, path, Options{County: &wushan})
			if asked.err == nil || asked.err.Code != "crs-needs-confirmation" || !strings.Contains(asked.err.ZH, c.said) || asked.err.At == nil {
				t.Errorf("unconfirmed: %+v", asked.err)
			}
			r := read(t, path, Options{County: &wushan, ConfirmGuess: true})
			if r.err != nil || r.srid != c.srid {
				t.Fatalf("confirmed: EPSG:%d, %v", r.srid, r.err)
			}
			if n := r.found("crs-guess-confirmed"); n == nil || !strings.Contains(n.ZH, c.said) || !strings.Contains(n.ZH, "由位置推定（用户已确认）") {
				t.Errorf("findings %v", r.findings)
			}
			if declared := read(t, path, Options{County: &wushan, CRS: "EPSG:4544"}); declared.found("crs-guess-confirmed") != nil {
				t.Error("a declared system was guessed")
			}
		})
	}
	t.Run("nothing fits", func(t *testing.T) {
		far := polygonOf(`[[[392600,4439600],[392800,4439600],[392800,4439750],[392600,4439600]]]`)
		for _, confirm := range []bool{false, true} {
			if r := read(t, put(t, "x.json", []byte(far)), Options{County: &wushan, ConfirmGuess: confirm}); r.err == nil || r.err.Code != "crs-missing" {
				t.Errorf("%v", r.err)
			}
		}
	})
	t.Run("two fit a wide county", func(t *testing.T) {
		wide := orb.Bound{Min: orb.Point{106, 30}, Max: orb.Point{111, 32}}
		for _, confirm := range []bool{false, true} {
			r := read(t, put(t, "x.json", []byte(polygonOf(plane))), Options{County: &wide, ConfirmGuess: confirm})
			if r.err == nil || r.err.Code != "crs-missing" || !strings.Contains(r.err.ZH, "EPSG:4545, EPSG:4546") {
				t.Errorf("%v", r.err)
			}
		}
	})
	t.Run("no county", func(t *testing.T) {
		if r := read(t, put(t, "x.json", []byte(polygonOf(plane))), Options{ConfirmGuess: true}); r.err == nil || r.err.Code != "crs-missing" {
			t.Errorf("%v", r.err)
		}
	})
}

// Of the 21 central meridians exactly one puts a place into the county.
func TestTheMeridianIsUnique(t *testing.T) {
	s, _ := knownSystem(4546)
	for east := 362_000.0; east < 423_000; east += 1000 {
		for north := 3_404_000.0; north < 3_484_000; north += 10_000 {
			p := [2]float64{east, north}
			if place, _ := s.lonLat(p); !wushan.Contains(place) {
				continue
			}
			if found := candidates(p, &wushan); len(found) != 1 || found[0].srid != 4546 {
				t.Fatalf("%v: %v", p, found)
			}
		}
	}
}
