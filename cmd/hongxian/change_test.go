package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
	"hongxian/internal/report"
)

// square is a record of a GeoJSON file: a box in kilometres from (400, 3440) in
// EPSG:4546, with properties as JSON.
func square(x1, y1, x2, y2 float64, properties string) string {
	e := func(x float64) float64 { return 400_000 + 1000*x }
	n := func(y float64) float64 { return 3_440_000 + 1000*y }
	return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":"Polygon","coordinates":[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}}`,
		properties, e(x1), n(y1), e(x2), n(y1), e(x2), n(y2), e(x1), n(y2), e(x1), n(y1))
}

func squares(t *testing.T, name string, records ...string) string {
	return writeFile(t, name, `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4546"}},"features":[`+strings.Join(records, ",")+`]}`)
}

// A red line may not shrink silently: publication is refused with the comparison,
// until the loss is confirmed with a document, which is recorded.
func TestPublishingALossMustBeConfirmed(t *testing.T) {
	dsn := pgtest.Database(t)
	db := []string{"--database", dsn}
	run := func(args ...string) []string { return append(args, db...) }
	succeeds(t, "已存为草稿", run("import", "500237.red-line@2022", squares(t, "a.geojson", square(0, 0, 2, 1, `"code":"R1"`), square(3, 0, 4, 1, `"code":"R2"`)))...)
	succeeds(t, "已生效", run("publish", "red-line@2022")...)

	smaller := squares(t, "b.geojson", square(0, 0, 1.5, 1, `"code":"R1"`), square(3, 0, 4, 1, `"code":"R2"`))
	approvals := squares(t, "p.geojson", square(1.4, 0, 1.7, 1, `"WHLX":"3","批准文号":"某府〔2026〕7号","批准日期":"2026-01-05"`))
	bad := squares(t, "q.geojson", square(1.4, 0, 1.7, 1, `"WHLX":"9","批准文号":"某府〔2026〕7号"`))
	fails(t, exitInput, "WHLX", run("import", "red-line@2026", smaller, "--approvals", bad)...)
	fails(t, exitInput, "red-line@2026", run("publish", "red-line@2026")...) // nothing of it was stored
	succeeds(t, "批准文件 approvals: 1", run("import", "red-line@2026", smaller, "--approvals", approvals, "--basis", "某府〔2026〕1号")...)

	code, stdout, stderr := hongxian(t, run("publish", "red-line@2026")...)
	if code != exitNo || !strings.Contains(stdout, "无批准文件") || !strings.Contains(stdout, "某府〔2026〕7号") || !strings.Contains(stderr, "--confirm-loss") {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	fails(t, exitInput, "--basis", run("publish", "red-line@2026", "--confirm-loss")...)
	fails(t, exitInput, "--confirm-loss", run("publish", "red-line@2026", "--basis", "某府〔2026〕1号")...)
	fails(t, exitInput, "--basis", run("publish", "red-line@2026", "--confirm-loss", "--basis", "  ")...)

	address := serving(t, db...)
	status, refusal := postJSON(t, address+"/api/v1/layers/red-line/versions/2026/publish", `{}`)
	var problem openapi.PublishRefusal
	if err := json.Unmarshal(refusal, &problem); err != nil || status != http.StatusConflict || problem.Code != "area-decreases" || len(*problem.Changes) != 1 ||
		(*problem.Changes)[0].Verdict.NotDecreased || strings.Contains(problem.Detail+problem.DetailEn, "--") || !strings.Contains(problem.Detail, "写明依据文件") {
		t.Fatalf("%d %s (%v)", status, refusal, err)
	}
	if status, body := postJSON(t, address+"/api/v1/layers/red-line/versions/2026/publish", `{"confirm_loss":true}`); status != http.StatusBadRequest {
		t.Errorf("%d %s", status, body)
	}
	if status, body := postJSON(t, address+"/api/v1/layers/red-line/versions/2026/publish", `{"confirm_los":true}`); status != http.StatusBadRequest {
		t.Errorf("%d %s", status, body)
	}
	status, body := postJSON(t, address+"/api/v1/layers/red-line/versions/2026/publish", `{"confirm_loss":true,"basis":"某府〔2026〕1号"}`)
	var published openapi.Publication
	if err := json.Unmarshal(body, &published); err != nil || status != http.StatusOK || !published.Done || published.Version.State != openapi.StateInForce || *published.Superseded != "2022" || len(published.Changes) != 1 {
		t.Fatalf("%d %s (%v)", status, body, err)
	}
	confirmed(t, dsn, "2022", "某府〔2026〕1号")
	// half of the loss is approved
	if v := published.Changes[0].Verdict; v.LostWithoutApprovalPieces != 1 || v.LostWithoutApprovalM2 < 299_000 || v.LostWithoutApprovalM2 > 301_000 {
		t.Errorf("%+v", v)
	}
	fails(t, exitNo, "面积减少", run("change", "red-line@2022", "red-line", "--require-no-decrease")...)
	succeeds(t, "面积不减少：符合", run("change", "red-line@2026", "red-line@2022", "--require-no-decrease")...)
	fails(t, exitInput, "", run("change", "red-line@2022", "township@2022")...)
	fails(t, exitInput, "", run("change", "red-line", "red-line@2022")...)
}

// confirmed checks what was recorded of a confirmation.
func confirmed(t *testing.T, dsn, compared, basis string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var gotBasis string
	var lost float64
	err = conn.QueryRow(context.Background(), `
		select c.basis, (c.figures->>'lost_m2')::double precision
		from confirmation c join record r on r.county = c.county and r.id = c.record
		where c.compared = $1 and r.kind = 'change'`, compared).Scan(&gotBasis, &lost)
	if err != nil || gotBasis != basis || lost < 499_000 || lost > 501_000 {
		t.Errorf("recorded %q, %.2f m², %v", gotBasis, lost, err)
	}
}

func postJSON(t *testing.T, url, body string) (int, []byte) {
	t.Helper()
	r, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, answer
}

// A comparison can be had as every paper, over HTTP again with the same bytes, and is
// confirmed from its file, its code and its id.
func TestChangePapersAndTheirVerification(t *testing.T) {
	dsn := pgtest.Database(t)
	db := []string{"--database", dsn}
	succeeds(t, "", append([]string{"import", "500237.red-line@1", squares(t, "a.geojson", square(0, 0, 2, 1, `"code":"=R1"`), square(3, 0, 4, 1, `"code":"R2","class":"水源涵养"`))}, db...)...)
	succeeds(t, "", append([]string{"publish", "red-line@1"}, db...)...)
	succeeds(t, "", append([]string{"import", "red-line@2", squares(t, "b.geojson", square(0, 0, 1.5, 1, `"code":"=R1"`), square(3, 0, 4, 2, `"code":"R2","class":"水土保持"`))}, db...)...)
	address := serving(t, db...)
	status, body := postJSON(t, address+"/api/v1/changes", `{"from":"red-line@1","to":"red-line@2"}`) // a draft still
	var c openapi.Change
	if err := json.Unmarshal(body, &c); err != nil || status != http.StatusCreated || len(c.Pieces) != 3 {
		t.Fatalf("%d %s %v", status, body, err)
	}
	if status, again := postJSON(t, address+"/api/v1/changes", `{"from":"500237.red-line@1","to":"red-line@2"}`); status != http.StatusOK || !bytes.Equal(again, body) {
		t.Errorf("%d, other bytes", status)
	}
	folder := t.TempDir()
	for _, format := range answer.ChangeFormats {
		path := filepath.Join(folder, "change."+format.Key)
		succeeds(t, "", append([]string{"change", "red-line@1", "red-line@2", "--format", format.Key, "-o", path}, db...)...)
		file, err := os.ReadFile(path)
		begins := magic[format.Key]
		if format.Key == "svg" {
			begins = "<svg"
		}
		if err != nil || !bytes.HasPrefix(file, []byte(begins)) {
			t.Errorf("%s: %v, begins with %q", format.Key, err, file[:min(20, len(file))])
		}
		r, err := http.Get(address + "/api/v1/changes/" + c.Id + "." + format.Key)
		if err != nil {
			t.Fatal(err)
		}
		served, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != format.Type || !bytes.HasPrefix(served, []byte(begins)) {
			t.Errorf("%s: %d %s", format.Key, r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
	for _, what := range []string{c.Id, report.Code(c.Id), filepath.Join(folder, "change.pdf"), filepath.Join(folder, "change.xlsx")} {
		succeeds(t, "结果一致", append([]string{"verify", what}, db...)...)
	}
	exchangeIsRead(t, filepath.Join(folder, "change.geojson"))
	for path, want := range map[string]int{"/" + c.Id: 200, "?limit=1": 200, "/" + strings.Repeat("0", 64): 404, "/x": 404, "/" + c.Id + ".docx": 404} {
		r, err := http.Get(address + "/api/v1/changes" + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, want)
		}
	}
	// The draft is imported again: what was compared is not there any more.
	succeeds(t, "", append([]string{"import", "red-line@2", squares(t, "c.geojson", square(0, 0, 1, 1, `"code":"R1"`))}, db...)...)
	r, err := http.Get(address + "/api/v1/changes/" + c.Id + ".png")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusConflict {
		t.Errorf("a map of another version: %d", r.StatusCode)
	}
	fails(t, exitNo, "不一致", append([]string{"verify", c.Id}, db...)...)
}

// exchangeIsRead checks the exchange's three layers: what changed before and after,
// and the pieces by kind, with their areas.
func exchangeIsRead(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Features []struct {
			Properties struct {
				Layer, WHLX, BSM string
				MJ               float64
			}
			Geometry struct{ Type string }
		}
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, f := range c.Features {
		count[f.Properties.Layer+f.Properties.WHLX]++
		if f.Properties.MJ < 100 || f.Geometry.Type != "MultiPolygon" || f.Properties.BSM == "" {
			t.Errorf("%+v", f)
		}
	}
	want := map[string]int{"STBHHXWHQX": 2, "STBHHXWHHX": 2, "STBHHXWHCX1": 1, "STBHHXWHCX2": 1, "STBHHXWHCX3": 1}
	for k, n := range want {
		if count[k] != n {
			t.Errorf("%s: %d records, want %d; all %v", k, count[k], n, count)
		}
	}
}
