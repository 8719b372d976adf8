package geofile

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"hongxian/geodata"
)

// datum is the family of reference frames a system belongs to.
type datum string

const (
	cgcs2000   datum = "CGCS2000"
	wgs84      datum = "WGS 84"
	etrs89     datum = "ETRS89"
	nad83      datum = "NAD83"
	xian80     datum = "Xian 1980"
	beijing54  datum = "Beijing 1954"
	otherDatum datum = ""
)

// near says whether coordinates on the datum are CGCS2000 within about a metre,
// so that no parameters are needed.
func (d datum) near() bool {
	switch d {
	case cgcs2000, wgs84, etrs89, nad83:
		return true
	}
	return false
}

// method is how a system's coordinates follow from longitude and latitude.
type method int

const (
	opaque     method = iota // only PROJ knows
	geographic               // degrees, east first
	transverse               // Gauss-Krüger, UTM: tm holds the parameters
	webMercator
)

// tm are the parameters of a transverse Mercator projection; the latitude of
// origin is the equator.
type tm struct{ lon0, scale, east, north float64 }

// system (坐标参考系) is what a delivery's coordinates mean.
type system struct {
	srid   int
	datum  datum
	name   string // of the datum, as the definition has it, when it is no known family
	method method
	tm     tm
	// ellipsoid is told of datums that need parameters.
	ellipsoid ellipsoid
}

// knownSystem recognises the codes that need no look-up. The formulas of the
// Chinese series were checked over the whole series against the EPSG database.
func knownSystem(code int) (system, bool) {
	s := system{srid: code}
	gk := func(d datum, lon0, east float64) (system, bool) {
		s.datum, s.method, s.tm = d, transverse, tm{lon0, 1, east, 0}
		return s, true
	}
	utm := func(d datum, zone int, north float64) (system, bool) {
		s.datum, s.method, s.tm = d, transverse, tm{float64(6*zone - 183), 0.9996, 500000, north}
		return s, true
	}
	switch {
	case code >= 4491 && code <= 4501: // 6° zones 13–23
		n := float64(code - 4478)
		return gk(cgcs2000, 6*n-3, n*1e6+500000)
	case code >= 4502 && code <= 4512: // 6° CM 75–135
		return gk(cgcs2000, float64(75+6*(code-4502)), 500000)
	case code >= 4513 && code <= 4533: // 3° zones 25–45
		z := float64(code - 4488)
		return gk(cgcs2000, 3*z, z*1e6+500000)
	case code >= 4534 && code <= 4554: // 3° CM 75–135
		return gk(cgcs2000, float64(75+3*(code-4534)), 500000)
	case code >= 32601 && code <= 32660:
		return utm(wgs84, code-32600, 0)
	case code >= 32701 && code <= 32760:
		return utm(wgs84, code-32700, 10000000)
	case code >= 25828 && code <= 25838:
		return utm(etrs89, code-25800, 0)
	case code >= 26901 && code <= 26923:
		return utm(nad83, code-26900, 0)
	case code == 4610, code >= 2327 && code <= 2390, code == 4214, code >= 2401 && code <= 2442, code >= 21413 && code <= 21423, code >= 21453 && code <= 21463:
		return olderSystem(code), true
	case code == 3857:
		s.datum, s.method = wgs84, webMercator
	default:
		d, ok := geographicCodes[code]
		s.datum, s.method = d, geographic
		return s, ok
	}
	return s, true
}

