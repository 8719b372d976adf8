package geofile

import (
	"bytes"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"hongxian/geodata"
)

// The square of helper_test.go as tables of points are written.
func TestPointTables(t *testing.T) {
	const rows = "J1,3439600,392600\nJ2,3439750,392600\nJ3,3439750,392800\nJ4,3439600,392800\nJ1,3439600,392600\n"
	for name, c := range map[string]struct{ text, finding string }{
		"plain":                {"点号,X坐标,Y坐标\n" + rows, ""},
		"as surveyors name":    {"界址点号,纵坐标(x),横坐标(y)\n" + rows, ""},
		"units and blanks":     {"点 号,纵坐标 X（米）,横坐标 Y（米）\n" + rows, ""},
		"byte order mark":      {"\ufeff点号,X坐标,Y坐标\n" + rows, ""},
		"quoted":               {"\"点号\",\"X坐标\",\"Y坐标\"\r\n" + strings.ReplaceAll(rows, "\n", "\r\n"), ""},
		"GB18030":              {gbk(t, "点号,X坐标,Y坐标\n"+rows), "encoding-guessed"},
		"UTF-16, tabs":         {utf16(t, strings.ReplaceAll("点号,X坐标,Y坐标\n"+rows, ",", "\t")), ""},
		"semicolons":           {strings.ReplaceAll("点号,x,y\n"+rows, ",", ";"), ""},
		"title and signature":  {"界址点成果表,,\n,,\n点号,X坐标,Y坐标\n" + rows + "制表人：张三,,\n", ""},
		"names in two rows":    {"点号,坐标,\n,X(m),Y(m)\n" + rows, ""},
		"names on every page":  {strings.Replace("点号,X坐标,Y坐标\n"+rows, "J3", "点号,X坐标,Y坐标\nJ3", 1), ""},
		"easting first":        {"点号,X,Y\nJ1,392600,3439600\nJ2,392600,3439750\nJ3,392800,3439750\nJ4,392800,3439600\nJ1,392600,3439600\n", "xy-swapped"},
		"not closed":           {strings.TrimSuffix("点号,X坐标,Y坐标\n"+rows, "J1,3439600,392600\n"), "ring-closed"},
		"sides right":          {"点号,X坐标,Y坐标,反算边长(米)\nJ1,3439600,392600,150.00\nJ2,3439750,392600,200.00\nJ3,3439750,392800,150.00\nJ4,3439600,392800,200.00\nJ1,3439600,392600,\n", ""},
		"sides of the row":     {"点号,X坐标,Y坐标,边长\nJ1,3439600,392600,200\nJ2,3439750,392600,150\nJ3,3439750,392800,200\nJ4,3439600,392800,150\nJ1,3439600,392600,\n", ""},
		"sides between":        {"点号,X坐标,Y坐标,边长\nJ1,3439600,392600,\n,,,150\nJ2,3439750,392600,\n,,,200\nJ3,3439750,392800,\n,,,150\nJ4,3439600,392800,\n,,,200\nJ1,3439600,392600,\n", ""},
		"a side wrong":         {"点号,X坐标,Y坐标,边长\nJ1,3439600,392600,150\nJ2,3439750,392600,201\nJ3,3439750,392800,150\nJ4,3439600,392800,200\nJ1,3439600,392600,\n", "side-differs"},
		"prefix of the zone":   {strings.ReplaceAll("点号,X坐标,Y坐标\n"+rows, ",392", ",37392"), ""},
		"columns in any order": {"备注,Y坐标,点号,X坐标\n,392600,J1,3439600\n,392600,J2,3439750\n,392800,J3,3439750\n,392800,J4,3439600\n,392600,J1,3439600\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x.csv", []byte(c.text)), Options{County: &wushan, ConfirmGuess: true})
			if r.err != nil || len(r.features) != 1 {
				t.Fatalf("%d features, %v", len(r.features), r.err)
			}
			if p, ok := r.features[0].Geometry.(orb.Polygon); !ok || len(p) != 1 || len(p[0]) != 5 || planeArea(p) != 30000 || p[0][1][1] != 3439750 {
				t.Errorf("%v", r.features[0].Geometry)
			}
			if c.finding != "" && r.found(c.finding) == nil || c.finding == "" && len(r.findings) != 1 {
				t.Errorf("findings %v, want %q", r.findings, c.finding)
			}
			if n := r.found(c.finding); c.finding == "side-differs" && !strings.Contains(n.ZH, "J2") {
				t.Errorf("%+v", n)
			}
		})
	}
}

