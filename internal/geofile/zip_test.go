package geofile

import (
	"archive/zip"
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
)

func gbk(t testing.TB, s string) string {
	t.Helper()
	encoded, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestZippedShapefiles(t *testing.T) {
	shp := shapefile(square)
	for name, c := range map[string]struct {
		parts   []any
		layer   string
		want    string // the name read
		finding string
	}{
		"no table":                 {[]any{"a.shp", shp, "a.prj", prj4546}, "", "", "attributes-missing"},
		"in a folder":              {[]any{"红线/", "", "红线/a.SHP", shp, "红线/A.prj", prj4546, "红线/a.DBF", dbf(0, "五里坡", "1"), "__MACOSX/a.shp", "x"}, "", "五里坡", "encoding-guessed"},
		"backslashes":              {[]any{`x\a.shp`, shp, `x\a.prj`, prj4546}, "", "", ""},
		"GBK entry names":          {[]any{gbk(t, "生态保护红线.shp"), shp, gbk(t, "生态保护红线.prj"), prj4546, gbk(t, "生态保护红线.dbf"), dbf(0x4D, gbk(t, "五里坡"), "1")}, "", "五里坡", ""},
		"asked for by its name":    {[]any{gbk(t, "红线.shp"), shp, gbk(t, "红线.prj"), prj4546, "b.shp", shp}, "红线", "", ""},
		"GBK without a word":       {[]any{"a.shp", shp, "a.prj", prj4546, "a.dbf", dbf(0, gbk(t, "五里坡"), "1")}, "", "五里坡", "encoding-guessed"},
		"GBK, .cpg says so":        {[]any{"a.shp", shp, "a.prj", prj4546, "a.dbf", dbf(0, gbk(t, "五里坡"), "1"), "a.cpg", "ANSI 936"}, "", "五里坡", ""},
		"GBK, .cpg says UTF-8":     {[]any{"a.shp", shp, "a.prj", prj4546, "a.dbf", dbf(0, gbk(t, "五里坡"), "1"), "a.cpg", "UTF-8"}, "", "五里坡", "encoding-guessed"},
		"UTF-8, .cpg says so":      {[]any{"a.shp", shp, "a.prj", prj4546, "a.dbf", dbf(0x4D, "五里坡", "1"), "a.shp.cpg", "x", "a.cpg", "utf-8"}, "", "五里坡", ""},
		"UTF-8, language says GBK": {[]any{"a.shp", shp, "a.prj", prj4546, "a.dbf", dbf(0x4D, "五里坡", "1")}, "", "五里坡", "encoding-guessed"},
		"UTF-8 cut by the field":   {[]any{"a.shp", shp, "a.prj", prj4546, "a.dbf", dbf(0, "五里坡国家级自然保护区"[:20], "1")}, "", "五里坡国家级", "text-cut"},
		".cpg is a web page":       {[]any{"a.shp", shp, "a.prj", prj4546, "a.dbf", dbf(0, gbk(t, "五里坡"), "1"), "a.cpg", "<!DOCTYPE html>"}, "", "五里坡", "encoding-guessed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x.zip", zipped(t, c.parts...)), Options{Layer: c.layer, Fields: geodata.FieldNames{Name: []string{"name"}, Code: []string{"code"}}})
			if r.err != nil || len(r.features) != 1 || r.srid != 4546 {
				t.Fatalf("EPSG:%d, %d features, %v", r.srid, len(r.features), r.err)
			}
			f := r.features[0]
			if !strings.HasPrefix(f.Name, c.want) || f.Record != 1 || c.want != "" && f.Code != "1" {
				t.Errorf("record %d, name %q, code %q", f.Record, f.Name, f.Code)
			}
			if !orb.Equal(f.Geometry, orb.Polygon{square}) {
				t.Errorf("geometry %v", f.Geometry)
			}
			if guessed := r.found("encoding-guessed"); c.finding != "" && r.found(c.finding) == nil || c.finding == "" && c.want != "" && guessed != nil {
				t.Errorf("findings %v, want %q", r.findings, c.finding)
			}
		})
	}
}

