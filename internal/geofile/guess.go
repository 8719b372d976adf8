package geofile

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// aroundCounty is how far outside the county's box a place may lie to speak for
// a reference system, in degrees.
const aroundCounty = 0.05

// candidates are the CGCS2000 systems that put a coordinate into the county:
// degrees, the zone of a prefixed easting, the central meridians of one without.
func candidates(p orb.Point, county *orb.Bound) []system {
	if county == nil {
		return nil
	}
	var codes []int
	switch x, y := p[0], p[1]; {
	case math.Abs(x) <= 180 && math.Abs(y) <= 90:
		codes = append(codes, 4490)
	case x >= 1e7 && x < 4.6e7:
		codes = append(codes, zoneCode(int(x/1e6)))
	case x > 0 && x < 1.5e6 && y >= 1.5e6 && y < 6e6:
		for code := 4534; code <= 4554; code++ {
			codes = append(codes, code)
		}
	}
	var found []system
	for _, code := range codes {
		s, known := knownSystem(code)
		if !known {
			continue
		}
		if place, ok := s.lonLat(p); ok && county.Pad(aroundCounty).Contains(place) {
			found = append(found, s)
		}
	}
	return found
}

// zoneCode is the CGCS2000 system of an easting's prefix: 25–45 are 3° zones,
// 13–23 are 6° zones; 0 is none.
func zoneCode(zone int) int {
	switch {
	case zone >= 25 && zone <= 45:
		return 4488 + zone
	case zone >= 13 && zone <= 23:
		return 4478 + zone
	}
	return 0
}

// decideGuess is for a file that states no system: the only one that puts its
// first coordinate into the county, but not before the user has confirmed it. A
// wrong central meridian leaves the area as it is, so nothing else would tell.
func (f *File) decideGuess(first first) error {
	if first.at == nil {
		return crsMissing(first.record, nil, f.options.County)
	}
	found := candidates(*first.at, f.options.County)
	switch {
	case len(found) != 1:
		return crsMissing(first.record, first.at, f.options.County)
	case !f.options.ConfirmGuess:
		return crsUnconfirmed(first, found[0])
	}
	f.system = found[0]
	zh, en := f.system.described()
	f.note(Finding{Kind: "crs-guess-confirmed", At: first.at,
		ZH: zh + "由位置推定（用户已确认）。", EN: en + " was inferred from the place and confirmed by the user."})
	return nil
}

// described names a proposed system as planners do.
func (s system) described() (zh, en string) {
	switch {
	case s.method == geographic:
		return fmt.Sprintf("CGCS2000 经纬度（EPSG:%d）", s.srid), fmt.Sprintf("CGCS2000 in degrees (EPSG:%d)", s.srid)
	case s.tm.east > 1e6:
		return fmt.Sprintf("带号 %d（EPSG:%d，CGCS2000）", int(s.tm.east/1e6), s.srid), fmt.Sprintf("Zone %d (EPSG:%d, CGCS2000)", int(s.tm.east/1e6), s.srid)
	}
	return fmt.Sprintf("中央子午线 %.0f°（EPSG:%d，CGCS2000）", s.tm.lon0, s.srid), fmt.Sprintf("The central meridian %.0f° (EPSG:%d, CGCS2000)", s.tm.lon0, s.srid)
}

// crsUnconfirmed proposes the one system that fits and asks for a confirmation.
func crsUnconfirmed(first first, s system) *geodata.Error {
	zh, en := s.described()
	return at(invalid("crs-needs-confirmation",
		fmt.Sprintf("文件没有写明坐标系；按位置推定为 %s，只有它使地块落在本县；请核对后确认，或声明坐标系。", zh),
		fmt.Sprintf("The file does not state its reference system. %s is the only one that puts it into the county: check and confirm it, or declare the system.", en)),
		first.record, first.at)
}
