package geofile

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// definition is what a well-known text says, in words of neither dialect.
type definition struct {
	datumName  string
	datum      datum
	ellipsoid  ellipsoid
	foreign    bool // on another ellipsoid than CGCS2000 and WGS 84 have
	projected  bool
	local      bool // an engineering system: it names no place on the earth
	projection string
	parameters map[string]float64
	unit       float64 // metres a unit of a projected system
	angle      float64 // radians a unit of a geographic system
	meridian   float64 // prime meridian, degrees east of Greenwich
	epsg       int     // of the system itself, 0 when it says none
}

// define reads a well-known text's meaning.
func define(text string) (definition, error) {
	root, err := parseWKT(text)
	if err != nil {
		return definition{}, err
	}
	switch root.keyword {
	case "COMPD_CS", "COMPOUNDCRS", "BOUNDCRS":
		if root = root.find("PROJCS", "PROJCRS", "PROJECTEDCRS", "GEOGCS", "GEOGCRS", "GEODCRS", "GEODETICCRS", "GEOGRAPHICCRS"); root == nil {
			return definition{}, errWKT
		}
	}
	d := definition{parameters: map[string]float64{}, unit: 1, angle: math.Pi / 180, epsg: root.epsg()}
	switch root.keyword {
	case "PROJCS", "PROJCRS", "PROJECTEDCRS":
		d.projected = true
	case "GEOGCS", "GEOGCRS", "GEODCRS", "GEODETICCRS", "GEOGRAPHICCRS":
	case "LOCAL_CS", "ENGCRS", "ENGINEERINGCRS":
		d.local = true
		return d, nil
	default:
		return definition{}, errWKT
	}
	d.readDatum(root)
	if d.projected {
		d.readProjection(root)
	} else if u := root.child("UNIT", "ANGLEUNIT"); u != nil && len(u.numbers) > 0 {
		d.angle = u.numbers[0]
	}
	return d, nil
}

func (n *node) child(keywords ...string) *node {
	for _, c := range n.nodes {
		for _, k := range keywords {
			if c.keyword == k {
				return c
			}
		}
	}
	return nil
}

// epsg is the code the node itself carries.
func (n *node) epsg() int {
	id := n.child("AUTHORITY", "ID")
	if id == nil || !strings.EqualFold(id.name(), "EPSG") {
		return 0
	}
	if len(id.numbers) > 0 {
		return int(id.numbers[0])
	}
	if len(id.text) > 1 {
		code, _ := strconv.Atoi(id.text[1])
		return code
	}
	return 0
}

func (d *definition) readDatum(root *node) {
	n := root.find("DATUM", "ENSEMBLE", "TRF", "GEODETICDATUM")
	if n == nil {
		return
	}
	d.datumName = n.name()
	ellipse := n.child("SPHEROID", "ELLIPSOID")
	if ellipse != nil && len(ellipse.numbers) >= 2 {
		d.ellipsoid = ellipsoid{ellipse.numbers[0], ellipse.numbers[1]}
		d.datum = datumFamily(d.datumName, ellipse.numbers[0], ellipse.numbers[1])
		if d.foreign = !geocentric(ellipse.numbers[0], ellipse.numbers[1]); d.foreign {
			d.datumName += " / " + ellipse.name()
		}
	}
	if pm := root.find("PRIMEM", "PRIMEMERIDIAN"); pm != nil && len(pm.numbers) > 0 {
		d.meridian = pm.numbers[0]
	}
}

func (d *definition) readProjection(root *node) {
	d.projection = plainName(root.find("PROJECTION", "METHOD").name())
	d.readParameters(root)
	d.orderParallels()
	if u := root.child("UNIT", "LENGTHUNIT"); u != nil && len(u.numbers) > 0 {
		d.unit = u.numbers[0]
	} else if u := root.find("LENGTHUNIT"); u != nil && len(u.numbers) > 0 {
		d.unit = u.numbers[0]
	}
}

func (d *definition) readParameters(n *node) {
	for _, c := range n.nodes {
		if c.keyword == "PARAMETER" && len(c.numbers) > 0 {
			name := plainName(c.name())
			if canonical, ok := parameterNames[name]; ok {
				name = canonical
			}
			d.parameters[name] = c.numbers[0]
			continue
		}
		d.readParameters(c)
	}
}

