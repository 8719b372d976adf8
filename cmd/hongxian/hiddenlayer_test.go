package main

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/internal/account"

	"hongxian/geodata/postgis"
)

// hidden is the layer that is kept from people in these tests.
const hidden = "scenic-area"

// The site of the README, which touches the hidden layer.
const hiddenSite = `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4546"}},"features":[{"type":"Feature",
 "properties":{"name":"新建水厂"},"geometry":{"type":"Polygon","coordinates":[[[392600,3439600],[393050,3439650],[393010,3440080],[392570,3440030],[392600,3439600]]]}}]}`

// office is a server with people of every role who may see what is public, and one
// administrator who sees everything; by their tokens.
type office struct {
	t       *testing.T
	address string
	tokens  map[account.Role]account.Secret
	all     account.Secret
}

// newOffice opens a server on a county of its own, which differs by a statement.
func newOffice(t *testing.T, difference string) *office {
	t.Helper()
	dsn, ctx := schematicCounty(t), context.Background()
	pool, err := postgis.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, difference, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, tokens: map[account.Role]account.Secret{}}
	book := &account.Book{DB: pool, Cost: account.Cost{Time: 1, Memory: 8, Threads: 1}}
	token := func(name string, role account.Role, sight geodata.Sight) account.Secret {
		if _, err := book.Add(ctx, account.Account{Name: name, Role: role, Sight: sight}, "Six-hills-2026"); err != nil {
			t.Fatal(err)
		}
		var rights []account.Right
		for _, r := range account.Rights {
			if role.Has(r) {
				rights = append(rights, r)
			}
		}
		_, secret, err := book.AddToken(ctx, account.Token{Owner: name, Name: "test", Rights: rights})
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	o.all = token("root", account.Administrator, geodata.Sight{})
	cleared := geodata.Unmarked
	for _, role := range roles {
		o.tokens[role] = token("limited-"+string(role), role, geodata.Sight{Clearance: &cleared})
	}
	o.address = serving(t, "--database", dsn)
	return o
}

// answer is all that somebody can tell from an answer.
type answered struct {
	status int
	header string
	body   string
}

// roles are those that may do anything: without rights nobody has a token.
var roles = slices.DeleteFunc(slices.Clone(account.Roles), func(r account.Role) bool { return !r.Has(account.See) })

// made are what differs between two answers to the same question.
var made = regexp.MustCompile(`"(request_id|trace_id|created_at|expires_at|finished_at)":"[^"]*"|[0-9a-f]{32}\b|/CreationDate \([^)]*\)|"id":[0-9]+`)

func (o *office) ask(secret account.Secret, method, path, media string, body []byte) answered {
	o.t.Helper()
	r, err := http.NewRequest(method, o.address+path, bytes.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+string(secret))
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	var header strings.Builder
	for _, name := range []string{"Content-Type", "Cache-Control", "Location", "Vary", "Content-Disposition"} {
		header.WriteString(name + ": " + strings.Join(w.Header.Values(name), ", ") + "\n")
	}
	plain := func(s string) string { return made.ReplaceAllString(strings.ReplaceAll(s, o.address, ""), "…") }
	return answered{w.StatusCode, plain(header.String()), plain(string(b))}
}

// form is a file with fields, as browsers send it.
func form(file string, fields ...string) (media string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary("boundary-of-a-form")
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	part, _ := w.CreateFormFile("file", "site.geojson")
	_, _ = io.WriteString(part, file)
	_ = w.Close()
	return w.FormDataContentType(), b.Bytes()
}