// olderSystem is a system of Xian 1980 or of Beijing 1954.
func olderSystem(code int) system {
	s := system{srid: code, datum: xian80, method: transverse}
	if code == 4214 || code > 2400 && code != 4610 {
		s.datum = beijing54
	}
	s.ellipsoid = ellipsoids[s.datum]
	zone6 := func(n int) tm { return tm{float64(6*n - 3), 1, float64(n)*1e6 + 500000, 0} }
	zone3 := func(z int) tm { return tm{float64(3 * z), 1, float64(z)*1e6 + 500000, 0} }
	meridian := func(lon0 int) tm { return tm{float64(lon0), 1, 500000, 0} }
	switch {
	case code == 4610 || code == 4214:
		s.method = geographic
	case code >= 21453:
		s.tm = meridian(75 + 6*(code-21453))
	case code >= 21413:
		s.tm = zone6(code - 21400)
	case code >= 2422:
		s.tm = meridian(75 + 3*(code-2422))
	case code >= 2401:
		s.tm = zone3(code - 2376)
	case code >= 2370:
		s.tm = meridian(75 + 3*(code-2370))
	case code >= 2349:
		s.tm = zone3(code - 2324)
	case code >= 2338:
		s.tm = meridian(75 + 6*(code-2338))
	default:
		s.tm = zone6(code - 2314)
	}
	return s
}

var geographicCodes = map[int]datum{4490: cgcs2000, 4326: wgs84, 4258: etrs89, 4269: nad83}

// flattened are three-dimensional systems and the two-dimensional ones they are
// read as: the height is dropped.
var flattened = map[int]int{4480: 4490, 4979: 4326, 4937: 4258}

var (
	crsCode = regexp.MustCompile(`(?i)^(?:EPSG:{1,2})?([1-9]\d{3,5})$`)
	crsURN  = regexp.MustCompile(`(?i)^urn:(?:x-)?ogc:def:crs:EPSG:[0-9.]*:([1-9]\d{3,5})$`)
	crsURL  = regexp.MustCompile(`(?i)^https?://www\.opengis\.net/(?:def/crs/EPSG/[0-9.]+/|gml/srs/epsg\.xml#)([1-9]\d{3,5})$`)
	crsName = map[string]int{
		"ogc:crs84": 4326, "crs84": 4326, "wgs84": 4326, "wgs 84": 4326,
		"urn:ogc:def:crs:ogc:1.3:crs84": 4326, "urn:ogc:def:crs:ogc::crs84": 4326,
		"http://www.opengis.net/def/crs/ogc/1.3/crs84": 4326, "https://www.opengis.net/def/crs/ogc/1.3/crs84": 4326,
		"cgcs2000": 4490, "2000国家大地坐标系": 4490,
	}
)

// ParseCRS reads how people and files name a reference system: EPSG:4546, 4546,
// urn:ogc:def:crs:EPSG::4546, OGC:CRS84, the OGC's URLs, CGCS2000. It gives the
// EPSG code; coordinates are east first whatever axis order the code defines.
func ParseCRS(s string) (int, error) {
	s = strings.TrimSpace(s)
	for _, pattern := range []*regexp.Regexp{crsCode, crsURN, crsURL} {
		if m := pattern.FindStringSubmatch(s); m != nil {
			return strconv.Atoi(m[1])
		}
	}
	if code, ok := crsName[strings.ToLower(s)]; ok {
		return code, nil
	}
	return 0, invalid("crs-unknown", fmt.Sprintf("不认识的坐标系“%.80s”，请写成 EPSG 代码，例如 EPSG:4490 或 EPSG:4546。", s),
		fmt.Sprintf("Unknown reference system %.80q; write an EPSG code such as EPSG:4490 or EPSG:4546.", s))
}