// orderParallels makes the two standard parallels of a conic comparable: their
// order means nothing.
func (d *definition) orderParallels() {
	first, second := d.parameters["standardparallel1"], d.parameters["standardparallel2"]
	if _, two := d.parameters["standardparallel2"]; two && first > second {
		d.parameters["standardparallel1"], d.parameters["standardparallel2"] = second, first
	}
}

// parameterNames maps WKT2's names to those WKT1 and Esri share.
var parameterNames = map[string]string{
	"longitudeofnaturalorigin": "centralmeridian", "longitudeoforigin": "centralmeridian",
	"latitudeofnaturalorigin":    "latitudeoforigin",
	"scalefactoratnaturalorigin": "scalefactor",
}

// plainName strips what writers vary: case, blanks, underscores, Esri's D_.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// datumNames are the names the accepted and the best-known refused datums go by.
var datumNames = map[string]datum{
	"china2000": cgcs2000, "chinageodeticcoordinatesystem2000": cgcs2000, "cgcs2000": cgcs2000, "chinesegeodeticcoordinatesystem2000": cgcs2000,
	"wgs1984": wgs84, "worldgeodeticsystem1984": wgs84, "worldgeodeticsystem1984ensemble": wgs84,
	"worldgeodeticsystem1984epsgid6326": wgs84, "wgs84": wgs84,
	"etrs1989": etrs89, "europeanterrestrialreferencesystem1989": etrs89, "europeanterrestrialreferencesystem1989ensemble": etrs89, "etrs89": etrs89,
	"northamerican1983": nad83, "northamericandatum1983": nad83, "nad83": nad83,
	"xian1980": xian80, "xian80": xian80, "beijing1954": beijing54, "beijing54": beijing54,
}

// datumFamily takes a name only together with its ellipsoid: a CGCS2000 on the
// ellipsoid of 1975 is not CGCS2000.
func datumFamily(name string, a, inverseFlattening float64) datum {
	plain := plainName(name)
	d, ok := datumNames[plain]
	if !ok {
		d = datumNames[strings.TrimPrefix(plain, "d")]
	}
	if d.near() && !geocentric(a, inverseFlattening) {
		return otherDatum
	}
	return d
}

// geocentric: the ellipsoid of CGCS2000 (GRS 80) or of WGS 84.
func geocentric(a, inverseFlattening float64) bool {
	return math.Abs(a-6378137) <= 0.01 &&
		(math.Abs(inverseFlattening-298.257222101) <= 1e-5 || math.Abs(inverseFlattening-298.257223563) <= 1e-5)
}

// transverse gives the parameters when the definition is a transverse Mercator
// in metres from the equator, rounded to what definitions mean.
func (d definition) transverse() (tm, bool) {
	if d.projection != "transversemercator" && d.projection != "gausskruger" ||
		d.unit != 1 || d.parameters["latitudeoforigin"] != 0 || d.meridian != 0 {
		return tm{}, false
	}
	scale, ok := d.parameters["scalefactor"]
	if !ok {
		scale = 1
	}
	round := func(v, to float64) float64 { return math.Round(v*to) / to }
	return tm{lon0: round(d.parameters["centralmeridian"], 1e9), scale: round(scale, 1e9),
		east: round(d.parameters["falseeasting"], 1e3), north: round(d.parameters["falsenorthing"], 1e3)}, true
}

// sameAs compares two definitions by datum, projection and every parameter.
func (d definition) sameAs(o definition) bool {
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-8*math.Max(1, math.Abs(b)) }
	if d.projected != o.projected || plainName(d.datumName) != plainName(o.datumName) ||
		d.projection != o.projection || len(d.parameters) != len(o.parameters) ||
		!near(d.unit, o.unit) || !near(d.angle, o.angle) || !near(d.meridian, o.meridian) {
		return false
	}
	for k, v := range d.parameters {
		if w, ok := o.parameters[k]; !ok || !near(v, w) {
			return false
		}
	}
	return true
}
