package geofile

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// ellipsoid (参考椭球) is a semi-major axis in metres and an inverse flattening.
type ellipsoid struct{ a, inverse float64 }

var (
	cgcsEllipsoid    = ellipsoid{semiMajor, 298.257222101}
	xianEllipsoid    = ellipsoid{6378140, 298.257} // 1980 西安坐标系
	beijingEllipsoid = ellipsoid{6378245, 298.3}   // 1954 北京坐标系
	ellipsoids       = map[datum]ellipsoid{xian80: xianEllipsoid, beijing54: beijingEllipsoid}
)

// farthestMove is how far parameters may move a place, in metres: datums in use lie
// within a few hundred metres of each other.
const farthestMove = 1000

// controlResidual is what a control point may be off by, in metres, where the set does
// not say.
const controlResidual = 0.1

// relation (基准转换) takes coordinates of an older datum to CGCS2000: to the same
// plane there, or to degrees. Heights count as zero, on both ellipsoids, which moves no
// place by a millimetre below 1,000 m.
type relation struct {
	from, to   system
	ellipsoid  ellipsoid
	parameters geodata.SevenParameters
}

// relate prepares to take the file from a system whose datum needs parameters.
func (f *File) relate(s system) error {
	p := *f.options.Parameters
	if p.FromFile {
		return invalid("parameters-missing", "文件没有自带完整的 7 个转换参数。", "The file does not carry seven parameters of its own.")
	}
	if !s.is(p.Datum) {
		return invalid("parameters-other-datum",
			fmt.Sprintf("七参数“%.40s”用于 %.40s，而文件的坐标系为 %s。", p.Name, p.Datum, s.title()),
			fmt.Sprintf("The seven parameters %.40q are for %.40s, but the file is on %s.", p.Name, p.Datum, s.titleEN()))
	}
	r := &relation{from: s, ellipsoid: s.ellipsoid, parameters: p}
	switch s.method {
	case geographic:
		r.to, _ = knownSystem(4490)
	case transverse:
		var ok bool
		if r.to, ok = gaussKruger(s.tm); !ok {
			r.to, _ = knownSystem(4490)
		}
	default:
		return invalid("parameters-projection", fmt.Sprintf("坐标系 %s 的投影不是高斯克吕格，不能用七参数转换，请先转换为 CGCS2000。", s.label()),
			fmt.Sprintf("The projection of %s is not transverse Mercator; convert the file to CGCS2000 first.", s.label()))
	}
	residual, err := r.residual()
	if err != nil {
		return err
	}
	f.relation, f.system = r, r.to
	f.noteRelation(residual)
	return nil
}

// is compares a system's datum with the name that a set gives.
func (s system) is(name string) bool {
	plain := plainName(name)
	if d, known := datumNames[plain]; known {
		return s.datum == d
	}
	own := plainName(strings.SplitN(s.name, " / ", 2)[0])
	return own != "" && strings.TrimPrefix(own, "d") == strings.TrimPrefix(plain, "d")
}

func (s system) title() string {
	if zh := datumChinese[s.datum]; zh != "" {
		return zh
	}
	return s.titleEN()
}

func (s system) titleEN() string {
	if s.datum != otherDatum {
		return string(s.datum)
	}
	return s.name
}

// residual is how far the control points are off at most, in metres; an error where
// that is too far.
func (r *relation) residual() (float64, error) {
	p, worst := r.parameters, 0.0
	for _, c := range p.Controls {
		worst = max(worst, groundDistance(r.shift(orb.Point(c.From)), orb.Point(c.To)))
	}
	within := p.Within
	if within == 0 {
		within = controlResidual
	}
	if worst > within {
		return worst, invalid("parameters-residual",
			fmt.Sprintf("七参数“%.40s”的检核点最大残差 %.3f 米，超过 %.3f 米，已拒用；请核对参数、单位与旋转约定。", p.Name, worst, within),
			fmt.Sprintf("A control point of the seven parameters %.40q is off by %.3f m, more than %.3f m; check numbers, units and the rotation's convention.", p.Name, worst, within))
	}
	return worst, nil
}

// convert takes a point of the file to CGCS2000.
func (r *relation) convert(p orb.Point) orb.Point {
	place := p
	if r.from.method == transverse {
		place = r.from.tm.inverseOn(r.ellipsoid, p)
	}
	place = r.shift(place)
	if r.to.method == transverse {
		return r.to.tm.forward(place)
	}
	return place
}

// shift takes degrees of the old datum to degrees of CGCS2000.
func (r *relation) shift(place orb.Point) orb.Point {
	x, p := r.ellipsoid.geocentric(place), r.parameters
	sign := 1.0
	if p.Rotation == geodata.CoordinateFrame {
		sign = -1
	}
	const second = math.Pi / 180 / 3600
	rx, ry, rz := sign*p.Turn[0]*second, sign*p.Turn[1]*second, sign*p.Turn[2]*second
	scale := 1 + p.Scale*1e-6
	return cgcsEllipsoid.degrees([3]float64{
		p.Shift[0] + scale*(x[0]-rz*x[1]+ry*x[2]),
		p.Shift[1] + scale*(rz*x[0]+x[1]-rx*x[2]),
		p.Shift[2] + scale*(-ry*x[0]+rx*x[1]+x[2]),
	})
}