func TestParcelsOfATable(t *testing.T) {
	text := `地块编号,地块名称,地块圈号,点号,经度,纬度
A,甲,1,1,109.80,31.00
,,,2,109.80,31.10
,,,3,109.90,31.10
,,,4,109.90,31.00
,,2,5,109.82,31.02
,,,6,109.82,31.04
,,,7,109.84,31.04
B,乙,1,1,"109°52′30""",31°04′30″
B,乙,1,2,109.88,31.08
B,乙,1,3,109.89,31.07
`
	r := read(t, put(t, "x.csv", []byte(text)), Options{CRS: "EPSG:4490", County: &wushan})
	if r.err != nil || len(r.features) != 2 {
		t.Fatalf("%v %v", r.features, r.err)
	}
	a, b := r.features[0], r.features[1]
	if p, ok := a.Geometry.(orb.Polygon); !ok || len(p) != 2 || a.Code != "A" || a.Name != "甲" || len(p[0]) != 5 || len(p[1]) != 4 {
		t.Errorf("%+v", a)
	}
	if p, ok := b.Geometry.(orb.Polygon); !ok || p[0][0] != (orb.Point{109.875, 31.075}) || b.Code != "B" {
		t.Errorf("%+v", b)
	}
}

func TestTablesRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"no names":       {"J1,3439600,392600\nJ2,3439750,392600\n", "table-columns"},
		"other names":    {"名称,面积\n甲,1\n", "table-columns"},
		"not a number":   {"点号,X坐标,Y坐标\nJ1,34396OO,392600\n", "coordinate-not-number"},
		"half a pair":    {"点号,X坐标,Y坐标\nJ1,3439600,\n", "coordinate-not-number"},
		"names only":     {"点号,X坐标,Y坐标\n", "no-polygons"},
		"two points":     {"点号,X坐标,Y坐标\nJ1,3439600,392600\nJ2,3439750,392600\n", "ring-too-short"},
		"garbled":        {"点号,X坐标,Y坐标\n\xff\x00,3439600,392600\n", "text-encoding"},
		"too many rows":  {"点号,X坐标,Y坐标\n" + strings.Repeat(",3439600,392600\n", maxRows), "table-too-long"},
		"minutes over":   {"点号,经度,纬度\n1,109°70′00″,31\n", "coordinate-not-number"},
		"no system here": {"点号,X坐标,Y坐标\nJ1,4439600,392600\nJ2,4439750,392600\nJ3,4439750,392800\n", "crs-missing"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := read(t, put(t, "x.csv", []byte(c.text)), Options{County: &wushan}); r.err == nil || r.err.Code != c.code {
				t.Errorf("%+v", r.err)
			}
		})
	}
}

// workbook makes an XLSX file: a cover, and sheets of points by name.
func workbook(t testing.TB, sheets ...string) []byte {
	t.Helper()
	book := excelize.NewFile()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(book.SetCellValue("Sheet1", "A1", "封面"))
	for _, name := range sheets {
		_, err := book.NewSheet(name)
		must(err)
		for i, row := range [][]any{{"界址点成果表"}, {"界址点号", "纵坐标", nil, "反算边长"}, {nil, "X坐标(米)", "Y坐标(米)", "(米)"}, {"J1", 3439600.0, 392600.0, 150}, {"J2", 3439750.0, 392600.0, 200},
			{"J3", 3439750.0, 392800.0, 150}, {"J4", 3439600.0, 392800.0, 200}, {"J1", 3439600.0, 392600.0}, {}, {"制表："}} {
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			must(err)
			must(book.SetSheetRow(name, cell, &row))
		}
		must(book.MergeCell(name, "A1", "D1"))
		style, err := book.NewStyle(&excelize.Style{NumFmt: 1}) // shown without decimals
		must(err)
		must(book.SetCellStyle(name, "B4", "C8", style))
		must(book.SetCellValue(name, "B5", 3439750.125))
	}
	var b bytes.Buffer
	must(book.Write(&b))
	return b.Bytes()
}

