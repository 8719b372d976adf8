package schematic

import (
	"math"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// The ellipsoid is CGCS2000's and the plane EPSG:4546 (3-degree Gauss-Krüger,
// central meridian 111°E, false easting 500 km). This package may fix both: it
// is schematic Wushan data, not the service's measuring.
const (
	semiMajor       = 6378137.0
	flattening      = 1 / 298.257222101
	centralMeridian = 111.0
	falseEasting    = 500000.0
	planeSRID       = 4546
	// densify is the longest edge, in metres of the plane, that the survey's
	// rule takes without extra points.
	densify = 70.0
)

// Third flattening and what derives from it: the Krüger n-series to n⁶ as given
// by Karney, Transverse Mercator with an accuracy of a few nanometers (2011),
// eq. 36, and the series from conformal to geodetic latitude of the same order.
var (
	n3          = flattening / (2 - flattening)
	rectifying  = semiMajor / (1 + n3) * (1 + n3*n3/4 + math.Pow(n3, 4)/64 + math.Pow(n3, 6)/256)
	eccentric2  = flattening * (2 - flattening)
	eccentric   = math.Sqrt(eccentric2)
	inverseBeta = series(n3, [6][]float64{
		{1. / 2, -2. / 3, 37. / 96, -1. / 360, -81. / 512, 96199. / 604800},
		{1. / 48, 1. / 15, -437. / 1440, 46. / 105, -1118711. / 3870720},
		{17. / 480, -37. / 840, -209. / 4480, 5569. / 90720},
		{4397. / 161280, -11. / 504, -830251. / 7257600},
		{4583. / 161280, -108847. / 3991680},
		{20648693. / 638668800},
	})
	conformal = series(n3, [6][]float64{
		{2, -2. / 3, -2, 116. / 45, 26. / 45, -2854. / 675},
		{7. / 3, -8. / 5, -227. / 45, 2704. / 315, 2323. / 945},
		{56. / 15, -136. / 35, -1262. / 105, 73814. / 2835},
		{4279. / 630, -332. / 35, -399572. / 14175},
		{4174. / 315, -144838. / 6237},
		{601676. / 22275},
	})
)

// series evaluates the six coefficients; row j starts at nʲ⁺¹.
func series(n float64, rows [6][]float64) (c [6]float64) {
	for j, row := range rows {
		for i, f := range row {
			c[j] += f * math.Pow(n, float64(j+i+1))
		}
	}
	return c
}

// geographic is the inverse Gauss-Krüger projection: radians of latitude and of
// longitude from the central meridian.
func geographic(p orb.Point) (lat, lon float64) {
	xi, eta := p[1]/rectifying, (p[0]-falseEasting)/rectifying
	x, e := xi, eta
	for j, b := range inverseBeta {
		k := 2 * float64(j+1)
		s, c := math.Sincos(k * xi)
		x -= b * s * math.Cosh(k*eta)
		e -= b * c * math.Sinh(k*eta)
	}
	s, c := math.Sincos(x)
	chi := math.Asin(s / math.Cosh(e))
	lat = chi
	for j, d := range conformal {
		lat += d * math.Sin(2*float64(j+1)*chi)
	}
	return lat, math.Atan2(math.Sinh(e), c)
}

// LonLat turns a point of EPSG:4546 (east, north, metres) into CGCS2000
// longitude and latitude in degrees.
func LonLat(p orb.Point) orb.Point {
	lat, lon := geographic(p)
	return orb.Point{centralMeridian + lon*180/math.Pi, lat * 180 / math.Pi}
}

// authalic is F(B), the ellipsoid's area between the equator and a latitude, in
// m² for each radian of longitude (土地调查 图斑椭球面积 rule in closed form).
func authalic(lat float64) float64 {
	s := math.Sin(lat)
	b2 := semiMajor * semiMajor * (1 - eccentric2)
	return b2 / 2 * (s/(1-eccentric2*s*s) + math.Atanh(eccentric*s)/eccentric)
}

// sweep is one edge's part of a ring's area in m², the edge straight in the
// plane and densified as the survey's rule asks. Summed over a counter-clockwise
// ring it is the ellipsoidal area.
func sweep(p, q orb.Point) (area float64) {
	n := int(math.Hypot(q[0]-p[0], q[1]-p[1])/densify) + 1
	lat, lon := geographic(p)
	f := authalic(lat)
	for i := 1; i <= n; i++ {
		t := float64(i) / float64(n)
		lat, next := geographic(orb.Point{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])})
		g := authalic(lat)
		area += (lon + next) / 2 * (g - f)
		f, lon = g, next
	}
	return area
}

// ringArea is positive for a counter-clockwise ring.
func ringArea(r orb.Ring) (area float64) {
	for i := 1; i < len(r); i++ {
		area += sweep(r[i-1], r[i])
	}
	return area
}

// Measure gives the ellipsoidal area (椭球面积) of a polygon or multipolygon whose
// coordinates are in EPSG:4546, by the survey's rule without its digit rounding.
// It is this package's own referee, written apart from the database's measuring
// plane. Other geometries have no area.
func Measure(g orb.Geometry) geodata.Area {
	var sum float64
	switch g := g.(type) {
	case orb.Polygon:
		for i, r := range g {
			if a := math.Abs(ringArea(r)); i == 0 {
				sum += a
			} else {
				sum -= a
			}
		}
	case orb.MultiPolygon:
		for _, p := range g {
			sum += float64(Measure(p))
		}
	}
	return geodata.Area(sum)
}
