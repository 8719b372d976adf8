package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// Two parcels of one file that share a border, and a third on both of them.
//
//	┌────┬────┐
//	│ 1 ┌┼─┐2 │
//	│   └┼─┘  │
//	└────┴────┘
var threeParcels = []string{
	`[[[109.86,31.06],[109.885,31.06],[109.885,31.10],[109.86,31.10],[109.86,31.06]]]`,
	`[[[109.885,31.06],[109.91,31.06],[109.91,31.10],[109.885,31.10],[109.885,31.06]]]`,
	`[[[109.88,31.07],[109.89,31.07],[109.89,31.08],[109.88,31.08],[109.88,31.07]]]`,
}

func TestPapersAgree(t *testing.T) {
	dsn := schematicCounty(t)
	t.Run("a set of parcels", func(t *testing.T) { setOfParcels(t, dsn) })
	t.Run("one quantity prints one figure", func(t *testing.T) { oneFigure(t, dsn) })
}

// Several parcels of one file are kept as a set: the same question gives the same
// bytes, the set can be had in every form, and is confirmed by its code.
func setOfParcels(t *testing.T, dsn string) {
	site := writeFile(t, "三块地.geojson", geojson(threeParcels...))
	address := serving(t, "--database", dsn)
	status, body := upload(t, address, site, "")
	again, same := upload(t, address, site, "")
	if status != 201 || again != 200 || !bytes.Equal(body, same) {
		t.Fatalf("first %d, again %d, the same bytes: %v", status, again, bytes.Equal(body, same))
	}
	var set openapi.CheckSet
	if err := json.Unmarshal(body, &set); err != nil || len(set.Checks) != 3 {
		t.Fatalf("%d parcels, %v", len(set.Checks), err)
	}
	if kept := fetch(t, address, "/api/v1/checks/"+set.Id); !bytes.Equal(kept, body) {
		t.Error("the kept set is not what was answered")
	}
	papers := map[string][]byte{}
	folder := t.TempDir()
	for _, format := range answer.Formats {
		path := filepath.Join(folder, "set."+format.Key)
		succeeds(t, "", "check", site, "--format", format.Key, "-o", path, "--database", dsn)
		file, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(file, []byte(magic[format.Key])) {
			t.Errorf("%s: %v, begins with %q", format.Key, err, file[:min(20, len(file))])
		}
		papers[format.Key] = file
		fetchPaper(t, address, set.Id+"."+format.Key, format.Type)
	}
	setWorkbook(t, set, papers["xlsx"])
	setText(t, set, "PDF", printedText(t, "pdf", papers["pdf"]))
	setText(t, set, "DOCX", printedText(t, "docx", papers["docx"]))
	setPieces(t, set, papers["geojson"])
	setTable(t, filepath.Join(folder, "set.gpkg"))
	if txt := printedText(t, "txt", papers["txt"]); !strings.Contains(txt, ",1-001-") || !strings.Contains(txt, ",3-001-") {
		t.Errorf("the boundary points do not say of which parcel they are:\n%.600s", txt)
	}
	for _, what := range []string{set.Id, report.Code(set.Id), filepath.Join(folder, "set.pdf"), filepath.Join(folder, "set.docx"), filepath.Join(folder, "set.xlsx")} {
		succeeds(t, "结果一致", "verify", what, "--database", dsn)
	}
	verifyOverHTTP(t, address, report.Code(set.Id), set.Id)
}

