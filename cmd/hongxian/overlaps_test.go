package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"hongxian/internal/answer"
	"hongxian/internal/openapi"
)

// How layers lie on each other, in every form, from the command line and over HTTP;
// kept, and confirmed from its file until the kept figures are tampered with.
func TestOverlapsInEveryForm(t *testing.T) {
	dsn := schematicCounty(t)
	folder := t.TempDir()
	layers := []string{"scenic-area", "protected-area@2022"}
	for _, format := range answer.OverlapFormats {
		path := filepath.Join(folder, "overlaps."+format.Key)
		succeeds(t, "", append(append([]string{"overlaps"}, layers...), "--format", format.Key, "-o", path, "--database", dsn)...)
		begin := magic[format.Key]
		if format.Key == "csv" {
			begin = "\ufeff序号,"
		}
		if file, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(file, []byte(begin)) {
			t.Errorf("%s: %v, begins with %q", format.Key, err, file[:min(20, len(file))])
		}
	}
	succeeds(t, "重叠矩阵", append(append([]string{"overlaps"}, layers...), "--database", dsn)...)
	address := serving(t, "--database", dsn)
	status, body := get(t, address+"/api/v1/overlaps?layers=protected-area,scenic-area")
	var o openapi.Overlaps
	if err := json.Unmarshal(body, &o); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v %.300s: the order of the layers must not matter", status, err, body)
	}
	readBackOverlaps(t, filepath.Join(folder, "overlaps.xlsx"), o)
	readBackCSV(t, filepath.Join(folder, "overlaps.csv"), o)
	for _, format := range append(answer.OverlapFormats, answer.Format{}) {
		if status, _ := get(t, strings.TrimSuffix(address+"/api/v1/overlaps/"+o.Id+"."+format.Key, ".")); status != http.StatusOK {
			t.Errorf("%s over HTTP: %d", format.Key, status)
		}
	}
	if status, body := get(t, address+"/api/v1/overlaps?layers=farmland,urban-boundary"); status != http.StatusCreated {
		t.Errorf("a new answer: %d %.200s", status, body)
	}
	for query, want := range map[string]int{"layers=": 400, "layers=no-such-layer": 404, "layers=farmland,farmland": 400, "layer=farmland": 400, "layers=Farm": 400} {
		if status, body := get(t, address+"/api/v1/overlaps?"+query); status != want {
			t.Errorf("%s: %d, not %d: %.200s", query, status, want, body)
		}
	}
	succeeds(t, "结果一致", "verify", filepath.Join(folder, "overlaps.pdf"), "--database", dsn)
	tamper(t, dsn, o)
	fails(t, exitNo, "不一致", "verify", filepath.Join(folder, "overlaps.xlsx"), "--database", dsn)
}

// tamper makes a kept piece a square metre larger.
func tamper(t *testing.T, dsn string, o openapi.Overlaps) {
	t.Helper()
	o.Pieces[0].AreaM2++
	body, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "update record set body = $1 where id = $2", body, o.Id); err != nil {
		t.Fatal(err)
	}
}

// get asks for an address.
func get(t *testing.T, url string) (status int, body []byte) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if body, err = io.ReadAll(r.Body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, body
}

// readBackOverlaps compares the workbook with the answer.
func readBackOverlaps(t *testing.T, path string, o openapi.Overlaps) {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("重叠矩阵", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range rows {
		if len(r) > 2 && strings.Contains(r[0], o.Pairs[0].A) && strings.Contains(r[1], o.Pairs[0].B) {
			m2, err := strconv.ParseFloat(r[2], 64)
			found = err == nil && math.Abs(m2-o.Pairs[0].AreaM2) <= 0.005
		}
	}
	if !found {
		t.Errorf("the workbook lacks %v of %s and %s", o.Pairs[0].AreaM2, o.Pairs[0].A, o.Pairs[0].B)
	}
	if rows, err = book.GetRows("重叠图形"); err != nil || len(rows) < len(o.Pieces)+4 {
		t.Errorf("%d rows of pieces for %d, %v", len(rows), len(o.Pieces), err)
	}
}

// readBackCSV adds the rows of every piece up.
func readBackCSV(t *testing.T, path string, o openapi.Overlaps) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, r := range rows[1:] {
		m2, err := strconv.ParseFloat(r[9], 64)
		if err != nil {
			t.Fatal(err)
		}
		sums[r[0]] += m2
	}
	for _, p := range o.Pieces {
		if got := sums[strconv.Itoa(p.No)]; math.Abs(got-p.AreaM2) > 0.001 {
			t.Errorf("piece %d: its townships have %.4f m², it has %.4f", p.No, got, p.AreaM2)
		}
	}
}
