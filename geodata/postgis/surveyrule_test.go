package postgis_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/internal/pgtest/surveyrule"
)

// planePoint is a vertex in a Gauss-Krüger plane, as surveyors write it.
type planePoint struct{ north, east float64 }

// ruleArea is the survey rule's area of open rings, the first one the outer.
func ruleArea(rings [][]planePoint) float64 {
	return surveyrule.Area(orb.MultiPolygon{asPolygon(rings)})
}

// planeArea is their shoelace area in the Gauss-Krüger plane.
func planeArea(rings [][]planePoint) float64 {
	return surveyrule.PlaneArea(orb.MultiPolygon{asPolygon(rings)})
}

// vector is a worked example in EPSG:4546 whose areas were computed with 34
// digits, outside this repository.
type vector struct {
	name  string
	rings [][]planePoint
	rule  float64 // 70 m, no digit rounding
	plane float64 // Gauss-Krüger
}

var vectors = []vector{
	{"V1: 150 m by 200 m", [][]planePoint{
		{{3439600, 392600}, {3439750, 392600}, {3439750, 392800}, {3439600, 392800}}},
		29991.48435754554, 30000},
	{"V2: 285 ha with a hole", [][]planePoint{
		{{3441000.125, 401000.25}, {3442300.375, 400850.5}, {3442850.625, 402100.875}, {3442050.75, 403050.125}, {3440950.875, 402500.625}},
		{{3441600, 401500}, {3441600, 401900}, {3442000, 401900}, {3442000, 401500}}},
		2850542.024253821, 2851218.703125},
	{"V3: 269 km², edges of 18 km", [][]planePoint{
		{{3420000, 380000}, {3438000, 378500}, {3441000, 393000}, {3422500, 394500}}},
		268664575.1677967, 268750000},
	{"V4: 1 km² at the western edge", [][]planePoint{
		{{3450000, 362000}, {3451000, 362000}, {3451000, 363000}, {3450000, 363000}}},
		999533.9393766967, 1000000},
}

func TestRefereeAgreesWithPublishedVectors(t *testing.T) {
	near := func(t *testing.T, what string, got, want, tolerance float64) {
		t.Helper()
		if d := math.Abs(got - want); !(d <= tolerance) {
			t.Errorf("%s: %.6f m², want %.6f, off by %.2e", what, got, want, d)
		}
	}
	for _, v := range vectors {
		near(t, v.name, ruleArea(v.rings), v.rule, 1e-3)
		near(t, v.name+", Gauss-Krüger", planeArea(v.rings), v.plane, 1e-6)
	}
	degrees := func(d float64) float64 { return d * math.Pi / 180 }
	sheet := func(south, north, width float64) float64 {
		return degrees(width) * surveyrule.BandPerRadian(degrees(south), degrees(north))
	}
	// 1:10000 sheet 31°00′00″–31°02′30″, 3′45″ wide.
	near(t, "sheet 1:10000", sheet(31, 31+2.5/60, 3.75/60), 27568327.3347472, 1e-3)
	// 109°33′15″–110°11′45″E, 30°45′05″–31°28′42″N.
	near(t, "county box", sheet(30+45.0/60+5.0/3600, 31+28.0/60+42.0/3600, 38.5/60), 4933197369.43236, 1e-2)

	corner := surveyrule.LonLat(orb.Point{392600, 3439600}, 111)
	near(t, "V1 longitude", corner[0], 109.8746200042, 2e-9)
	near(t, "V1 latitude", corner[1], 31.0728893169, 2e-9)
}