// setWorkbook holds a set's workbook to a row a parcel, a sum that is the sum of
// the printed rows, and the whole.
func setWorkbook(t *testing.T, set openapi.CheckSet, body []byte) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	figure := func(first string) string {
		for _, r := range rows {
			if len(r) > 3 && (r[0] == first || strings.HasPrefix(r[1]+r[2], first)) {
				return strings.ReplaceAll(r[3], ",", "")
			}
		}
		t.Fatalf("no row %s in\n%v", first, rows)
		return ""
	}
	sum := 0.0
	for i, c := range set.Checks {
		printed := geodata.Area(c.Site.AreaM2).In(geodata.SquareMetre, 2)
		if got := figure(fmt.Sprint(i + 1)); got != printed {
			t.Errorf("parcel %d has %s m² in the workbook, %s in the answer", i+1, got, printed)
		}
		var cents float64
		if _, err := fmt.Sscan(printed, &cents); err != nil {
			t.Fatal(err)
		}
		sum += cents
	}
	if got, want := figure("合计"), fmt.Sprintf("%.2f", sum); got != want {
		t.Errorf("the sum is %s, of the rows %s", got, want)
	}
	if got, want := figure("全部地块合并"), geodata.Area(set.Whole.Site.AreaM2).In(geodata.SquareMetre, 2); got != want {
		t.Errorf("the whole is %s, in the answer %s", got, want)
	}
}

func setText(t *testing.T, set openapi.CheckSet, what, text string) {
	t.Helper()
	wanted := []string{report.Code(set.Id), set.Id, geodata.Area(set.Whole.Site.AreaM2).In(geodata.SquareMetre, 2)}
	for _, c := range set.Checks {
		wanted = append(wanted, geodata.Area(c.Site.AreaM2).In(geodata.SquareMetre, 2))
	}
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("the %s of the set lacks %s", what, w)
		}
	}
}

// setPieces holds the GeoJSON to each parcel's features, with its number.
func setPieces(t *testing.T, set openapi.CheckSet, body []byte) {
	t.Helper()
	var got struct {
		Features []struct {
			Properties struct {
				Role, Layer string
				Parcel      int
				Area        float64 `json:"area_m2"`
			}
		}
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	for i, c := range set.Checks {
		pieces, features := 0, 0
		for _, f := range got.Features {
			switch p := f.Properties; {
			case p.Parcel != i+1:
			case p.Role == "site":
				if math.Abs(p.Area-c.Site.AreaM2) > 1e-4 {
					t.Errorf("parcel %d has %f m², want %f", i+1, p.Area, c.Site.AreaM2)
				}
			default:
				pieces++
			}
		}
		for _, l := range c.Layers {
			features += len(l.Features)
		}
		if pieces == 0 || pieces != features {
			t.Errorf("parcel %d has %d pieces, its answer %d features", i+1, pieces, features)
		}
	}
}

// setTable asks GDAL which parcels the GeoPackage's pieces belong to.
func setTable(t *testing.T, path string) {
	t.Helper()
	out, err := exec.Command("ogrinfo", "-q", "-sql", "select distinct parcel from overlap order by 1", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "parcel (Integer) = 1") || !strings.Contains(string(out), "parcel (Integer) = 3") {
		t.Errorf("%v\n%s", err, out)
	}
}

// printedText is the text that a paper prints, without spaces and thousands' marks.
func printedText(t *testing.T, format string, body []byte) string {
	t.Helper()
	text := string(body)
	switch format {
	case "pdf":
		cmd := exec.Command("pdftotext", "-layout", "-", "-")
		cmd.Stdin = bytes.NewReader(body)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("pdftotext: %v", err)
		}
		text = string(out)
	case "docx":
		text = documentText(t, body)
	case "xlsx":
		text = workbookText(t, body)
	case "txt":
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	return strings.NewReplacer(" ", "", "\n", "", "\f", "").Replace(text)
}

// documentText is a Word document's text, paragraph and cell after one another.
func documentText(t *testing.T, body []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, name := range []string{"word/document.xml", "word/footer1.xml"} {
		file, err := archive.Open(name)
		if err != nil {
			continue
		}
		text, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range strings.Split(string(text), "<w:t")[1:] {
			_, run, _ = strings.Cut(run, ">")
			run, _, _ = strings.Cut(run, "</w:t>")
			out.WriteString(run + "\n")
		}
	}
	return out.String()
}

// workbookText is every cell of every sheet, as a person sees it.
func workbookText(t *testing.T, body []byte) string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var cells []string
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, slices.Concat(rows...)...)
	}
	return strings.Join(cells, "\n")
}

