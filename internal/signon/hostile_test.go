package signon_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/signon"
)

// hostile is a provider that answers as a test wants it to.
type hostile struct {
	t         *testing.T
	url       string
	key       *rsa.PrivateKey
	claims    map[string]any // of the next token; what is nil is left out
	sign      func(claims string) string
	info      map[string]any // what the userinfo endpoint tells
	discovery func(document map[string]any)
	token     http.HandlerFunc // instead of its own
	challenge string           // of PKCE, as the browser brought it
	clock     func() time.Time // of its answers; nil: the machine's
	asked     int
}

const (
	client = "hongxian"
	secret = "geheim-geheim"
	back   = "http://127.0.0.1:8080/api/v1/session/oidc/back"
)

// oneKey signs for all tests: making one takes a while.
var oneKey = func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}()

func newHostile(t *testing.T) *hostile {
	h := &hostile{t: t, key: oneKey, claims: map[string]any{}, info: map[string]any{"sub": "s-1", "preferred_username": "zhang.san", "name": "张三"}}
	h.sign = func(claims string) string { return oidctest.SignIDToken(h.key, "k", oidc.RS256, claims) }
	keys := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: h.key.Public(), KeyID: "k", Algorithm: oidc.RS256}}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked++
		if h.clock != nil {
			w.Header().Set("Date", h.clock().UTC().Format(http.TimeFormat))
		}
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			h.describe(w)
		case "/token":
			h.exchange(w, r)
		case "/info":
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(h.info)
		default:
			keys.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *hostile) describe(w http.ResponseWriter) {
	document := map[string]any{"issuer": h.url, "authorization_endpoint": h.url + "/auth", "token_endpoint": h.url + "/token", "jwks_uri": h.url + "/keys",
		"userinfo_endpoint": h.url + "/info", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}}
	if h.discovery != nil {
		h.discovery(document)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(document)
}

