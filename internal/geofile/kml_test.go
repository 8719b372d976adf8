package geofile

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// kmlOf wraps placemarks in a document.
func kmlOf(content string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>项目</name><Style id="a"><name>样式</name></Style>` + content + `</Document></kml>`
}

const (
	kmlRing    = `<LinearRing><coordinates>109.80,31.00,0 109.90,31.00,0 109.90,31.10,0 109.80,31.00,0</coordinates></LinearRing>`
	kmlPolygon = `<Polygon><outerBoundaryIs>` + kmlRing + `</outerBoundaryIs></Polygon>`
	kmlLabel   = `<Placemark><name>注记</name><Point><coordinates>109.85,31.05</coordinates></Point></Placemark>`
	kmlLine    = `<Placemark><name>中线</name><LineString><coordinates>109.8,31.0 109.9,31.1</coordinates></LineString></Placemark>`
)

func TestKML(t *testing.T) {
	mark := `<Placemark><name>地块一</name><description>x</description><ExtendedData><Data name="用途"><value>公路</value></Data><SchemaData schemaUrl="#s"><SimpleData name="DKBH">DK01</SimpleData></SchemaData></ExtendedData>` + kmlPolygon + `</Placemark>`
	for name, c := range map[string]struct {
		file    string
		content []byte
		want    int
		lines   bool
	}{
		"plain":              {"x.kml", []byte(kmlOf(mark)), 1, false},
		"Ovital's":           {"x.ovkml", []byte(kmlOf(mark)), 1, false},
		"any name":           {"x.txt", []byte(kmlOf(mark)), 1, false},
		"folders in folders": {"x.kml", []byte(kmlOf(`<Folder><name>一</name>` + mark + `<Folder><name>二</name>` + mark + `</Folder></Folder>` + mark)), 3, false},
		"labels beside":      {"x.kml", []byte(kmlOf(mark + kmlLabel + kmlLine)), 1, false},
		"labels, lines too":  {"x.kml", []byte(kmlOf(mark + kmlLabel + kmlLine)), 1, true},
		"labelled polygon":   {"x.kml", []byte(kmlOf(strings.Replace(mark, kmlPolygon, `<MultiGeometry><Point><coordinates>1,2</coordinates></Point>`+kmlPolygon+`</MultiGeometry>`, 1))), 1, false},
		"prefixes":           {"x.kml", []byte(strings.NewReplacer("</", "</k:", "<?", "<?", "<", "<k:").Replace(kmlOf(mark))), 1, false},
		"GB18030":            {"x.kml", []byte(gbk(t, kmlOf(mark))), 1, false},
		"GB2312, declared":   {"x.kml", []byte(gbk(t, strings.Replace(kmlOf(mark), "UTF-8", "gb2312", 1))), 1, false},
		"UTF-16":             {"x.kml", []byte(utf16(t, strings.Replace(kmlOf(mark), "UTF-8", "UTF-16", 1))), 1, false},
		"KMZ":                {"x.kmz", zipped(t, "files/a.png", "x", "doc.kml", kmlOf(mark)), 1, false},
		"KMZ, other name":    {"x.kmz", zipped(t, gbk(t, "项目.kml"), kmlOf(mark)), 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, c.file, c.content), Options{County: &wushan, Lines: c.lines, Fields: geodata.FieldNames{Code: []string{"DKBH"}}})
			if r.err != nil || len(r.features) != c.want || r.srid != 4326 || len(r.refused) != 0 {
				t.Fatalf("%d features, refused %v, EPSG:%d, %v", len(r.features), r.refused, r.srid, r.err)
			}
			f := r.features[0]
			if f.Name != "地块一" || f.Code != "DK01" || f.Attributes["用途"] != "公路" || !strings.HasPrefix(f.Attributes["folder"].(string), "项目") {
				t.Errorf("%q %q %v", f.Name, f.Code, f.Attributes)
			}
			if p, ok := f.Geometry.(orb.Polygon); !ok || len(p[0]) != 4 || p[0][1] != (orb.Point{109.9, 31}) {
				t.Errorf("%v", f.Geometry)
			}
			if r.found("crs-datum-taken-as-cgcs2000") == nil || r.found("kml-position") == nil {
				t.Errorf("findings %v", r.findings)
			}
			if n := r.found("drawing-left-out"); strings.HasPrefix(name, "labels") && (n == nil || n.Records != 2) {
				t.Errorf("what was left out: %+v", n)
			}
		})
	}
}

func TestKMLOfLinesAndPoints(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    orb.Geometry
	}{
		"a line":           {kmlLine + kmlLabel, orb.LineString{{109.8, 31}, {109.9, 31.1}}},
		"a point":          {kmlLabel, orb.Point{109.85, 31.05}},
		"a ring by itself": {`<Placemark>` + kmlRing + `</Placemark>`, orb.LineString{{109.8, 31}, {109.9, 31}, {109.9, 31.1}, {109.8, 31}}},
	} {
		t.Run(name, func(t *testing.T) {
			path := put(t, "x.kml", []byte(kmlOf(c.content)))
			r := read(t, path, Options{Lines: true})
			if r.err != nil || len(r.features) != 1 || !orb.Equal(r.features[0].Geometry, c.want) {
				t.Errorf("%v %v", r.features, r.err)
			}
			if r := read(t, path, Options{}); r.err == nil || r.err.Code != "no-polygons" {
				t.Errorf("not asked for: %v", r.err)
			}
		})
	}
}

func TestKMLFolders(t *testing.T) {
	path := put(t, "x.kml", []byte(kmlOf(`<Folder><name>红线</name><Placemark><name>甲</name>`+kmlPolygon+`</Placemark></Folder><Folder><name>建筑</name><Placemark><name>乙</name>`+kmlPolygon+`</Placemark></Folder><NetworkLink/>`)))
	r := read(t, path, Options{Layer: "建筑"})
	if r.err != nil || len(r.features) != 1 || r.features[0].Name != "乙" || r.found("kml-network-link") == nil {
		t.Errorf("%v %v", r.features, r.err)
	}
	if r := read(t, path, Options{Layer: "道路"}); r.err == nil || r.err.Code != "layer-not-in-file" || !strings.Contains(r.err.ZH, "红线、建筑") {
		t.Errorf("%v", r.err)
	}
}

// An archive of several KML files without a main one is ambiguous.
func TestKMZ(t *testing.T) {
	one := kmlOf(`<Placemark>` + kmlPolygon + `</Placemark>`)
	if r := read(t, put(t, "x.kmz", zipped(t, "a.kml", one, "b.kml", one)), Options{}); r.err == nil || r.err.Code != "several-layers" || !strings.Contains(r.err.ZH, "a.kml、b.kml") {
		t.Errorf("%v %v", r.features, r.err)
	}
	if r := read(t, put(t, "x.kmz", zipped(t, "a.kml", "x", "doc.kml", one)), Options{}); r.err != nil || len(r.features) != 1 {
		t.Errorf("%v", r.err)
	}
	if r := read(t, put(t, "x.kmz", zipped(t, "../doc.kml", one)), Options{}); r.err == nil || r.err.Code != "zip-path-unsafe" {
		t.Errorf("%v", r.err)
	}
	if r := read(t, put(t, "x.kmz", zipped(t, "doc.kml", strings.Repeat(" ", 17<<20))), Options{}); r.err == nil || r.err.Code != "zip-bomb" {
		t.Errorf("%v", r.err)
	}
}

func TestKMLRefused(t *testing.T) {
	mark := func(geometry string) string { return kmlOf(`<Placemark>` + geometry + `</Placemark>`) }
	for name, c := range map[string]struct{ text, code string }{
		"unclosed":      {mark(strings.Replace(kmlPolygon, " 109.80,31.00,0<", " 109.80,31.05,0<", 1)), "ring-unclosed"},
		"two points":    {mark(strings.Replace(kmlPolygon, "109.90,31.00,0 109.90,31.10,0 ", "", 1)), "ring-too-short"},
		"word":          {mark(strings.Replace(kmlPolygon, "109.90", "x", 1)), "coordinate-not-number"},
		"two outers":    {mark(strings.Replace(kmlPolygon, "</Polygon>", "<outerBoundaryIs>"+kmlRing+"</outerBoundaryIs></Polygon>", 1)), "geometry-malformed"},
		"not degrees":   {mark(strings.Replace(kmlPolygon, "109.90", "392600", 1)), "crs-implausible"},
		"elsewhere":     {mark(strings.ReplaceAll(kmlPolygon, "109.", "119.")), "crs-far-away"},
		"empty":         {kmlOf(""), "no-polygons"},
		"cut off":       {kmlOf(kmlLabel)[:200], "file-truncated"},
		"crossed":       {`<kml><Document></kml>`, "kml-malformed"},
		"entities":      {`<!DOCTYPE kml [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>` + mark("&b;"), "kml-malformed"},
		"deep":          {"<kml>" + strings.Repeat("<Folder>", 1000), "kml-too-deep"},
		"two projected": {mark(kmlPolygon), "crs-contradictory"},
	} {
		t.Run(name, func(t *testing.T) {
			o := Options{County: &wushan}
			if name == "two projected" {
				o.CRS = "EPSG:4546"
			}
			if r := read(t, put(t, "x.kml", []byte(c.text)), o); r.err == nil || r.err.Code != c.code {
				t.Errorf("%v %+v", r.features, r.err)
			}
		})
	}
}

func FuzzKML(f *testing.F) {
	f.Add(kmlOf(`<Placemark><name>a</name>` + kmlPolygon + `</Placemark>` + kmlLine + kmlLabel))
	f.Add(`<kml><Placemark><MultiGeometry><Polygon><coordinates>1,2 3</coordinates></Polygon></MultiGeometry></Placemark>`)
	f.Add(`<kml><Folder></Document></Folder>`)
	f.Fuzz(func(t *testing.T, text string) {
		file := &File{options: Options{MaxBytes: 1 << 20}}
		k, err := file.kml(context.Background(), put(t, "x.kml", []byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		for k.solid = 2; ; {
			rec, err := k.next()
			if err == io.EOF {
				return
			}
			if _, refused := geodata.RefusedRecord(err); err != nil && !refused {
				if !geodata.IsKind(err, geodata.Invalid) && !geodata.IsKind(err, geodata.TooLarge) {
					t.Fatalf("not an error for users: %v", err)
				}
				return
			}
			if err == nil {
				fuzzGeometry(t, rec.geometry)
			}
		}
	})
}
