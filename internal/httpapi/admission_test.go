package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/tiles"
)

// people is a fake account book: a secret is a person's name.
type people struct {
	known  map[string]account.Session
	asked  int
	signIn func(name, password, address string) (account.Session, error)
	ended  []account.Secret
}

func (p *people) Any(context.Context) (bool, error) { return len(p.known) > 0, nil }

func (p *people) Who(_ context.Context, secret account.Secret) (account.Session, error) {
	p.asked++
	if s, ok := p.known[string(secret)]; ok {
		s.Secret = secret
		return s, nil
	}
	return account.Session{}, notFound("session-unknown", "无。", "None.")
}

func (p *people) Bearer(_ context.Context, secret account.Secret) (account.Person, error) {
	if s, ok := p.known[strings.TrimPrefix(string(secret), "hxt_")]; ok {
		s.Person.Token = "hxt_x"
		return s.Person, nil
	}
	return account.Person{}, notFound("token-unknown", "无。", "None.")
}

func (p *people) SignIn(_ context.Context, name, password, address string) (account.Session, error) {
	return p.signIn(name, password, address)
}
func (p *people) SignInVouched(_ context.Context, v account.Voucher) (account.Session, bool, error) {
	s, err := p.signIn(v.Name, "", "")
	return s, true, err
}
func (p *people) SignOut(_ context.Context, s account.Secret) error {
	p.ended = append(p.ended, s)
	delete(p.known, string(s))
	return nil
}
func (p *people) SetPassword(context.Context, string, string, account.Secret) (string, error) {
	return "", nil
}
func (p *people) Proves(context.Context, string, string, string) error { return nil }
func (p *people) List(context.Context) ([]account.Account, error)      { return nil, nil }
func (p *people) Find(_ context.Context, name string) (account.Account, error) {
	return account.Account{Name: name, Role: account.Viewer}, nil
}
func (p *people) Add(context.Context, account.Account, string) (string, error) { return "x", nil }
func (p *people) Change(context.Context, account.Account) error                { return nil }
func (p *people) AddToken(_ context.Context, t account.Token) (account.Token, account.Secret, error) {
	return t, "hxt_", nil
}
func (p *people) Tokens(context.Context, string) ([]account.Token, error) { return nil, nil }
func (p *people) RevokeToken(context.Context, string, int64) error        { return nil }

// The outlooks that routes are held against, and which of their scopes refuse them.
var outlooks = map[string]struct {
	sight   geodata.Sight
	refused []scope
}{
	"all":       {geodata.Sight{}, nil},
	"county":    {geodata.Sight{Counties: []string{"500237"}}, nil},
	"layers":    {geodata.Sight{Layers: []geodata.LayerKey{"red-line"}}, []scope{everything}},
	"clearance": {geodata.Sight{Clearance: new(geodata.Secrecy)}, []scope{everything}},
	"townships": {geodata.Sight{Townships: []string{"500237101"}}, []scope{wholeLand, everything}},
}

// staff has somebody of every role with every sight, and one who must set a password.
func staff() *people {
	p := &people{known: map[string]account.Session{}}
	id := int64(0)
	for _, role := range account.Roles {
		for sight, s := range outlooks {
			id++
			name := string(role) + "-" + sight
			p.known[name] = account.Session{Person: account.Person{ID: id, Name: name, Role: role, Sight: s.sight}}
		}
	}
	p.known["new"] = account.Session{Person: account.Person{ID: 999, Name: "new", Role: account.Administrator}, OneTime: true}
	return p
}

// reached asks a route as somebody; the handler, which is none here, answers 418.
func reached(s *site, r route, who string) (status int, code string) {
	path := strings.NewReplacer(":layer", "red-line", ":label", "2022", ":ref", "red-line@2022", ":z", "10", ":x", "1", ":y", "1.mvt", ":format", "gpkg",
		":id", "1", ":code", "1", ":name", "red-line.json", ":user", "li", ":token", "1", ":profile", "goroutine", "/*", "/").Replace(r.path)
	q := s.request(r.method, path, nil)
	if who != "" {
		q.AddCookie(&http.Cookie{Name: "hongxian", Value: who})
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, q)
	var problem struct{ Code string }
	_ = json.Unmarshal(w.Body.Bytes(), &problem)
	return w.Code, problem.Code
}