// parseCRSMember reads GeoJSON's crs member of 2008. Null means that the file
// says it has none.
func parseCRSMember(text []byte) (code int, given bool, err error) {
	if string(text) == "null" {
		return 0, false, nil
	}
	var m struct {
		Type       string
		Properties struct{ Name, Href string }
		// Some writers put the code here: {"type":"EPSG","properties":{"code":4490}}.
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Properties.Name == "" {
		var code struct {
			Type       string
			Properties struct{ Code json.Number }
		}
		if json.Unmarshal(text, &code) == nil && strings.EqualFold(code.Type, "EPSG") {
			n, err := ParseCRS(code.Properties.Code.String())
			return n, true, err
		}
		return 0, true, because(invalid("crs-unknown", "crs 成员无法识别，请写成 EPSG 代码，例如 urn:ogc:def:crs:EPSG::4490。",
			"The crs member cannot be understood; name an EPSG code, as in urn:ogc:def:crs:EPSG::4490."), err)
	}
	n, err := ParseCRS(m.Properties.Name)
	return n, true, err
}

// accept decides whether a system's coordinates may be taken, and with what
// remark. planeSRID is the county's own plane.
func accept(s system, planeSRID int) (*Finding, error) {
	switch {
	case planeSRID != 0 && s.srid == planeSRID && s.datum.near():
		if s.datum == cgcs2000 {
			return nil, nil
		}
	case planeSRID != 0 && s.srid == planeSRID:
		return &Finding{Kind: "crs-county-plane",
			ZH: fmt.Sprintf("坐标系 EPSG:%d 是本县的平面坐标系，按其官方转换关系使用。", s.srid),
			EN: fmt.Sprintf("EPSG:%d is the county's own plane and is converted by its official relation.", s.srid)}, nil
	case s.datum == cgcs2000:
		return nil, nil
	case !s.datum.near():
		return nil, needsParameters(s)
	}
	return &Finding{Kind: "crs-datum-taken-as-cgcs2000",
		ZH: fmt.Sprintf("坐标系 EPSG:%d（%s）按 CGCS2000 使用，二者相差约在 1 米以内。", s.srid, s.datum),
		EN: fmt.Sprintf("EPSG:%d (%s) is taken as CGCS2000; the two differ by up to about a metre.", s.srid, s.datum)}, nil
}

var datumChinese = map[datum]string{xian80: "1980 西安坐标系", beijing54: "1954 北京坐标系"}

func needsParameters(s system) *geodata.Error {
	zh, en := datumChinese[s.datum], string(s.datum)
	if zh == "" {
		zh, en = s.name, s.name
	}
	code := ""
	if s.srid != 0 {
		code = fmt.Sprintf("（EPSG:%d）", s.srid)
	}
	return invalid("crs-datum-needs-parameters",
		fmt.Sprintf("坐标系为 %s%s，转换到 CGCS2000 需要七参数，无参数可能错位数十米以上，已拒收；请提供该基准的七参数（parameters），或先用官方参数转换为 CGCS2000（如 EPSG:4490）再提交。", zh, code),
		fmt.Sprintf("The datum is %s%s; going to CGCS2000 takes seven parameters, and without them places may shift by tens of metres. Give the datum's seven parameters (parameters), or convert the file to CGCS2000 (such as EPSG:4490) with them first.", en, strings.NewReplacer("（", " (", "）", ")").Replace(code)))
}

// gaussKruger is the CGCS2000 system with these parameters, by what they are
// and not by any name; 3° codes are preferred where 3° and 6° are the same.
func gaussKruger(p tm) (system, bool) {
	if p.scale != 1 || p.north != 0 || math.Mod(p.lon0, 3) != 0 || p.lon0 < 75 || p.lon0 > 135 {
		return system{}, false
	}
	zone3, zone6 := p.lon0/3, (p.lon0+3)/6
	switch p.east {
	case 500000:
		return knownSystem(4534 + int(p.lon0-75)/3)
	case zone3*1e6 + 500000:
		return knownSystem(4488 + int(zone3))
	case zone6*1e6 + 500000:
		return knownSystem(4478 + int(zone6))
	}
	return system{}, false
}

// utmSystem is the UTM system of a datum with these parameters.
func utmSystem(d datum, p tm) (system, bool) {
	if p.scale != 0.9996 || p.east != 500000 || math.Mod(p.lon0+183, 6) != 0 {
		return system{}, false
	}
	zone := int(p.lon0+183) / 6
	base := map[datum]int{wgs84: 32600, etrs89: 25800, nad83: 26900}[d]
	if p.north == 1e7 && d == wgs84 {
		base = 32700
	} else if p.north != 0 || base == 0 {
		return system{}, false
	}
	s, ok := knownSystem(base + zone)
	return s, ok && s.tm == p
}
