package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
)

// badInput is a file that must be refused by whoever reads it, and what is said.
type badInput struct {
	file, crs string
	code      string
	record    int       // 0: none applies
	at        []float64 // nil: none applies
	zh, en    string    // something that the sentences must say
}

// A parcel of 200 m by 150 m in EPSG:4546, and the same corner of the county in
// degrees.
const planeShape = `[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439750],[392600,3439600]]]`

// bowTie crosses itself in the middle:
//
//	(109.84,31.05) ╲╱ (109.85,31.05)
//	(109.84,31.04) ╱╲ (109.85,31.04)
const (
	bowTie       = `[[[109.84,31.04],[109.85,31.05],[109.85,31.04],[109.84,31.05],[109.84,31.04]]]`
	unclosed     = `[[[109.84,31.04],[109.85,31.04],[109.85,31.05],[109.84,31.05]]]`
	spike        = `[[[109.84,31.04],[109.85,31.04],[112.85,31.05],[109.84,31.05],[109.84,31.04]]]` // a vertex 3° east
	shortSpike   = `[[[109.84,31.04],[109.85,31.04],[111.7,31.05],[109.84,31.05],[109.84,31.04]]]`  // 1.5° outside the county
	elsewhere    = `[[[112.84,31.04],[112.85,31.04],[112.85,31.05],[112.84,31.05],[112.84,31.04]]]`
	latitudeLead = `[[[31.04,109.84],[31.04,109.85],[31.05,109.85],[31.05,109.84],[31.04,109.84]]]`
)

func withCRS(crs, text string) string {
	return strings.Replace(text, `{`, `{"crs":{"type":"name","properties":{"name":"`+crs+`"}},`, 1)
}

// badInputs writes every file of the list. The zipped Shapefiles and GeoPackages
// are GDAL's, spoiled afterwards.
func badInputs(t *testing.T) map[string]badInput {
	text := func(text string) string { return writeFile(t, "site.geojson", text) }
	point := `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[109.84,31.04]}}`
	plane := shapefileParts(t, "EPSG:4546", geojson(planeShape))
	bare := func(parts map[string][]byte) string { delete(parts, ".prj"); return zipFile(t, "parcel", parts) }
	whole, err := os.ReadFile(zipFile(t, "parcel", plane))
	if err != nil {
		t.Fatal(err)
	}
	corner := []float64{392600, 3439600}
	return map[string]badInput{
		"an empty file":                       {file: text(""), code: "file-empty", zh: "空", en: "empty"},
		"no features":                         {file: text(geojson()), code: "no-polygons", zh: "没有面", en: "no polygons"},
		"a point":                             {file: text(point), code: "geometry-not-polygon", record: 1, at: []float64{109.84, 31.04}, zh: "Point", en: "only polygons"},
		"a bow-tie":                           {file: text(geojson(bowTie)), code: "self-intersection", record: 1, at: []float64{109.845, 31.045}, zh: "自相交", en: "crosses itself"},
		"an unclosed ring":                    {file: text(geojson(unclosed)), code: "ring-unclosed", record: 1, at: []float64{109.84, 31.05}, zh: "未闭合", en: "not closed"},
		"a declared system against GeoJSON's": {file: text(withCRS("EPSG:4546", geojson(planeShape))), crs: "EPSG:4490", code: "crs-contradictory", zh: "EPSG:4546", en: "contradicts"},
		"a declared system against the .prj":  {file: zipFile(t, "parcel", plane), crs: "EPSG:4545", code: "crs-contradictory", zh: "EPSG:4546", en: "contradicts"},
		"a declared system that is none":      {file: text(geojson(insideShape)), crs: "EPSG:1", code: "crs-unknown", zh: "EPSG:4490", en: "EPSG:4490"},
		"a code that nobody defines":          {file: text(geojson(planeShape)), crs: "EPSG:99999", code: "crs-unknown", zh: "99999", en: "99999"},
		"the central meridian beside":         {file: text(geojson(planeShape)), crs: "EPSG:4547", code: "crs-far-away", record: 1, at: corner, zh: "中央子午线", en: "central meridian"},
		"the .prj of another meridian":        {file: zipFile(t, "parcel", shapefileParts(t, "EPSG:4549", geojson(planeShape))), code: "crs-far-away", record: 1, at: corner, zh: "中央子午线", en: "central meridian"},
		"degrees declared as a plane":         {file: text(geojson(insideShape)), crs: "EPSG:4546", code: "crs-far-away", record: 1, at: []float64{109.84, 31.04}, zh: "坐标系", en: "reference system"},
		"latitude first":                      {file: text(geojson(latitudeLead)), code: "crs-missing", record: 1, at: []float64{31.04, 109.84}, zh: "经度在前", en: "longitude first"},
		"a plane without a system":            {file: text(geojson(planeShape)), code: "crs-needs-confirmation", record: 1, at: corner, zh: "EPSG:4546", en: "EPSG:4546"},
		"a Shapefile without .prj":            {file: bare(shapefileParts(t, "EPSG:4546", geojson(planeShape))), code: "crs-needs-confirmation", record: 1, at: corner, zh: "EPSG:4546", en: "EPSG:4546"},
		"Xian 1980 in the .prj":               {file: zipFile(t, "parcel", shapefileParts(t, "EPSG:2382", geojson(planeShape))), code: "crs-datum-needs-parameters", zh: "西安", en: "seven parameters"},
		"Xian 1980 declared":                  {file: bare(shapefileParts(t, "EPSG:4546", geojson(planeShape))), crs: "EPSG:2382", code: "crs-datum-needs-parameters", zh: "西安", en: "seven parameters"},
		"a vertex 3° away":                    {file: text(geojson(spike)), code: "crs-far-away", record: 1, at: []float64{112.85, 31.05}, zh: "录错", en: "mistyped"},
		"a vertex 1.5° outside":               {file: text(geojson(shortSpike)), code: "crs-far-away", record: 1, at: []float64{111.7, 31.05}, zh: "一度以上", en: "more than a degree"},
		"a parcel 3° away":                    {file: text(geojson(elsewhere)), code: "crs-far-away", record: 1, at: []float64{112.84, 31.04}, zh: "112.84", en: "of another county"},
		"WKB that claims 2³¹−1 points":        {file: claimingPackage(t, 9, []byte{0xff, 0xff, 0xff, 0x7f}), code: "file-unreadable", record: 2, zh: "无法", en: "cannot"},
		"WKB that claims 2 GB of points":      {file: claimingPackage(t, 9, []byte{0, 0, 0, 8}), code: "file-unreadable", record: 2, zh: "无法", en: "cannot"},
		"a zip cut off":                       {file: writeFile(t, "parcel.zip", string(whole[:len(whole)/2])), code: "zip-damaged", zh: "损坏", en: "damaged"},
		"a zip without its end":               {file: writeFile(t, "parcel.zip", string(whole[:len(whole)-10])), code: "zip-damaged", zh: "损坏", en: "damaged"},
		"a zip with ../ names":                {file: zipFile(t, "../parcel", plane), code: "zip-path-unsafe", zh: "../parcel", en: "zip the files again"},
	}
}

