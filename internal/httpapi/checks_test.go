package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
)

const polygon = `{"type":"Polygon","coordinates":[[[109.9,31],[109.91,31],[109.91,31.01],[109.9,31]]]}`

// form is a multipart body: pairs of field and value; the field file carries
// its value as content.
func form(t *testing.T, filename string, pairs ...string) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		create := w.CreateFormField
		if pairs[i] == "file" {
			create = func(name string) (io.Writer, error) { return w.CreateFormFile(name, filename) }
		}
		part, err := create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, pairs[i+1])
	}
	w.Close()
	return &b, w.FormDataContentType()
}

func (f *site) post(contentType string, body io.Reader, query string) *http.Request {
	return f.request("POST", "/api/v1/checks"+query, body, "Content-Type", contentType)
}

func TestCreateCheckFromAForm(t *testing.T) {
	s := newSite(t)
	body, ct := form(t, `C:\地块\大昌.zip`, "name", " 大昌游客中心 ", "file", "PK…", "crs", "EPSG:4546", "against", "red-line@2018", "against", "farmland")
	w := s.do(s.post(ct, body, "?county=500237"))
	if w.Code != http.StatusCreated || w.Header().Get("Location") != "/api/v1/checks/"+checkID(1) || !bytes.Equal(w.Body.Bytes(), checkBody(t, 1)) {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	q := s.asked[0]
	against := []geodata.VersionRef{{Layer: "red-line", Label: "2018"}, {Layer: "farmland"}}
	if q.Name != "大昌游客中心" || q.Filename != "大昌.zip" || q.CRS != "EPSG:4546" || q.County != "500237" || !slices.Equal(q.Against, against) || s.uploaded != "PK…" {
		t.Errorf("asked %+v about %q", q, s.uploaded)
	}
	if left, err := os.ReadDir(s.server.TempDir); err != nil || len(left) != 0 {
		t.Errorf("the upload was left behind: %v, %v", left, err)
	}
	for _, secret := range []string{"大昌", "PK"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log names the site (%s): %s", secret, s.log.String())
		}
	}
}

func TestCreateCheckFromGeoJSON(t *testing.T) {
	s := newSite(t)
	w := s.do(s.post("application/geo+json", strings.NewReader(polygon), "?name=%E7%A0%81%E5%A4%B4&crs=4546&against=red-line%402018&against=farmland"))
	if w.Code != http.StatusCreated {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if q := s.asked[0]; q.Name != "码头" || q.CRS != "4546" || len(q.Against) != 2 || !strings.HasSuffix(q.Filename, ".geojson") || s.uploaded != polygon {
		t.Errorf("asked %+v about %q", q, s.uploaded)
	}
}

// A repeat answers 200 with the kept bytes; several parcels answer a set.
func TestCreateCheckAgain(t *testing.T) {
	s := newSite(t)
	s.answer = func(context.Context) (answer.Answer, error) {
		return answer.Answer{Body: checkBody(t, 1), ID: checkID(1)}, nil
	}
	if w := s.do(s.post("application/json", strings.NewReader(polygon), "")); w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), checkBody(t, 1)) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.answer = func(context.Context) (answer.Answer, error) {
		set := fmt.Sprintf(`{"id":%q,"checks":[%s,%s],"whole":%s}`, checkID(3), checkBody(t, 1), checkBody(t, 2), checkBody(t, 3))
		return answer.Answer{Body: []byte(set), ID: checkID(3), IsNew: true}, nil
	}
	if w := s.do(s.post("application/json", strings.NewReader(polygon), "")); w.Code != http.StatusCreated || w.Header().Get("Location") != "/api/v1/checks/"+checkID(3) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestCreateCheckRefuses(t *testing.T) {
	s := newSite(t)
	refused := func(status int, code string, r *http.Request) {
		t.Helper()
		s.problem(s.do(r), status, code)
	}
	upload := func(pairs ...string) *http.Request {
		t.Helper()
		body, ct := form(t, "a.zip", pairs...)
		return s.post(ct, body, "")
	}
	long := strings.Repeat("长", 201)
	refused(400, "file-missing", upload("name", "x"))
	refused(400, "field-unknown", upload("file", "x", "colour", "red"))
	refused(400, "field-repeated", upload("file", "x", "file", "y"))
	refused(400, "field-repeated", upload("name", "x", "name", "y", "file", "z"))
	refused(400, "name-malformed", upload("name", long, "file", "x"))
	refused(400, "name-malformed", upload("name", "a\x00b", "file", "x"))
	refused(413, "field-too-large", upload("name", long+long+long, "file", "x"))
	refused(400, "ref-malformed", upload("against", "red line", "file", "x"))
	refused(400, "ref-malformed", s.post("application/json", strings.NewReader(polygon), "?against=@"))
	refused(400, "content-type-unknown", s.post("text/plain", strings.NewReader("x"), ""))
	refused(400, "content-type-unknown", s.post("", strings.NewReader("x"), ""))
	refused(400, "parameter-unknown", s.post("application/json", strings.NewReader(polygon), "?agianst=farmland"))
	refused(400, "parameter-repeated", s.post("application/json", strings.NewReader(polygon), "?name=a&name=b"))
	body, ct := form(t, "a.zip", "file", "x")
	refused(400, "parameter-misplaced", s.post(ct, body, "?name=x"))
	refused(400, "upload-broken", s.post("multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf"), ""))
	refused(400, "upload-broken", s.post("multipart/form-data", strings.NewReader("x"), ""))
	if len(s.asked) != 0 {
		t.Errorf("refused requests were asked: %+v", s.asked)
	}
	if left, err := os.ReadDir(s.server.TempDir); err != nil || len(left) != 0 {
		t.Errorf("refused uploads were left behind: %v, %v", left, err)
	}
}

