package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/rule"
	"hongxian/tiles"
)

// county is a fake of everything behind the server: one county, the red line in
// force and as a draft, a tile in 10/824/419.
type county struct {
	asked     []answer.Question
	uploaded  string // what the last question's file held
	answer    func(context.Context) (answer.Answer, error)
	kept      []record.Entry
	searched  record.Search
	repeated  []string // county and id
	resolved  int
	readiness error
	broken    bool // tiles are no gzip
}

var (
	day     = time.Date(2022, 11, 1, 0, 0, 0, 0, time.UTC)
	inForce = geodata.Version{ID: 2, County: "500237", Layer: geodata.RedLine, Label: "2022", State: geodata.InForce, SRID: 4490,
		Effective: &day, Schematic: true, Digest: strings.Repeat("ab", 32), Features: 3, Area: 1e6, Created: day, Published: &day}
	draft = geodata.Version{ID: 3, County: "500237", Layer: geodata.RedLine, Label: "2026", State: geodata.Draft, SRID: 4546, Created: day}
)

func (f *county) County(_ context.Context, code string) (postgis.County, error) {
	if code != "" && code != "500237" {
		return postgis.County{}, notFound("county-unknown", "没有这个县。", "No such county.")
	}
	return postgis.County{Code: "500237", NameZH: "巫山县", NameEN: "Wushan", PlaneSRID: 4546}, nil
}

func (f *county) Layers(context.Context, string) ([]geodata.Layer, error) {
	return []geodata.Layer{
		{Key: geodata.RedLine, TitleZH: "生态保护红线", TitleEN: "Ecological red line", Checked: true, Protected: true},
		{Key: geodata.Township, TitleZH: "乡镇", TitleEN: "Townships", Tiles: true},
	}, nil
}

func (f *county) Versions(_ context.Context, _ string, layer geodata.LayerKey) ([]geodata.Version, error) {
	if layer == geodata.Township {
		return nil, nil
	}
	return []geodata.Version{draft, inForce}, nil
}

func (f *county) Resolve(_ context.Context, ref geodata.VersionRef) (geodata.Version, error) {
	f.resolved++
	switch {
	case ref.Layer == geodata.RedLine && (ref.Label == "" || ref.Label == "2022"):
		return inForce, nil
	case ref.Layer == geodata.RedLine && ref.Label == "2026":
		return draft, nil
	}
	return geodata.Version{}, notFound("version-unknown", "没有这个版本。", "No such version.")
}

func (f *county) Answer(ctx context.Context, q answer.Question) (answer.Answer, error) {
	f.asked = append(f.asked, q)
	b, err := os.ReadFile(q.Path)
	f.uploaded = string(b)
	if err != nil {
		return answer.Answer{}, err
	}
	return f.answer(ctx)
}

func (f *county) Find(_ context.Context, _, id string) ([]byte, error) {
	for _, e := range f.kept {
		if e.ID == id {
			return e.Body, nil
		}
	}
	return nil, notFound("record-unknown", "没有这份记录。", "No such record.")
}

func (f *county) List(_ context.Context, s record.Search) (out []record.Entry, err error) {
	f.searched = s
	for _, e := range f.kept {
		if (e.Created.Before(s.Before) || s.AfterID != "" && e.Created.Equal(s.Before) && e.ID > s.AfterID) && len(out) < s.Limit {
			out = append(out, e)
		}
	}
	return out, nil
}

func (f *county) Again(ctx context.Context, county, id string, choices map[string]string) (answer.Answer, error) {
	f.repeated = append(f.repeated, fmt.Sprint(county, " ", id, " ", choices))
	return f.answer(ctx)
}

func (f *county) Render(_ context.Context, q tiles.Request) (tiles.Rendered, error) {
	if q.Tile != maptile.New(824, 419, 10) {
		return tiles.Rendered{}, nil
	}
	if f.broken {
		return tiles.Rendered{}, errors.New("no database")
	}
	body := string(q.Encoding) + " tile of"
	for _, v := range q.Versions {
		body += " " + v.Ref().String()
	}
	return tiles.Rendered{Body: []byte(body), ETag: `"0123-` + string(q.Encoding) + `"`}, nil
}

func (f *county) Held(tiles.Request) (tiles.Rendered, bool) { return tiles.Rendered{}, false }

func (f *county) Zooms(context.Context, geodata.Version) ([]tiles.Zoom, error) { return nil, nil }

func (f *county) Bounds(context.Context, geodata.Version) (*orb.Bound, error) {
	return &orb.Bound{Min: orb.Point{109.5, 30.7}, Max: orb.Point{110.2, 31.5}}, nil
}

