package signon_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/audit"
	"hongxian/internal/httpapi"
	"hongxian/internal/pgtest"
	"hongxian/internal/signon"
)

// office is the service with its accounts in a real database, beside a real provider
// that runs as a process of its own.
type office struct {
	t       *testing.T
	address string
	issuer  string
	book    *account.Book
	trail   *audit.Trail
}

// peopleFile are who can sign in at the provider.
const peopleFile = `{
 "id-zhang": {"ID":"id-zhang","Username":"Zhang.San@county.example","Password":"pw-zhang","FirstName":"三","LastName":"张","Groups":["staff","planners"]},
 "id-li":    {"ID":"id-li","Username":"li","Password":"pw-li","FirstName":"四","LastName":"李","Groups":["staff"]}}`

func newOffice(t *testing.T, change ...func(*signon.Settings)) *office {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pool := pgtest.New(t)
	o := &office{t: t, address: "http://" + listener.Addr().String(),
		book: &account.Book{DB: pool, Cost: account.Cost{Time: 1, Memory: 8, Threads: 1}}, trail: &audit.Trail{DB: pool}}
	o.issuer = startIssuer(t, o.address+httpapi.SignOnBack)
	s := signon.Settings{Issuer: o.issuer, ClientID: client, ClientSecret: secret, Back: o.address + httpapi.SignOnBack}
	for _, c := range change {
		c(&s)
	}
	provider, err := signon.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	server, err := httpapi.New(httpapi.Config{Accounts: o.book, DemandAccounts: true, SignOn: provider, Trail: o.trail, PublicURL: o.address,
		Log: slog.New(slog.DiscardHandler), Page: fstest.MapFS{"index.html": {Data: []byte(`<base href="./" />`)}}, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() { stop(); <-ended })
	return o
}

// built is where the provider lies once a test needed it; TestMain removes it.
var built string

var issuerBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hongxian-issuer-")
	if err != nil {
		return "", err
	}
	built = dir
	binary := filepath.Join(dir, "issuer")
	if out, err := exec.Command("go", "build", "-o", binary, "./issuer").CombinedOutput(); err != nil {
		return binary, fmt.Errorf("%w\n%s", err, out)
	}
	return binary, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

// startIssuer runs the provider and gives its address.
func startIssuer(t *testing.T, redirect string) string {
	t.Helper()
	binary, err := issuerBinary()
	if err != nil {
		t.Fatal(err)
	}
	people := filepath.Join(t.TempDir(), "people.json")
	if err := os.WriteFile(people, []byte(peopleFile), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, people, client, secret, redirect)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider did not start: %v", err)
	}
	return strings.TrimSpace(line)
}

// browser goes where it is sent, with its cookies; back is where the provider sent it.
type browser struct {
	*http.Client
	t    *testing.T
	back *url.URL
	last *url.URL
}