// Every route, for every role and every sight, and for whoever has not signed in: made
// from the table of routes, so that one without a rule fails. What is let in reaches its
// handler, which is replaced by one that answers 418.
func TestEveryRouteAdmitsWhoItSays(t *testing.T) {
	book := staff()
	s := newSite(t, func(c *Config) { c.Accounts, c.DemandAccounts = book, true })
	rights := append([]account.Right{anyone, signedIn}, account.Rights...)
	scopes := []scope{noLayer, namedLayer, allLayers, wholeLand, everything}
	checked := 0
	for _, r := range s.server.routes() {
		if !slices.Contains(rights, r.right) || !slices.Contains(scopes, r.scope) {
			t.Errorf("%s %s has no rule: right %q, scope %q", r.method, r.path, r.right, r.scope)
			continue
		}
		if r.handle = informed; r.right == anyone {
			r.handle = teapot
		}
		s.server.mount(r)
		expect := func(who string, status int, code string) {
			t.Helper()
			checked++
			if gotStatus, gotCode := reached(s, r, who); gotStatus != status || gotCode != code {
				t.Errorf("%s %s for %q: %d %s, want %d %s", r.method, r.path, who, gotStatus, gotCode, status, code)
			}
		}
		if r.right == anyone {
			expect("", http.StatusTeapot, "")
		} else {
			expect("", http.StatusUnauthorized, "sign-in-needed")
			expect("made-up", http.StatusUnauthorized, "sign-in-needed")
		}
		switch {
		case r.right == anyone, r.path == passwordPath:
			expect("new", http.StatusTeapot, "")
		default:
			expect("new", http.StatusForbidden, "password-due")
		}
		for _, role := range account.Roles {
			for name, sight := range outlooks {
				who := string(role) + "-" + name
				switch {
				case r.right != anyone && r.right != signedIn && !role.Has(r.right):
					expect(who, http.StatusForbidden, "right-missing")
				case slices.Contains(sight.refused, r.scope) && r.scope == wholeLand:
					expect(who, http.StatusForbidden, "townships-limited")
				case slices.Contains(sight.refused, r.scope):
					expect(who, http.StatusForbidden, "scope-limited")
				default:
					expect(who, http.StatusTeapot, "")
				}
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d combinations were looked at", checked)
	}
}

func teapot(c echo.Context) error { return c.NoContent(http.StatusTeapot) }

// informed answers 418 when its context says who asks, as operations go by that, and
// 500 when it does not.
func informed(c echo.Context) error {
	if _, ok := account.Of(c.Request().Context()); !ok {
		return c.NoContent(http.StatusInternalServerError)
	}
	return teapot(c)
}

func mustRender(t *testing.T) *tiles.Renderer {
	t.Helper()
	r, err := tiles.NewRenderer(&countedTiles{}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What one may not see is not taken from memory either.
func TestHeldTilesKeepToTheSight(t *testing.T) {
	renderer := mustRender(t)
	s := newSite(t, func(c *Config) { c.Tiles, c.Accounts, c.DemandAccounts = renderer, staff(), true })
	secret := inForce
	secret.Secrecy = geodata.Secret
	s.server.held.known.Store("red-line@2022", remembered{version: secret, until: time.Now().Add(time.Hour)})
	get := func(who string) *httptest.ResponseRecorder {
		q := s.request("GET", "/tiles/red-line@2022/10/824/419.mvt", nil)
		q.AddCookie(&http.Cookie{Name: "hongxian", Value: who})
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, q)
		return w
	}
	if w := get("viewer-all"); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "private, max-age=31536000, immutable" || !slices.Contains(w.Header().Values("Vary"), "Cookie") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	before := s.resolved
	get("viewer-clearance") // cleared for what is public: the catalogue, which is no fake elsewhere, has the word
	if s.resolved != before+1 {
		t.Errorf("the catalogue was asked %d times for what the memory may not give", s.resolved-before)
	}
}

// A sign-in gives a cookie that scripts cannot read and other sites cannot send, ends
// the session that was there, and takes nothing from the request into the new one.
func TestSignInCookie(t *testing.T) {
	book := staff()
	book.signIn = func(name, password, address string) (account.Session, error) {
		if password != "right" {
			return account.Session{}, &geodata.Error{Kind: geodata.Refused, Code: "sign-in-failed", ZH: "不对。", EN: "Wrong."}
		}
		return account.Session{Secret: "fresh", Person: account.Person{ID: 1, Name: name, Role: account.Viewer}, Expires: time.Now().Add(time.Hour)}, nil
	}
	s := newSite(t, func(c *Config) { c.Accounts, c.DemandAccounts, c.Secure = book, true, true })
	post := func(body string, headers ...string) *httptest.ResponseRecorder {
		return s.do(s.request("POST", "/api/v1/session", strings.NewReader(body), append([]string{"Content-Type", "application/json"}, headers...)...))
	}
	s.problem(post(`{"name":"li","password":"wrong"}`), http.StatusForbidden, "sign-in-failed")
	s.problem(post(`{"name":"li","password":"right"}`, "Origin", "https://evil.example"), http.StatusForbidden, "origin-foreign")
	s.problem(post(`{"name":"li","password":"right","next":"https://evil.example"}`), http.StatusBadRequest, "body-malformed")
	w := post(`{"name":"li","password":"right"}`, "Cookie", "__Host-hongxian=viewer-all")
	cookies := w.Result().Cookies()
	if w.Code != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	c := cookies[0]
	if c.Name != "__Host-hongxian" || c.Value != "fresh" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %+v", c)
	}
	if !slices.Equal(book.ended, []account.Secret{"viewer-all"}) {
		t.Errorf("ended: %d sessions", len(book.ended))
	}
	if strings.Contains(s.log.String(), "fresh") || strings.Contains(s.log.String(), "right\"") {
		t.Error("the log holds a secret")
	}
}

// The local user is let in where there are no accounts, and nobody else: not through a
// proxy, and not once there is an account.
func TestTheLocalUser(t *testing.T) {
	book := &people{known: map[string]account.Session{}}
	s := newSite(t, func(c *Config) { c.Accounts = book })
	var session struct {
		Local    bool `json:"local"`
		SignedIn bool `json:"signed_in"`
	}
	read := func(headers ...string) {
		session.Local, session.SignedIn = false, false
		if err := json.Unmarshal(s.get("/api/v1/session", headers...).Body.Bytes(), &session); err != nil {
			t.Fatal(err)
		}
	}
	if read(); !session.Local || !session.SignedIn {
		t.Errorf("at the machine: %+v", session)
	}
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip"} {
		if read(header, "10.0.0.7"); session.Local || session.SignedIn {
			t.Errorf("with %s: %+v", header, session)
		}
		s.problem(s.get("/api/v1/layers", header, "10.0.0.7"), http.StatusUnauthorized, "sign-in-needed")
	}
	book.known["li"] = account.Session{Person: account.Person{ID: 1, Name: "li", Role: account.Viewer}}
	s.server.door.forget()
	s.problem(s.get("/api/v1/layers"), http.StatusUnauthorized, "sign-in-needed")
	if w := s.get("/api/v1/layers", "Authorization", "Bearer hxt_li"); w.Code != http.StatusOK {
		t.Errorf("with a token: %d", w.Code)
	}
	s.problem(s.get("/api/v1/layers", "Authorization", "Bearer hxt_zhao"), http.StatusUnauthorized, "token-unknown")
	s.problem(s.get("/api/v1/layers", "Authorization", "Bearer hxt_zhao", "Cookie", "hongxian=li"), http.StatusUnauthorized, "token-unknown")
}

// Who shows a secret is remembered for a moment; a sign-out counts at once.
func TestTheDoorRemembers(t *testing.T) {
	book := staff()
	s := newSite(t, func(c *Config) { c.Accounts, c.DemandAccounts = book, true })
	for range 5 {
		s.get("/api/v1/layers", "Cookie", "hongxian=viewer-all")
	}
	if book.asked != 1 {
		t.Errorf("asked %d times for five requests", book.asked)
	}
	s.do(s.request("DELETE", "/api/v1/session", nil, "Cookie", "hongxian=viewer-all"))
	s.problem(s.get("/api/v1/layers", "Cookie", "hongxian=viewer-all"), http.StatusUnauthorized, "sign-in-needed")
	for i := range 2 * knownMost { // made-up secrets take no place
		_, _ = s.server.door.ask(context.Background(), account.Secret(rune(i)), false)
	}
	if len(s.server.door.known) > knownMost {
		t.Errorf("%d secrets are remembered", len(s.server.door.known))
	}
}