func TestZipsRefused(t *testing.T) {
	shp := shapefile(square)
	good := zipped(t, "a.shp", shp, "a.prj", prj4546)
	linked := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "a.shp"}
		h.SetMode(os.ModeSymlink | 0o777)
		w, _ := z.CreateHeader(h)
		_, _ = w.Write([]byte("/etc/passwd"))
		_ = z.Close()
		return b.Bytes()
	}()
	encrypted := bytes.Clone(good)
	encrypted[bytes.Index(encrypted, []byte("PK\x01\x02"))+8] |= 1
	lying := bytes.Clone(good) // the directory says 10 bytes
	copy(lying[bytes.Index(lying, []byte("PK\x01\x02"))+24:], []byte{10, 0, 0, 0})
	many := make([]any, 0, 2*(zipEntries+1))
	for i := range zipEntries + 1 {
		many = append(many, strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i/26), "")
	}
	for name, c := range map[string]struct {
		content []byte
		code    string
	}{
		"cut off":              {good[:len(good)/2], "zip-damaged"},
		"only a start":         {good[:8], "zip-damaged"},
		"../ in a name":        {zipped(t, "../a.shp", shp), "zip-path-unsafe"},
		"../ inside":           {zipped(t, "b/../../a.shp", shp), "zip-path-unsafe"},
		`..\ in a name`:        {zipped(t, `..\a.shp`, shp), "zip-path-unsafe"},
		"absolute":             {zipped(t, "/etc/a.shp", shp), "zip-path-unsafe"},
		"a drive":              {zipped(t, `C:\a.shp`, shp), "zip-path-unsafe"},
		"a link":               {linked, "zip-link"},
		"encrypted":            {encrypted, "zip-encrypted"},
		"a lie about its size": {lying, "zip-damaged"},
		"the same name twice":  {zipped(t, "a.shp", shp, "A.SHP", shp), "zip-duplicate-name"},
		"too many":             {zipped(t, many...), "zip-too-many-entries"},
		"a bomb":               {zipped(t, "a.shp", make([]byte, 32<<20)), "zip-bomb"},
		"over the limit":       {zipped(t, "a.shp", append(bytes.Repeat([]byte("0123456789abcdef"), 100_000), shp...)), "file-too-large"},
		"an archive inside":    {zipped(t, "inner.zip", good), "zip-no-shapefile"},
		"nothing":              {zipped(t), "zip-no-shapefile"},
		"a text":               {zipped(t, "readme.txt", "x"), "zip-no-shapefile"},
		"two layers":           {zipped(t, "a.shp", shp, "b/c.shp", shp), "several-layers"},
		"no .prj":              {zipped(t, "a.shp", shp), "crs-missing"},
		"empty .shp":           {zipped(t, "a.shp", ""), "file-truncated"},
		"rubbish .shp":         {zipped(t, "a.shp", strings.Repeat("rubbish ", 100)), "shapefile-damaged"},
		"rubbish .dbf":         {zipped(t, "a.shp", shp, "a.prj", prj4546, "a.dbf", "rubbish"), "dbf-damaged"},
		"points":               {zipped(t, "a.shp", append(append(bytes.Clone(shp[:32]), 1), shp[33:]...)), "no-polygons"},
		".shp cut off":         {zipped(t, "a.shp", shp[:150], "a.prj", prj4546), "file-unreadable"},
		".shp of claims":       {zipped(t, "a.shp", claims(shp), "a.prj", prj4546), "file-unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, put(t, "x.zip", c.content), Options{MaxBytes: map[bool]int64{true: 1 << 20}[name == "over the limit"]})
			if r.err == nil || r.err.Code != c.code {
				t.Errorf("%d features, %v; want %s", len(r.features), r.err, c.code)
			}
		})
	}
}

// claims is a .shp whose polygon says it has 2³¹−1 points.
func claims(shp []byte) []byte {
	c := bytes.Clone(shp)
	copy(c[100+8+4+32+4:], []byte{0xff, 0xff, 0xff, 0x7f})
	return c
}

// What inspection passes stays inside, is no link and can be afforded.
func FuzzZip(f *testing.F) {
	shp := shapefile(square)
	f.Add(zipped(f, "a.shp", shp, "a.prj", prj4546))
	f.Add(zipped(f, gbk(f, "红线/生态.shp"), shp, "__MACOSX/._a", "x"))
	f.Add(zipped(f, "../a.shp", shp))
	f.Add(zipped(f))
	f.Fuzz(func(t *testing.T, content []byte) {
		const limit = 1 << 20
		a, err := inspectZip(bytes.NewReader(content), int64(len(content)), limit)
		if err != nil {
			if !geodata.IsKind(err, geodata.Invalid) && !geodata.IsKind(err, geodata.TooLarge) {
				t.Fatalf("not an error for users: %v", err)
			}
			return
		}
		for _, e := range a.entries {
			if strings.Contains("/"+e.name+"/", "/../") || strings.HasPrefix(e.name, "/") || e.file.UncompressedSize64 > limit {
				t.Fatalf("%q passed", e.name)
			}
		}
		_, _ = a.chooseShapefile("")
	})
}
