package httpapi

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
)

func TestHealthAndReadiness(t *testing.T) {
	s := newSite(t)
	if w := s.get("/healthz"); w.Code != http.StatusOK {
		t.Errorf("health: %d %s", w.Code, w.Body)
	}
	if w := s.get("/readyz"); w.Code != http.StatusOK {
		t.Errorf("ready: %d %s", w.Code, w.Body)
	}
	s.readiness = errors.New("connection refused")
	w := s.get("/readyz")
	if w.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.problem(w, http.StatusServiceUnavailable, "not-ready")
}

func TestMetricsCountByRoute(t *testing.T) {
	s := newSite(t)
	s.get("/tiles/red-line@2022/10/0/0.mvt")
	s.get("/tiles/red-line@2022/99/0/0.mvt")
	s.get("/made/up/path")
	s.do(s.request("BREW", "/healthz", nil))
	s.server.ServeHTTP(newSilent(), func() *http.Request { r := s.request("GET", "/healthz", nil); r.Host = "evil.example"; return r }())
	b := s.get("/metrics").Body.String()
	for _, want := range []string{
		`hongxian_http_requests_total{code="204",host="",method="GET",url="/tiles/:ref/:z/:x/:y"} 1`,
		`hongxian_http_requests_total{code="404",host="",method="GET",url="/tiles/:ref/:z/:x/:y"} 1`,
		`hongxian_http_requests_total{code="403",host="",method="GET",url="/healthz"} 1`,
		`method="other"`, "go_goroutines",
	} {
		if !strings.Contains(b, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	for _, no := range []string{"made/up", "evil", "BREW"} {
		if strings.Contains(b, no) {
			t.Errorf("metrics hold %q, which a client made up:\n%s", no, b)
		}
	}
}

// Whatever the server answers is in the document, and the document names nothing
// that the server does not answer.
func TestDocumentAndRoutesAgree(t *testing.T) {
	s := newSite(t)
	if w := s.get("/openapi.json"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"openapi":"3.0.3"`) {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
	doc, err := openapi.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			documented[method+" "+path] = true
		}
	}
	served := map[string]bool{}
	params := strings.NewReplacer("/:name", "/{name}.json", "/:y", "/{y}.mvt", ":layer", "{layer}", ":label", "{label}", ":format", "{format}", ":id", "{id}", ":code", "{code}", ":ref", "{ref}", ":user", "{user}", ":token", "{token}", ":source", "{source}", ":row", "{row}", ":z", "{z}", ":x", "{x}", ":profile", "{profile}")
	for _, r := range s.server.routes() {
		if r.path != "/*" {
			served[r.method+" "+params.Replace(r.path)] = true
		}
		if r.right == "" || r.scope == "" || r.time == 0 || r.handle == nil {
			t.Errorf("%s %s does not say who may use it, or how long", r.method, r.path)
		}
	}
	for _, kept := range []string{"checks", "changes", "overlaps"} { // one route, told apart by its handler
		served["GET /api/v1/"+kept+"/{id}.{format}"] = served["GET /api/v1/"+kept+"/{id}"]
	}
	served["GET /api/v1/ledger/export.{format}"] = served["GET /api/v1/ledger/{id}"]
	for r := range documented {
		if !served[r] {
			t.Errorf("%s is documented, not served", r)
		}
	}
	for r := range served {
		if !documented[r] {
			t.Errorf("%s is served, not documented", r)
		}
	}
}

func TestMethodsAndAddresses(t *testing.T) {
	s := newSite(t)
	for target, allow := range map[string]string{"/api/v1/checks": "POST", "/healthz": "GET", "/tiles/red-line.json": "GET", "/": "GET"} {
		w := s.do(s.request("DELETE", target, nil))
		if !strings.Contains(w.Header().Get("Allow"), allow) {
			t.Errorf("DELETE %s: Allow is %q", target, w.Header().Get("Allow"))
		}
		s.problem(w, http.StatusMethodNotAllowed, "method-not-allowed")
	}
	s.problem(s.get("/api/v1/nothing"), http.StatusNotFound, "address-unknown")
	s.problem(s.get("/../../etc/passwd"), http.StatusNotFound, "address-unknown")
	s.problem(s.get("/.gitkeep"), http.StatusNotFound, "address-unknown")
	s.problem(s.get("/healthz?x=1"), http.StatusBadRequest, "parameter-unknown")
}

func TestPage(t *testing.T) {
	s := newSite(t)
	w := s.get("/", "Accept-Encoding", "gzip")
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("Content-Encoding") != "gzip" ||
		w.Header().Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'self'") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if again := s.get("/", "Accept-Encoding", "gzip", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("conditional: %d", again.Code)
	}
	if w := s.get("/assets/app-1a2.js"); w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := s.get("/favicon.ico", "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "" || w.Body.Len() != 2 {
		t.Errorf("what gzip does not shrink was packed: %v", w.Header())
	}
	for target, base := range map[string]string{"/verify": "./", "/verify/": "../", "/verify/AF1N-GX40": "../", "/checks/" + checkID(1): "../", "/batches/a/b": "../../"} {
		w := s.get(target)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<base href="`+base+`" />`) || w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	s.problem(s.get("/verify/a/b/c/d/e"), http.StatusNotFound, "address-unknown")
	s.problem(s.get("/verifying"), http.StatusNotFound, "address-unknown")
	bare := newSite(t, func(c *Config) { c.Page = nil })
	if w := bare.get("/verify/1"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "页面尚未构建") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := bare.get("/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "页面尚未构建") || !strings.Contains(w.Body.String(), "not built") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestForeignHostsAndOriginsAreRefused(t *testing.T) {
	ask := func(s *site, method, host string, headers ...string) int {
		r := s.request(method, "/healthz", nil, headers...)
		r.Host = host
		w := s.do(r)
		if w.Code == http.StatusForbidden {
			code := "host-foreign"
			if strings.Contains(w.Body.String(), "origin-foreign") {
				code = "origin-foreign"
			}
			s.problem(w, http.StatusForbidden, code)
		}
		return w.Code
	}
	local, proxied := newSite(t), newSite(t, func(c *Config) { c.PublicURL = "https://map.example" })
	open := newSite(t, func(c *Config) { c.Insecure = true })
	check := func(what string, got int, refused bool) {
		t.Helper()
		if (got == http.StatusForbidden) != refused {
			t.Errorf("%s: %d, refused should be %v", what, got, refused)
		}
	}
	for _, host := range []string{"127.0.0.1:8080", "127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:8080", "[::1]"} {
		check(host, ask(local, "GET", host), false)
	}
	for _, host := range []string{"evil.example", "evil.example:8080", "10.1.2.3:8080", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "127.0.0.1@evil.example"} {
		check("host "+host, ask(local, "GET", host), true)
	}
	check("insecure address", ask(open, "GET", "10.1.2.3:8080"), false)
	check("insecure name", ask(open, "GET", "evil.example"), true)
	check("public name", ask(proxied, "GET", "map.example"), false)
	check("public origin", ask(proxied, "POST", "127.0.0.1:8080", "Origin", "https://map.example"), false)
	check("public origin, other scheme", ask(proxied, "POST", "127.0.0.1:8080", "Origin", "http://map.example"), true)

	check("public origin read by another scheme", ask(proxied, "GET", "127.0.0.1:8080", "Origin", "http://map.example"), true)

	own := "127.0.0.1:8080"
	check("own origin", ask(local, "POST", own, "Origin", "http://127.0.0.1:8080"), false)
	check("other port", ask(local, "POST", own, "Origin", "http://127.0.0.1:9999"), true)
	check("foreign", ask(local, "GET", own, "Origin", "http://evil.example"), true)
	check("null", ask(local, "POST", own, "Origin", "null"), true)
	check("extension", ask(local, "POST", own, "Origin", "chrome-extension://127.0.0.1:8080"), true)
	check("cross-site fetch", ask(local, "POST", own, "Sec-Fetch-Site", "cross-site"), true)
	check("followed link", ask(local, "GET", own, "Sec-Fetch-Site", "cross-site"), false)
}

func TestRequestIDs(t *testing.T) {
	s := newSite(t)
	if id := s.get("/healthz", "X-Request-Id", "proxy-0123456").Header().Get("X-Request-Id"); id != "proxy-0123456" {
		t.Errorf("a proxy's id became %q", id)
	}
	first, second := s.get("/healthz", "X-Request-Id", "a\nb").Header().Get("X-Request-Id"), s.get("/healthz").Header().Get("X-Request-Id")
	if len(first) < 20 || first == second {
		t.Errorf("ids %q and %q", first, second)
	}
}

func TestPublicURL(t *testing.T) {
	for _, bad := range []string{"map.example", "ftp://map.example", "https://map.example/path", "https://u:p@map.example", "https://", "https://map.example?x"} {
		if _, err := New(Config{PublicURL: bad}); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestListenOnlyOnLoopback(t *testing.T) {
	for _, a := range []string{"0.0.0.0:0", ":0", "[::]:0", "10.0.0.1:0", "example.org:80"} {
		if l, err := Listen(a, false); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%s: %v, %v", a, l, err)
		}
	}
	if _, err := Listen("8080", false); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("no port: %v", err)
	}
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := Listen(l.Addr().String(), false); !geodata.IsKind(err, geodata.Unavailable) {
		t.Errorf("taken: %v", err)
	}
	if l, err := Listen("0.0.0.0:0", true); err != nil {
		t.Errorf("insecure: %v", err)
	} else {
		l.Close()
	}
}

// A stop lets the request under way finish and takes no further one.
func TestServeDrains(t *testing.T) {
	s := newSite(t)
	asked, release := make(chan struct{}), make(chan struct{})
	s.answer = func(context.Context) (answer.Answer, error) {
		close(asked)
		<-release
		return answer.Answer{Body: checkBody(t, 1), ID: checkID(1), IsNew: true}, nil
	}
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(ctx, l) }()
	url := "http://" + l.Addr().String()
	answered := make(chan error, 1)
	go func() {
		r, err := http.Post(url+"/api/v1/checks", "application/json", strings.NewReader(polygon))
		if err == nil {
			defer r.Body.Close()
			if b, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusCreated {
				err = errors.New(string(b))
			}
		}
		answered <- err
	}()
	<-asked
	stop()
	for { // the listener closes before the drain waits
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			break
		}
		c.Close()
	}
	close(release)
	if err := <-answered; err != nil {
		t.Errorf("the request under way: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// A request that outlives its time is stopped and told so, whatever its work
// made of the end.
func TestDeadline(t *testing.T) {
	s := newSite(t)
	for what, fail := range map[string]error{
		"plain": nil, "hidden": errors.New("canceling statement"), "dressed": &geodata.Error{Kind: geodata.Invalid, Code: "read-cancelled", ZH: "已取消。", EN: "Cancelled."},
	} {
		s.log.Reset()
		s.server.echo.GET("/slow/"+what, func(c echo.Context) error {
			<-c.Request().Context().Done()
			return cmp.Or(fail, c.Request().Context().Err())
		}, deadline(time.Millisecond))
		s.problem(s.get("/slow/"+what), http.StatusServiceUnavailable, "deadline")
		if fail != nil && !strings.Contains(s.log.String(), fail.Error()) {
			t.Errorf("%s: the log lacks the cause: %s", what, s.log.String())
		}
	}
}

// Whatever Host and Origin come, only this machine's own pass.
func FuzzForeignHostsAndOrigins(f *testing.F) {
	for _, s := range [][2]string{{"127.0.0.1:8080", "http://127.0.0.1:8080"}, {"localhost", ""}, {"[::1]", "null"}, {"evil.example", "http://evil.example"},
		{"127.0.0.1.evil.example:80", "http://x"}, {"[fe80::1%25lo]", "https://localhost@evil"}, {":::", "%"}, {"0x7f.1", "HTTP://LOCALHOST"}} {
		f.Add(s[0], s[1])
	}
	local := &Server{}
	f.Fuzz(func(t *testing.T, host, origin string) {
		if local.ownHost(host) {
			name := strings.ToLower(strings.Trim(strings.TrimRight(host, "0123456789"), "[]:"))
			if !strings.Contains(name+host, "localhost") && !strings.Contains(host, "::1") && !strings.Contains(host, "127.") && !strings.Contains(host, "7f") && !strings.Contains(host, "7F") {
				t.Errorf("host %q passes", host)
			}
		}
		r := &http.Request{Host: "127.0.0.1:8080", Header: http.Header{"Origin": {origin}}}
		if local.ownOrigin(r) && !strings.Contains(origin, "//127.0.0.1:8080") {
			t.Errorf("origin %q passes", origin)
		}
	})
}