// Two counties: in one a layer is secret, and others have asked about it, kept answers
// and ledger entries; in the other it never was. Whoever may not see it is told the
// same in both, by every route, whatever their role: statuses, headers, bytes.
func TestAHiddenLayerLeavesNoTrace(t *testing.T) {
	with := newOffice(t, `update layer set secrecy = 3 where key = '`+hidden+`'`)
	without := newOffice(t, `delete from version where layer = '`+hidden+`'; delete from layer where key = '`+hidden+`'`)

	media, site := form(hiddenSite)
	whole := with.ask(with.all, "POST", "/api/v1/checks", media, site)
	if whole.status != http.StatusCreated || !strings.Contains(whole.body, hidden) {
		t.Fatalf("who sees everything does not see the layer: %d %.300s", whole.status, whole.body)
	}
	_, id, _ := strings.Cut(whole.body, `"id":"`)
	id = id[:64]
	with.ask(with.all, "POST", "/api/v1/batches", media, site)
	if entry := with.ask(with.all, "POST", "/api/v1/ledger", "application/json", []byte(`{"kind":"encroached","layer":"`+hidden+`","title":"x","area_m2":5}`)); entry.status != http.StatusCreated {
		t.Fatalf("no entry: %+v", entry)
	}

	importMedia, delivery := form(hiddenSite, "layer", hidden, "label", "2026")
	type question struct {
		method, path, media string
		body                []byte
	}
	questions := []question{{"POST", "/api/v1/checks", media, site}, {"POST", "/api/v1/checks?against=" + hidden, media, site},
		{"POST", "/api/v1/checks/" + id + "/again", "", nil}, {"POST", "/api/v1/imports", importMedia, delivery},
		{"POST", "/api/v1/batches?against=" + hidden, media, site},
		{"POST", "/api/v1/changes", "application/json", []byte(`{"from":"` + hidden + `@2022","to":"` + hidden + `@2022"}`)},
		{"POST", "/api/v1/stats/townships?layers=" + hidden, "", nil},
		{"POST", "/api/v1/ledger", "application/json", []byte(`{"kind":"encroached","layer":"` + hidden + `","title":"x","area_m2":5}`)},
		{"POST", "/api/v1/ledger", "application/json", []byte(`{"check_id":"` + id + `"}`)},
		{"POST", "/api/v1/ledger/1/transitions", "application/json", []byte(`{"to":"verified"}`)},
		{"POST", "/api/v1/layers/" + hidden + "/versions/2022/publish", "application/json", nil}}
	for _, path := range []string{"/api/v1/layers", "/api/v1/layers/HIDDEN/versions", "/api/v1/layers/HIDDEN/versions/2022/intake", "/api/v1/layers/HIDDEN/versions/2022/export.geojson",
		"/tiles/HIDDEN@2022/10/824/419.mvt", "/tiles/red-line@2022,HIDDEN@2022/10/824/419.mvt", "/tiles/red-line@2022/10/824/419.mvt", "/tiles/HIDDEN.json", "/tiles/500237.json", "/style.json",
		"/api/v1/identify?lon=109.88&lat=31.07", "/api/v1/identify?lon=109.88&lat=31.07&layers=HIDDEN", "/api/v1/search?q=FJQ", "/api/v1/search?q=%E6%99%AF%E5%8C%BA", "/api/v1/search?q=" + id[:16],
		"/api/v1/stats/townships", "/api/v1/stats/townships?layers=HIDDEN", "/api/v1/stats/townships?format=csv", "/api/v1/overlaps?layers=red-line,protected-area", "/api/v1/overlaps?layers=red-line,HIDDEN",
		"/api/v1/checks", "/api/v1/checks?parcels=true", "/api/v1/checks/" + id, "/api/v1/checks/" + id + ".pdf", "/api/v1/checks/" + id + ".geojson", "/api/v1/verify/" + id,
		"/api/v1/batches", "/api/v1/changes", "/api/v1/ledger", "/api/v1/ledger?layer=HIDDEN", "/api/v1/ledger/1", "/api/v1/ledger/export.csv", "/api/v1/indicators", "/api/v1/session"} {
		questions = append(questions, question{"GET", strings.ReplaceAll(path, "HIDDEN", hidden), "", nil})
	}
	for _, role := range roles {
		for _, q := range questions {
			if role != account.Planner && q.method == "GET" && role != account.Viewer {
				continue // they see what planners see
			}
			a := with.ask(with.tokens[role], q.method, q.path, q.media, q.body)
			b := without.ask(without.tokens[role], q.method, q.path, q.media, q.body)
			if a != b {
				t.Errorf("%s %s as %s tells them apart:\n%d %s%.1500s\n%d %s%.1500s", q.method, q.path, role, a.status, a.header, a.body, b.status, b.header, b.body)
			}
			if a.status == http.StatusInternalServerError {
				t.Errorf("%s %s as %s: %s", q.method, q.path, role, a.body)
			}
		}
	}
	// Each answer says that not everything was asked, in both.
	check := with.ask(with.tokens[account.Planner], "POST", "/api/v1/checks", media, site)
	if !strings.Contains(check.body, "仅限查询人可见的图层") || !strings.Contains(check.body, `"outcome":"review"`) || strings.Contains(check.body, hidden) {
		t.Errorf("the answer of a limited person: %.800s", check.body)
	}
}
