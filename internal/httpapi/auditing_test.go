package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/audit"
	"hongxian/internal/report/delivery"
)

// trail is a fake audit trail.
type trail struct {
	mu      sync.Mutex
	entries []audit.Entry
	broken  error
}

func (t *trail) Append(_ context.Context, e audit.Entry) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken == nil {
		t.entries = append(t.entries, e)
	}
	return t.broken
}

func (t *trail) List(_ context.Context, f audit.Filter) ([]audit.Row, error) {
	var rows []audit.Row
	for id := f.Below - 1; id > 0 && len(rows) < f.Limit; id-- {
		rows = append(rows, audit.Row{ID: id, At: day, Who: f.Who, Outcome: "done", Detail: `{"new":true}`, Seq: &id, Hash: []byte{1}})
	}
	return rows, nil
}

func (t *trail) State(context.Context) (audit.State, error) {
	return audit.State{Head: audit.Head{Height: 7, Hash: []byte{0xab}}, Waiting: 1}, nil
}

func (t *trail) Verify(_ context.Context, expect ...audit.Head) (*audit.Verification, error) {
	v := &audit.Verification{Entries: 7, First: 1, Head: audit.Head{Height: 7, Hash: []byte{0xab}}, Broken: 1, Breaks: []audit.Break{{Seq: 3, ZH: "被改。", EN: "Changed."}}}
	for _, h := range expect {
		v.Expect = append(v.Expect, h.String())
	}
	return v, nil
}

func (t *trail) Export(_ context.Context, w io.Writer, before time.Time) (audit.Stretch, error) {
	_, err := fmt.Fprintf(w, "{\"before\":%d}\n", before.Unix())
	return audit.Stretch{Entries: 1}, errors.Join(err, t.broken)
}

// exporter gives a file of a few bytes.
type exporter struct{}

func (exporter) Write(_ context.Context, _ geodata.VersionRef, _ delivery.Format, w io.Writer) (geodata.Version, error) {
	_, err := io.WriteString(w, `{"data":1}`)
	return inForce, err
}

func auditedSite(t testing.TB) (*site, *trail) {
	kept := &trail{}
	return newSite(t, func(c *Config) { c.Trail, c.Exporter = kept, exporter{} }), kept
}

// Nothing that is asked, changed or exported can be added without coming into the
// trail: what the table does not name is noted as well.
func TestEveryRouteIsNoted(t *testing.T) {
	routes := newSite(t).server.routes()
	for _, r := range append(routes, route{method: "POST", path: "/new"}, route{method: "GET", path: "/new"}) {
		action, how := notingOf(r)
		if r.method != "GET" && (how == unnoted || how == seen && r.path != "/api/v1/measure") || how != unnoted && action == "" {
			t.Errorf("%s %s is noted as %q, %v", r.method, r.path, action, how)
		}
	}
	for name := range audited {
		if !slices.ContainsFunc(routes, func(r route) bool { return r.method+" "+r.path == name }) && name != "GET /api/v1/session" {
			t.Errorf("%s is no route", name)
		}
	}
}

const exportPath = "/api/v1/layers/red-line/versions/2022/export.geojson"

// What is given is noted before it goes out, and kept back when that is impossible.
func TestAnExportThatCannotBeNotedIsKeptBack(t *testing.T) {
	s, kept := auditedSite(t)
	w := s.get(exportPath, "X-Request-Id", "export-1")
	if w.Code != http.StatusOK || w.Body.String() != `{"data":1}` || len(kept.entries) != 1 {
		t.Fatalf("%d %s, %+v", w.Code, w.Body, kept.entries)
	}
	e := kept.entries[0]
	if e.Action != "export" || e.Object != exportPath || e.Who != "local" || e.Address != "192.0.2.1" || e.Request != "export-1" {
		t.Errorf("%+v", e)
	}
	kept.broken = errors.New("disk full")
	w = s.get(exportPath, "Accept-Encoding", "gzip")
	s.problem(w, http.StatusInternalServerError, "internal")
	if strings.Contains(w.Body.String(), "data") || !strings.Contains(s.log.String(), "disk full") {
		t.Errorf("%s\n%s", w.Body, s.log.String())
	}
	s.do(s.request("HEAD", exportPath, nil))
}