// checkBody is a kept check's bytes.
func checkBody(t testing.TB, n int) []byte {
	t.Helper()
	b, err := report.CheckJSON(&overlap.Report{ID: checkID(n), CreatedAt: day.Add(time.Duration(n) * time.Second), CountyCode: "500237", CountyName: "巫山县",
		Site: overlap.SiteSummary{Name: fmt.Sprintf("项目 %d", n), Area: 1000, SRID: 4546, Digest: strings.Repeat("cd", 32), Form: overlap.AsPolygon}, Tolerance: overlap.Tolerance{Area: 1, Width: 0.02},
		Layers:    []overlap.LayerOverlap{{Layer: geodata.RedLine, TitleZH: "生态保护红线", TitleEN: "Red line", Status: overlap.NotChecked, Reason: "没有现行版本。"}},
		Townships: []overlap.TownshipPart{{Code: "500237101", Name: "大昌镇", Site: 1000, Overlap: map[geodata.LayerKey]geodata.Area{geodata.RedLine: 3}}},
		Verdict:   overlap.Verdict{Outcome: rule.Review}, Versions: []overlap.VersionUsed{{Ref: "500237.red-line@2022", Digest: strings.Repeat("ef", 32)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func checkID(n int) string { return fmt.Sprintf("%064x", n) }

// site is a server in front of the fake county, and its log.
type site struct {
	*county
	server *Server
	log    bytes.Buffer
	router routers.Router
	t      testing.TB
}

func newSite(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	f := &site{county: &county{}, t: t}
	f.answer = func(context.Context) (answer.Answer, error) {
		return answer.Answer{Body: checkBody(t, 1), ID: checkID(1), IsNew: true}, nil
	}
	c := Config{Tabulations: &answer.Tabulations{}, Imports: &answer.Imports{}, Catalogue: f, Checks: f, Records: f, Tiles: f, Papers: f, Verifier: f, Ready: func(context.Context) error { return f.readiness },
		Paint: func(postgis.County) map[geodata.LayerKey]tiles.Paint {
			return map[geodata.LayerKey]tiles.Paint{geodata.RedLine: {Fill: "#d55e00", Line: "#aa3300"}}
		},
		Page: fstest.MapFS{
			"index.html":        {Data: []byte(`<!doctype html><base href="./" /><title>红线</title>` + strings.Repeat(" ", 500))},
			"assets/app-1a2.js": {Data: []byte("export {}" + strings.Repeat("\n", 500))},
			"favicon.ico":       {Data: []byte{0, 1}},
			".gitkeep":          {},
		},
		Log: slog.New(slog.NewJSONHandler(&f.log, nil)), TempDir: t.TempDir()}
	for _, ch := range change {
		ch(&c)
	}
	var err error
	if f.server, err = New(c); err != nil {
		t.Fatal(err)
	}
	doc, err := openapi.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	if f.router, err = gorillamux.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *site) request(method, target string, body io.Reader, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, body)
	r.Host = "127.0.0.1:8080"
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (f *site) get(target string, headers ...string) *httptest.ResponseRecorder {
	return f.do(f.request("GET", target, nil, headers...))
}

// do asks, and holds the answer against the OpenAPI document.
func (f *site) do(r *http.Request) *httptest.ResponseRecorder {
	f.t.Helper()
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, r)
	if f.log.Len() == 0 {
		f.t.Errorf("%s %s left no line in the log", r.Method, r.URL)
	}
	route, params, err := f.router.FindRoute(r)
	if r.Method == http.MethodHead {
		return w // GET's twin; the document does not repeat it
	}
	if err != nil {
		if w.Code < 300 && !strings.HasPrefix(w.Header().Get("Content-Type"), "text/") && r.URL.Path != "/favicon.ico" {
			f.t.Errorf("%s %s answers %d, and the document does not name it: %v", r.Method, r.URL, w.Code, err)
		}
		return w
	}
	if w.Header().Get("Content-Encoding") == "" {
		f.validate(r, route, params, w)
	}
	return w
}

func (f *site) validate(r *http.Request, route *routers.Route, params map[string]string, w *httptest.ResponseRecorder) {
	f.t.Helper()
	err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		f.t.Errorf("%s %s: the answer is not what the document says: %v\n%d %s", r.Method, r.URL, err, w.Code, w.Body)
	}
}

// problem reads a refusal and holds it against what is expected of every one.
func (f *site) problem(w *httptest.ResponseRecorder, status int, code string) openapi.Problem {
	f.t.Helper()
	var p openapi.Problem
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil || w.Code != status || p.Code != code || p.Status != status || p.Type != "urn:hongxian:problem:"+code ||
		p.Detail == "" || p.DetailEn == "" || p.Title == "" || p.RequestId == "" || p.RequestId != w.Header().Get("X-Request-Id") ||
		w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Cache-Control") != "no-store" {
		f.t.Errorf("got %d %+v %v, %v; want %d %s", w.Code, p, w.Header(), err, status, code)
	}
	return p
}

func init() {
	openapi3filter.RegisterBodyDecoder("application/vnd.mapbox-vector-tile", openapi3filter.FileBodyDecoder)
}