// patience is how long a refusal may take before it counts as a hang.
const patience = 20 * time.Second

// Bad input, through every door: a clear error, and nothing stored.
func TestBadInput(t *testing.T) {
	dsn := redLineInForce(t)
	cases := badInputs(t)
	// What the doors leave in the temp folder is seen in one that is empty.
	temp := filepath.Dir(dataFolder(t))
	t.Setenv("TMPDIR", temp)
	address := serving(t, "--database", dsn)
	before := stored(t, dsn)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.refusedByCommand(t, "import", "red-line@2030", c.file, "--database", dsn)
			c.refusedByCommand(t, "check", c.file, "--database", dsn)
			c.refusedByServer(t, address)
			if after := stored(t, dsn); after != before {
				t.Errorf("stored before: %s, after: %s", before, after)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("left in the temp folder: %v, %v", left, err)
			}
		})
	}
}

// One bad parcel refuses the whole file: the good one before it leaves no answer.
func TestOneBadParcelRefusesTheFile(t *testing.T) {
	dsn := redLineInForce(t)
	c := badInput{file: writeFile(t, "two.geojson", geojson(insideShape, bowTie)), code: "self-intersection", record: 2,
		at: []float64{109.845, 31.045}, zh: "自相交", en: "crosses itself"}
	before := stored(t, dsn)
	c.refusedByCommand(t, "check", c.file, "--database", dsn)
	c.refusedByServer(t, serving(t, "--database", dsn))
	nothing := `{"type":"Feature","properties":{},"geometry":null}`
	c = badInput{file: writeFile(t, "two.geojsonl", geojson(insideShape)+"\n"+nothing), code: "geometry-missing", record: 2, zh: "没有图形", en: "no geometry"}
	c.refusedByCommand(t, "check", c.file, "--database", dsn)
	if after := stored(t, dsn); after != before {
		t.Errorf("stored before: %s, after: %s", before, after)
	}
}