func TestWorkbooks(t *testing.T) {
	r := read(t, put(t, "界址点.xlsx", workbook(t, "坐标")), Options{County: &wushan, ConfirmGuess: true})
	if r.err != nil || len(r.features) != 1 || r.srid != 4546 {
		t.Fatalf("%v %v", r.features, r.err)
	}
	p, ok := r.features[0].Geometry.(orb.Polygon)
	if !ok || len(p[0]) != 5 || p[0][1] != (orb.Point{392600, 3439750.125}) {
		t.Errorf("%v: the value, not what is shown, counts", r.features[0].Geometry)
	}
	if r.found("side-differs") == nil {
		t.Errorf("12 cm were not noticed: %v", r.findings)
	}
	two := put(t, "x.xlsx", workbook(t, "一", "二"))
	if r := read(t, two, Options{}); r.err == nil || r.err.Code != "several-layers" || !strings.Contains(r.err.ZH, "一、二") {
		t.Errorf("two sheets: %v", r.err)
	}
	if r := read(t, two, Options{Layer: "二", CRS: "EPSG:4546"}); r.err != nil || len(r.features) != 1 {
		t.Errorf("the second: %v", r.err)
	}
	if r := read(t, two, Options{Layer: "三"}); r.err == nil || r.err.Code != "layer-not-in-file" {
		t.Errorf("one that is not there: %v", r.err)
	}
	if r := read(t, put(t, "x.xlsx", workbook(t)), Options{}); r.err == nil || r.err.Code != "table-columns" {
		t.Errorf("no points: %v", r.err)
	}
	if r := read(t, put(t, "x.xlsx", zipped(t, "xl/workbook.xml", "<")), Options{}); r.err == nil || r.err.Code != "xlsx-damaged" {
		t.Errorf("damaged: %v", r.err)
	}
	if r := read(t, put(t, "x.xlsx", zipped(t, "xl/workbook.xml", "<", "xl/a", make([]byte, 17<<20))), Options{}); r.err == nil || r.err.Code != "zip-bomb" {
		t.Errorf("a bomb: %v", r.err)
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("点号,X坐标,Y坐标\nJ1,3439600,392600\nJ2,3439750,392600\nJ3,3439750,392800\n"))
	f.Add([]byte("地块编号;圈号;lon;lat;边长\na;1;1°2′3″;4;5\n;;;;6\n"))
	f.Add([]byte("坐标\n\"x\",y\n1e9,-.5\n\"\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		table := &pointTable{}
		if err := table.readCSV(decodeText(content, false)); err != nil {
			if !geodata.IsKind(err, geodata.Invalid) && !geodata.IsKind(err, geodata.TooLarge) {
				t.Fatalf("not an error for users: %v", err)
			}
			return
		}
		for _, p := range table.parcels {
			fuzzParcel(t, p)
		}
	})
}

// A workbook's bytes, which another library reads: it may neither throw nor fill
// the memory.
func FuzzWorkbook(f *testing.F) {
	f.Add(zipped(f, "xl/workbook.xml", "<"))
	f.Add(zipped(f, "[Content_Types].xml", "<Types/>", "xl/workbook.xml", `<workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="99999999"><c r="ZZZ1" t="s"><v>-1</v></c></row></sheetData></worksheet>`))
	f.Add(workbook(f, "一"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, feature := range read(t, put(t, "x.xlsx", content), Options{CRS: "EPSG:4546", County: &wushan}).features {
			if feature.Geometry == nil {
				t.Errorf("record %d has no geometry", feature.Record)
			}
		}
	})
}
