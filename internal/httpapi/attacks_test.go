package httpapi

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// addressOfRoute is a path that leads to a route.
func addressOfRoute(path string) string {
	return strings.NewReplacer(":layer", "red-line", ":label", "2022", ":ref", "red-line@2022", ":z", "10", ":x", "1", ":y", "1.mvt", ":format", "gpkg",
		":id", strings.Repeat("f", 64), ":code", "1", ":name", "red-line.json", ":user", "li", ":token", "1", ":profile", "goroutine", "/*", "/").Replace(path)
}

// Every route that takes a body ends one that is too long, also where its length is not
// told, and none that takes none reads any.
func TestOversizedBodies(t *testing.T) {
	book := staff()
	s := newSite(t, func(c *Config) { c.Accounts, c.DemandAccounts = book, true })
	for _, r := range s.server.routes() {
		limit := r.body
		var read int64
		r.handle = func(c echo.Context) error {
			n, err := io.Copy(io.Discard, c.Request().Body)
			read = n
			return err
		}
		s.server.mount(r)
		ask := func(declared int64) int {
			q := httptest.NewRequest(r.method, addressOfRoute(r.path), io.LimitReader(zeros{}, limit+4096))
			q.Host, q.ContentLength = "127.0.0.1:8080", declared
			q.AddCookie(&http.Cookie{Name: "hongxian", Value: "administrator-all"})
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, q)
			return w.Code
		}
		if limit > 0 && ask(limit+4096) != http.StatusRequestEntityTooLarge {
			t.Errorf("%s %s takes a body of %d bytes", r.method, r.path, limit+4096)
		}
		if limit > bodyValues {
			continue // streamed: TestCreateCheckLimitsBodies
		}
		if status := ask(-1); status != http.StatusRequestEntityTooLarge || read > limit {
			t.Errorf("%s %s reads %d bytes of an undeclared body: %d", r.method, r.path, read, status)
		}
	}
}

// JSON that is deep, endless or repeated is refused, whatever route reads it.
func TestHostileJSON(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Accounts = staff() })
	deep := strings.Repeat("[", 8000)
	hostile := []string{deep, `{"name":` + deep, strings.Repeat(`{"a":`, 1500), `{"name":"` + strings.Repeat("a", 9000), `{}{}`, `[1,2`, `"` + strings.Repeat("\\u0000", 2000) + `"`,
		`{"name":1e999999999}`, "\xff\xfe{}", `{"__proto__":{"a":1}}`}
	for _, r := range s.server.routes() {
		if r.body == 0 || r.body > bodyValues {
			continue
		}
		for _, body := range hostile {
			w := s.rawBody(r.method, addressOfRoute(r.path), body)
			if w.Code < 400 || w.Code >= 500 {
				t.Errorf("%s %s with %.20q: %d", r.method, r.path, body, w.Code)
			}
		}
	}
}

// rawBody asks with a body of JSON, not held against the API document.
func (f *site) rawBody(method, path, body string) *httptest.ResponseRecorder {
	q := httptest.NewRequest(method, path, strings.NewReader(body))
	q.Host = "127.0.0.1:8080"
	q.Header.Set("Content-Type", "application/json")
	q.AddCookie(&http.Cookie{Name: "hongxian", Value: "administrator-all"})
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, q)
	return w
}

// breaking are texts that would begin another header, or another answer.
var breaking = []string{"a\r\nSet-Cookie: hongxian=x", "a\nX-Evil: 1", "a\r\n\r\n<script>", "a\x00b", "a\u2028b", "\"; filename=evil.exe", "%0d%0aX-Evil:1", "红线\r\n", strings.Repeat("长", 300)}

// No header of an answer is broken by what a client sends in a path, a parameter or a
// header, on the wire.
func TestHeadersAreNotBroken(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Trail = &trail{} })
	server := httptest.NewServer(s.server)
	t.Cleanup(server.Close)
	for _, text := range breaking {
		escaped := url.PathEscape(text)
		for _, path := range []string{"/" + escaped, "/api/v1/checks/" + escaped + ".pdf", "/tiles/" + escaped, "/api/v1/layers/" + escaped + "/versions/x/export.gpkg",
			"/verify/" + escaped, "/api/v1/session/oidc?return=" + url.QueryEscape("/"+text), "/api/v1/search?q=" + url.QueryEscape(text), "/api/v1/checks?name=" + url.QueryEscape(text)} {
			for name, values := range wire(t, server.Listener.Addr().String(), path, text) {
				if name == "X-Evil" || name == "Set-Cookie" || slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "\r\n\x00") }) {
					t.Errorf("%q gives %s: %q", path, name, values)
				}
			}
		}
	}
}

// wire gives the headers of an answer as they come over a connection. The text is sent
// in headers too, where it can be.
func wire(t *testing.T, address, path, text string) http.Header {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"X-Request-Id", "Traceparent", "X-Forwarded-For", "Origin", "Accept-Language"} {
		if !strings.ContainsAny(text, "\r\n\x00") {
			r.Header.Set(name, text)
		}
	}
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.Header
}

// No path leads a browser to another site, and none to a file outside the page.
func TestPathsStayHere(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"//evil.example", "//evil.example/", "///evil.example/%2e%2e", "/\\evil.example", "/%5cevil.example/", "/https://evil.example", "/.//evil.example",
		"/api//evil.example/", "//evil.example/%2f..", "/..//evil.example", "/assets/../../evil.example", "/checks//evil.example/",
		"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2f..%2fetc%2fpasswd", "/..%5c..%5cetc/passwd", "/assets/%00", "/.gitkeep", "/assets/.%2e/.%2e/go.mod"} {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n")))
		if err != nil {
			continue // net/http itself refuses it
		}
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, r)
		if w.Code/100 == 3 || w.Header().Get("Location") != "" {
			t.Errorf("%s leads to %q (%d)", path, w.Header().Get("Location"), w.Code)
		}
		if bytes.Contains(w.Body.Bytes(), []byte("root:")) || bytes.Contains(w.Body.Bytes(), []byte("module hongxian")) {
			t.Errorf("%s gives a file: %.100q", path, w.Body)
		}
	}
}
