package office

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hongxian/internal/openapi"
	"hongxian/internal/report/stats"
)

// statsFixture is a table with two types, a class that lies on another, overlapping
// townships and names that spreadsheets misread.
func statsFixture() openapi.Stats {
	zero := 0
	cell := func(texts ...string) (cells []openapi.StatsCell) {
		for _, s := range texts {
			cells = append(cells, openapi.StatsCell{Text: strings.TrimSuffix(s, "*"), Balanced: strings.HasSuffix(s, "*")})
		}
		return cells
	}
	half := 0.125
	row := func(code, name, kind string, texts ...string) openapi.StatsRow {
		r := openapi.StatsRow{Code: code, Name: name, Type: kind, AreaPrinted: cell(texts[0])[0], Printed: cell(texts[1:]...)}
		for range r.Printed {
			n := 3
			r.Shares, r.LayerShares, r.Counts = append(r.Shares, &half), append(r.LayerShares, nil), append(r.Counts, &n)
		}
		return r
	}
	computed, difference := "2958.0000", "0.0000"
	return openapi.Stats{Id: strings.Repeat("ab", 32), CreatedAt: time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC), Schematic: true,
		County: openapi.County{Code: "500237", Name: "巫山县"}, Unit: openapi.StatsUnitHa, Decimals: 2, ByClass: true, Townships: "500237.township@2023",
		Columns: []openapi.StatsColumn{
			{Kind: openapi.StatsColumnKindLayer, Title: "生态保护红线", Counted: true},
			{Kind: openapi.StatsColumnKindClass, Title: "生态保护红线", Class: "水源涵养", Counted: true, Of: &zero},
			{Kind: openapi.StatsColumnKindClass, Title: "生态保护红线", Class: "=1+1", Counted: true, Of: &zero},
			{Kind: openapi.StatsColumnKindClassOverlap, Title: "生态保护红线", Of: &zero}},
		Rows: []openapi.StatsRow{
			row("500237001", "=cmd|' /C calc'!A0", "=街道", "10.10", "3.30", "1.10*", "2.30", "0.10"),
			row("500237101", "@镇", "镇", "20.20", "0.30", "0.10", "0.20", "0.00"),
			row("500237102", "𬭩镇", "镇", "30.30", "6.60", "6.60", "0.00", "0.00")},
		Subtotals:       []openapi.StatsRow{row("", "=街道", "", "10.10", "3.30", "1.10", "2.30", "0.10"), row("", "镇", "", "50.50", "6.90", "6.70", "0.20", "0.00")},
		Outside:         row("", "乡镇范围外", "", "0.00", "0.07", "0.07", "0.00", "0.00"),
		MultiplyCovered: row("", "重复覆盖", "", "0.60", "0.01", "0.01", "0.00", "0.00"),
		Total:           row("", "合计", "", "60.00", "10.26", "7.86", "2.50", "0.10"),
		Figures:         []openapi.StatsFigure{{Key: "county-area", Name: "县域面积", Published: 2958, Unit: "km2", Source: "规划", Computed: &computed, Difference: &difference}},
		Versions:        []openapi.StatsVersion{{Ref: "500237.red-line@2022", Title: "生态保护红线", Digest: "d1", Schematic: true}}}
}

