package geofile

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestParseCRS(t *testing.T) {
	for text, want := range map[string]int{
		"EPSG:4546": 4546, "epsg:4490": 4490, " 4525 ": 4525, "EPSG::4546": 4546,
		"urn:ogc:def:crs:EPSG::4546": 4546, "urn:ogc:def:crs:EPSG:6.9:4490": 4490, "urn:x-ogc:def:crs:EPSG:4490": 0,
		"urn:ogc:def:crs:OGC:1.3:CRS84": 4326, "OGC:CRS84": 4326, "http://www.opengis.net/def/crs/EPSG/0/4546": 4546,
		"http://www.opengis.net/def/crs/OGC/1.3/CRS84": 4326, "http://www.opengis.net/gml/srs/epsg.xml#4490": 4490,
		"CGCS2000": 4490, "2000国家大地坐标系": 4490, "": 0, "西安80": 0, "EPSG:": 0, "EPSG:99999999999": 0, "EPSG:4546; drop table": 0,
	} {
		got, err := ParseCRS(text)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("ParseCRS(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
}

// gk is an Esri definition of a transverse Mercator system.
func gk(datum, spheroid string, lon0, east, scale float64) string {
	return fmt.Sprintf(`PROJCS["whatever",GEOGCS["g",DATUM[%q,SPHEROID[%s]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",%f],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",%f],PARAMETER["Scale_Factor",%f],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`,
		datum, spheroid, east, lon0, scale)
}

const (
	grs80   = `"CGCS2000",6378137.0,298.257222101`
	iag75   = `"Xian_1980",6378140.0,298.257`
	krasov  = `"Krasovsky_1940",6378245.0,298.3`
	wgs84Sp = `"WGS_1984",6378137.0,298.257223563`
)

func TestDefinitionsByParameters(t *testing.T) {
	geo := func(datum, spheroid string) string {
		return fmt.Sprintf(`GEOGCS["g",DATUM[%q,SPHEROID[%s]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`, datum, spheroid)
	}
	bng := `PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],PARAMETER["Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]`
	wkt2 := `PROJCRS["CGCS2000 / 3-degree Gauss-Kruger CM 111E",BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["3-degree Gauss-Kruger CM 111E",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",111,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1],ID["EPSG",8805]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1],ID["EPSG",8806]],PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],CS[Cartesian,2],AXIS["northing (X)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (Y)",east,ORDER[2],LENGTHUNIT["metre",1]]]`
	albers := `PROJCS["NAD_1983_Yukon_Albers",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Albers"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",500000.0],PARAMETER["Central_Meridian",-132.5],PARAMETER["Standard_Parallel_1",61.66666666666666],PARAMETER["Standard_Parallel_2",68.0],PARAMETER["Latitude_Of_Origin",59.0],UNIT["Meter",1.0]]`
	for name, c := range map[string]struct {
		definition string
		plane      int
		srid       int
		code       string // of the error
		finding    string
	}{
		"4546 by parameters":              {gk("D_China_2000", grs80, 111, 500000, 1), 0, 4546, "", "crs-by-parameters"},
		"4525, a zone":                    {gk("D_China_2000", grs80, 111, 37500000, 1), 0, 4525, "", ""},
		"6 degrees, zone 19":              {gk("China_2000", grs80, 111, 19500000, 1), 0, 4497, "", ""},
		"WKT2":                            {wkt2, 0, 4546, "", ""},
		"4490":                            {geo("D_China_2000", grs80), 0, 4490, "", ""},
		"WGS 84":                          {geo("D_WGS_1984", wgs84Sp), 0, 4326, "", "crs-datum-taken-as-cgcs2000"},
		"Gauss-Krüger on WGS 84":          {gk("D_WGS_1984", wgs84Sp, 111, 500000, 1), 0, 4546, "", "crs-datum-taken-as-cgcs2000"},
		"UTM 49 on WGS 84":                {gk("D_WGS_1984", wgs84Sp, 111, 500000, 0.9996), 0, 32649, "", "crs-datum-taken-as-cgcs2000"},
		"Albers on NAD83, by PROJ":        {albers, 0, 3578, "", "crs-datum-taken-as-cgcs2000"},
		"Xian 1980":                       {gk("D_Xian_1980", iag75, 111, 500000, 1), 0, 0, "crs-datum-needs-parameters", ""},
		"Beijing 1954":                    {gk("D_Beijing_1954", krasov, 111, 37500000, 1), 0, 0, "crs-datum-needs-parameters", ""},
		"CGCS2000 on the wrong ellipsoid": {gk("D_China_2000", iag75, 111, 500000, 1), 0, 0, "crs-datum-needs-parameters", ""},
		"OSGB36":                          {bng, 0, 0, "crs-datum-needs-parameters", ""},
		"OSGB36, the county's own plane":  {bng, 27700, 27700, "", "crs-county-plane"},
		"with the height of 1985":         {`COMPD_CS["x",` + geo("China_2000", grs80) + `,VERT_CS["Yellow_Sea_1985",VERT_DATUM["Yellow_Sea_1985",2005],UNIT["Meter",1.0],AXIS["H",UP]]]`, 0, 4490, "", ""},
		"local central meridian":          {gk("D_China_2000", grs80, 106.5, 500000, 1), 0, 0, "crs-undefined", ""},
		"unknown datum":                   {geo("Unknown_based_on_GRS80_ellipsoid", grs80), 0, 0, "crs-undefined", ""},
		"unknown datum, but Krasovsky's ellipsoid": {gk("D_Unknown", krasov, 111, 500000, 1), 0, 0, "crs-datum-needs-parameters", ""},
		"an engineering system":                    {`LOCAL_CS["local",UNIT["metre",1]]`, 0, 0, "crs-undefined", ""},
		"rubbish":                                  {`<html>404</html>`, 0, 0, "crs-undefined", ""},
		"a shell's idea of a definition":           {`$(touch /tmp/x)`, 0, 0, "crs-undefined", ""},
		"false easting of no known series":         {gk("D_China_2000", grs80, 111, 400000, 1), 0, 0, "crs-undefined", ""},
	} {
		t.Run(name, func(t *testing.T) {
			ring := square
			if c.srid == 4490 || c.srid == 4326 {
				ring = []orb.Point{{109.8, 31}, {109.8, 31.1}, {109.9, 31.1}, {109.8, 31}}
			}
			if c.srid == 4525 || c.srid == 4497 {
				ring = nil
				for _, p := range square {
					ring = append(ring, orb.Point{p[0] + float64(map[int]int{4525: 37e6, 4497: 19e6}[c.srid]), p[1]})
				}
			}
			path := put(t, "x.zip", zipped(t, "a.shp", shapefile(ring), "a.prj", c.definition))
			r := read(t, path, Options{PlaneSRID: c.plane})
			if c.code != "" {
				if r.err == nil || r.err.Code != c.code {
					t.Fatalf("EPSG:%d, %v; want %s", r.srid, r.err, c.code)
				}
				return
			}
			if r.err != nil || r.srid != c.srid {
				t.Fatalf("EPSG:%d, %v; want EPSG:%d", r.srid, r.err, c.srid)
			}
			if c.finding != "" && r.found(c.finding) == nil {
				t.Errorf("no finding %s in %v", c.finding, r.findings)
			}
		})
	}
}

func TestDeclaredSystems(t *testing.T) {
	projected := polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`)
	collection := `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::%d"}},"features":[` + projected + `]}`
	shp := func(prj string) []byte { return zipped(t, "a.shp", shapefile(square), "a.prj", prj) }
	for name, c := range map[string]struct {
		content  []byte
		declared string
		srid     int
		code     string
	}{
		"declared":                             {[]byte(projected), "EPSG:4546", 4546, ""},
		"from the file":                        {fmt.Appendf(nil, collection, 4546), "", 4546, ""},
		"both agree":                           {fmt.Appendf(nil, collection, 4546), "4546", 4546, ""},
		"both differ":                          {fmt.Appendf(nil, collection, 4546), "4547", 0, "crs-contradictory"},
		"degrees declared as CGCS2000":         {[]byte(withCRS("OGC:CRS84")), "EPSG:4490", 4490, ""},
		"three dimensions":                     {[]byte(withCRS("EPSG:4480")), "", 4490, ""},
		"declared Xian 1980":                   {[]byte(projected), "EPSG:2382", 0, "crs-datum-needs-parameters"},
		"declared Beijing 1954":                {[]byte(projected), "EPSG:2434", 0, "crs-datum-needs-parameters"},
		"declared OSGB36, looked up":           {[]byte(projected), "EPSG:27700", 0, "crs-datum-needs-parameters"},
		"declared and unknown to PROJ":         {[]byte(projected), "EPSG:99999", 0, "crs-unknown"},
		"declared, a height":                   {[]byte(projected), "EPSG:5737", 0, "crs-unknown"},
		"not a code":                           {[]byte(projected), "西安80", 0, "crs-unknown"},
		"zone declared, prefix missing":        {[]byte(projected), "EPSG:4525", 0, "crs-implausible"},
		"degrees declared, metres delivered":   {[]byte(projected), "EPSG:4490", 0, "crs-implausible"},
		"declared for a .prj nobody can read":  {shp("rubbish"), "EPSG:4546", 4546, ""},
		"declared against a good .prj":         {shp(prj4546), "EPSG:4547", 0, "crs-contradictory"},
		"declared against a .prj of Xian 1980": {shp(gk("D_Xian_1980", iag75, 111, 500000, 1)), "EPSG:4546", 0, "crs-contradictory"},
		"declared where the .prj is missing":   {zipped(t, "a.shp", shapefile(square)), "EPSG:4546", 4546, ""},
		"declared against another ellipsoid":   {shp(gk("D_Unknown", krasov, 111, 500000, 1)), "EPSG:4546", 0, "crs-contradictory"},
		"web mercator":                         {[]byte(polygonOf(`[[[12230000,3630000],[12230100,3630000],[12230100,3630100],[12230000,3630000]]]`)), "EPSG:3857", 3857, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x", c.content), Options{CRS: c.declared})
			if c.code != "" {
				if r.err == nil || r.err.Code != c.code {
					t.Fatalf("EPSG:%d, %v; want %s", r.srid, r.err, c.code)
				}
				return
			}
			if r.err != nil || r.srid != c.srid {
				t.Fatalf("EPSG:%d, %v; want EPSG:%d", r.srid, r.err, c.srid)
			}
		})
	}
}

func TestProposalsForAMissingSystem(t *testing.T) {
	for name, c := range map[string]struct {
		at     orb.Point
		county *orb.Bound
		want   string
	}{
		"degrees":                    {orb.Point{109.8, 31}, nil, "EPSG:4490"},
		"latitude first":             {orb.Point{31, 109.8}, nil, "纬度在前"},
		"3° zone":                    {orb.Point{37392600, 3439600}, nil, "EPSG:4525"},
		"6° zone":                    {orb.Point{19392600, 3439600}, nil, "EPSG:4497"},
		"no prefix, county known":    {orb.Point{392600, 3439600}, &wushan, "EPSG:4546"},
		"CM 108, county known":       {orb.Point{680000, 3440000}, &wushan, "EPSG:4545"},
		"no prefix, county unknown":  {orb.Point{392600, 3439600}, nil, "中央子午线"},
		"northing first":             {orb.Point{3439600, 392600}, &wushan, "次序颠倒"},
		"northing first, with zone":  {orb.Point{3439600, 37392600}, &wushan, "次序颠倒"},
		"not to be told from these ": {orb.Point{7, 3439}, &wushan, ""},
	} {
		e := crsMissing(1, &c.at, c.county)
		if !strings.Contains(e.ZH, c.want) || e.Code != "crs-missing" {
			t.Errorf("%s: %s", name, e.ZH)
		}
	}
}

// Built-in systems against what a look-up in the cage brings back; series_test.go has
// the whole series against PROJ's database.
func TestLookedUpSystemsAgree(t *testing.T) {
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, code := range []int{4546, 32749, 25832, 26910, 2382, 21459, 4490, 4269, 4610} {
		s, ok := knownSystem(code)
		if !ok {
			t.Errorf("EPSG:%d is not known", code)
			continue
		}
		d, err := lookUp(context.Background(), c, code)
		if err != nil {
			t.Errorf("EPSG:%d: %v", code, err)
			continue
		}
		p, _ := d.transverse()
		if d.datum != s.datum || s.method == transverse && p != s.tm || s.datum.near() && d.projected == (s.method == geographic) {
			t.Errorf("EPSG:%d is %+v here, %+v in PROJ", code, s, d)
		}
	}
}

func FuzzParseCRS(f *testing.F) {
	for _, s := range []string{"EPSG:4546", "urn:ogc:def:crs:EPSG::4490", `{"type":"name","properties":{"name":"EPSG:4490"}}`, `{"type":"EPSG","properties":{"code":4490}}`, prj4546, `GEOGCS[""]`, `A[1,B(2]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if code, err := ParseCRS(s); err == nil && (code < 1000 || code > 999999) {
			t.Errorf("%q is EPSG:%d", s, code)
		}
		_, _, _ = parseCRSMember([]byte(s))
		if d, err := define(s); err == nil {
			d.direct()
		}
	})
}