func (e ellipsoid) squared() float64 {
	f := 1 / e.inverse
	return f * (2 - f)
}

// geocentric is a place on the ellipsoid, in metres.
func (e ellipsoid) geocentric(p orb.Point) [3]float64 {
	sinLon, cosLon := math.Sincos(p[0] * math.Pi / 180)
	sinLat, cosLat := math.Sincos(p[1] * math.Pi / 180)
	n := e.a / math.Sqrt(1-e.squared()*sinLat*sinLat)
	return [3]float64{n * cosLat * cosLon, n * cosLat * sinLon, n * (1 - e.squared()) * sinLat}
}

// degrees is the longitude and latitude of a place near the ellipsoid, by iteration
// of the latitude to 1e-14 radians.
func (e ellipsoid) degrees(x [3]float64) orb.Point {
	across := math.Hypot(x[0], x[1])
	lat := math.Atan2(x[2], across*(1-e.squared()))
	for range 12 {
		sin := math.Sin(lat)
		next := math.Atan2(x[2]+e.squared()*e.a/math.Sqrt(1-e.squared()*sin*sin)*sin, across)
		done := math.Abs(next-lat) < 1e-15
		if lat = next; done {
			break
		}
	}
	return orb.Point{math.Atan2(x[1], x[0]) * 180 / math.Pi, lat * 180 / math.Pi}
}

// groundDistance is the distance between places near each other, in metres.
func groundDistance(a, b orb.Point) float64 {
	x, y := cgcsEllipsoid.geocentric(a), cgcsEllipsoid.geocentric(b)
	return math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2])
}

// relateFeature takes a feature to CGCS2000 where the file's datum is another.
func (f *File) relateFeature(feature *geodata.Feature) *geodata.Error {
	r := f.relation
	if r == nil || feature.Geometry == nil {
		return nil
	}
	var last orb.Point
	sound := true
	take := func(p orb.Point) orb.Point {
		if bad := r.from.implausible(p); bad != nil && sound {
			sound, last = false, p
			return p
		}
		q := r.convert(p)
		if math.IsNaN(q[0]+q[1]) || math.IsInf(q[0]+q[1], 0) {
			sound, last = false, p
		}
		return q
	}
	if p, ok := feature.Geometry.(orb.Point); ok {
		feature.Geometry = take(p)
	} else {
		paths := pathsOf(feature.Geometry)
		if moved := f.moved(paths[0][0]); moved > farthestMove {
			return at(invalid("parameters-implausible",
				fmt.Sprintf("七参数“%.40s”使首点移动 %.0f 米，不可能正确；请核对参数、单位与旋转约定。", r.parameters.Name, moved),
				fmt.Sprintf("The seven parameters %.40q move the first point by %.0f m, which cannot be right; check numbers, units and the rotation's convention.", r.parameters.Name, moved)), feature.Record, nil)
		}
		for _, path := range paths {
			for i := range path {
				path[i] = take(path[i])
			}
		}
	}
	if sound {
		return nil
	}
	if bad := r.from.implausible(last); bad != nil {
		return at(bad, feature.Record, &last)
	}
	return at(invalid("crs-implausible", "坐标与坐标系不符。", "The coordinate does not fit the reference system."), feature.Record, &last)
}

// moved is how far the parameters move a point of the file on the ground, in metres.
func (f *File) moved(p orb.Point) float64 {
	place := p
	if f.relation.from.method == transverse {
		place = f.relation.from.tm.inverseOn(f.relation.ellipsoid, p)
	}
	return groundDistance(place, f.relation.shift(place))
}

// noteRelation records by which parameters the file came to CGCS2000: their name and
// digest, their convention and units, never their numbers.
func (f *File) noteRelation(residual float64) {
	r := f.relation
	convention, conventionEN := "位置矢量", "position vector"
	if r.parameters.Rotation == geodata.CoordinateFrame {
		convention, conventionEN = "坐标框架", "coordinate frame"
	}
	zh, en := "没有检核点", "no control points"
	if n := len(r.parameters.Controls); n > 0 {
		zh = fmt.Sprintf("%d 个检核点的最大残差 %.3f 米", n, residual)
		en = fmt.Sprintf("%d control points, off by %.3f m at most", n, residual)
	}
	f.note(Finding{Kind: "datum-by-parameters",
		ZH: fmt.Sprintf("文件坐标系为 %s，按七参数“%s”（摘要 %s）用布尔沙模型（%s旋转约定；平移米、旋转角秒、尺度 ppm）转换为 EPSG:%d；%s。",
			r.from.title(), r.parameters.Name, r.parameters.Digest(), convention, r.to.srid, zh),
		EN: fmt.Sprintf("The file is on %s; it was taken to EPSG:%d by the seven parameters %q (digest %s): Bursa-Wolf, %s rotation, metres, arc seconds, ppm; %s.",
			r.from.titleEN(), r.to.srid, r.parameters.Name, r.parameters.Digest(), conventionEN, en)})
}