// zeros is a long body that costs no memory.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

func TestCreateCheckLimitsBodies(t *testing.T) {
	s := newSite(t)
	// Declared too long: refused before a byte is read.
	r := s.post("application/json", strings.NewReader("x"), "")
	r.ContentLength = uploadLimit + 2<<20
	p := s.problem(s.do(r), http.StatusRequestEntityTooLarge, "body-too-large")
	if !strings.Contains(p.DetailEn, "101 MB") {
		t.Errorf("the limit is not named: %s", p.DetailEn)
	}
	// Longer than declared or not declared at all: refused on the way.
	r = s.post("application/json", io.LimitReader(zeros{}, geojsonLimit+1), "")
	r.ContentLength = -1
	s.problem(s.do(r), http.StatusRequestEntityTooLarge, "body-too-large")
	if left, _ := os.ReadDir(s.server.TempDir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// An error of the domain reaches the user with its record and coordinate, and
// its cause does not.
func TestErrorsCarryTheirPlace(t *testing.T) {
	s := newSite(t)
	s.answer = func(context.Context) (answer.Answer, error) {
		return answer.Answer{}, fmt.Errorf("read: %w", &geodata.Error{Kind: geodata.Invalid, Code: "ring-unclosed", ZH: "环未闭合。", EN: "The ring is not closed.",
			Record: 3, At: &orb.Point{37456789.5, 3456789.25}, Err: errors.New("secret path /srv/x")})
	}
	w := s.do(s.post("application/json", strings.NewReader(polygon), ""))
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("the cause reached the user: %s", w.Body)
	}
	p := s.problem(w, http.StatusBadRequest, "ring-unclosed")
	if p.Record == nil || *p.Record != 3 || p.Coordinate == nil || !slices.Equal(*p.Coordinate, []float64{37456789.5, 3456789.25}) || p.Detail != "环未闭合。" {
		t.Errorf("got %+v", p)
	}
}

func TestInternalErrorsAndPanicsAreLoggedAndHidden(t *testing.T) {
	s := newSite(t)
	for what, fail := range map[string]func(context.Context) (answer.Answer, error){
		"error": func(context.Context) (answer.Answer, error) { return answer.Answer{}, errors.New("areas do not close") },
		"panic": func(context.Context) (answer.Answer, error) { panic("areas do not close") },
	} {
		s.log.Reset()
		s.answer = fail
		w := s.do(s.post("application/json", strings.NewReader(polygon), ""))
		if strings.Contains(w.Body.String(), "areas") {
			t.Errorf("%s: the cause reached the user: %s", what, w.Body)
		}
		p := s.problem(w, http.StatusInternalServerError, "internal")
		if log := s.log.String(); !strings.Contains(log, "areas do not close") || !strings.Contains(log, p.RequestId) || !strings.Contains(log, `"status":500`) {
			t.Errorf("%s: the log lacks the cause, the request id or the status: %s", what, log)
		}
	}
	if left, _ := os.ReadDir(s.server.TempDir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A client that left gets silence, logged as 499.
func TestAClientThatLeft(t *testing.T) {
	s := newSite(t)
	ctx, leave := context.WithCancel(t.Context())
	s.answer = func(inner context.Context) (answer.Answer, error) {
		leave()
		<-inner.Done()
		return answer.Answer{}, fmt.Errorf("query: %w", inner.Err())
	}
	r := s.post("application/json", strings.NewReader(polygon), "").WithContext(ctx)
	w := s.do499(r)
	if w != 0 || !strings.Contains(s.log.String(), `"status":499`) || strings.Contains(s.log.String(), "ERROR") {
		t.Errorf("%d bytes written; log %s", w, s.log.String())
	}
}

// do499 asks without holding the answer against the document: there is none.
func (f *site) do499(r *http.Request) int {
	w := newSilent()
	f.server.ServeHTTP(w, r)
	return w.written
}

type silent struct {
	header  http.Header
	written int
}

func newSilent() *silent                      { return &silent{header: http.Header{}} }
func (s *silent) Header() http.Header         { return s.header }
func (s *silent) WriteHeader(int)             { s.written++ }
func (s *silent) Write(b []byte) (int, error) { s.written += len(b); return len(b), nil }

func TestReadCheck(t *testing.T) {
	s := newSite(t)
	s.kept = []record.Entry{{ID: checkID(7), Body: checkBody(t, 7)}}
	w := s.get("/api/v1/checks/" + checkID(7))
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), checkBody(t, 7)) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	etag := w.Header().Get("ETag")
	if again := s.get("/api/v1/checks/"+checkID(7), "If-None-Match", etag); etag == "" || again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("ETag %s: %d %s", etag, again.Code, again.Body)
	}
	s.problem(s.get("/api/v1/checks/"+checkID(8)), http.StatusNotFound, "record-unknown")
	s.problem(s.get("/api/v1/checks/"+checkID(7)+".exe"), http.StatusNotFound, "format-unknown")
	s.problem(s.get("/api/v1/checks/..%2Fx"), http.StatusNotFound, "check-unknown")
}

