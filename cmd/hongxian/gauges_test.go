package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hongxian/geodata/postgis"
	"hongxian/internal/job"
	"hongxian/internal/pgtest"
)

// Every metric that the dashboard draws is there, under the name that it is drawn by.
func TestTheDashboardDrawsWhatThereIs(t *testing.T) {
	dsn := pgtest.Database(t)
	succeeds(t, "已存为草稿", "import", "500237.red-line@2022", squares(t, "a.geojson", square(0, 0, 2, 1, `"code":"R1"`)), "--database", dsn)
	succeeds(t, "已生效", "publish", "red-line@2022", "--database", dsn)
	pool, err := postgis.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	d := &database{pool: pool}
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
	for _, line := range []string{`hongxian_versions{state="in_force"} 1`, `hongxian_versions{state="draft"} 0`,
		`hongxian_in_force_features{county="500237",label="2022",layer="red-line"} 1`, `hongxian_background_waiting{work="stats"} 0`} {
		if !strings.Contains(metrics, "\n"+line+"\n") {
			t.Errorf("no %s", line)
		}
	}
	if baked := regexp.MustCompile(`hongxian_bake_tiles\{[^}]*\} [1-9]`).FindString(metrics); baked == "" || strings.Contains(metrics, "hongxian_bake_seconds_count 0") {
		t.Error("no figures of what was drawn")
	}
}
