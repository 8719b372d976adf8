package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hongxian/internal/answer"
	"hongxian/internal/openapi"
)

// post sends JSON to an address and reads the answer.
func post(t *testing.T, url, body string, into any) int {
	t.Helper()
	r, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		t.Fatalf("%s: %d %v", url, r.StatusCode, err)
	}
	return r.StatusCode
}

// The schematic red line loses and reclassifies ground from 2018 to 2022; the ledger
// takes every piece in once, settles them step by step, and exports them.
func TestLedgerFromAComparison(t *testing.T) {
	dsn := schematicCounty(t)
	address := serving(t, "--database", dsn)
	var change openapi.Change
	if status := post(t, address+"/api/v1/changes", `{"from":"red-line@2018","to":"red-line@2022"}`, &change); status != http.StatusOK && status != http.StatusCreated {
		t.Fatalf("compare: %d", status)
	}
	due := 0
	for _, p := range change.Pieces {
		if p.Kind != 1 {
			due++
		}
	}
	succeeds(t, fmt.Sprintf("登记 %d 条，已有 0 条", due), "ledger", "from-change", change.Id, "--who", "张三", "--database", dsn)
	succeeds(t, fmt.Sprintf("登记 0 条，已有 %d 条", due), "ledger", "from-change", change.Id, "--database", dsn)
	var added openapi.LedgerAdded
	if status := post(t, address+"/api/v1/ledger", `{"change_id":"`+change.Id+`"}`, &added); status != http.StatusOK || added.Known != due {
		t.Errorf("once more over HTTP: %d %+v", status, added)
	}
	status := post(t, address+"/api/v1/ledger", `{"kind":"encroached","layer":"red-line","title":"=采石场","area_m2":1200.5,"deadline":"2020-01-01","point":[109.95,31.2],"who":"李四"}`, &added)
	if status != http.StatusCreated || len(added.Ids) != 1 {
		t.Fatalf("by hand: %d %+v", status, added)
	}
	settles(t, address, dsn, added.Ids[0])
	exports(t, dsn, due+1)
	var list openapi.LedgerList
	if _, body := get(t, address+"/api/v1/ledger?overdue=true"); json.Unmarshal(body, &list) != nil || len(list.Entries) != 0 {
		t.Errorf("closed, but overdue: %s", body)
	}
	if _, body := get(t, address+"/api/v1/ledger?limit=1"); json.Unmarshal(body, &list) != nil || list.Next == nil || list.States["discovered"] != due || list.States["closed"] != 1 {
		t.Errorf("a page: %.400s", body)
	}
	if _, body := get(t, address+*list.Next); json.Unmarshal(body, &list) != nil || len(list.Entries) != 1 || list.Entries[0].Id >= added.Ids[0] || len(list.Entries[0].Townships) == 0 {
		t.Errorf("the page after: %.400s", body)
	}
}

// settles takes an overdue entry through its states.
func settles(t *testing.T, address, dsn string, id int64) {
	t.Helper()
	var list openapi.LedgerList
	if _, body := get(t, address+"/api/v1/ledger?overdue=true"); json.Unmarshal(body, &list) != nil || len(list.Entries) != 1 || list.Entries[0].Id != id {
		t.Errorf("overdue: %.300s", body)
	}
	one := fmt.Sprintf("%s/api/v1/ledger/%d", address, id)
	var e openapi.LedgerEntry
	var p openapi.Problem
	if status := post(t, one+"/transitions", `{"to":"closed"}`, &p); status != http.StatusConflict || p.Code != "ledger-reason-missing" {
		t.Errorf("past two steps without a reason: %d %+v", status, p)
	}
	if status := post(t, one+"/transitions", `{"to":"verified","who":"李四","note":"现场核查"}`, &e); status != http.StatusOK || e.State != "verified" || len(*e.Events) != 2 {
		t.Errorf("the next step: %d %+v", status, e)
	}
	number := fmt.Sprint(id)
	succeeds(t, "巫林〔2026〕3号", "ledger", "note", number, "整改通知", "--attachment", "巫林〔2026〕3号", "--office", "县林业局", "--database", dsn)
	succeeds(t, "核查 → 整改", "ledger", "move", number, "整改", "--database", dsn)
	fails(t, exitInput, "理由", "ledger", "move", number, "discovered", "--database", dsn)
	succeeds(t, "销号", "ledger", "move", number, "closed", "--who", "王五", "--database", dsn)
	fails(t, exitInput, "999999", "ledger", "show", "999999", "--database", dsn)
}

