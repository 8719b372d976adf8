package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/intake"
	"hongxian/internal/openapi"
)

// importer takes deliveries in and reads their files, as one that works on them does.
type importer struct {
	asked    []answer.Delivery
	uploaded string
	approved string // what the file of approvals holds
	known    answer.Import
	then     []answer.Import // what each next look finds
	discard  func()
	proposed answer.Delivery
}

func (f *importer) Begin(d answer.Delivery, discard func()) (answer.Import, error) {
	b, err := os.ReadFile(d.Path)
	f.asked, f.uploaded, f.discard = append(f.asked, d), string(b), discard
	if d.Approvals != "" {
		b, err = os.ReadFile(d.Approvals)
		f.approved = string(b)
	}
	f.known = answer.Import{ID: strings.Repeat("ab", 16), Ref: d.Ref, State: answer.ImportWaiting}
	return f.known, err
}

func (f *importer) Propose(_ context.Context, d answer.Delivery) (*intake.Proposal, error) {
	f.proposed = d
	return &intake.Proposal{Name: d.Filename, SRID: 4546, Read: 2, Layer: geodata.RedLine,
		Layers:  []intake.LayerGuess{{Layer: geodata.RedLine, Title: "生态保护红线", Evidence: []intake.Reason{{ZH: "表名", EN: "its name"}}}},
		Code:    intake.FieldGuess{Field: "HXBM", Reason: intake.Reason{ZH: "字段名", EN: "a field"}, Candidates: []string{"HXBM", "BSM"}},
		Columns: []intake.Column{{Name: "HXBM", Filled: 2, Examples: []string{"500237000000000001"}}}}, nil
}

func (f *importer) Find(id string) (answer.Import, <-chan struct{}, error) {
	if id != f.known.ID {
		return answer.Import{}, nil, answer.ImportUnknown(id)
	}
	now := f.known
	if len(f.then) > 0 {
		f.known, f.then = f.then[0], f.then[1:]
	}
	moved := make(chan struct{})
	close(moved)
	return now, moved, nil
}

func (f *importer) List(string) []answer.Import { return []answer.Import{f.known} }

func (f *importer) Cancel(id string) error {
	f.known.State, f.known.Ended = answer.ImportCancelled, day
	return nil
}

// intakes holds the report of one version.
type intakes struct{}

func (intakes) Find(_ context.Context, ref geodata.VersionRef) (*intake.Report, error) {
	if ref.String() != "500237.red-line@2026" {
		return nil, notFound("intake-unknown", "没有入库报告。", "No report.")
	}
	return &intake.Report{Ref: ref.String(), SRID: 4546, Read: 3, Kept: 2, Repaired: 1, Refused: 1, Tolerance: 1, Findings: []intake.Finding{
		{Fate: intake.Refused, Code: "far-away", Record: 3, ZH: "太远。", EN: "Far away.", At: &orb.Point{500000, 3400000}, LonLat: &orb.Point{111, 30.7}},
		{Fate: intake.Repaired, Code: "repaired", Record: 2, ZH: "已修复。", EN: "Repaired.", Effect: 0.12344}}}, nil
}

func importing(t *testing.T) (*site, *importer) {
	f := &importer{}
	return newSite(t, func(c *Config) { c.Imports, c.Intakes = f, intakes{} }), f
}

func (f *site) deliver(contentType string, body io.Reader) *http.Request {
	return f.request("POST", "/api/v1/imports", body, "Content-Type", contentType)
}

