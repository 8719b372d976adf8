package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/signon"
)

// provider is a fake identity provider that vouches for whoever comes back with a code.
type provider struct{ err error }

func (provider) Title() string { return "省统一认证" }
func (p provider) Begin(_ context.Context, t signon.Ticket) (string, error) {
	return "https://id.example/auth?t=" + string(t[:1]), p.err
}
func (p provider) Finish(_ context.Context, t signon.Ticket, back url.Values) (account.Voucher, error) {
	if len(t) != 52 || back.Get("code") == "" {
		return account.Voucher{}, &geodata.Error{Kind: geodata.Refused, Code: "sign-on-stale", ZH: "过期。", EN: "Stale."}
	}
	return account.Voucher{Issuer: "https://id.example", Subject: "1", Name: back.Get("code")}, p.err
}

func signOnSite(t *testing.T, change ...func(*Config)) (*site, *trail, *people) {
	book, kept := staff(), &trail{}
	book.signIn = func(name, _, _ string) (account.Session, error) {
		return account.Session{Secret: "fresh", Person: account.Person{ID: 1, Name: name, Role: account.Viewer}, Expires: time.Now().Add(time.Hour)}, nil
	}
	return newSite(t, append([]func(*Config){func(c *Config) {
		c.Accounts, c.DemandAccounts, c.SignOn, c.Trail, c.Secure, c.PublicURL = book, true, provider{}, kept, true, "https://127.0.0.1:8080"
	}}, change...)...), kept, book
}

// The ticket is the browser's alone, serves once, and begins a new session; what a
// provider adds to its answer is passed over.
func TestSigningOnInTheBrowser(t *testing.T) {
	s, kept, book := signOnSite(t)
	w := s.get(signOnPath + "?return=/verify/A")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "https://id.example/auth?") || len(w.Result().Cookies()) != 1 {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	c := w.Result().Cookies()[0]
	if c.Name != "__Host-hongxian-sign-on" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 {
		t.Errorf("the cookie is %+v", c)
	}
	w = s.get(SignOnBack+"?code=li&state=x&session_state=y&authuser=0", "Cookie", "__Host-hongxian=viewer-all; "+c.Name+"="+c.Value)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/verify/A" || len(book.ended) != 1 || book.ended[0] != "viewer-all" {
		t.Errorf("%d %v, ended %v", w.Code, w.Header(), book.ended)
	}
	for _, c := range w.Result().Cookies() {
		isSession := c.Name == "__Host-hongxian" && c.Value == "fresh" && c.SameSite == http.SameSiteStrictMode && c.HttpOnly && c.Secure
		isSpent := c.Name == "__Host-hongxian-sign-on" && c.Value == "" && c.MaxAge < 0
		if !isSession && !isSpent {
			t.Errorf("a cookie %+v", c)
		}
	}
	if len(kept.entries) != 1 || kept.entries[0].Who != "li" || kept.entries[0].Detail["subject"] != "1" {
		t.Errorf("audit: %+v", kept.entries)
	}
	for _, value := range []string{"", "short", strings.Repeat("x", 53), c.Value + "%00"} {
		w := s.get(SignOnBack+"?code=&state=x", "Cookie", c.Name+"="+value)
		if w.Code != http.StatusSeeOther || !strings.HasSuffix(w.Header().Get("Location"), "?sign-in=sign-on-stale") {
			t.Errorf("%q: %d %v", value, w.Code, w.Header())
		}
	}
	if strings.Contains(s.log.String(), "fresh") || strings.Contains(s.log.String(), c.Value) || strings.Contains(s.log.String(), "code=") {
		t.Error("the log holds a secret")
	}
}

// A session whose entry cannot be written is not handed out.
func TestSigningOnIsAuditedOrNotAtAll(t *testing.T) {
	s, kept, _ := signOnSite(t)
	kept.broken = errors.New("disk full")
	cookie := s.get(signOnPath).Result().Cookies()[0]
	w := s.get(SignOnBack+"?code=li", "Cookie", cookie.Name+"="+cookie.Value)
	if w.Code != http.StatusInternalServerError || strings.Contains(strings.Join(w.Header().Values("Set-Cookie"), " "), "fresh") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// The provider sends browsers to the public address: a sign-in begins there.
func TestSigningOnBeginsAtThePublicAddress(t *testing.T) {
	s, _, _ := signOnSite(t, func(c *Config) { c.PublicURL = "https://map.example" })
	w := s.get(signOnPath + "?return=//evil.example")
	if w.Header().Get("Location") != "https://map.example/api/v1/session/oidc?return=%2F" || len(w.Result().Cookies()) != 0 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	s, _, _ = signOnSite(t, func(c *Config) { c.SignOn = nil })
	s.problem(s.get(signOnPath), http.StatusNotFound, "sign-on-missing")
	s.problem(s.get(SignOnBack), http.StatusNotFound, "sign-on-missing")
	s, kept, _ := signOnSite(t, func(c *Config) {
		c.SignOn = provider{err: &geodata.Error{Kind: geodata.Unavailable, Code: "sign-on-unavailable", ZH: "无应答。", EN: "Down."}}
	})
	if w := s.get(signOnPath + "?return=/kept"); w.Header().Get("Location") != "/kept?sign-in=sign-on-unavailable" || len(kept.entries) != 1 {
		t.Errorf("while the provider is down: %v, audit %+v", w.Header(), kept.entries)
	}
}

// A link that goes on to another site, or breaks a header, goes on to the page.
func TestReturnPathsAreLocal(t *testing.T) {
	s, _, _ := signOnSite(t)
	for path, want := range map[string]string{
		"/": "/", "/verify/A1": "/verify/A1", "/#map=9/1/2": "/#map=9/1/2", "/红线": "/%E7%BA%A2%E7%BA%BF", "/a?x=1": "/a",
		"": "/", "https://evil.example": "/", "//evil.example": "/", "///evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/", "/%2fevil.example": "/",
		"/%5cevil.example": "/", "javascript:alert(1)": "/", "http:/evil.example": "/", "evil.example": "/", "/\r\nSet-Cookie: a=b": "/", "/%0d%0aSet-Cookie:a=b": "/",
		"/\t/evil.example": "/", "/api/v1/session/oidc": "/", "/" + strings.Repeat("a", 1001): "/",
	} {
		cookie := s.get(signOnPath + "?return=" + url.QueryEscape(path)).Result().Cookies()[0]
		w := s.get(SignOnBack+"?code=li", "Cookie", cookie.Name+"="+cookie.Value)
		if got := w.Header().Values("Location"); len(got) != 1 || got[0] != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, text := range []string{"/", "//a", "/a#b", "/%2f/a", "/\\a", "/.//a", "/;@a", "/?a=b", "/%0d%0a"} {
		f.Add(text)
	}
	base, _ := url.Parse("https://map.example/")
	f.Fuzz(func(t *testing.T, text string) {
		path := localPath(text)
		if localPath(path) != path && localPath(path) != "/" {
			t.Errorf("%q becomes %q, and that %q", text, path, localPath(path))
		}
		if u, err := base.Parse(path); err != nil || u.Host != "map.example" || u.Scheme != "https" || strings.ContainsAny(path, "\\\r\n\t") || strings.HasPrefix(path, "//") {
			t.Errorf("%q leads to %q: %v, %v", text, path, u, err)
		}
	})
}