// What is wrong with the question, not with the parcel, names no record.
func TestAnUnknownVersionIsNoFaultOfTheRecord(t *testing.T) {
	dsn := redLineInForce(t)
	code, _, stderr := hongxian(t, "check", writeFile(t, "two.geojson", geojson(insideShape, outsideShape)), "--against", "red-line@1999", "--database", dsn)
	if code != exitInput || strings.Contains(stderr, "record") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// A first delivery that is refused does not even register the county.
func TestRefusedFirstDeliveryLeavesNoCounty(t *testing.T) {
	dsn := pgtest.Database(t)
	before := stored(t, dsn)
	fails(t, exitInput, "crosses itself", "import", "500237.red-line@2022", writeFile(t, "bowtie.geojson", geojson(bowTie)), "--database", dsn)
	fails(t, exitInput, "no polygons", "import", "500237.red-line@2022", writeFile(t, "none.geojson", geojson()), "--database", dsn)
	if after := stored(t, dsn); after != before {
		t.Errorf("stored before: %s, after: %s", before, after)
	}
}

// stored counts the rows of everything that could have been stored.
func stored(t *testing.T, dsn string) (rows string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	err = conn.QueryRow(context.Background(), `
		select format('%s counties, %s versions, %s features, %s fragments, %s records, %s uses',
			(select count(*) from county), (select count(*) from version), (select count(*) from feature),
			(select count(*) from fragment), (select count(*) from record), (select count(*) from audit_entry where outcome = 'done'))`).Scan(&rows)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (c badInput) refusedByCommand(t *testing.T, args ...string) {
	t.Helper()
	if c.crs != "" {
		args = append(args, "--crs", c.crs)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, complaint bytes.Buffer
	code := run(ctx, args, &out, &complaint)
	lines := strings.Split(complaint.String(), "\n")
	if code != exitInput || ctx.Err() != nil || len(lines) != 3 {
		t.Errorf("%s: exit %d (%v)\n%s%s", args[0], code, ctx.Err(), out.String(), complaint.String())
		return
	}
	c.says(t, args[0], lines[0], lines[1])
	c.tells(t, args[0], lines[0], "第 %d 条记录", "坐标 (%.10g, %.10g)")
	c.tells(t, args[0], lines[1], "record %d", "at (%.10g, %.10g)")
	if c.record == 0 && strings.Contains(lines[1], "(record") {
		t.Errorf("%s: no record applies: %s", args[0], lines[1])
	}
}

// says wants both sentences, each in its language.
func (c badInput) says(t *testing.T, door, zh, en string) {
	t.Helper()
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	if !strings.ContainsFunc(zh, han) || !strings.Contains(zh, c.zh) {
		t.Errorf("%s: the Chinese sentence does not say %q: %s", door, c.zh, zh)
	}
	if strings.ContainsFunc(en, han) || !strings.Contains(strings.ToLower(en), strings.ToLower(c.en)) {
		t.Errorf("%s: the English sentence does not say %q: %s", door, c.en, en)
	}
}

// tells wants the record and the coordinate in a printed sentence.
func (c badInput) tells(t *testing.T, door, sentence, record, at string) {
	t.Helper()
	if want := fmt.Sprintf(record, c.record); c.record > 0 && !strings.Contains(sentence, want) {
		t.Errorf("%s: not %q: %s", door, want, sentence)
	}
	if c.at == nil {
		return
	}
	if want := fmt.Sprintf(at, c.at[0], c.at[1]); !strings.Contains(sentence, want) {
		t.Errorf("%s: not %q: %s", door, want, sentence)
	}
}

func (c badInput) refusedByServer(t *testing.T, address string) {
	t.Helper()
	status, body := upload(t, address, c.file, c.crs)
	var p openapi.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("server: %d %v: %s", status, err, body)
	}
	if status < 400 || status > 499 || p.Status != status || p.Code != c.code || p.Type != "urn:hongxian:problem:"+c.code {
		t.Errorf("server: %d, want a 4xx and %s: %s", status, c.code, body)
	}
	c.says(t, "server", p.Detail, p.DetailEn)
	if c.record > 0 && (p.Record == nil || *p.Record != c.record) || c.record == 0 && p.Record != nil {
		t.Errorf("server: record %d applies: %s", c.record, body)
	}
	if (c.at == nil) != (p.Coordinate == nil) {
		t.Errorf("server: coordinate %v applies: %s", c.at, body)
	} else if c.at != nil && math.Hypot((*p.Coordinate)[0]-c.at[0], (*p.Coordinate)[1]-c.at[1]) > 1e-9 {
		t.Errorf("server: at %v, want %v", *p.Coordinate, c.at)
	}
}

// upload asks the server to check a file, as a form.
func upload(t *testing.T, address, path, crs string) (status int, body []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	file, err := w.CreateFormFile("file", filepath.Base(path))
	if err == nil {
		_, err = file.Write(content)
	}
	if err == nil && crs != "" {
		err = w.WriteField("crs", crs)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: patience}
	r, err := client.Post(address+"/api/v1/checks", w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if body, err = io.ReadAll(r.Body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, body
}