// What was asked in vain is noted with its code, never with what was sent.
func TestFailuresAreNoted(t *testing.T) {
	s, kept := auditedSite(t)
	s.answer = func(context.Context) (answer.Answer, error) {
		return answer.Answer{}, invalid("self-intersection", "相交。", "Crosses.")
	}
	s.do(s.request("POST", "/api/v1/checks?name=%E7%A7%98%E5%AF%86", strings.NewReader(`{"type":"Point","coordinates":[109.123456,31.654321]}`), "Content-Type", "application/json"))
	s.get("/api/v1/checks/" + strings.Repeat("f", 64) + ".pdf?county=1")
	s.get("/tiles/red-line@2022/99/0/0.mvt") // a read that fails says nothing of anybody
	if len(kept.entries) != 2 {
		t.Fatalf("%+v", kept.entries)
	}
	asked, paper := kept.entries[0], kept.entries[1]
	if asked.Action != "check.ask" || asked.Outcome != audit.Failed || asked.Detail["code"] != "self-intersection" || asked.Object != "/api/v1/checks" {
		t.Errorf("%+v", asked)
	}
	if paper.Action != "paper" || paper.Outcome != audit.Failed {
		t.Errorf("%+v", paper)
	}
	for _, secret := range []string{"109.123", "31.654", "秘密", "%E7"} {
		if strings.Contains(s.log.String(), secret) || strings.Contains(fmt.Sprint(kept.entries), secret) {
			t.Errorf("%q is in the log or the trail:\n%s\n%v", secret, s.log.String(), kept.entries)
		}
	}
}

// Tiles and lists are counted, and come as one entry each.
func TestWhatIsSeenIsCounted(t *testing.T) {
	s, kept := auditedSite(t)
	for range 3 {
		s.get("/tiles/red-line@2022/10/824/419.mvt")
	}
	s.get("/api/v1/layers")
	s.get("/healthz")
	if len(kept.entries) != 0 {
		t.Fatalf("%+v", kept.entries)
	}
	kept.broken = errors.New("down")
	if s.server.seen.write(t.Context(), kept) == nil {
		t.Fatal("no error")
	}
	kept.broken = nil
	if err := s.server.seen.write(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	found := map[string]any{}
	for _, e := range kept.entries {
		found[e.Action+" "+e.Object+" "+e.Who+" "+e.Address] = e.Detail["times"]
	}
	if len(found) != 2 || found["seen red-line@2022 local 192.0.2.1"] != int64(3) || found["seen /api/v1/layers local 192.0.2.1"] != int64(1) {
		t.Errorf("%v", found)
	}
	for i := range 2 * seenAtOnce {
		s.server.seen.note(audit.By{Address: fmt.Sprint(i)}, "x")
	}
	if n := len(s.server.seen.counts); n > seenAtOnce+1 {
		t.Errorf("%d counts are kept", n)
	}
	if n := s.server.seen.counts[seenKey{}].Load(); n != seenAtOnce {
		t.Errorf("%d are counted for nobody in particular, want %d", n, seenAtOnce)
	}
}

// A server that is asked to stop writes what it has counted.
func TestStoppingWritesWhatWasSeen(t *testing.T) {
	s, kept := auditedSite(t)
	stop := s.server.countSeen(t.Context())
	s.get("/api/v1/layers")
	stop()
	if len(kept.entries) != 1 {
		t.Errorf("%+v", kept.entries)
	}
}

func TestTheTrailIsRead(t *testing.T) {
	s, kept := auditedSite(t)
	w := s.get("/api/v1/audit?who=li&action=check&outcome=done&since=2026-01-01T00:00:00Z&limit=2&before=9")
	if w.Code != http.StatusOK || !bytes.Contains(w.Body.Bytes(), []byte(`"head":"7:ab"`)) || !bytes.Contains(w.Body.Bytes(), []byte(`"detail":{"new":true}`)) ||
		!bytes.Contains(w.Body.Bytes(), []byte(`before=7`)) || len(kept.entries) != 1 || kept.entries[0].Action != "audit.read" {
		t.Errorf("%d %s %+v", w.Code, w.Body, kept.entries)
	}
	for _, q := range []string{"outcome=x", "since=yesterday", "limit=201", "limit=0", "before=-1", "x=1"} {
		if w := s.get("/api/v1/audit?" + q); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", q, w.Code)
		}
	}
}