func statsWorkbook(t *testing.T, s openapi.Stats) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := StatsXLSX(&b, s, "局", "CODE"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// LibreOffice, left without the values that were written beside the formulas, works
// them out and comes to the figures that were printed.
func TestStatsFormulasAgreeWithTheirValues(t *testing.T) {
	s := statsFixture()
	body := statsWorkbook(t, s)
	if !bytes.Equal(body, statsWorkbook(t, s)) {
		t.Error("equal tables give different bytes")
	}
	rows := recalculated(t, withoutValues(t, body))
	seen := 0
	for _, r := range rows {
		for _, l := range stats.Lines(s) {
			if len(r) < 5 || strings.TrimPrefix(r[1], "'") != l.Label || !l.Sum {
				continue
			}
			seen++
			got := []string{r[3], r[4], r[8], r[12], r[16]} // areas; each column has a count behind its shares
			want := []string{l.AreaPrinted.Text}
			for _, c := range l.Printed {
				want = append(want, c.Text)
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s: LibreOffice comes to %v, printed %v", l.Label, got, want)
			}
		}
	}
	if seen != 5 {
		t.Errorf("%d sums were found in\n%v", seen, rows)
	}
	text := strings.Join(rows[5], "|") + strings.Join(rows[7], "|")
	if !strings.Contains(text, "=cmd|") || !strings.Contains(text, "𬭩镇") {
		t.Errorf("names: %s", text)
	}
}

// withoutValues takes the values of formulas out of a workbook, and says where there
// are none.
func withoutValues(t *testing.T, body []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	value := regexp.MustCompile(`(</f>)<v>[^<]*</v>`)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	formulas := 0
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		formulas += len(value.FindAll(text, -1))
		to, err := w.Create(f.Name)
		if err == nil {
			_, err = to.Write(value.ReplaceAll(text, []byte("$1")))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || formulas == 0 {
		t.Fatalf("%d formulas with values, %v", formulas, err)
	}
	return out.Bytes()
}

// recalculated is the first sheet as LibreOffice shows it.
func recalculated(t *testing.T, body []byte) [][]string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "stats.xlsx")
	if err := os.WriteFile(file, body, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", dir, file).CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice (packages libreoffice-writer-nogui, libreoffice-calc-nogui): %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "stats.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.ReplaceAll(text, []byte("*"), nil))) // the mark is part of the format
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// What comes from files never becomes a formula; the sheets and their set-up are
// those that are handed in.
func TestStatsWorkbook(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(statsWorkbook(t, statsFixture())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), " "); got != "统计表 图表 公布数据对照 说明" {
		t.Errorf("sheets: %s", got)
	}
	for _, at := range []string{"B7", "C7", "B8", "M5"} {
		if formula, _ := f.GetCellFormula("统计表", at); formula != "" {
			t.Errorf("%s is the formula %s", at, formula)
		}
		if v, _ := f.GetCellValue("统计表", at); v == "" || strings.ContainsRune("=@", rune(v[0])) {
			t.Errorf("%s holds %q", at, v)
		}
	}
	merged, err := f.GetMergeCells("统计表")
	if err != nil {
		t.Fatal(err)
	}
	heads := ""
	for _, m := range merged {
		heads += m.GetStartAxis() + ":" + m.GetEndAxis() + " "
	}
	if !strings.Contains(heads, "A4:A5") || !strings.Contains(heads, "E4:H4") {
		t.Errorf("merged: %s", heads)
	}
	panes, err := f.GetPanes("统计表")
	if err != nil || !panes.Freeze || panes.XSplit != 2 || panes.YSplit != 5 {
		t.Errorf("panes: %+v %v", panes, err)
	}
	layout, err := f.GetPageLayout("统计表")
	if err != nil || *layout.Orientation != "landscape" || *layout.Size != a4 {
		t.Errorf("page: %+v %v", layout, err)
	}
	if mark, _ := f.GetCellValue("统计表", "A3"); !strings.Contains(mark, "示意数据") {
		t.Errorf("no mark: %q", mark)
	}
	total, _ := f.GetCellValue("统计表", "E13", excelize.Options{RawCellValue: true})
	if n, err := strconv.ParseFloat(total, 64); err != nil || n != 10.26 {
		t.Errorf("合计 is %q beside its formula", total)
	}
	s := statsFixture()
	s.Plan = true
	plan, err := excelize.OpenReader(bytes.NewReader(statsWorkbook(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	if got := strings.Join(plan.GetSheetList(), " "); got != "公布数据对照 统计表 图表 说明" {
		t.Errorf("sheets of a plan: %s", got)
	}
	s.Total.Printed[0].Text = "10.27"
	if err := StatsXLSX(io.Discard, s, "", "CODE"); err == nil {
		t.Error("a total that does not add up was written")
	}
}
