package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
)

// A county of one township, a red line in it, and two sites:
//
//	      109.80      109.90        110.00
//	31.1  ┌───────────┬─────────────┐
//	      │ red-line  │             │
//	      │   ┌───┐   │    ┌───┐    │ township
//	      │   │in │   │    │out│    │
//	      │   └───┘   │    └───┘    │
//	31.0  └───────────┴─────────────┘
const (
	townshipShape = `[[[109.8,31],[110,31],[110,31.1],[109.8,31.1],[109.8,31]]]`
	redLineShape  = `[[[109.8,31],[109.9,31],[109.9,31.1],[109.8,31.1],[109.8,31]]]`
	insideShape   = `[[[109.84,31.04],[109.85,31.04],[109.85,31.05],[109.84,31.05],[109.84,31.04]]]`
	outsideShape  = `[[[109.94,31.04],[109.95,31.04],[109.95,31.05],[109.94,31.05],[109.94,31.04]]]`
)

func geojson(shapes ...string) string {
	var features []string
	for _, s := range shapes {
		features = append(features, `{"type":"Feature","properties":{"code":"HX1","name":"五里坡"},"geometry":{"type":"Polygon","coordinates":`+s+`}}`)
	}
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// redLineInForce gives a database with the red line and the township published: a copy
// of one that the first test who asks imports and publishes.
func redLineInForce(t *testing.T) string {
	t.Helper()
	return pgtest.Filled(t, "red_line", func(dsn string) error {
		for ref, shape := range map[string]string{"red-line@2022": redLineShape, "township@2023": townshipShape} {
			succeeds(t, "", "import", ref, writeFile(t, "layer.geojson", geojson(shape)), "--database", dsn)
			succeeds(t, "", "publish", ref, "--database", dsn)
		}
		return nil
	})
}

func TestLayerCommands(t *testing.T) {
	dsn := redLineInForce(t)
	succeeds(t, "生态保护红线", "layer", "list", "--database", dsn)
	succeeds(t, "500237.red-line@2022", "layer", "show", "red-line", "--database", dsn)
	succeeds(t, "现行 in force", "layer", "versions", "500237.red-line", "--database", dsn)
	fails(t, exitInput, "no layer roads", "layer", "show", "roads", "--database", dsn)
	fails(t, exitInput, "without a version", "layer", "versions", "red-line@2022", "--database", dsn)
	fails(t, exitInput, "not a version reference", "layer", "show", "Red Line", "--database", dsn)
}

func TestCheckCommand(t *testing.T) {
	dsn := redLineInForce(t)
	inside, outside := writeFile(t, "inside.geojson", geojson(insideShape)), writeFile(t, "outside.geojson", geojson(outsideShape))

	succeeds(t, "涉及 Concerned: 1", "check", inside, "--against", "red-line", "--database", dsn)
	succeeds(t, "不涉及 Not concerned: 1", "check", outside, "--against", "red-line", "--require-clear", "--database", dsn)
	fails(t, exitNo, "not clear", "check", inside, "--against", "red-line@2022", "--require-clear", "--database", dsn)
	// Layers without a version in force were not checked: that is not clear.
	fails(t, exitNo, "not clear", "check", outside, "--require-clear", "--database", dsn)

	_, first, _ := hongxian(t, "check", inside, "--format", "json", "--name", "码头", "--database", dsn)
	_, again, _ := hongxian(t, "check", inside, "--format", "json", "--name", "码头", "--database", dsn)
	var c openapi.Check
	if err := json.Unmarshal([]byte(first), &c); err != nil || c.Site.Name != "码头" || first != again {
		t.Errorf("%v\n%s\n%s", err, first, again)
	}
	out := filepath.Join(t.TempDir(), "answer.json")
	succeeds(t, "", "check", inside, "--format", "json", "--name", "码头", "-o", out, "--database", dsn)
	if b, err := os.ReadFile(out); err != nil || string(b) != first {
		t.Errorf("%v\n%s", err, b)
	}
	succeeds(t, "全部 2 个地块合并", "check", writeFile(t, "two.geojson", geojson(insideShape, outsideShape)), "--database", dsn)

	fails(t, exitInput, "cannot be read", "check", "no-such-file.zip", "--database", dsn)
	fails(t, exitInput, "format", "check", inside, "--format", "docm", "--database", dsn)
	fails(t, exitInput, "reference", "check", inside, "--against", "red line", "--database", dsn)
	fails(t, exitInput, "No version", "check", inside, "--against", "red-line@1999", "--database", dsn)
	fails(t, exitInput, "cannot be written", "check", inside, "-o", filepath.Join(t.TempDir(), "no", "folder"), "--database", dsn)
	fails(t, exitInput, "empty", "check", writeFile(t, "empty.zip", ""), "--database", dsn)
}

// addressSeen is the output of serve; it tells the address when it is printed.
type addressSeen struct {
	text    bytes.Buffer
	address chan string
}

func (a *addressSeen) Write(b []byte) (int, error) {
	a.text.Write(b)
	if _, rest, ok := strings.Cut(a.text.String(), "serving at "); ok {
		a.address <- strings.TrimSuffix(strings.TrimSpace(rest), "/")
	}
	return len(b), nil
}

// serving runs hongxian serve until the test ends and gives its address.
func serving(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out := &addressSeen{address: make(chan string, 1)}
	var log bytes.Buffer
	code := make(chan int, 1)
	go func() { code <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), out, &log) }()
	t.Cleanup(func() {
		stop()
		if c := <-code; c != exitDone {
			t.Errorf("serve ended with %d\n%s", c, log.String())
		}
	})
	select {
	case a := <-out.address:
		return a
	case c := <-code:
		code <- c
		t.Fatalf("serve ended with %d\n%s", c, log.String())
		return ""
	}
}