// One quantity prints one figure, in every form that it is printed in: of a parcel,
// a road, and a site over the county's border.
func oneFigure(t *testing.T, dsn string) {
	road := `{"type":"Feature","properties":{"name":"连接线"},"geometry":{"type":"LineString","coordinates":[[109.80,31.05],[109.90,31.12]]}}`
	for _, question := range [][]string{
		{writeFile(t, "码头.geojson", geojson(riverside))},
		{writeFile(t, "road.geojson", road), "--width", "24"},
		{writeFile(t, "border.geojson", geojson(`[[[109.50,31.10],[109.75,31.10],[109.75,31.30],[109.50,31.30],[109.50,31.10]]]`))},
	} {
		texts := map[string]string{}
		for _, format := range []string{"json", "table", "pdf", "docx", "xlsx"} {
			path := filepath.Join(t.TempDir(), "paper."+format)
			succeeds(t, "", append(append([]string{"check"}, question...), "--format", format, "-o", path, "--database", dsn)...)
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[format] = printedText(t, format, body)
		}
		var c openapi.Check
		if err := json.Unmarshal([]byte(texts["json"]), &c); err != nil {
			t.Fatal(err)
		}
		delete(texts, "json")
		closes(t, c)
		figuresAgree(t, filepath.Base(question[0]), c, texts)
	}
}

// figuresAgree holds texts to the figures of an answer: the site's and the layers'
// to the last digit; of features, which papers balance so that the printed parts
// are the printed sum, every paper prints the same one, at most a digit away.
func figuresAgree(t *testing.T, what string, c openapi.Check, texts map[string]string) {
	t.Helper()
	print := func(m2 float64) string { return geodata.Area(m2).In(geodata.SquareMetre, 2) }
	whole := []float64{c.Site.AreaM2, c.Site.PlaneAreaM2, c.Site.OutsideCountyM2}
	for _, l := range c.Layers {
		if l.Status != openapi.CheckStatusConcerned {
			continue
		}
		whole = append(whole, l.OverlapM2)
		for _, f := range l.Features {
			shown := func(format string) (out []string) {
				for _, digit := range []float64{-0.01, 0, 0.01} {
					if figure := print(f.OverlapM2 + digit); strings.Contains(texts[format], figure) {
						out = append(out, figure)
					}
				}
				return out
			}
			if !strings.Contains(texts["table"], print(f.OverlapM2)) {
				t.Errorf("%s, table: %s %s prints no %s", what, l.Layer, f.Code, print(f.OverlapM2))
			}
			pdf := shown("pdf")
			if len(pdf) == 0 || !slices.Equal(pdf, shown("docx")) || !slices.Equal(pdf, shown("xlsx")) {
				t.Errorf("%s: %s %s is %s; in the PDF %v, the DOCX %v, the XLSX %v", what, l.Layer, f.Code,
					print(f.OverlapM2), pdf, shown("docx"), shown("xlsx"))
			}
		}
	}
	for _, m2 := range whole {
		for format, text := range texts {
			if !strings.Contains(text, print(m2)) {
				t.Errorf("%s, %s: prints no %s", what, format, print(m2))
			}
		}
	}
}

// closes holds an answer's parts to their sums, as far as its decimals go: the
// townships to the site, each layer's parts in townships to the layer.
func closes(t *testing.T, c openapi.Check) {
	t.Helper()
	within := func(what string, got, want float64, terms int) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-4*float64(terms)+1e-9*c.Site.AreaM2) {
			t.Errorf("%s: the parts add up to %.4f, the whole is %.4f", what, got, want)
		}
	}
	site := c.OutsideM2 - c.MultiplyCoveredM2
	for _, p := range c.Townships {
		site += p.SiteM2
	}
	within("townships", site, c.Site.AreaM2, len(c.Townships)+2)
	for _, l := range c.Layers {
		if l.Status != openapi.CheckStatusConcerned || c.OutsideM2 > 0 || c.MultiplyCoveredM2 > 0 {
			continue
		}
		sum := 0.0
		for _, p := range c.Townships {
			sum += p.OverlapM2[l.Layer]
		}
		within(l.Layer+" by township", sum, l.OverlapM2, len(c.Townships)+1)
	}
}