// exports reads every form back.
func exports(t *testing.T, dsn string, entries int) {
	t.Helper()
	folder := t.TempDir()
	for _, format := range answer.LedgerFormats {
		succeeds(t, "", "ledger", "export", "--format", format.Key, "-o", filepath.Join(folder, "ledger."+format.Key), "--database", dsn)
	}
	book, err := excelize.OpenFile(filepath.Join(folder, "ledger.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	found := false
	rows, err := book.GetRows("监管台账")
	for _, r := range rows {
		found = found || len(r) > 6 && r[4] == "'=采石场" && r[5] == "1200.50"
	}
	if err != nil || !found || len(rows) < entries+4 {
		t.Errorf("%d rows, found %v, %v", len(rows), found, err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "ledger.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll(); err != nil || len(rows) != entries+1 || rows[entries][4] != "'=采石场" {
		t.Errorf("%d rows of CSV, %v", len(rows), err)
	}
	var collection struct {
		Features []struct{ Geometry struct{ Type string } }
	}
	text, err = os.ReadFile(filepath.Join(folder, "ledger.geojson"))
	if err != nil || json.Unmarshal(text, &collection) != nil || len(collection.Features) != entries || collection.Features[entries-1].Geometry.Type != "Point" {
		t.Errorf("%v, %d features", err, len(collection.Features))
	}
	if collection.Features[0].Geometry.Type != "MultiPolygon" {
		t.Errorf("an entry of a comparison has a %q for a place", collection.Features[0].Geometry.Type)
	}
}

// Values are entered and imported, listed with the plan's figures, and compared; the
// comparison of versions takes them in.
func TestIndicatorsFromTheCommandLine(t *testing.T) {
	dsn := schematicCounty(t)
	succeeds(t, "林草覆盖率", "indicators", "list", "--database", dsn)
	succeeds(t, "未提供数据", "indicators", "compare", "--baseline", "2018", "--database", dsn)
	succeeds(t, "1 个年度值", "indicators", "set", "11", "2018", "67.6", "--source", "规划", "--database", dsn)
	file := writeFile(t, "values.csv", "序号,年份,数值,来源\n11,2022,67.1,公报\n42,2018,84.52,调查\n42,2022,86,调查\n")
	succeeds(t, "3 个年度值", "indicators", "import", file, "--database", dsn)
	code, out, _ := hongxian(t, "indicators", "compare", "--baseline", "2018", "--year", "2022", "--database", dsn)
	if code != exitDone || !strings.Contains(out, "未变差 not worse 1") || !strings.Contains(out, "变差 worse 1") {
		t.Errorf("exit %d\n%s", code, out)
	}
	fails(t, exitInput, "来源", "indicators", "set", "11", "2023", "1", "--database", dsn)
	fails(t, exitInput, "99", "indicators", "set", "99", "2023", "1", "--source", "x", "--database", dsn)
	fails(t, exitInput, "baseline", "indicators", "compare", "--database", dsn)
	address := serving(t, "--database", dsn)
	var list openapi.IndicatorList
	if status, body := get(t, address+"/api/v1/indicators?baseline=2018&year=2022"); status != http.StatusOK || json.Unmarshal(body, &list) != nil || len(list.Indicators) != 43 {
		t.Fatalf("%d %.300s", status, body)
	}
	if e := list.Indicators[10]; *e.Finding != openapi.IndicatorEntryFindingWorse || len(e.Values) != 2 || e.Target2027 != ">68" {
		t.Errorf("%+v", e)
	}
	if status, _ := get(t, address+"/api/v1/indicators?year=2022"); status != http.StatusBadRequest {
		t.Errorf("a year without a baseline: %d", status)
	}
	var change openapi.Change
	post(t, address+"/api/v1/changes", `{"from":"red-line@2018","to":"red-line@2022"}`, &change)
	held, decreased := 0, ""
	for _, i := range change.Verdict.Function {
		if i.Held {
			held++
			if !*i.NotDecreased {
				decreased += i.Key
			}
		}
	}
	if held != 2 || decreased != "11" {
		t.Errorf("the comparison's verdict has %d indicators, decreased %q: %+v", held, decreased, change.Verdict.Function)
	}
}