// exchange gives the token for the code, to whoever has the verifier.
func (h *hostile) exchange(w http.ResponseWriter, r *http.Request) {
	if h.token != nil {
		h.token(w, r)
		return
	}
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if _, password, _ := r.BasicAuth(); password != secret || base64.RawURLEncoding.EncodeToString(sum[:]) != h.challenge || r.FormValue("redirect_uri") != back {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	claims := map[string]any{"iss": h.url, "aud": client, "sub": "s-1", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
	maps.Copy(claims, h.claims)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	text, err := json.Marshal(claims)
	if err != nil {
		h.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": h.sign(string(text))})
}

func (h *hostile) open(change ...func(*signon.Settings)) *signon.Provider {
	h.t.Helper()
	s := signon.Settings{Issuer: h.url, ClientID: client, ClientSecret: secret, Back: back}
	for _, c := range change {
		c(&s)
	}
	p, err := signon.Open(s)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// begin sends a browser to the provider, which notes what it brings.
func (h *hostile) begin(p *signon.Provider, t signon.Ticket) url.Values {
	h.t.Helper()
	address, err := p.Begin(h.t.Context(), t)
	if err != nil {
		h.t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, h.url+"/auth?") {
		h.t.Fatalf("%s, %v", address, err)
	}
	q := u.Query()
	if h.challenge = q.Get("code_challenge"); q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || q.Get("scope") != "openid profile" ||
		q.Get("client_id") != client || q.Get("redirect_uri") != back || strings.Contains(address, string(t)) {
		h.t.Errorf("sent to %s", address)
	}
	if _, ours := h.claims["nonce"]; !ours {
		h.claims["nonce"] = q.Get("nonce")
	}
	return url.Values{"state": {q.Get("state")}, "code": {"c"}}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return geodata.AsError(err).Code
}

func TestWhoeverIsVouchedFor(t *testing.T) {
	for name, c := range map[string]struct {
		settings func(*signon.Settings)
		claims   map[string]any
		want     account.Voucher
	}{
		"an administrator gives roles": {want: account.Voucher{Name: "zhang.san", Title: "张三", Role: account.None}},
		"the token says it itself":     {claims: map[string]any{"preferred_username": "li", "name": "李"}, want: account.Voucher{Name: "li", Title: "李", Role: account.None}},
		"the first rule that fits": {func(s *signon.Settings) {
			s.RoleClaim, s.Roles = "realm.groups", []signon.RoleRule{{"x", account.Administrator}, {"b", account.Manager}, {"a", account.Planner}}
		}, map[string]any{"realm": map[string]any{"groups": []string{"a", "b"}}}, account.Voucher{Name: "zhang.san", Title: "张三", Ruled: true, Role: account.Manager}},
		"no rule fits": {func(s *signon.Settings) {
			s.RoleClaim, s.Roles = "groups", []signon.RoleRule{{"x", account.Administrator}}
		}, map[string]any{"groups": "a"}, account.Voucher{Name: "zhang.san", Title: "张三", Ruled: true, Role: account.None}},
		"for several, with this one authorized": {claims: map[string]any{"aud": []string{client, "other"}, "azp": client}, want: account.Voucher{Name: "zhang.san", Title: "张三", Role: account.None}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t)
			maps.Copy(h.claims, c.claims)
			var change []func(*signon.Settings)
			if c.settings != nil {
				change = append(change, c.settings)
			}
			p, ticket := h.open(change...), signon.NewTicket()
			got, err := p.Finish(t.Context(), ticket, h.begin(p, ticket))
			c.want.Issuer, c.want.Subject, c.want.Once = h.url, "s-1", h.claims["nonce"].(string)
			if err != nil || got != c.want {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}

// unsigned and shared are tokens that only a careless client takes: without a signature,
// and signed with what the client knows too.
func unsigned(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + "."
}

func shared(key []byte) func(claims string) string {
	return func(claims string) string {
		encode := base64.RawURLEncoding.EncodeToString
		text := encode([]byte(`{"alg":"HS256","kid":"k"}`)) + "." + encode([]byte(claims))
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(text))
		return text + "." + encode(mac.Sum(nil))
	}
}

// A token that is wrong in any one way signs nobody in.
func TestForgedTokensAreRefused(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for name, spoil := range map[string]func(*hostile){
		"another issuer":              func(h *hostile) { h.claims["iss"] = "https://evil.example" },
		"another audience":            func(h *hostile) { h.claims["aud"] = "other" },
		"several, none authorized":    func(h *hostile) { h.claims["aud"] = []string{client, "other"} },
		"another authorized":          func(h *hostile) { h.claims["azp"] = "other" },
		"another nonce":               func(h *hostile) { h.claims["nonce"] = "n" },
		"no nonce":                    func(h *hostile) { h.claims["nonce"] = nil },
		"no subject":                  func(h *hostile) { h.claims["sub"] = nil },
		"expired":                     func(h *hostile) { h.claims["exp"] = now.Add(-time.Minute).Unix() },
		"no expiry":                   func(h *hostile) { h.claims["exp"] = nil },
		"issued long ago":             func(h *hostile) { h.claims["iat"] = now.Add(-time.Hour).Unix() },
		"issued in the future":        func(h *hostile) { h.claims["iat"] = now.Add(time.Hour).Unix() },
		"not before":                  func(h *hostile) { h.claims["nbf"] = now.Add(time.Hour).Unix() },
		"alg none":                    func(h *hostile) { h.sign = unsigned },
		"HS256 with the secret":       func(h *hostile) { h.sign = shared([]byte(secret)) },
		"HS256 with the public key":   func(h *hostile) { h.sign = shared(h.key.N.Bytes()) },
		"another key":                 func(h *hostile) { h.key = other },
		"no token":                    func(h *hostile) { h.sign = func(string) string { return "" } },
		"no JWT":                      func(h *hostile) { h.sign = func(string) string { return "a.b.c" } },
		"what is told is of somebody": func(h *hostile) { h.info["sub"] = "s-2" },
		"another verifier":            func(h *hostile) { h.challenge = "spoilt" },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t)
			p, ticket := h.open(), signon.NewTicket()
			q := h.begin(p, ticket)
			spoil(h)
			if v, err := p.Finish(t.Context(), ticket, q); code(err) != "sign-on-invalid" || v != (account.Voucher{}) {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
}

// What comes back to another browser, or from another provider, is not asked about.
func TestWhatIsNotOfThisSignIn(t *testing.T) {
	h := newHostile(t)
	p, ticket := h.open(), signon.NewTicket()
	q := h.begin(p, ticket)
	asked := h.asked
	for _, c := range []struct {
		name   string
		ticket signon.Ticket
		change map[string]string
		want   string
	}{
		{"no ticket", "", nil, "sign-on-stale"},
		{"another browser", signon.NewTicket(), nil, "sign-on-stale"},
		{"another state", ticket, map[string]string{"state": "x"}, "sign-on-stale"},
		{"no state", ticket, map[string]string{"state": ""}, "sign-on-stale"},
		{"another provider", ticket, map[string]string{"iss": "https://evil.example"}, "sign-on-invalid"},
		{"declined", ticket, map[string]string{"error": "access_denied", "code": ""}, "sign-on-declined"},
		{"no code", ticket, map[string]string{"code": ""}, "sign-on-declined"},
	} {
		changed := maps.Clone(q)
		for name, value := range c.change {
			changed.Set(name, value)
		}
		if _, err := p.Finish(t.Context(), c.ticket, changed); code(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if h.asked != asked {
		t.Errorf("the provider was asked %d times about it", h.asked-asked)
	}
}

// Whatever the provider's documents and answers say, only the named origins are asked.
func TestOnlyNamedOriginsAreAsked(t *testing.T) {
	inner := 0
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner++ }))
	t.Cleanup(other.Close)
	begin := func(h *hostile, change ...func(*signon.Settings)) error {
		_, err := h.open(change...).Begin(t.Context(), signon.NewTicket())
		return err
	}
	for _, field := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"} {
		for _, address := range []string{other.URL + "/x", "http://169.254.169.254/latest", "file:///etc/passwd", "https://user@127.0.0.1/", "//evil.example", "javascript:alert(1)"} {
			h := newHostile(t)
			h.discovery = func(d map[string]any) { d[field] = address }
			if err := begin(h); code(err) != "sign-on-unavailable" {
				t.Errorf("%s %s: %v", field, address, err)
			}
		}
	}
	h := newHostile(t)
	h.discovery = func(d map[string]any) { d["issuer"] = "https://evil.example" }
	if err := begin(h); code(err) != "sign-on-unavailable" {
		t.Errorf("another issuer: %v", err)
	}
	h = newHostile(t)
	p, ticket := h.open(), signon.NewTicket()
	q := h.begin(p, ticket)
	h.token = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}
	if _, err := p.Finish(t.Context(), ticket, q); code(err) != "sign-on-unavailable" {
		t.Errorf("a redirect elsewhere: %v", err)
	}
	h.token = func(w http.ResponseWriter, r *http.Request) {
		h.token = nil // where it leads, the token is given
		http.Redirect(w, r, h.url+"/token", http.StatusTemporaryRedirect)
	}
	if _, err := p.Finish(t.Context(), ticket, q); err == nil {
		t.Error("a redirect at home was followed")
	}
	if _, err := signon.Client([]string{h.url}).Get(other.URL); err == nil {
		t.Error("another origin was asked directly")
	}
	if inner > 0 {
		t.Errorf("another server was asked %d times", inner)
	}
	h = newHostile(t)
	h.discovery = func(d map[string]any) { d["token_endpoint"] = other.URL + "/token" }
	if err := begin(h, func(s *signon.Settings) { s.Origins = []string{other.URL} }); err != nil {
		t.Errorf("an origin that was named: %v", err)
	}
}

// A document without an end ends, and takes a bounded part of memory.
func TestEndlessAnswersEnd(t *testing.T) {
	h := newHostile(t)
	h.discovery = func(d map[string]any) { d["x"] = strings.Repeat("x", 2<<20) }
	if _, err := h.open().Begin(t.Context(), signon.NewTicket()); code(err) != "sign-on-unavailable" {
		t.Errorf("2 MiB: %v", err)
	}
}

// The service is there before its provider, and waits for none that does not answer.
func TestTheProviderMayComeLater(t *testing.T) {
	h := newHostile(t)
	up := false
	h.discovery = func(d map[string]any) {
		if !up {
			d["issuer"] = "starting"
		}
	}
	p := h.open()
	if h.asked != 0 {
		t.Fatal("it was asked before anybody signed in")
	}
	if _, err := p.Begin(t.Context(), signon.NewTicket()); code(err) != "sign-on-unavailable" {
		t.Errorf("down: %v", err)
	}
	up = true
	asked := h.asked
	if _, err := p.Begin(t.Context(), signon.NewTicket()); code(err) != "sign-on-unavailable" || h.asked != asked {
		t.Errorf("asked again at once: %v", err)
	}
	signon.Forgive(p)
	ticket := signon.NewTicket()
	if _, err := p.Finish(t.Context(), ticket, h.begin(p, ticket)); err != nil {
		t.Error(err)
	}
	up = false
	signon.Forgive(p)
	if _, err := p.Begin(t.Context(), signon.NewTicket()); err != nil {
		t.Errorf("what is known of it does not serve while it is away: %v", err)
	}
}

func TestSettingsThatDoNotHoldTogether(t *testing.T) {
	good := signon.Settings{Issuer: "https://id.example/realms/county", ClientID: "hongxian"}
	if _, err := signon.Open(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*signon.Settings){
		"plain text":    func(s *signon.Settings) { s.Issuer = "http://id.example" },
		"plain private": func(s *signon.Settings) { s.Issuer = "http://10.1.2.3" },
		"no host":       func(s *signon.Settings) { s.Issuer = "https:///x" },
		"a user":        func(s *signon.Settings) { s.Issuer = "https://a:b@id.example" },
		"a file":        func(s *signon.Settings) { s.Issuer = "file:///etc/passwd" },
		"empty":         func(s *signon.Settings) { s.Issuer = "" },
		"no client":     func(s *signon.Settings) { s.ClientID = "" },
		"a bad origin":  func(s *signon.Settings) { s.Origins = []string{"http://keys.example"} },
		"no rules":      func(s *signon.Settings) { s.RoleClaim = "groups" },
		"no claim":      func(s *signon.Settings) { s.Roles = []signon.RoleRule{{"a", account.Viewer}} },
	} {
		s := good
		spoil(&s)
		if _, err := signon.Open(s); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for text, want := range map[string]string{"a=viewer": "a", "CN=plan,OU=县=planner": "CN=plan,OU=县", "=viewer": "", "viewer": "", "a=king": ""} {
		if rule, err := signon.ParseRoleRule(text); rule.Value != want && err == nil || (err == nil) != (want != "") {
			t.Errorf("%s: %+v, %v", text, rule, err)
		}
	}
	if text := fmt.Sprint(signon.NewTicket()); text != "…" {
		t.Errorf("a ticket prints as %s", text)
	}
}
