package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// magic is how a paper of each format begins.
var magic = map[string]string{
	"pdf": "%PDF-", "docx": "PK\x03\x04", "xlsx": "PK\x03\x04", "gpkg": "SQLite format 3", "png": "\x89PNG",
	"geojson": `{"type":"FeatureCollection"`, "txt": "[",
}

// A check can be had as every paper, on the command line and over HTTP, again with
// the same bytes; and is confirmed from its file, its code and its id.
func TestPapersAndTheirVerification(t *testing.T) {
	dsn := schematicCounty(t)
	site := writeFile(t, "码头.geojson", geojson(riverside))
	address := serving(t, "--database", dsn)
	_, body := upload(t, address, site, "")
	var check openapi.Check
	if err := json.Unmarshal(body, &check); err != nil {
		t.Fatal(err)
	}
	if len(check.Verdict.Rules) == 0 || check.Combinations == nil {
		t.Errorf("the county's rules and combinations did not answer: %+v", check.Verdict)
	}
	folder := t.TempDir()
	for _, format := range answer.Formats {
		path := filepath.Join(folder, "report."+format.Key)
		succeeds(t, "", "check", site, "--format", format.Key, "-o", path, "--database", dsn)
		file, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(file, []byte(magic[format.Key])) {
			t.Errorf("%s: %v, begins with %q", format.Key, err, file[:min(20, len(file))])
		}
		served := fetchPaper(t, address, check.Id+"."+format.Key, format.Type)
		if format.Key != "pdf" && !bytes.Equal(served, file) && format.Key != "docx" && format.Key != "xlsx" {
			t.Errorf("%s: the server's %d bytes are not the command line's %d", format.Key, len(served), len(file))
		}
		if again := fetchPaper(t, address, check.Id+"."+format.Key, format.Type); !bytes.Equal(again, served) && format.Key != "gpkg" {
			t.Errorf("%s: asked again, other bytes", format.Key)
		}
	}
	code := report.Code(check.Id)
	for _, what := range []string{check.Id, code, strings.ToLower(strings.ReplaceAll(code, "-", " ")),
		filepath.Join(folder, "report.pdf"), filepath.Join(folder, "report.docx"), filepath.Join(folder, "report.xlsx")} {
		succeeds(t, "结果一致", "verify", what, "--database", dsn)
	}
	verifyOverHTTP(t, address, code, check.Id)
	fails(t, exitInput, "", "verify", strings.Replace(code, code[:1], "7", 1)+"8", "--database", dsn)
}

// The code of a report leads to the page that confirms it.
func TestReportsNameTheVerifyPage(t *testing.T) {
	for public, want := range map[string]string{"https://map.example": "https://map.example/verify/", "https://map.example/": "https://map.example/verify/", "": ""} {
		if got := (&database{}).papers(public).VerifyURL; got != want {
			t.Errorf("public URL %q: %q, want %q", public, got, want)
		}
	}
}

func fetchPaper(t *testing.T, address, name, media string) []byte {
	t.Helper()
	r, err := http.Get(address + "/api/v1/checks/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != media {
		t.Fatalf("%s: %d %s %v\n%.300s", name, r.StatusCode, r.Header.Get("Content-Type"), err, body)
	}
	return body
}

func verifyOverHTTP(t *testing.T, address, code, id string) {
	t.Helper()
	var v openapi.Verification
	if err := json.Unmarshal(fetch(t, address, "/api/v1/verify/"+code), &v); err != nil {
		t.Fatal(err)
	}
	if !v.Confirmed || v.Id != id || v.Code != code || len(v.Changes) != 0 || v.Check.Id != id {
		t.Errorf("verification %+v", v)
	}
	r, err := http.Get(address + "/api/v1/checks/" + id + ".exe")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusNotFound {
		t.Errorf("a format that is not there: %d", r.StatusCode)
	}
}

