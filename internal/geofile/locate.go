package geofile

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// farAway is how far outside the county's longitudes and latitudes a delivery
// may reach, in degrees. A wrong central meridian moves it by three.
const farAway = 2.0

// semiMajor is that of GRS 80 as CGCS2000 uses it, and of WGS 84, in metres.
const semiMajor = 6378137.0

// lonLat converts a point to degrees. False when only PROJ could.
func (s system) lonLat(p orb.Point) (orb.Point, bool) {
	switch s.method {
	case geographic:
		return p, true
	case webMercator:
		return orb.Point{p[0] / semiMajor * 180 / math.Pi, (2*math.Atan(math.Exp(p[1]/semiMajor)) - math.Pi/2) * 180 / math.Pi}, true
	case transverse:
		return s.tm.inverse(p), true
	}
	return p, false
}

// inverse is the inverse transverse Mercator by Krüger's series in the third
// flattening to the fourth order (Karney 2011, eq. 25 and 36): better than a
// millimetre within 3,000 km of the central meridian. It only serves to find
// places; measuring is PostGIS's work.
func (t tm) inverse(p orb.Point) orb.Point { return t.inverseOn(cgcsEllipsoid, p) }

// inverseOn is inverse on another ellipsoid.
func (t tm) inverseOn(e ellipsoid, p orb.Point) orb.Point {
	n := e.third()
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	rectifying := e.rectifying()
	beta := [4]float64{n/2 - 2*n2/3 + 37*n3/96 - n4/360, n2/48 + n3/15 - 437*n4/1440, 17*n3/480 - 37*n4/840, 4397 * n4 / 161280}
	xi := (p[1] - t.north) / (t.scale * rectifying)
	eta := (p[0] - t.east) / (t.scale * rectifying)
	x, y := xi, eta
	for j, b := range beta {
		k := float64(2 * (j + 1))
		x -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		y -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	tau := math.Sin(x) / math.Hypot(math.Sinh(y), math.Cos(x))
	return orb.Point{t.lon0 + math.Atan2(math.Sinh(y), math.Cos(x))*180/math.Pi, math.Atan(e.geodeticTangent(tau)) * 180 / math.Pi}
}

// forward is the transverse Mercator of a place on CGCS2000, by the same series
// (Karney 2011, eq. 7 to 11 and 35).
func (t tm) forward(p orb.Point) orb.Point {
	n := cgcsEllipsoid.third()
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	alpha := [4]float64{n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180, 13*n2/48 - 3*n3/5 + 557*n4/1440, 61*n3/240 - 103*n4/140, 49561 * n4 / 161280}
	tau := cgcsEllipsoid.conformalTangent(math.Tan(p[1] * math.Pi / 180))
	sin, cos := math.Sincos((p[0] - t.lon0) * math.Pi / 180)
	xi, eta := math.Atan2(tau, cos), math.Asinh(sin/math.Hypot(tau, cos))
	x, y := xi, eta
	for j, a := range alpha {
		k := float64(2 * (j + 1))
		x += a * math.Sin(k*xi) * math.Cosh(k*eta)
		y += a * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	return orb.Point{t.east + t.scale*cgcsEllipsoid.rectifying()*y, t.north + t.scale*cgcsEllipsoid.rectifying()*x}
}

// third is the third flattening.
func (e ellipsoid) third() float64 {
	f := 1 / e.inverse
	return f / (2 - f)
}

// rectifying is the radius of the sphere on which a meridian is as long.
func (e ellipsoid) rectifying() float64 {
	n := e.third()
	return e.a / (1 + n) * (1 + n*n/4 + n*n*n*n/64)
}

// conformalTangent is the tangent of the conformal latitude.
func (e ellipsoid) conformalTangent(tau float64) float64 {
	root := math.Sqrt(e.squared())
	sigma := math.Sinh(root * math.Atanh(root*tau/math.Sqrt(1+tau*tau)))
	return tau*math.Sqrt(1+sigma*sigma) - sigma*math.Sqrt(1+tau*tau)
}

// geodeticTangent solves for tan φ from the conformal latitude's tangent.
func (e ellipsoid) geodeticTangent(conformal float64) float64 {
	squared := e.squared()
	tau := conformal
	for range 4 {
		f := e.conformalTangent(tau)
		tau += (conformal - f) / math.Sqrt(1+f*f) * (1 + (1-squared)*tau*tau) / ((1 - squared) * math.Sqrt(1+tau*tau))
	}
	return tau
}

// implausible says what is wrong with a coordinate that cannot be in the
// system it is said to be in, nil when nothing is.
func (s system) implausible(p orb.Point) *geodata.Error {
	switch {
	case s.method == geographic && (math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90):
		hint := proposal(p, nil)
		return invalid("crs-implausible", fmt.Sprintf("坐标不是经纬度，与坐标系 %s 不符%s。", s.label(), hint.zh),
			fmt.Sprintf("The coordinate is not in degrees, as %s wants%s.", s.label(), hint.en))
	case s.method == transverse && (math.Abs(p[0]-s.tm.east) > 1.5e6 || math.Abs(p[1]-s.tm.north) > 1e7):
		hint := proposal(p, nil)
		return invalid("crs-implausible",
			fmt.Sprintf("坐标与坐标系 %s（东坐标约 %.0f）不符%s。", s.label(), s.tm.east, hint.zh),
			fmt.Sprintf("The coordinate does not fit %s (eastings around %.0f)%s.", s.label(), s.tm.east, hint.en))
	}
	return nil
}

// farOff is the error for a place (lon, lat in degrees) that lies more than 2°
// outside the county, nil when it does not. Only systems that this package can
// compute itself are tested here; intake and the check test all of them, in
// PostGIS. alone says that the rest of the feature is near the county.
func (s system) farOff(place orb.Point, county orb.Bound, alone bool) *geodata.Error {
	if county.Pad(farAway).Contains(place) {
		return nil
	}
	why := s.whyFarOff(place, county, alone)
	return invalid("crs-far-away", fmt.Sprintf("位置（东经 %.4f°，北纬 %.4f°）距本县 2° 以上：%s。", place[0], place[1], why.zh),
		fmt.Sprintf("The place (longitude %.4f°, latitude %.4f°) is more than 2° from the county: %s.", place[0], place[1], why.en))
}

// whyFarOff guesses the reason.
func (s system) whyFarOff(place orb.Point, county orb.Bound, alone bool) hint {
	off := math.Abs(place[0] - county.Center()[0])
	switch {
	case alone:
		return hint{"同一图形的其他部分在本县附近，这一点的坐标可能录错", "the rest of the feature is near the county, so this vertex is probably mistyped"}
	case county.Pad(farAway).Contains(orb.Point{place[1], place[0]}):
		return hint{"经度与纬度可能写反", "longitude and latitude are probably swapped"}
	case s.method == geographic:
		return hint{"坐标可能有误，或不是本县的数据", "the coordinates are probably wrong, or of another county"}
	case math.Abs(place[1]-county.Center()[1]) < 1 && off < 15:
		return hint{fmt.Sprintf("中央子午线可能有误，相差约 %.0f°", math.Round(off/3)*3),
			fmt.Sprintf("the central meridian is probably wrong by about %.0f°", math.Round(off/3)*3)}
	}
	return hint{"坐标系或中央子午线可能有误", "the reference system or the central meridian is probably wrong"}
}

// misplaced finds the first vertex of a feature that cannot be where the
// delivery says it is.
func misplaced(g orb.Geometry, s system, county *orb.Bound) *geodata.Error {
	if g == nil || s.boxFits(g.Bound(), county) {
		return nil
	}
	alone := s.reaches(g.Bound(), county)
	for _, path := range pathsOf(g) {
		for _, p := range path {
			if e := s.misplacedPoint(p, county, alone); e != nil {
				return at(e, 0, &orb.Point{p[0], p[1]})
			}
		}
	}
	return nil
}

// reaches says whether a corner of the box lies near the county.
func (s system) reaches(b orb.Bound, county *orb.Bound) bool {
	points := corners(b)
	return county != nil && slices.ContainsFunc(points[:], func(p orb.Point) bool {
		place, ok := s.lonLat(p)
		return ok && county.Pad(farAway).Contains(place)
	})
}

func corners(b orb.Bound) [4]orb.Point {
	return [4]orb.Point{b.Min, b.Max, {b.Min[0], b.Max[1]}, {b.Max[0], b.Min[1]}}
}

// boxFits spares looking at every vertex of a feature that lies well inside.
func (s system) boxFits(b orb.Bound, county *orb.Bound) bool {
	for _, p := range corners(b) {
		if s.implausible(p) != nil {
			return false
		}
		if place, ok := s.lonLat(p); ok && county != nil && !county.Pad(farAway-0.1).Contains(place) {
			return false
		}
	}
	return true
}

func (s system) misplacedPoint(p orb.Point, county *orb.Bound, alone bool) *geodata.Error {
	if e := s.implausible(p); e != nil || county == nil {
		return e
	}
	if place, ok := s.lonLat(p); ok {
		return s.farOff(place, *county, alone)
	}
	return nil
}

// outOfZone is how far from its central meridian a place in a 3° zone may lie,
// in metres, before it is said.
const outOfZone = 170_000

// noteOutOfZone notes features outside the 3° zone that they are given in.
func (f *File) noteOutOfZone(feature geodata.Feature) {
	if feature.Geometry == nil || f.system.srid < 4513 || f.system.srid > 4554 {
		return
	}
	b := feature.Geometry.Bound()
	if f.system.tm.east-b.Min[0] <= outOfZone && b.Max[0]-f.system.tm.east <= outOfZone {
		return
	}
	f.noteOnce(Finding{Kind: "out-of-zone", Record: feature.Record, At: &b.Min, Records: 1,
		ZH: fmt.Sprintf("坐标超出 3° 带（距中央子午线 %.0f° 超过 170 千米），请核对分带。", f.system.tm.lon0),
		EN: fmt.Sprintf("Coordinates lie more than 170 km from the central meridian %.0f° of their 3° zone; check the zone.", f.system.tm.lon0)})
}

// hint is a guess or a proposal in both languages; a proposal starts with its
// punctuation.
type hint struct{ zh, en string }

// proposal says which systems a coordinate without one could be in. It is a
// proposal: nothing is taken from it.
func proposal(p orb.Point, county *orb.Bound) hint {
	x, y := math.Abs(p[0]), math.Abs(p[1])
	switch {
	case x <= 180 && y <= 90:
		return hint{"；坐标像是经纬度，若为 CGCS2000 请声明 EPSG:4490", "; the coordinates look like degrees: declare EPSG:4490 if they are CGCS2000"}
	case x <= 90 && y <= 180:
		return hint{"；坐标像是纬度在前、经度在后，请改为经度在前", "; latitude seems to come before longitude: put longitude first"}
	case y >= 1e7 && y < 4.6e7 && x >= 1.5e6 && x < 6e6:
		return hint{"；东坐标（Y，8 位）与北坐标（X，7 位）次序颠倒，应东坐标在前", "; the 8-digit easting and the 7-digit northing are swapped: the easting comes first"}
	case x >= 1e7 && x < 4.6e7:
		return prefixed(int(x / 1e6))
	case x >= 1.5e6 && x < 6e6 && y < 1e6:
		return hint{"；北坐标（X，7 位）在前、东坐标（Y，6 位）在后，次序颠倒，应东坐标在前", "; the 7-digit northing comes before the 6-digit easting: the easting comes first"}
	case x < 1e6 && y >= 1.5e6 && y < 6e6:
		return unprefixed(p, county)
	}
	return hint{"", ""}
}

func prefixed(zone int) hint {
	code := zoneCode(zone)
	if code == 0 {
		return hint{}
	}
	return hint{fmt.Sprintf("；东坐标带号为 %d，若为 CGCS2000 请声明 EPSG:%d", zone, code),
		fmt.Sprintf("; the easting has the zone prefix %d: declare EPSG:%d if it is CGCS2000", zone, code)}
}

// unprefixed tries every central meridian and keeps those that put the place
// into the county.
func unprefixed(p orb.Point, county *orb.Bound) hint {
	var codes []string
	for code := 4534; code <= 4554 && county != nil; code++ {
		s, _ := knownSystem(code)
		if county.Pad(aroundCounty).Contains(s.tm.inverse(p)) {
			codes = append(codes, fmt.Sprintf("EPSG:%d", code))
		}
	}
	if len(codes) == 0 {
		return hint{"；坐标像是不带带号的高斯-克吕格坐标，请声明其中央子午线对应的 EPSG 代码（如中央子午线 111° 为 EPSG:4546）",
			"; the coordinates look like Gauss-Krüger without a zone prefix: declare the EPSG code of the central meridian (EPSG:4546 for 111°)"}
	}
	list := strings.Join(codes, ", ")
	return hint{fmt.Sprintf("；按 %s 落在本县，若确为 CGCS2000 请声明", list), fmt.Sprintf("; %s would put it into the county: declare it if it is right", list)}
}

// crsMissing refuses a file without a reference system.
func crsMissing(record int, p *orb.Point, county *orb.Bound) *geodata.Error {
	var h hint
	if p != nil {
		h = proposal(*p, county)
	}
	return at(invalid("crs-missing", "文件没有坐标系，不能猜测"+h.zh+"；请在提交时声明坐标系。",
		"The file has no reference system, and none is guessed"+h.en+"; declare the system with the file."), record, p)
}
