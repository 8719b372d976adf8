package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// A newer version in force changes nothing of an answer that was given: it is
// still to be had, byte for byte and as a paper, and is confirmed; what would be
// answered today is said beside it. A kept figure that was tampered with is not
// confirmed.
func TestVerifyAfterANewerVersion(t *testing.T) {
	dsn := redLineInForce(t)
	site, paper := writeFile(t, "inside.geojson", geojson(insideShape)), filepath.Join(t.TempDir(), "report.pdf")
	_, first, _ := hongxian(t, "check", site, "--format", "json", "--database", dsn)
	succeeds(t, "", "check", site, "--format", "pdf", "-o", paper, "--database", dsn)
	var old, today openapi.Check
	if err := json.Unmarshal([]byte(first), &old); err != nil {
		t.Fatal(err)
	}

	succeeds(t, "", "import", "red-line@2023", writeFile(t, "layer.geojson", geojson(farShape)), "--database", dsn)
	succeeds(t, "", "publish", "red-line@2023", "--confirm-loss", "--basis", "某府〔2026〕1号", "--database", dsn)
	_, second, _ := hongxian(t, "check", site, "--format", "json", "--database", dsn)
	if err := json.Unmarshal([]byte(second), &today); err != nil || today.Id == old.Id {
		t.Fatalf("under the new version: %s, %v", today.Id, err)
	}

	address := serving(t, "--database", dsn)
	if kept := fetch(t, address, "/api/v1/checks/"+old.Id); string(kept) != first {
		t.Errorf("the old answer is now\n%s", kept)
	}
	fetchPaper(t, address, old.Id+".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	code := report.Code(old.Id)
	for _, what := range []string{paper, code, old.Id} {
		_, out, _ := hongxian(t, "verify", what, "--database", dsn)
		if !strings.Contains(out, "结果一致") || !strings.Contains(out, "按现行版本已不同") || !strings.Contains(out, "red-line@2023") {
			t.Errorf("verify %s:\n%s", what, out)
		}
	}
	var v openapi.Verification
	if err := json.Unmarshal(fetch(t, address, "/api/v1/verify/"+code), &v); err != nil || !v.Confirmed || len(v.Changes) != 1 {
		t.Fatalf("%v, %+v", err, v)
	}
	if c := v.Changes[0]; c.Layer != "red-line" || c.Was != openapi.CheckStatusConcerned || c.Is != openapi.CheckStatusNotConcerned ||
		c.WasRef != "500237.red-line@2022" || c.IsRef != "500237.red-line@2023" || c.WasM2 <= 0 || c.IsM2 != 0 {
		t.Errorf("changed: %+v", c)
	}
	tampered(t, dsn, old)
	fails(t, exitNo, "not confirmed", "verify", code, "--database", dsn)
	r, err := http.Get(address + "/api/v1/verify/" + code)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil || v.Confirmed || len(v.Deviations) == 0 {
		t.Errorf("tampered with: %v, confirmed %v, %v", err, v.Confirmed, v.Deviations)
	}
}

// tampered makes the kept overlap with the red line a square metre smaller.
func tampered(t *testing.T, dsn string, c openapi.Check) {
	t.Helper()
	for i, l := range c.Layers {
		if l.Layer == "red-line" {
			c.Layers[i].OverlapM2--
		}
	}
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(c); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if tag, err := conn.Exec(t.Context(), "update record set body = $1 where id = $2", body.Bytes(), c.Id); err != nil || tag.RowsAffected() != 1 {
		t.Fatalf("%v, %v", tag, err)
	}
}

// farShape is a red line that leaves insideShape alone.
const farShape = `[[[109.95,31.02],[109.99,31.02],[109.99,31.06],[109.95,31.06],[109.95,31.02]]]`