// Pages follow each other through next until the last, without repeats or gaps.
func TestListChecks(t *testing.T) {
	s := newSite(t)
	if w := s.get("/api/v1/checks"); w.Code != http.StatusOK || w.Body.String() != `{"checks":[]}`+"\n" {
		t.Errorf("nothing kept: %d %s", w.Code, w.Body)
	}
	const n = 7
	for i := n; i > 0; i-- {
		s.kept = append(s.kept, record.Entry{ID: checkID(i), Created: day.Add(time.Duration(i) * time.Microsecond), Body: checkBody(t, i)})
	}
	var ids []string
	pages := 0
	for next := "/api/v1/checks?limit=3&county=500237"; next != ""; pages++ {
		w := s.get(next)
		var l openapi.CheckList
		if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %v %s", next, w.Code, err, w.Body)
		}
		for _, e := range l.Checks {
			ids = append(ids, e.Id)
			if e.Name == "" || e.Outcome != "review" {
				t.Errorf("entry %+v", e)
			}
		}
		if next = ""; l.Next != nil {
			next = *l.Next
		}
	}
	if len(ids) != n || pages != 3 || ids[0] != checkID(n) || ids[n-1] != checkID(1) {
		t.Errorf("%d pages listed %v", pages, ids)
	}
	for _, q := range []string{"limit=0", "limit=101", "limit=x"} {
		s.problem(s.get("/api/v1/checks?"+q), http.StatusBadRequest, "limit-malformed")
	}
	s.problem(s.get("/api/v1/checks?before=yesterday"), http.StatusBadRequest, "before-malformed")
	s.problem(s.get("/api/v1/checks?offset=3"), http.StatusBadRequest, "parameter-unknown")
}