// A person's choices are part of the question; one that no rule asks for is refused.
func TestChoices(t *testing.T) {
	dsn := schematicCounty(t)
	site := writeFile(t, "码头.geojson", geojson(riverside))
	_, open, _ := hongxian(t, "check", site, "--format", "json", "--database", dsn)
	_, chosen, _ := hongxian(t, "check", site, "--format", "json", "--choice", "red_line_case=2", "--database", dsn)
	var a, b openapi.Check
	if err := json.Unmarshal([]byte(open), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(chosen), &b); err != nil {
		t.Fatal(err)
	}
	if a.Id == b.Id || b.Verdict.Choices == nil || (*b.Verdict.Choices)["red_line_case"] != "2" {
		t.Errorf("ids %s and %s, choices %v", a.Id, b.Id, b.Verdict.Choices)
	}
	fails(t, exitInput, "", "check", site, "--choice", "no_such_question=1", "--database", dsn)
	fails(t, exitInput, "", "check", site, "--choice", "red_line_case", "--database", dsn)
}

// A road as a line with a width, the survey's own exchange format, and a table of
// points without a zone that has to be confirmed.
func TestSitesInPlannersForms(t *testing.T) {
	dsn := schematicCounty(t)
	road := writeFile(t, "road.geojson", `{"type":"Feature","properties":{"name":"连接线"},"geometry":{"type":"LineString","coordinates":[[109.80,31.05],[109.90,31.12]]}}`)
	fails(t, exitInput, "只接受面", "check", road, "--database", dsn)
	_, out, _ := hongxian(t, "check", road, "--width", "24", "--format", "json", "--database", dsn)
	var c openapi.Check
	if err := json.Unmarshal([]byte(out), &c); err != nil || c.Site.Form != "corridor" || c.Site.LengthM == nil || *c.Site.BufferM != 24 {
		t.Fatalf("%v %+v", err, c.Site)
	}
	if area := *c.Site.LengthM * 24; c.Site.PlaneAreaM2 < area-1 || c.Site.PlaneAreaM2 > area+1 {
		t.Errorf("plane area %.2f, length × width is %.2f", c.Site.PlaneAreaM2, area)
	}
	crossings := 0
	for _, l := range c.Layers {
		for _, f := range l.Features {
			if f.Crossings != nil {
				crossings += len(*f.Crossings)
			}
		}
	}
	if crossings == 0 {
		t.Error("a road over six layers crosses nothing")
	}
	txt := writeFile(t, "v2.txt", strings.ReplaceAll(workedExample, "\n", "\r\n"))
	succeeds(t, "2850542.02", "check", txt, "--database", dsn) // the official figure of the worked example
	table := writeFile(t, "points.csv", "界址点号,纵坐标(x),横坐标(y)\nJ1,3441000,401000\nJ2,3441200,401000\nJ3,3441200,401300\nJ4,3441000,401300\n")
	fails(t, exitInput, "4546", "check", table, "--database", dsn)
	succeeds(t, "已确认", "check", table, "--confirm-crs", "--database", dsn)
}

const workedExample = `[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=37
精度=0.001
转换参数=,,,,,,
[地块坐标]
11,285.1219,DK01,示例地块一,面,,公用设施用地,,@
J1,1,3441000.125,37401000.250
J2,1,3442300.375,37400850.500
J3,1,3442850.625,37402100.875
J4,1,3442050.750,37403050.125
J5,1,3440950.875,37402500.625
J1,1,3441000.125,37401000.250
J6,2,3441600.000,37401500.000
J7,2,3441600.000,37401900.000
J8,2,3442000.000,37401900.000
J9,2,3442000.000,37401500.000
J6,2,3441600.000,37401500.000
`

// The plan's eighty projects as a batch: a workbook with a row each, the 71 without
// a footprint not checked.
func TestPlanProjectsAsAWorkbook(t *testing.T) {
	dsn := schematicCounty(t)
	path := filepath.Join(t.TempDir(), "projects.xlsx")
	if code, _, stderr := hongxian(t, "batch", "--projects", "-o", path, "--database", dsn); code != exitDone || !strings.Contains(stderr, "80 个地块，71 个未核查") {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	numbered, unmapped := 0, 0
	for _, row := range rows {
		if len(row) > 0 && row[0] != "" && strings.Trim(row[0], "0123456789") == "" {
			numbered++
			if strings.Contains(strings.Join(row, " "), "未落图") {
				unmapped++
			}
		}
	}
	if numbered != 80 || unmapped != 71 {
		t.Errorf("%d rows with a number, %d 未落图: want 80 and 71", numbered, unmapped)
	}
}
