package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hongxian/internal/job"
	"hongxian/internal/pgtest"
)

// Every metric that the dashboard draws is there, under the name that it is drawn by.
func TestTheDashboardDrawsWhatThereIs(t *testing.T) {
	d := &database{pool: pgtest.New(t)}
	imports := d.imports()
	defer imports.Stop()
	server, err := d.server(serveFlags{data: t.TempDir()}, d.batches(nil), &job.News{}, imports)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string) string {
		r := httptest.NewRequest("GET", path, nil)
		r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:1"
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		return w.Body.String()
	}
	ask("/healthz") // metrics of requests begin with the first
	metrics := ask("/metrics")
	board, err := os.ReadFile(filepath.Join("..", "..", ".docs", "grafana-hongxian.json"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\b(hongxian|go|process)_[a-z0-9_]+`).FindAllString(string(board), -1)
	if len(names) < 20 {
		t.Errorf("the dashboard draws %d metrics", len(names))
	}
	for _, name := range names {
		if !strings.Contains(metrics, "\n"+name+"{") && !strings.Contains(metrics, "\n"+name+" ") {
			t.Errorf("%s is drawn and not there", name)
		}
	}
	if !strings.Contains(metrics, `hongxian_disk_free_bytes{place="data"} `) || strings.Contains(metrics, "hongxian_disk_bytes{place=\"data\"} 0\n") {
		t.Error("the data folder's disk is not measured")
	}
}
