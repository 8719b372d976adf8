package schematic

import (
	"testing"

	"github.com/paulmach/orb"
)

// The survey rule's vectors V1–V4 without its digit rounding, and the longitude
// and latitude of a corner; coordinates north, east in EPSG:4546.
func TestMeasureVectors(t *testing.T) {
	ring := func(northEast ...float64) (r orb.Ring) {
		for i := 0; i < len(northEast); i += 2 {
			r = append(r, orb.Point{northEast[i+1], northEast[i]})
		}
		return append(r, r[0])
	}
	v1 := ring(3439600, 392600, 3439750, 392600, 3439750, 392800, 3439600, 392800)
	v2 := ring(3441000.125, 401000.250, 3442300.375, 400850.500, 3442850.625, 402100.875, 3442050.750, 403050.125, 3440950.875, 402500.625)
	v2hole := ring(3441600, 401500, 3441600, 401900, 3442000, 401900, 3442000, 401500)
	v3 := ring(3420000, 380000, 3438000, 378500, 3441000, 393000, 3422500, 394500)
	v4 := ring(3450000, 362000, 3451000, 362000, 3451000, 363000, 3450000, 363000)
	for _, c := range []struct {
		name string
		g    orb.Polygon
		want float64
	}{
		{"V1", orb.Polygon{v1}, 29991.484358}, {"V2", orb.Polygon{v2, v2hole}, 2850542.024254},
		{"V3", orb.Polygon{v3}, 268664575.167797}, {"V4", orb.Polygon{v4}, 999533.939377},
	} {
		got := float64(Measure(c.g))
		within(t, c.name, got, c.want, max(1e-4, 2e-12*c.want))
		within(t, c.name+" in parts", float64(Measure(orb.MultiPolygon{c.g, c.g})), 2*got, 1e-9)
	}
	for _, c := range []struct{ at, want orb.Point }{
		{v1[0], orb.Point{109.8746200042, 31.0728893169}}, {v4[0], orb.Point{109.5526354066, 31.1634655909}},
	} {
		got := LonLat(c.at)
		within(t, "longitude", got[0], c.want[0], 1e-10)
		within(t, "latitude", got[1], c.want[1], 1e-10)
	}
	if a := Measure(orb.Point{1, 2}); a != 0 {
		t.Errorf("a point has area %v", a)
	}
}
