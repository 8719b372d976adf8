package main

import (
	"encoding/json"
	"net/http"
	"testing"

	"hongxian/internal/openapi"
)

// What a checked site takes of the red line becomes an entry, once: with the area and
// townships of the answer, its ground, and the project's name. A set is taken in
// parcel by parcel; a site that lies elsewhere makes no entry.
func TestLedgerFromACheck(t *testing.T) {
	dsn := redLineInForce(t)
	db := []string{"--database", dsn}
	site := writeFile(t, "parcels.geojson", geojson(insideShape, outsideShape))
	_, body, stderr := hongxian(t, append([]string{"check", site, "--format", "json"}, db...)...)
	id := identityIn(t, body+stderr)
	var set openapi.CheckSet
	if err := json.Unmarshal([]byte(body), &set); err != nil || len(set.Checks) != 2 {
		t.Fatalf("%v %.300s", err, body)
	}
	succeeds(t, "登记 1 条，已有 0 条", append([]string{"ledger", "from-check", id, "--who", "张三"}, db...)...)
	address := serving(t, db...)
	var added openapi.LedgerAdded
	if status := post(t, address+"/api/v1/ledger", `{"check_id":"`+set.Checks[0].Id+`","layer":"red-line"}`, &added); status != http.StatusOK || added.Known != 1 {
		t.Errorf("its parcel, over HTTP: %d %+v", status, added)
	}
	succeeds(t, "登记 0 条，已有 0 条", append([]string{"ledger", "from-check", id, "--layer", "township"}, db...)...)
	fails(t, exitInput, "no layer", append([]string{"ledger", "from-check", id, "--layer", "no-such"}, db...)...)
	var problem openapi.Problem
	if status := post(t, address+"/api/v1/ledger", `{"check_id":"x"}`, &problem); status != http.StatusNotFound || problem.Code != "check-unknown" {
		t.Errorf("no such check: %d %+v", status, problem)
	}
	var list openapi.LedgerList
	if _, body := get(t, address+"/api/v1/ledger"); json.Unmarshal(body, &list) != nil || len(list.Entries) != 1 {
		t.Fatalf("%.400s", body)
	}
	e, layer := list.Entries[0], set.Checks[0].Layers[0]
	for _, l := range set.Checks[0].Layers {
		if l.Layer == "red-line" {
			layer = l
		}
	}
	if e.Kind != openapi.LedgerKindEncroached || e.Source != "check" || e.AreaM2 != layer.OverlapM2 || e.AreaM2 <= 0 || e.UnapprovedM2 != e.AreaM2 ||
		e.Record == nil || *e.Record != set.Checks[0].Id || e.Point == nil || len(e.Townships) != 1 || e.Townships[0].Code != "HX1" {
		t.Errorf("%+v of %+v", e, layer)
	}
}

// Values are entered over HTTP, all or none; one that is replaced is shown behind the
// one that counts.
func TestIndicatorsOverHTTP(t *testing.T) {
	address := serving(t, "--database", redLineInForce(t))
	enter := func(body string, want int) (entered openapi.IndicatorsEntered) {
		t.Helper()
		if status := post(t, address+"/api/v1/indicators", body, &entered); status != want {
			t.Errorf("%s: %d, want %d", body, status, want)
		}
		return entered
	}
	enter(`{"values":[{"key":"11","year":2024,"value":67.6,"source":"初稿"}]}`, http.StatusOK)
	if got := enter(`{"values":[{"key":"11","year":2024,"value":68.2,"source":"公报"},{"key":"11","year":2025,"text":"稳定","source":"公报"}]}`, http.StatusOK); got.Kept != 2 || got.Replaced != 1 {
		t.Errorf("%+v", got)
	}
	for body, want := range map[string]int{
		`{"values":[{"key":"11","year":2024,"value":1,"source":"丙"},{"key":"999","year":2024,"value":1,"source":"丙"}]}`: 404,
		`{"values":[{"key":"11","year":2024,"value":1}]}`:                                                               400,
		`{"values":[{"key":"11","year":24,"value":1,"source":"丙"}]}`:                                                    400,
		`{"values":[{"key":"11","year":2024,"source":"丙"}]}`:                                                            400,
		`{"values":[]}`: 400,
		`{"value":[]}`:  400,
	} {
		enter(body, want)
	}
	var list openapi.IndicatorList
	if _, body := get(t, address+"/api/v1/indicators"); json.Unmarshal(body, &list) != nil {
		t.Fatalf("%.300s", body)
	}
	for _, i := range list.Indicators {
		if i.Key != "11" {
			continue
		}
		if len(i.Values) != 2 || *i.Values[0].Value != 68.2 || len(i.Values[0].Earlier) != 1 || *i.Values[0].Earlier[0].Value != 67.6 || i.Values[0].Earlier[0].Source != "初稿" || len(i.Values[1].Earlier) != 0 {
			t.Errorf("%+v", i.Values)
		}
		return
	}
	t.Error("the county's list has no indicator 11")
}
