package geofile

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/width"

	"hongxian/geodata"
)

// decideBoundary finds the reference system of a boundary-point file from its
// header and from its first coordinate.
func (f *File) decideBoundary(ctx context.Context, header map[string]string) error {
	first, _, err := f.peek(ctx)
	if err != nil {
		return err
	}
	if first.at == nil { // no parcel can be taken, and the stream says why
		f.system, _ = knownSystem(4490)
		return nil
	}
	d, bad := f.boundaryDatum(header)
	if bad != nil {
		if f.options.CRS == "" || bad.Code == "crs-datum-needs-parameters" {
			return bad
		}
		d = otherDatum // the header says nothing that is understood: the declaration counts
		f.note(Finding{Kind: "crs-declared", ZH: "文件自带的坐标系“" + header["坐标系"] + "”无法识别，按声明的 " + f.options.CRS + " 读取。",
			EN: "The file's own reference system is not recognised; the declared " + f.options.CRS + " is used."})
	}
	if d == otherDatum {
		return f.decideWithout(ctx)
	}
	if bad := boundaryPlane(header, *first.at); bad != nil {
		return bad
	}
	s, ok, bad := f.boundarySystem(header, *first.at, d)
	switch {
	case bad != nil:
		return bad
	case !ok:
		return f.decideWithout(ctx)
	case f.sameMeridian(ctx, s):
		// 4525 and 4546 differ by the zone prefix alone, which the coordinates show.
		f.options.CRS = ""
	}
	return f.decide(ctx, s)
}

// boundaryDatum reads 坐标系; otherDatum and no error when it is empty.
func (f *File) boundaryDatum(header map[string]string) (datum, *geodata.Error) {
	name := strings.ToUpper(strings.ReplaceAll(width.Narrow.String(header["坐标系"]), " ", ""))
	switch {
	case name == "":
		return otherDatum, nil
	case strings.Contains(name, "2000"):
		return cgcs2000, nil
	case strings.Contains(name, "80"):
		return xian80, f.olderDatum(xian80, header["转换参数"])
	case strings.Contains(name, "54"):
		return beijing54, f.olderDatum(beijing54, header["转换参数"])
	case strings.Contains(name, "84"):
		return wgs84, nil
	}
	return otherDatum, undefined(fmt.Sprintf("文件的坐标系“%.40s”不是可识别的坐标系", header["坐标系"]), fmt.Sprintf("The file's reference system %.40q is not known", header["坐标系"]))
}

// olderDatum takes an old datum by the parameters that were given with the file, or by
// the file's own where their convention and units were given; without them it refuses,
// with what the file carries.
func (f *File) olderDatum(d datum, numbers string) *geodata.Error {
	numbers = halfWidth(numbers)
	if p := f.options.Parameters; p != nil {
		if !p.FromFile {
			return nil
		}
		own := *p
		own.FromFile = false
		err := own.SetNumbers(numbers)
		if err == nil {
			err = own.Check()
		}
		if err != nil {
			return geodata.AsError(err)
		}
		f.options.Parameters = &own
		return nil
	}
	e := needsParameters(system{datum: d})
	complete := 0
	for _, v := range strings.Split(numbers, ",") {
		if _, ok := parseCoordinate(v); ok {
			complete++
		}
	}
	if complete == 7 {
		e.ZH = strings.TrimSuffix(e.ZH, "。") + "；文件带有 7 个转换参数，但没有写明旋转约定与单位，请声明（如 parameters=xian80/position-vector/m/arcsecond/ppm:file）。"
		e.EN = strings.TrimSuffix(e.EN, ".") + "; the file carries seven parameters without their convention and units: declare them (parameters=xian80/position-vector/m/arcsecond/ppm:file)."
	}
	return e
}

// boundaryPlane refuses projections and units that are not Gauss-Krüger in metres.
func boundaryPlane(header map[string]string, first orb.Point) *geodata.Error {
	projection := strings.ToLower(width.Narrow.String(header["投影类型"]))
	degrees := first[0] <= 180 && first[1] <= 90
	if projection != "" && !degrees && !strings.Contains(projection, "高斯") && !strings.Contains(projection, "gauss") && !strings.Contains(projection, "克吕格") {
		return undefined(fmt.Sprintf("文件的投影类型“%.40s”不是高斯克吕格", header["投影类型"]), fmt.Sprintf("The file's projection %.40q is not Gauss-Krüger", header["投影类型"]))
	}
	switch unit := strings.ToLower(strings.TrimSpace(header["计量单位"])); unit {
	case "", "米", "m", "公尺", "meter", "metre":
		return nil
	default:
		if degrees {
			return nil
		}
		return invalid("txt-unit", fmt.Sprintf("计量单位“%.20s”不是米，请换算为米后再提交。", unit), fmt.Sprintf("The unit %.20q is not metres; convert the file to metres.", unit))
	}
}