// The chain is followed and given away for whoever administers; an export that breaks is
// no file.
func TestTheTrailIsVerifiedAndExported(t *testing.T) {
	s, kept := auditedSite(t)
	head := "9:" + strings.Repeat("cd", 32)
	w := s.get("/api/v1/audit/verification?expect=" + head)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"whole":false,"entries":7,"first":1,"head":"7:ab","broken":1,"breaks":[{"seq":3,"zh":"被改。"`) || !strings.Contains(w.Body.String(), head) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.problem(s.get("/api/v1/audit/verification?expect=9"), http.StatusBadRequest, "audit-head-malformed")
	w = s.get("/api/v1/audit/export?before=1970-01-02")
	if w.Code != http.StatusOK || w.Body.String() != "{\"before\":86400}\n" || !strings.Contains(w.Header().Get("Content-Disposition"), "jsonl") {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	s.problem(s.get("/api/v1/audit/export?before=x"), http.StatusBadRequest, "day-malformed")
	kept.broken = errors.New("the database is away")
	s.problem(s.get("/api/v1/audit/export"), http.StatusInternalServerError, "internal")
	if left, err := os.ReadDir(s.server.TempDir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Only a proxy that was named is believed about whom it speaks for.
func TestWhoseAddressIsBelieved(t *testing.T) {
	forwarded := func(c *Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")} }
	for _, c := range []struct {
		proxies func(*Config)
		header  string
		want    string
	}{
		{nil, "10.9.9.9", "192.0.2.1"},
		{forwarded, "", "192.0.2.1"},
		{forwarded, "10.9.9.9", "10.9.9.9"},
		{forwarded, "1.1.1.1, 10.9.9.9", "10.9.9.9"},
		{forwarded, "made up", "192.0.2.1"},
	} {
		kept := &trail{}
		s := newSite(t, func(cf *Config) {
			cf.Trail, cf.Exporter = kept, exporter{}
			if c.proxies != nil {
				c.proxies(cf)
			}
		})
		s.get(exportPath, "X-Forwarded-For", c.header)
		if kept.entries[0].Address != c.want {
			t.Errorf("X-Forwarded-For %q: %q, want %q", c.header, kept.entries[0].Address, c.want)
		}
	}
}

// A request's trace goes on in the log and in the problem; what is no traceparent
// begins a new one.
func TestTracesGoOn(t *testing.T) {
	s := newSite(t)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	w := s.get("/api/v1/nothing", "Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	if !strings.Contains(w.Body.String(), `"trace_id":"`+trace+`"`) || !strings.Contains(s.log.String(), `"trace_id":"`+trace+`"`) {
		t.Errorf("%s\n%s", w.Body, s.log.String())
	}
}

func FuzzTraceparent(f *testing.F) {
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	for header, kept := range map[string]bool{"00-" + id + "-00f067aa0ba902b7-01": true, "01-" + id + "-00f067aa0ba902b7-00-more": true,
		"00-" + id + "-00f067aa0ba902b7-01-more": false, "ff-" + id + "-00f067aa0ba902b7-01": false,
		"00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01": false, "00-" + id + "-0000000000000000-01": false,
		"00-" + strings.ToUpper(id) + "-00f067aa0ba902b7-01": false, "": false, "00-\r\n-": false} {
		if (traceOf(header) == id) != kept {
			f.Errorf("%q: %s", header, traceOf(header))
		}
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		id := traceOf(header)
		if len(id) != 32 || strings.Trim(id, "0123456789abcdef") != "" || strings.Trim(id, "0") == "" {
			t.Errorf("%q gives the trace %q", header, id)
		}
	})
}