// A delivery is taken in with all that is said of it, and its file is there until the
// work on it has ended, not only until the request has.
func TestCreateImport(t *testing.T) {
	s, f := importing(t)
	large := strings.Repeat("P", smallUpload+1)
	body, ct := form(t, `C:\交付\红线.zip`, "layer", "red-line", "label", "2026", "crs", "EPSG:4546", "confirm_crs", "true", "schematic", "true", "effective", "2026-01-01",
		"basis", " 渝府〔2026〕1号 ", "file", large, "approvals", large+"!")
	w := s.do(s.deliver(ct, body))
	if w.Code != http.StatusAccepted || w.Header().Get("Location") != "/api/v1/imports/"+f.known.ID {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	d := f.asked[0]
	if d.Ref.String() != "500237.red-line@2026" || d.Filename != "红线.zip" || d.CRS != "EPSG:4546" || !d.ConfirmCRS || !d.Schematic || d.Effective != "2026-01-01" ||
		d.Basis != "渝府〔2026〕1号" || f.uploaded != large || f.approved != large+"!" {
		t.Errorf("%+v, %d bytes", d, len(f.uploaded))
	}
	if _, err := os.Stat(d.Path); err != nil {
		t.Errorf("the file went with the request: %v", err)
	}
	f.discard()
	if left, err := os.ReadDir(s.server.TempDir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// What is wrong with a delivery is said before any work begins, and nothing of it stays.
func TestCreateImportRefuses(t *testing.T) {
	s, f := importing(t)
	for code, pairs := range map[string][]string{
		"file-missing":      {"layer", "red-line", "label", "2026"},
		"label-missing":     {"layer", "red-line", "file", "x"},
		"ref-malformed":     {"layer", "red-line", "label", "-", "file", "x"},
		"layer-unknown":     {"layer", "no-layer", "label", "2026", "file", "x"},
		"field-unknown":     {"layer", "red-line", "label", "2026", "file", "x", "mapping", "y"},
		"field-repeated":    {"layer", "red-line", "layer", "red-line", "file", "x"},
		"field-malformed":   {"layer", "red-line", "label", "2026", "file", "x", "basis", strings.Repeat("文", nameLimit+1)},
		"field-too-large":   {"basis", strings.Repeat("x", fieldLimit+1)},
		"confirm-malformed": {"layer", "red-line", "label", "2026", "file", "x", "confirm_crs", "yes"},
	} {
		body, ct := form(t, "a.zip", pairs...)
		w := s.do(s.deliver(ct, body))
		var p openapi.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Code != code || w.Code < 400 {
			t.Errorf("%s: %d %s", code, w.Code, w.Body)
		}
	}
	s.problem(s.do(s.deliver("application/json", strings.NewReader("{}"))), http.StatusBadRequest, "content-type-unknown")
	if len(f.asked) != 0 {
		t.Errorf("refused deliveries were taken in: %+v", f.asked)
	}
	if left, err := os.ReadDir(s.server.TempDir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// An import says how far it is; one that failed carries its problem, one that is done
// its report with the places of what was wrong.
func TestReadImport(t *testing.T) {
	s, f := importing(t)
	read := func() (out openapi.Import) {
		t.Helper()
		w := s.get("/api/v1/imports/" + f.known.ID)
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return out
	}
	f.known = answer.Import{ID: strings.Repeat("ab", 16), State: answer.ImportRunning, Staged: 4000, Kept: 2000}
	if i := read(); i.State != openapi.JobStateRunning || i.Staged != 4000 || i.Kept != 2000 || i.Report != nil || i.Problem != nil {
		t.Errorf("%+v", i)
	}
	f.known.State, f.known.Err = answer.ImportFailed, &geodata.Error{Kind: geodata.Invalid, Code: "crs-needs-confirmation", ZH: "请确认。", EN: "Confirm."}
	if i := read(); i.Problem == nil || i.Problem.Code != "crs-needs-confirmation" || i.Problem.Status != http.StatusBadRequest {
		t.Errorf("%+v", i)
	}
	s.problem(s.get("/api/v1/imports/"+strings.Repeat("cd", 16)), http.StatusNotFound, "import-unknown")
}

// An import can be followed, left, found again in the list, and ended; who may not
// deliver knows of none.
func TestAnImportIsAJob(t *testing.T) {
	s, f := importing(t)
	at := func(state answer.ImportState, stage answer.ImportStage, staged, kept int) answer.Import {
		return answer.Import{ID: strings.Repeat("ab", 16), Ref: geodata.VersionRef{County: "500237", Layer: geodata.RedLine, Label: "2026"}, Filename: "红线.zip", Who: "li",
			Begun: day, State: state, Stage: stage, Staged: staged, Kept: kept}
	}
	f.known = at(answer.ImportRunning, answer.ImportReads, 2000, 0)
	job := "/api/v1/jobs/" + f.known.ID
	if w := s.get(job); !strings.Contains(w.Body.String(), `"kind":"import","state":"running","total":2000,"done":0,"failed":0,"result":"/api/v1/imports/`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	f.then = []answer.Import{at(answer.ImportRunning, answer.ImportReads, 2000, 0), at(answer.ImportRunning, answer.ImportReads, 4000, 0),
		at(answer.ImportRunning, answer.ImportExamines, 4000, 4000), at(answer.ImportDone, "", 4000, 4000)}
	stream := httptest.NewRecorder()
	s.server.ServeHTTP(stream, s.request(http.MethodGet, job+"/events", nil))
	events := stream.Body.String()
	if strings.Count(events, "event: progress") != 4 || !strings.Contains(events, `"total":4000,"done":0`) || !strings.Contains(events, `"what":"examining"`) || !strings.Contains(events, `"state":"done"`) {
		t.Error(events)
	}
	f.known = at(answer.ImportRunning, answer.ImportReads, 2000, 0)
	if w := s.get("/api/v1/imports"); !strings.Contains(w.Body.String(), `"file":"红线.zip","who":"li","stage":"reading"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := s.do(s.request("DELETE", "/api/v1/imports/"+f.known.ID, nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"state":"cancelled"`) || !strings.Contains(w.Body.String(), `"ended_at"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.problem(s.do(s.request("DELETE", "/api/v1/imports/"+strings.Repeat("cd", 16), nil)), http.StatusNotFound, "import-unknown")

	guarded := newSite(t, func(c *Config) { c.Imports, c.Batches, c.Accounts, c.DemandAccounts = f, newDesk(), staff(), true })
	for who, status := range map[string]int{"manager-all": http.StatusOK, "planner-all": http.StatusNotFound} {
		if w := guarded.get(job, "Cookie", "hongxian="+who); w.Code != status {
			t.Errorf("%s: %d %s", who, w.Code, w.Body)
		}
	}
	// Nor does who may not see its layer.
	f.known.Ref.Layer = "hidden-layer"
	limited := []string{"Cookie", "hongxian=manager-layers", "Sec-Fetch-Site", "same-origin"}
	for _, path := range []string{job, "/api/v1/imports/" + f.known.ID} {
		if w := guarded.get(path, limited...); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	guarded.problem(guarded.do(guarded.request("DELETE", "/api/v1/imports/"+f.known.ID, nil, limited...)), http.StatusNotFound, "import-unknown")
	if w := guarded.get("/api/v1/imports", limited...); w.Body.String() != `{"imports":[]}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestReadIntake(t *testing.T) {
	s, _ := importing(t)
	w := s.get("/api/v1/layers/red-line/versions/2026/intake")
	var r openapi.IntakeReport
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	first, second := r.Findings[0], r.Findings[1]
	if r.Crs != "EPSG:4546" || r.Read != 3 || first.Position == nil || (*first.Position)[0] != 111 || (*first.At)[0] != 500000 || *first.Record != 3 ||
		second.Position != nil || *second.EffectM2 != 0.1234 {
		t.Errorf("%s", w.Body)
	}
	s.problem(s.get("/api/v1/layers/red-line/versions/2022/intake"), http.StatusNotFound, "intake-unknown")
}

// A file is told what it is taken for, and nothing of it stays.
func TestProposeImport(t *testing.T) {
	s, f := importing(t)
	body, ct := form(t, "STBHHX.zip", "layer", "red-line", "crs", "EPSG:4546", "part", "STBHHX", "file", "bytes")
	r := s.deliver(ct, body)
	r.URL.Path = "/api/v1/imports/proposal"
	w := s.do(r)
	var p openapi.ImportProposal
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if d := f.proposed; d.Filename != "STBHHX.zip" || d.CRS != "EPSG:4546" || d.Part != "STBHHX" || d.Ref.Layer != geodata.RedLine || d.Ref.County != "500237" {
		t.Errorf("asked %+v", d)
	}
	if p.Layers[0].Evidence[0].Zh != "表名" || *p.Fields.Code.Field != "HXBM" || p.Fields.Name.Field != nil || *p.Crs != "EPSG:4546" || p.Columns[0].Examples[0] != "500237000000000001" {
		t.Errorf("proposed %+v", p)
	}
	if left, err := os.ReadDir(s.server.TempDir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
