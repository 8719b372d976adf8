package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// An administrator sees what the program is doing; nobody sees its command line, which
// may name a database's password, and no profile is taken for longer than a minute.
func TestProfiles(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Accounts, c.DemandAccounts = staff(), true })
	for _, q := range []struct {
		path   string
		status int
		in     string
	}{
		{"goroutine?debug=1", http.StatusOK, "goroutine profile: total"},
		{"heap", http.StatusOK, "\x1f\x8b"},
		{"cmdline", http.StatusNotFound, "profile-unknown"},
		{"symbol", http.StatusNotFound, "profile-unknown"},
		{"profile?seconds=61", http.StatusBadRequest, "seconds-malformed"},
		{"trace?seconds=0", http.StatusBadRequest, "seconds-malformed"},
	} {
		r := s.request(http.MethodGet, "/debug/pprof/"+q.path, nil)
		r.AddCookie(&http.Cookie{Name: "hongxian", Value: "administrator-all"})
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, r)
		if w.Code != q.status || !strings.Contains(w.Body.String(), q.in) {
			t.Errorf("%s: %d %.200q, want %d and %q", q.path, w.Code, w.Body.String(), q.status, q.in)
		}
	}
}
