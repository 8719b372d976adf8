package postgis_test

import (
	"math"
	"testing"
)

// The referee: the survey's rule for 图斑椭球面积 (国土调查办发〔2008〕32号, as the third
// national land survey applies it to CGCS2000), written out literally and without
// PROJ or PostGIS. Only its digit rounding is left out.

// CGCS2000, with the constants of practice.
const (
	semiMajor    = 6378137.0
	semiMinor    = 6356752.31414036
	firstE2      = 0.00669438002290 // e², which the area coefficients take
	secondE2     = 0.00673949677548 // e′², which the inverse projection takes
	polarRadius  = 6399593.62586    // c = a²/b
	densifyEvery = 70.0             // metres in the Gauss-Krüger plane
	k0           = 1.57048761144159e-7
	k1           = 5.05250178820567e-3
	k2           = 2.98472900956587e-5
	k3           = 2.41626669230084e-7
	k4           = 2.22241238938534e-9
)

// planePoint is a vertex in a Gauss-Krüger plane, as surveyors write it.
type planePoint struct{ north, east float64 }

// lonLat is a vertex on the ellipsoid, in radians.
type lonLat struct{ lon, lat float64 }

// inverseGaussKrueger takes a vertex back to the ellipsoid: false easting 500 km
// without a zone prefix, central meridian in degrees.
func inverseGaussKrueger(p planePoint, meridian float64) lonLat {
	e := k0 * p.north
	sin := math.Sin(e)
	bf := e + math.Cos(e)*(k1*sin-k2*math.Pow(sin, 3)+k3*math.Pow(sin, 5)-k4*math.Pow(sin, 7))
	t, cos := math.Tan(bf), math.Cos(bf)
	t2, eta2 := t*t, secondE2*cos*cos
	v2 := 1 + eta2
	q := (p.east - 500000) / (polarRadius / math.Sqrt(v2))
	q2 := q * q
	lat := bf - v2*t*q2/2 +
		(5+3*t2+eta2-9*eta2*t2)*v2*t*q2*q2/24 -
		(61+90*t2+45*t2*t2)*v2*t*q2*q2*q2/720
	lon := (q - (1+2*t2+eta2)*q*q2/6 +
		(5+28*t2+24*t2*t2+6*eta2+8*eta2*t2)*q*q2*q2/120) / cos
	return lonLat{lon: lon + meridian*math.Pi/180, lat: lat}
}

// trapezoid is the signed area between an edge, straight in the rule's sense, the
// meridian 0 and the parallels of its ends.
func trapezoid(from, to lonLat) float64 {
	return (from.lon + to.lon) / 2 * bandPerRadian(from.lat, to.lat)
}

// bandPerRadian is the area between two parallels for one radian of longitude:
// 2b² times the five-term bracket.
func bandPerRadian(from, to float64) float64 {
	const (
		e2 = firstE2
		e4 = e2 * e2
		e6 = e4 * e2
		e8 = e4 * e4
		a  = 1 + 3*e2/6 + 30*e4/80 + 35*e6/112 + 630*e8/2304
		b  = e2/6 + 15*e4/80 + 21*e6/112 + 420*e8/2304
		c  = 3*e4/80 + 7*e6/112 + 180*e8/2304
		d  = e6/112 + 45*e8/2304
		e  = 5 * e8 / 2304
	)
	mid, half := (from+to)/2, (to-from)/2
	bracket := a*math.Sin(half)*math.Cos(mid) - b*math.Sin(3*half)*math.Cos(3*mid) +
		c*math.Sin(5*half)*math.Cos(5*mid) - d*math.Sin(7*half)*math.Cos(7*mid) +
		e*math.Sin(9*half)*math.Cos(9*mid)
	return 2 * semiMinor * semiMinor * bracket
}

// densified puts ⌊length/70⌋ points into every edge of an open ring.
func densified(ring []planePoint) []planePoint {
	var out []planePoint
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		n := int(math.Hypot(q.north-p.north, q.east-p.east) / densifyEvery)
		for j := 0; j <= n; j++ {
			f := float64(j) / float64(n+1)
			out = append(out, planePoint{p.north + f*(q.north-p.north), p.east + f*(q.east-p.east)})
		}
	}
	return out
}

// ringArea is the rule's area of an open ring, whatever its direction. Longitudes
// count from the central meridian (the rule's L0 is free), which keeps the sum
// of large terms small.
func ringArea(ring []planePoint) float64 {
	points := densified(ring)
	sum := 0.0
	last := inverseGaussKrueger(points[len(points)-1], 0)
	for _, p := range points {
		next := inverseGaussKrueger(p, 0)
		sum += trapezoid(last, next)
		last = next
	}
	return math.Abs(sum)
}

// ruleArea is the rule's area of a polygon: the outer ring less its holes.
func ruleArea(rings [][]planePoint) float64 {
	area := ringArea(rings[0])
	for _, hole := range rings[1:] {
		area -= ringArea(hole)
	}
	return area
}

// planeArea is the shoelace in the Gauss-Krüger plane.
func planeArea(rings [][]planePoint) float64 {
	area := 0.0
	for i, ring := range rings {
		sum, origin := 0.0, ring[0]
		for j, p := range ring {
			q := ring[(j+1)%len(ring)]
			sum += (p.north-origin.north)*(q.east-origin.east) - (q.north-origin.north)*(p.east-origin.east)
		}
		if i == 0 {
			area = math.Abs(sum) / 2
		} else {
			area -= math.Abs(sum) / 2
		}
	}
	return area
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
		return degrees(width) * bandPerRadian(degrees(south), degrees(north))
	}
	// 1:10000 sheet 31°00′00″–31°02′30″, 3′45″ wide.
	near(t, "sheet 1:10000", sheet(31, 31+2.5/60, 3.75/60), 27568327.3347472, 1e-3)
	// 109°33′15″–110°11′45″E, 30°45′05″–31°28′42″N.
	near(t, "county box", sheet(30+45.0/60+5.0/3600, 31+28.0/60+42.0/3600, 38.5/60), 4933197369.43236, 1e-2)

	corner := inverseGaussKrueger(planePoint{3439600, 392600}, 111)
	near(t, "V1 longitude", corner.lon*180/math.Pi, 109.8746200042, 2e-9)
	near(t, "V1 latitude", corner.lat*180/math.Pi, 31.0728893169, 2e-9)
}
