// Package surveyrule is the tests' referee for areas: the survey's rule for
// 图斑椭球面积 (国土调查办发〔2008〕32号, as the third national land survey applies it to
// CGCS2000), written out literally and without PROJ or PostGIS. Only its digit
// rounding is left out. Geometries are in a Gauss-Krüger plane: metres, east
// first, false easting 500 km without a zone prefix.
package surveyrule

import (
	"math"

	"github.com/paulmach/orb"
)

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

// lonLat is a vertex on the ellipsoid, in radians.
type lonLat struct{ lon, lat float64 }

// inverseGaussKrueger takes a vertex back to the ellipsoid: false easting 500 km
// without a zone prefix, central meridian in degrees.
func inverseGaussKrueger(p orb.Point, meridian float64) lonLat {
	east, north := p[0], p[1]
	e := k0 * north
	sin := math.Sin(e)
	bf := e + math.Cos(e)*(k1*sin-k2*math.Pow(sin, 3)+k3*math.Pow(sin, 5)-k4*math.Pow(sin, 7))
	t, cos := math.Tan(bf), math.Cos(bf)
	t2, eta2 := t*t, secondE2*cos*cos
	v2 := 1 + eta2
	q := (east - 500000) / (polarRadius / math.Sqrt(v2))
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
	return (from.lon + to.lon) / 2 * BandPerRadian(from.lat, to.lat)
}

// BandPerRadian is the area in m² between two parallels, given in radians, for one
// radian of longitude: 2b² times the five-term bracket.
func BandPerRadian(from, to float64) float64 {
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

// Densify puts ⌊length/70⌋ points into every edge of a closed ring.
func Densify(ring orb.Ring) orb.Ring { return DensifyScaled(ring, 1) }

// DensifyScaled is Densify for a county whose own plane shows lengths scale times
// as long as the Gauss-Krüger plane does: the 70 m count in the county's.
func DensifyScaled(ring orb.Ring, scale float64) orb.Ring {
	out := orb.Ring{ring[0]}
	for i, p := range ring[:len(ring)-1] {
		q := ring[i+1]
		n := int(math.Hypot(q[0]-p[0], q[1]-p[1]) * scale / densifyEvery)
		for j := 1; j <= n; j++ {
			f := float64(j) / float64(n+1)
			out = append(out, orb.Point{p[0] + f*(q[0]-p[0]), p[1] + f*(q[1]-p[1])})
		}
		out = append(out, q)
	}
	return out
}

// ringArea is the rule's area of a closed ring, whatever its direction. Longitudes
// count from the central meridian (the rule's L0 is free), which keeps the sum of
// large terms small.
func ringArea(ring orb.Ring) float64 {
	sum := 0.0
	points := Densify(ring)
	last := inverseGaussKrueger(points[0], 0)
	for _, p := range points[1:] {
		next := inverseGaussKrueger(p, 0)
		sum += trapezoid(last, next)
		last = next
	}
	return math.Abs(sum)
}

// Area is the rule's area in m²: outer rings less their holes, parts added.
func Area(polygons orb.MultiPolygon) float64 {
	area := 0.0
	for _, polygon := range polygons {
		for i, ring := range polygon {
			if i == 0 {
				area += ringArea(ring)
			} else {
				area -= ringArea(ring)
			}
		}
	}
	return area
}

// PlaneArea is the shoelace area in the Gauss-Krüger plane, m².
func PlaneArea(polygons orb.MultiPolygon) float64 {
	area := 0.0
	for _, polygon := range polygons {
		for i, ring := range polygon {
			a := math.Abs(shoelace(ring))
			if i > 0 {
				a = -a
			}
			area += a
		}
	}
	return area
}

func shoelace(ring orb.Ring) float64 {
	sum, o := 0.0, ring[0]
	for i, p := range ring[:len(ring)-1] {
		q := ring[i+1]
		sum += (p[0]-o[0])*(q[1]-o[1]) - (q[0]-o[0])*(p[1]-o[1])
	}
	return sum / 2
}

// EqualArea places a vertex where the rule measures: a radian of longitude from
// the central meridian is polarRadius metres long, and a parallel lies as high as
// makes areas right. An edge between densified points is straight there in the
// rule's sense, so the shoelace area there is the rule's area.
func EqualArea(p orb.Point) orb.Point {
	l := inverseGaussKrueger(p, 0)
	return orb.Point{polarRadius * l.lon, BandPerRadian(0, l.lat) / polarRadius}
}

// LonLat takes a vertex back to the ellipsoid, degrees; meridian is the plane's
// central meridian in degrees.
func LonLat(p orb.Point, meridian float64) orb.Point {
	l := inverseGaussKrueger(p, meridian)
	return orb.Point{l.lon * 180 / math.Pi, l.lat * 180 / math.Pi}
}

// Project takes longitude and latitude, in degrees, to the Gauss-Krüger plane of a
// central meridian, by turning LonLat round until it is met to a nanometre.
func Project(lonLat orb.Point, meridian float64) orb.Point {
	const metresPerDegree = 111_000
	narrow := math.Cos(lonLat[1] * math.Pi / 180)
	p := orb.Point{500_000 + (lonLat[0]-meridian)*metresPerDegree*narrow, lonLat[1] * metresPerDegree}
	for range 60 {
		got := LonLat(p, meridian)
		east, north := (lonLat[0]-got[0])*metresPerDegree*narrow, (lonLat[1]-got[1])*metresPerDegree
		p = orb.Point{p[0] + east, p[1] + north}
		if math.Hypot(east, north) < 1e-9 {
			break
		}
	}
	return p
}