var wholeNumber = regexp.MustCompile(`\d+`)

// headerNumber is the first whole number in a header's value, 0 for none.
func headerNumber(value string) int {
	n, err := strconv.Atoi(wholeNumber.FindString(width.Narrow.String(value)))
	if err != nil || n > 999 {
		return 0
	}
	return n
}

// boundarySystem combines 带号 and 几度分带 with the easting's prefix, which goes
// before them. Not ok when there is neither.
func (f *File) boundarySystem(header map[string]string, first orb.Point, d datum) (system, bool, *geodata.Error) {
	zone, width := headerNumber(header["带号"]), headerNumber(header["几度分带"])
	if first[0] <= 180 && first[1] <= 90 {
		code := 4490
		if d == wgs84 {
			code = 4326
		}
		s, ok := knownSystem(code)
		if !d.near() {
			s = s.on(d)
		}
		return s, ok, nil
	}
	if first[0] >= 1e7 {
		prefix := int(first[0] / 1e6)
		s, ok := knownSystem(zoneCode(prefix))
		if !ok {
			return s, false, at(undefined(fmt.Sprintf("东坐标的带号 %d 不是 3° 带（25–45）或 6° 带（13–23）", prefix),
				fmt.Sprintf("The easting's prefix %d is no zone of 3° (25–45) or of 6° (13–23)", prefix)), 0, &first)
		}
		f.compareZone(prefix, zone, width)
		return s.on(d), true, nil
	}
	if zone == 0 {
		return system{}, false, nil
	}
	lon0 := centralMeridian(zone, width)
	s, ok := gaussKruger(tm{lon0: lon0, scale: 1, east: 500000})
	if !ok {
		return s, false, undefined(fmt.Sprintf("文件头的带号“%.20s”、几度分带“%.20s”不对应任何标准分带", header["带号"], header["几度分带"]),
			fmt.Sprintf("The header's zone %.20q and zone width %.20q name no standard zone", header["带号"], header["几度分带"]))
	}
	return s.on(d), true, nil
}

// on is the same plane on another datum.
func (s system) on(d datum) system {
	s.datum, s.ellipsoid = d, ellipsoids[d]
	if !d.near() {
		s.srid = 0
	}
	return s
}

// centralMeridian is a zone's, in degrees; some writers put the meridian itself
// where the zone belongs. Without a width the zone's number tells it.
func centralMeridian(zone, width int) float64 {
	switch {
	case zone >= 75:
		return float64(zone)
	case width == 6, width == 0 && zone < 25:
		return float64(6*zone - 3)
	}
	return float64(3 * zone)
}

// compareZone notes a header that contradicts the coordinates' own prefix.
func (f *File) compareZone(prefix, zone, width int) {
	expected := 3
	if prefix < 25 {
		expected = 6
	}
	if (zone == 0 || zone == prefix || zone >= 75) && (width == 0 || width == expected) {
		return
	}
	f.note(Finding{Kind: "zone-mismatch", ZH: fmt.Sprintf("文件头注明带号 %d、%d 度分带，东坐标的带号却是 %d（%d 度带）；按坐标的带号读取，请核对位置。", zone, width, prefix, expected),
		EN: fmt.Sprintf("The header states zone %d of %d°, but the eastings carry the prefix %d (%d°); the prefix is used. Check the place.", zone, width, prefix, expected)})
}

// sameMeridian says that the declared system is the file's own with or without
// the zone prefix.
func (f *File) sameMeridian(ctx context.Context, own system) bool {
	if f.options.CRS == "" {
		return false
	}
	code, err := ParseCRS(f.options.CRS)
	if err != nil {
		return false
	}
	declared, err := f.systemOf(ctx, code)
	return err == nil && declared.method == transverse && own.method == transverse && declared.datum == own.datum &&
		declared.tm.lon0 == own.tm.lon0 && declared.tm.scale == own.tm.scale
}
