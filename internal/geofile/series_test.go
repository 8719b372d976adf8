package geofile

import (
	"encoding/csv"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// projDatabase is Debian's; the rows that PROJ itself goes by.
const projDatabase = "/usr/share/proj/proj.db"

// officialSystems are the transverse Mercator systems of the three Chinese datums that
// PROJ's own database has in use.
func officialSystems(t *testing.T) map[int]system {
	t.Helper()
	out, err := exec.Command("ogr2ogr", "-f", "CSV", "/vsistdout/", projDatabase, "-dialect", "SQLITE", "-sql",
		`select p.code as code, g.datum_code as datum, c.param1_value as lat0, c.param2_value as lon0, c.param3_value as scale,
		        c.param4_value as east, c.param5_value as north
		 from projected_crs p
		 join conversion_table c on c.auth_name = p.conversion_auth_name and c.code = p.conversion_code
		 join geodetic_crs g on g.auth_name = p.geodetic_crs_auth_name and g.code = p.geodetic_crs_code
		 where p.auth_name = 'EPSG' and c.method_code = '9807' and not p.deprecated and g.datum_code in ('1043', '6610', '6214')`).Output()
	if err != nil {
		t.Fatalf("ogr2ogr: %v", err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(out))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	datums := map[string]datum{"1043": cgcs2000, "6610": xian80, "6214": beijing54}
	found := map[int]system{}
	for _, row := range rows[1:] {
		var n [7]float64
		for i, cell := range row {
			if n[i], err = strconv.ParseFloat(cell, 64); err != nil {
				t.Fatalf("%v: %v", row, err)
			}
		}
		if n[2] != 0 {
			t.Fatalf("%v does not begin at the equator", row)
		}
		s := system{srid: int(n[0]), datum: datums[row[1]], method: transverse, tm: tm{n[3], n[4], n[5], n[6]}}
		s.ellipsoid = ellipsoids[s.datum]
		found[s.srid] = s
	}
	return found
}

// written are the code formulas of the Chinese series as a planner's manual has them,
// with the central meridian and the false easting that a code stands for.
func written() map[int]system {
	codes := map[int]system{}
	put := func(d datum, code, lon0 int, east float64) {
		codes[code] = system{srid: code, datum: d, method: transverse, tm: tm{float64(lon0), 1, east, 0}, ellipsoid: ellipsoids[d]}
	}
	for d, base := range map[datum]struct{ zone3, meridian3, zone6 int }{
		cgcs2000: {4488, 4534, 4478}, xian80: {2324, 2370, 2314}, beijing54: {2376, 2422, 21400},
	} {
		for z := 25; z <= 45; z++ {
			put(d, base.zone3+z, 3*z, float64(z)*1e6+500000)
			put(d, base.meridian3+(3*z-75)/3, 3*z, 500000)
		}
		for n := 13; n <= 23; n++ {
			put(d, base.zone6+n, 6*n-3, float64(n)*1e6+500000)
			if meridian6 := map[datum]int{cgcs2000: 4502, xian80: 2338, beijing54: 21453}[d]; meridian6 != 0 {
				put(d, meridian6+(6*n-3-75)/6, 6*n-3, 500000)
			}
		}
	}
	return codes
}

// The whole series, forwards and back: PROJ's database has no system of the three
// datums that is not known here, and none is known here that it does not have.
func TestTheWholeSeriesIsPROJs(t *testing.T) {
	official, formulas := officialSystems(t), written()
	if len(official) < 190 {
		t.Fatalf("PROJ's database has %d systems", len(official))
	}
	for code, want := range official {
		if got, ok := knownSystem(code); !ok || got != want {
			t.Errorf("EPSG:%d is %+v, PROJ has %+v", code, got, want)
		}
		if formulas[code] != want {
			t.Errorf("EPSG:%d by the formulas is %+v, PROJ has %+v", code, formulas[code], want)
		}
	}
	for code := 1000; code < 100_000; code++ {
		s, ok := knownSystem(code)
		if _, there := official[code]; ok && !there && s.method == transverse && s.tm.scale == 1 {
			t.Errorf("EPSG:%d is taken for %+v, PROJ has no such system", code, s)
		}
	}
}

// A definition without a code, named after nothing, is the system of its meridian and
// false easting; an old datum's is that datum's, and refused without parameters.
func TestDefinitionsOfTheWholeSeries(t *testing.T) {
	names := map[datum][2]string{cgcs2000: {"D_China_2000", grs80}, xian80: {"D_Xian_1980", iag75}, beijing54: {"D_Beijing_1954", krasov}}
	for code, want := range officialSystems(t) {
		d, err := define(gk(names[want.datum][0], names[want.datum][1], want.tm.lon0, want.tm.east, 1))
		if err != nil {
			t.Fatal(err)
		}
		s, direct := d.direct()
		if want.datum == cgcs2000 {
			same, _ := knownSystem(s.srid)
			if !direct || same.tm != want.tm || s.datum != cgcs2000 {
				t.Errorf("the definition of EPSG:%d is %+v", code, s)
			}
			continue
		}
		old := d.older()
		if direct || old.datum != want.datum || old.tm != want.tm || old.method != transverse {
			t.Errorf("the definition of EPSG:%d is %+v", code, old)
		}
		if _, err := accept(old, 4546); err == nil {
			t.Errorf("the definition of EPSG:%d is accepted without parameters", code)
		}
	}
}

// Where 3° and 6° zones share the meridian they differ by the prefix alone.
func TestZonesOfOneMeridian(t *testing.T) {
	for code, offset := range map[int]float64{4525: 37e6, 4497: 19e6, 4508: 0} {
		s, _ := knownSystem(code)
		county, _ := knownSystem(4546)
		p := orb.Point{392_600, 3_439_600}
		if a, b := s.tm.inverse(orb.Point{p[0] + offset, p[1]}), county.tm.inverse(p); a != b {
			t.Errorf("EPSG:%d: %v, not %v", code, a, b)
		}
	}
}

// alongTheEdge are places along the county's box, every minute or so.
func alongTheEdge(b orb.Bound) (points []orb.Point) {
	const steps = 50
	for i := range steps + 1 {
		x, y := b.Min[0]+(b.Max[0]-b.Min[0])*float64(i)/steps, b.Min[1]+(b.Max[1]-b.Min[1])*float64(i)/steps
		points = append(points, orb.Point{x, b.Min[1]}, orb.Point{x, b.Max[1]}, orb.Point{b.Min[0], y}, orb.Point{b.Max[0], y})
	}
	return points
}

// The county in the planes of four central meridians, as PROJ has it: the eastings lie
// apart, so that each tells its meridian, with and without its zone in front.
func TestRangesOfTheCounty(t *testing.T) {
	places := alongTheEdge(wushan)
	for code, want := range map[int]orb.Bound{
		4546: {Min: orb.Point{361_553, 3_403_688}, Max: orb.Point{423_584, 3_484_914}},
		4545: {Min: orb.Point{647_692, 3_404_444}, Max: orb.Point{710_278, 3_486_098}},
		4544: {Min: orb.Point{932_965, 3_412_289}, Max: orb.Point{997_835, 3_495_726}},
		4547: {Min: orb.Point{74_101, 3_409_602}, Max: orb.Point{138_390, 3_492_582}},
	} {
		s, _ := knownSystem(code)
		zone := int(s.tm.lon0) / 3
		plane := transformed(t, "+proj=longlat +ellps=GRS80 +no_defs", "+proj=tmerc +lon_0="+strconv.Itoa(3*zone)+" +x_0=500000 +ellps=GRS80 +units=m +no_defs", places)
		box := orb.MultiPoint(plane).Bound()
		for i := range 2 {
			if math.Abs(box.Min[i]-want.Min[i]) > 1 || math.Abs(box.Max[i]-want.Max[i]) > 1 {
				t.Errorf("EPSG:%d: the county lies in %.0f", code, box)
			}
		}
		for _, p := range plane {
			if found := candidates(p, &wushan); len(found) != 1 || found[0].srid != code {
				t.Fatalf("%v could be in %v, not EPSG:%d alone", p, found, code)
			}
			prefixed := orb.Point{p[0] + float64(zone)*1e6, p[1]}
			if found := candidates(prefixed, &wushan); len(found) != 1 || found[0].srid != 4488+zone {
				t.Fatalf("%v could be in %v", prefixed, found)
			}
			if found := candidates(orb.Point{p[1], p[0]}, &wushan); len(found) != 0 {
				t.Fatalf("northing first, %v could be in %v", p, found)
			}
		}
	}
}

// The areal scale of the planes at the county, and how far off a swapped pair lands.
func TestWhyTheMeridianMatters(t *testing.T) {
	scale := func(code int, at orb.Point) float64 {
		s, _ := knownSystem(code)
		const d = 1e-4
		corner := func(x, y float64) orb.Point { return s.tm.forward(orb.Point{at[0] + x, at[1] + y}) }
		plane := planeArea(orb.Polygon{{corner(-d, -d), corner(d, -d), corner(d, d), corner(-d, d), corner(-d, -d)}})
		east := groundDistance(orb.Point{at[0] - d, at[1]}, orb.Point{at[0] + d, at[1]})
		return math.Abs(plane) / (east * groundDistance(orb.Point{at[0], at[1] - d}, orb.Point{at[0], at[1] + d}))
	}
	seat := orb.Point{109.879153, 31.074834}
	for _, c := range []struct {
		code  int
		at    orb.Point
		want  float64
		exact float64
	}{
		{4546, orb.Point{wushan.Min[0], 31.1}, 1.000469, 2e-6}, {4546, seat, 1.000282, 1e-6}, {4546, orb.Point{wushan.Max[0], 31.1}, 1.000145, 1e-6},
		{4545, seat, 1.00079, 1e-5}, {4544, seat, 1.0054, 1e-4},
	} {
		if got := scale(c.code, c.at); !near(got, c.want, c.exact) {
			t.Errorf("EPSG:%d at %v: areal scale %.7f, want %.6f", c.code, c.at, got, c.want)
		}
	}
	s, _ := knownSystem(4546)
	swapped := orb.Point{3_439_600, 392_600}
	if place := s.tm.inverse(swapped); !near(place[0], 136.6, 0.2) || !near(place[1], 3.2, 0.1) {
		t.Errorf("a swapped pair lies at %v", place)
	}
	if s.implausible(swapped) == nil {
		t.Error("a swapped pair is plausible")
	}
}

// Every prefix of two digits: 25 to 45 are 3° zones, 13 to 23 are 6° zones, no other is
// a zone.
func TestPrefixes(t *testing.T) {
	for prefix := 10; prefix <= 99; prefix++ {
		want := 0
		switch {
		case prefix >= 25 && prefix <= 45:
			want = 4488 + prefix
		case prefix >= 13 && prefix <= 23:
			want = 4478 + prefix
		}
		p := orb.Point{float64(prefix)*1e6 + 392_600, 3_439_600}
		if got := zoneCode(prefix); got != want {
			t.Errorf("prefix %d is EPSG:%d, not %d", prefix, got, want)
		}
		e := crsMissing(1, &p, nil)
		if said := strings.Contains(e.ZH, "EPSG:"+strconv.Itoa(want)); said != (want != 0) || strings.Contains(e.ZH, "EPSG:0") {
			t.Errorf("prefix %d: %s", prefix, e.ZH)
		}
	}
}