func (o *office) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	b := &browser{t: o.t}
	b.Client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		b.last = r.URL
		if r.URL.Path == httpapi.SignOnBack {
			b.back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

func (b *browser) do(r *http.Request, err error) (int, string) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	b.last = r.URL
	answer, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (b *browser) get(address string) (int, string) {
	b.t.Helper()
	return b.do(http.NewRequest(http.MethodGet, address, nil))
}

var loginForm = regexp.MustCompile(`name="id" value="([^"]+)"`)

// leave begins at the service, and signs in at the provider, up to where that sends the
// browser back.
func (b *browser) leave(o *office, name, password, path string) *url.URL {
	b.t.Helper()
	b.back = nil
	_, page := b.get(o.address + "/api/v1/session/oidc?return=" + url.QueryEscape(path))
	form := loginForm.FindStringSubmatch(page)
	if form == nil {
		b.t.Fatalf("at %v there is no form to sign in:\n%s", b.last, page)
	}
	r, err := http.NewRequest(http.MethodPost, o.issuer+"login/username", strings.NewReader(url.Values{"id": {form[1]}, "username": {name}, "password": {password}}.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	b.do(r, err)
	if b.back == nil {
		b.t.Fatalf("the provider did not send %s back, but to %v", name, b.last)
	}
	return b.back
}

// arrive goes on from where the provider sent the browser.
func (b *browser) arrive(back *url.URL) (path string) {
	b.t.Helper()
	b.get(back.String())
	return b.last.RequestURI()
}

func (b *browser) session(o *office) (s struct {
	SignedIn bool   `json:"signed_in"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Methods  []string
	Title    string `json:"oidc_title"`
}) {
	b.t.Helper()
	if _, body := b.get(o.address + "/api/v1/session"); json.Unmarshal([]byte(body), &s) != nil {
		b.t.Fatal(body)
	}
	return s
}

// cookie is the value of the session's cookie.
func (b *browser) cookie(o *office) string {
	u, _ := url.Parse(o.address)
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == "hongxian" {
			return c.Value
		}
	}
	return ""
}

// entries are the audit trail's, of signing in.
func (o *office) entries() (list []string) {
	o.t.Helper()
	rows, err := o.trail.List(o.t.Context(), audit.Filter{Action: "session.begin", Limit: 50})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, r := range rows {
		list = append(list, fmt.Sprint(r.Who, " ", r.Outcome, " ", r.Detail))
	}
	return list
}

func byGroups(s *signon.Settings) {
	level := geodata.Restricted
	s.RoleClaim, s.Roles, s.Clearance = "realm.groups", []signon.RoleRule{{Value: "planners", Role: account.Planner}}, &level
}

// Whoever the provider knows signs in there, from the button to the page, and is told
// apart by issuer and subject.
func TestSigningInAtTheProvider(t *testing.T) {
	o := newOffice(t, byGroups)
	b := o.browser()
	if s := b.session(o); s.SignedIn || fmt.Sprint(s.Methods) != "[password oidc]" || s.Title != "统一认证" {
		t.Errorf("before: %+v", s)
	}
	// Somebody planted a session before: it is not the one that is begun.
	u, _ := url.Parse(o.address)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: "hongxian", Value: "planted", Path: "/"}})
	if path := b.arrive(b.leave(o, "Zhang.San@county.example", "pw-zhang", "/verify/ABC#map")); path != "/verify/ABC" || b.last.Fragment != "map" {
		t.Errorf("arrived at %v", b.last)
	}
	if s := b.session(o); !s.SignedIn || s.Name != "zhang.san" || s.Role != "planner" {
		t.Fatalf("after: %+v", s)
	}
	first := b.cookie(o)
	if first == "planted" || len(first) < 40 {
		t.Errorf("the session is the one that was planted: %.8s…", first)
	}
	made, err := o.book.Find(t.Context(), "zhang.san")
	if err != nil || made.Issuer != o.issuer || made.HasPassword || made.Title != "三 张" || made.Sight.Clearance == nil || *made.Sight.Clearance != geodata.Restricted {
		t.Errorf("the account is %+v, %v", made, err)
	}
	again := o.browser()
	again.arrive(again.leave(o, "Zhang.San@county.example", "pw-zhang", "/"))
	if s := again.session(o); s.Name != "zhang.san" || again.cookie(o) == first {
		t.Errorf("again: %+v", s)
	}
	if list := o.entries(); len(list) != 2 || !strings.Contains(list[1], `zhang.san done {"issuer":"`+o.issuer) || !strings.Contains(list[1], `"made":true`) || !strings.Contains(list[0], `"made":false`) {
		t.Errorf("audit: %q", list)
	}
	other := o.browser()
	if path := other.arrive(other.leave(o, "li", "pw-li", "/")); path != "/?sign-in=role-missing" || other.session(o).SignedIn {
		t.Errorf("without a role: %s", path)
	}
}

// What the provider sent back serves once, and in the browser that left.
func TestWhatCameBackServesOnceAndHere(t *testing.T) {
	o := newOffice(t, byGroups)
	b, other := o.browser(), o.browser()
	back := b.leave(o, "Zhang.San@county.example", "pw-zhang", "/")
	if path := other.arrive(back); path != "/?sign-in=sign-on-stale" || other.session(o).SignedIn {
		t.Errorf("in another browser: %s", path)
	}
	u, _ := url.Parse(o.address)
	held := b.Jar.Cookies(u)
	if path := b.arrive(back); path != "/" {
		t.Fatalf("arrived at %s", path)
	}
	if path := b.arrive(back); path != "/?sign-in=sign-on-stale" {
		t.Errorf("again: %s", path)
	}
	thief := o.browser()
	for _, c := range held {
		c.Path = "/"
	}
	thief.Jar.SetCookies(u, held)
	if path := thief.arrive(back); path != "/?sign-in=sign-on-invalid" || thief.session(o).SignedIn {
		t.Errorf("with the cookie that was taken back: %s", path)
	}
	if list := o.entries(); len(list) != 4 || !strings.Contains(list[0], "refused") {
		t.Errorf("audit: %q", list)
	}
}

// An administrator gives the role where the provider rules none; one whose account is
// disabled stays out.
func TestAnAdministratorGivesTheRole(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	if _, err := o.book.Add(ctx, account.Account{Name: "li", Role: account.Administrator}, "Cty-2026-first"); err != nil {
		t.Fatal(err)
	}
	b := o.browser()
	if path := b.arrive(b.leave(o, "li", "pw-li", "/")); path != "/?sign-in=role-missing" {
		t.Errorf("arrived at %s", path)
	}
	accounts, err := o.book.List(ctx)
	if err != nil || len(accounts) != 2 || accounts[0].Issuer != "" || accounts[1].Issuer == "" || accounts[1].Role != account.None || !strings.HasPrefix(accounts[1].Name, "li-") {
		t.Fatalf("%+v, %v", accounts, err) // the administrator li is somebody else
	}
	set := func(role account.Role, disabled bool) {
		t.Helper()
		a := accounts[1]
		a.Role, a.Disabled = role, disabled
		if err := o.book.Change(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	set(account.Viewer, false)
	if path := b.arrive(b.leave(o, "li", "pw-li", "/")); path != "/" || b.session(o).Role != "viewer" {
		t.Errorf("with a role: %s", path)
	}
	set(account.Viewer, true)
	if path := b.arrive(b.leave(o, "li", "pw-li", "/")); path != "/?sign-in=account-disabled" {
		t.Errorf("disabled: %s", path)
	}
}