// What narrows the list reaches the record, and stays in the address of the next page.
func TestSearchChecks(t *testing.T) {
	s := newSite(t)
	for i := range 3 {
		s.kept = append(s.kept, record.Entry{ID: checkID(i + 1), Created: day, Body: checkBody(t, i+1)})
	}
	const query = "name=%E7%A0%81%E5%A4%B4&outcome=review&since=2022-01-01T00:00:00Z&parcels=true"
	w := s.get("/api/v1/checks?limit=2&" + query)
	var l openapi.CheckList
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || l.Next == nil || len(l.Checks) != 2 {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	want := record.Search{County: "500237", Kind: "check", Subject: "码头", Outcome: "review", Parcels: true, Since: time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC), Before: s.searched.Before, Limit: 3}
	if s.searched != want {
		t.Errorf("searched for %+v, want %+v", s.searched, want)
	}
	w = s.get(*l.Next)
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || len(l.Checks) != 1 || l.Checks[0].Id != checkID(3) {
		t.Errorf("the next page: %d %v %s", w.Code, err, w.Body)
	}
	want.Before, want.AfterID = day, checkID(2)
	if s.searched != want {
		t.Errorf("the next page searched for %+v, want %+v", s.searched, want)
	}
	for q, code := range map[string]string{"outcome=maybe": "outcome-unknown", "parcels=false": "parcels-malformed", "since=x": "since-malformed",
		"before_id=" + checkID(1): "before-malformed", "before=2022-01-01T00:00:00Z&before_id=1": "before-malformed", "name=" + strings.Repeat("x", 201): "name-malformed"} {
		s.problem(s.get("/api/v1/checks?"+q), http.StatusBadRequest, code)
	}
}

func TestRepeatCheck(t *testing.T) {
	s := newSite(t)
	again := func(id, query string) *http.Request {
		return s.request("POST", "/api/v1/checks/"+id+"/again"+query, nil)
	}
	w := s.do(again(checkID(7), "?county=500237&choice=a%3D1&choice=b%3D2"))
	if w.Code != http.StatusCreated || w.Header().Get("Location") != "/api/v1/checks/"+checkID(1) || !bytes.Equal(w.Body.Bytes(), checkBody(t, 1)) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	s.answer = func(context.Context) (answer.Answer, error) {
		return answer.Answer{Body: checkBody(t, 7), ID: checkID(7)}, nil
	}
	if w := s.do(again(checkID(7), "")); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !slices.Equal(s.repeated, []string{"500237 " + checkID(7) + " map[a:1 b:2]", " " + checkID(7) + " map[]"}) {
		t.Errorf("asked again for %q", s.repeated)
	}
	s.problem(s.do(again(checkID(7), "?choice=a%3D1&choice=a%3D2")), http.StatusBadRequest, "choice-malformed")
	s.problem(s.do(again("12", "")), http.StatusNotFound, "check-unknown")
	s.problem(s.do(again(checkID(7), "?county=1")), http.StatusNotFound, "county-unknown")
}

func FuzzPlainName(f *testing.F) {
	for _, s := range []string{"大昌.zip", `C:\a\b.zip`, "../../etc/passwd", "a\x00b", "\xff.shp", strings.Repeat("长", 500) + ".gpkg", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := plainName(s)
		if strings.ContainsAny(name, "/\\\x00\n") || len([]rune(name)) > nameLimit {
			t.Errorf("%q became %q", s, name)
		}
	})
}
