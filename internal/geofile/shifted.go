package geofile

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// The published constants of the shift that Chinese web maps apply to WGS 84:
// the ellipsoid of Krassovsky, whatever the data's own.
const (
	shiftAxis       = 6378245.0
	shiftSquared    = 0.00669342162296594323 // first eccentricity squared
	baiduLongitude  = 0.0065
	baiduLatitude   = 0.006
	shiftIterations = 30
)

// AsGCJ02 is where a point lies, in WGS 84 degrees east first, when its numbers
// are GCJ-02 (高德, 腾讯, 奥维's free export). The public forward algorithm is
// inverted by iteration, to 1e-11 degrees. Outside China it gives p back.
func AsGCJ02(p orb.Point) orb.Point { return undo(gcj02, p) }

// AsBD09 is the same for Baidu's BD-09, which is a second shift on top of GCJ-02.
func AsBD09(p orb.Point) orb.Point { return AsGCJ02(undo(bd09, p)) }

// undo finds the point that forward moves to p.
func undo(forward func(orb.Point) orb.Point, p orb.Point) orb.Point {
	guess := p
	for range shiftIterations {
		moved := forward(guess)
		dx, dy := p[0]-moved[0], p[1]-moved[1]
		guess = orb.Point{guess[0] + dx, guess[1] + dy}
		if math.Abs(dx) < 1e-11 && math.Abs(dy) < 1e-11 {
			break
		}
	}
	return guess
}

// gcj02 shifts WGS 84 to GCJ-02.
func gcj02(p orb.Point) orb.Point {
	if p[0] < 72.004 || p[0] > 137.8347 || p[1] < 0.8293 || p[1] > 55.8271 {
		return p
	}
	x, y := p[0]-105, p[1]-35
	waves := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 + (160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 + (150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	phi := p[1] / 180 * math.Pi
	w := 1 - shiftSquared*math.Sin(phi)*math.Sin(phi)
	return orb.Point{
		p[0] + east*180/(shiftAxis/math.Sqrt(w)*math.Cos(phi)*math.Pi),
		p[1] + north*180/(shiftAxis*(1-shiftSquared)/(w*math.Sqrt(w))*math.Pi),
	}
}

// bd09 shifts GCJ-02 to BD-09.
func bd09(p orb.Point) orb.Point {
	const turn = math.Pi * 3000 / 180
	r := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*turn)
	theta := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*turn)
	return orb.Point{r*math.Cos(theta) + baiduLongitude, r*math.Sin(theta) + baiduLatitude}
}

// decideShift reads what the planner says about the coordinates being shifted.
func (f *File) decideShift() error {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(f.options.Datum)) {
	case "", "wgs84", "cgcs2000":
		return nil
	case "gcj02":
		f.shift, f.shiftName = AsGCJ02, "GCJ-02"
	case "bd09":
		f.shift, f.shiftName = AsBD09, "BD-09"
	default:
		return invalid("datum-unknown", fmt.Sprintf("不认识的坐标偏移“%.40s”，可用 gcj02（高德、腾讯、奥维）或 bd09（百度）。", f.options.Datum),
			fmt.Sprintf("Unknown datum %.40q; gcj02 (Gaode, Tencent, Ovi) or bd09 (Baidu) can be declared.", f.options.Datum))
	}
	return nil
}

// requireDegrees: only longitudes and latitudes are ever shifted.
func (f *File) requireDegrees() error {
	if f.shift == nil || f.system.method == geographic && f.system.datum.near() {
		return nil
	}
	return invalid("datum-needs-degrees", fmt.Sprintf("声明了 %s，但文件坐标系为 EPSG:%d，不是 WGS 84 经纬度；%s 只用于经纬度坐标。", f.shiftName, f.system.srid, f.shiftName),
		fmt.Sprintf("%s is declared, but the file is in EPSG:%d; only longitudes and latitudes can be shifted.", f.shiftName, f.system.srid))
}

// shiftFeature moves a feature to WGS 84 where the planner declared a shift, and
// names both positions of the first vertex.
func (f *File) shiftFeature(feature *geodata.Feature) {
	if f.shift == nil || feature.Geometry == nil {
		return
	}
	var from, to orb.Point
	paths := pathsOf(feature.Geometry)
	if p, ok := feature.Geometry.(orb.Point); ok {
		from, to = p, f.shift(p)
		feature.Geometry = to
	} else {
		from = paths[0][0]
		for _, path := range paths {
			for i := range path {
				path[i] = f.shift(path[i])
			}
		}
		to = paths[0][0]
	}
	f.noteOnce(Finding{Kind: "datum-shifted", Record: feature.Record, At: &from, Records: 1,
		ZH: fmt.Sprintf("坐标按声明为 %s，已用公开算法迭代还原为 WGS 84（非官方，约米级）；首点 %.8f, %.8f → %.8f, %.8f。", f.shiftName, from[0], from[1], to[0], to[1]),
		EN: fmt.Sprintf("The coordinates are %s as declared and were taken back to WGS 84 by the public algorithm, iterated (unofficial, about a metre); the first point moved from %.8f, %.8f to %.8f, %.8f.", f.shiftName, from[0], from[1], to[0], to[1])})
}
