package pieces

import "fmt"

// Zone (投影带) is what a Gauss-Krüger plane of CGCS2000 is: its width in degrees,
// its central meridian, its zone number, and whether its eastings already carry
// the zone number before six digits.
type Zone struct {
	Width, Meridian, Number int
	Prefixed                bool
}

// ZoneOf knows the EPSG codes of CGCS2000's planes: 4491–4554. Source of the
// series: the EPSG dataset.
func ZoneOf(srid int) (Zone, bool) {
	switch {
	case srid >= 4491 && srid <= 4501: // 6-degree zones 13 to 23
		n := srid - 4478
		return Zone{Width: 6, Meridian: 6*n - 3, Number: n, Prefixed: true}, true
	case srid >= 4502 && srid <= 4512: // 6-degree, central meridians 75 to 135
		m := 75 + 6*(srid-4502)
		return Zone{Width: 6, Meridian: m, Number: (m + 3) / 6}, true
	case srid >= 4513 && srid <= 4533: // 3-degree zones 25 to 45
		n := srid - 4488
		return Zone{Width: 3, Meridian: 3 * n, Number: n, Prefixed: true}, true
	case srid >= 4534 && srid <= 4554: // 3-degree, central meridians 75 to 135
		m := 75 + 3*(srid-4534)
		return Zone{Width: 3, Meridian: m, Number: m / 3}, true
	}
	return Zone{}, false
}

// Chinese names the plane as documents do.
func (z Zone) Chinese() string {
	return fmt.Sprintf("2000 国家大地坐标系，高斯-克吕格 %d 度分带，中央子午线 %d°，带号 %d", z.Width, z.Meridian, z.Number)
}

// Easting is an easting of the plane with the zone number before it (37401000.25).
func (z Zone) Easting(e float64) float64 {
	if z.Prefixed {
		return e
	}
	return e + float64(z.Number)*1_000_000
}