// The whole server, from the database to the wire.
func TestServe(t *testing.T) {
	dsn := redLineInForce(t)
	address := serving(t, "--database", dsn)
	read := func(path string) (*http.Response, string) {
		t.Helper()
		r, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r, string(b)
	}
	for path, want := range map[string]string{
		"/readyz": "ready", "/api/v1/layers": `"red-line"`, "/style.json": "500237.red-line@2022",
		"/tiles/red-line.json": "500237.red-line@2022", "/openapi.json": "openapi", "/": "<html", "/metrics": "go_goroutines",
	} {
		if r, body := read(path); r.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.300s", path, r.StatusCode, body)
		}
	}
	if r, body := read("/tiles/red-line@2022/10/824/419.mvt"); r.StatusCode != http.StatusOK || !strings.Contains(body, "五里坡") {
		t.Errorf("tile: %d %q", r.StatusCode, body)
	}

	ask := func() (int, string, string) {
		t.Helper()
		r, err := http.Post(address+"/api/v1/checks?name=%E7%A0%81%E5%A4%B4", "application/geo+json", strings.NewReader(geojson(insideShape)))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		return r.StatusCode, r.Header.Get("Location"), string(b)
	}
	status, location, first := ask()
	again, _, second := ask()
	if status != http.StatusCreated || again != http.StatusOK || first != second {
		t.Fatalf("%d then %d\n%s\n%s", status, again, first, second)
	}
	if _, kept := read(location); kept != first {
		t.Errorf("%s gives other bytes:\n%s\n%s", location, kept, first)
	}
	if _, list := read("/api/v1/checks"); !strings.Contains(list, "码头") {
		t.Errorf("the list lacks the check: %s", list)
	}
	// The command line answers the same question with the same bytes.
	_, cli, _ := hongxian(t, "check", writeFile(t, "inside.geojson", geojson(insideShape)), "--name", "码头", "--format", "json", "--database", dsn)
	if cli != first {
		t.Errorf("the command line answers\n%s\nthe server\n%s", cli, first)
	}
}

func TestServeRefusesToBeReachedFromOutside(t *testing.T) {
	fails(t, exitInput, "can be reached from other machines", "serve", "--listen", "0.0.0.0:0")
	fails(t, exitInput, "not a public URL", "serve", "--listen", "127.0.0.1:0", "--public-url", "map.example", "--database", pgtest.Database(t))
}
