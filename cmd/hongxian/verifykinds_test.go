package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// The code on a paper of any kind is confirmed over HTTP and on the command line;
// when a kept figure is tampered with, it is not.
func TestEveryKindIsVerified(t *testing.T) {
	dsn := redLineInForce(t)
	db := []string{"--database", dsn}
	site := writeFile(t, "parcels.geojson", geojson(insideShape, outsideShape))
	control := writeFile(t, "control.csv", "乡镇,面积\nHX1,30000\n")
	succeeds(t, "", append([]string{"import", "red-line@draft", writeFile(t, "draft.geojson", geojson(insideShape))}, db...)...)
	address := serving(t, db...)
	for _, c := range []struct {
		kind   openapi.RecordKind
		args   []string
		figure string // that is tampered with
	}{
		{"check-set", []string{"check", site, "--format", "json"}, `"area_m2":`},
		{"change", []string{"change", "red-line@2022", "red-line@draft", "--format", "json"}, `"lost_m2":`},
		{"overlaps", []string{"overlaps", "red-line@2022", "township@2023", "--format", "json"}, `"shared_m2":`},
		{"stats", []string{"stats", "red-line", "--pair", "red-line@2022,red-line@draft", "--by", "class", "--unit", "mu", "--control", control, "--keep", "--format", "json"}, `"values":[`},
	} {
		_, body, stderr := hongxian(t, append(c.args, db...)...)
		id := identityIn(t, body+stderr)
		v := verified(t, address, report.Code(id))
		if v.Kind != c.kind || !v.Confirmed || !v.Recomputed || v.Id != id || len(v.Deviations) > 0 {
			t.Errorf("%s: %+v", c.kind, v)
		}
		succeeds(t, "结果一致", append([]string{"verify", report.Code(id)}, db...)...)
		replaceKept(t, dsn, id, c.figure, c.figure+"1")
		if v = verified(t, address, id); v.Confirmed || !v.Recomputed || len(v.Deviations) == 0 {
			t.Errorf("%s, tampered with: %+v", c.kind, v.Deviations)
		}
		fails(t, exitNo, "not confirmed", append([]string{"verify", id}, db...)...)
	}
}

// A table whose rows were handed in is computed again with the zones that were kept
// with it. One of the days before they were is neither confirmed nor refuted.
func TestTableOfZonesIsComputedAgain(t *testing.T) {
	dsn := redLineInForce(t)
	address := serving(t, "--database", dsn)
	status, body := postZones(t, address+"/api/v1/stats/townships?layers=red-line")
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	id := identityIn(t, body)
	if v := verified(t, address, id); !v.Confirmed || !v.Recomputed || len(v.Deviations) > 0 {
		t.Errorf("%+v", v)
	}
	forgetInputs(t, dsn, id)
	v := verified(t, address, id)
	if v.Confirmed || v.Recomputed || len(v.Deviations) > 0 || v.Note == nil || !strings.Contains(*v.Note, "分区文件没有留存") || v.Stats == nil {
		t.Errorf("%+v", v)
	}
	fails(t, exitNo, "could not be computed again", "verify", id, "--database", dsn)
}

func identityIn(t *testing.T, body string) string {
	t.Helper()
	var kept struct{ ID string }
	if err := json.Unmarshal([]byte(body), &kept); err != nil || len(kept.ID) != 64 {
		t.Fatalf("%v %.500s", err, body)
	}
	return kept.ID
}

func verified(t *testing.T, address, code string) (v openapi.Verification) {
	t.Helper()
	if err := json.Unmarshal(fetch(t, address, "/api/v1/verify/"+code), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// replaceKept changes the kept bytes of an answer, wherever a text stands in them.
func replaceKept(t *testing.T, dsn, id, was, is string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	tag, err := conn.Exec(t.Context(), `update record set body = convert_to(replace(convert_from(body, 'UTF8'), $2, $3), 'UTF8')
		where id = $1 and position($2 in convert_from(body, 'UTF8')) > 0`, id, was, is)
	if err != nil || tag.RowsAffected() != 1 {
		t.Fatalf("%v, %v", tag, err)
	}
}

// forgetInputs makes a record one that was kept without what was asked.
func forgetInputs(t *testing.T, dsn, id string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if tag, err := conn.Exec(t.Context(), `update record set inputs = null where id = $1`, id); err != nil || tag.RowsAffected() != 1 {
		t.Fatalf("%v, %v", tag, err)
	}
}
