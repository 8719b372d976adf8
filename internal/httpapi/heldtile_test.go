package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
	"hongxian/tiles"
)

// countedTiles gives the same tile everywhere but in the far west, and counts.
type countedTiles struct{ drawn int }

func (p *countedTiles) Tile(_ context.Context, v geodata.Version, t maptile.Tile) ([]byte, error) {
	p.drawn++
	if t.X == 0 {
		return nil, nil
	}
	var out bytes.Buffer
	zw := gzip.NewWriter(&out)
	_, _ = zw.Write([]byte(v.Ref().String()))
	err := zw.Close()
	return out.Bytes(), err
}

func (p *countedTiles) Bounds(context.Context, geodata.Version) (orb.Bound, bool, error) {
	return orb.Bound{}, false, nil
}

func (p *countedTiles) Zooms(context.Context, geodata.Version) ([]tiles.Zoom, error) { return nil, nil }

// What comes from memory is answered, refused and logged as what was drawn for it.
func TestHeldTilesAreAnsweredAlike(t *testing.T) {
	source := &countedTiles{}
	renderer, err := tiles.NewRenderer(source, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *Config) { c.Tiles, c.Origins = renderer, []string{"https://gis.example"} })
	tag := s.get("/tiles/red-line@2022/9/1/1.mvt", "Accept-Encoding", "gzip").Header().Get("ETag")
	const at = "/tiles/red-line@2022/10/824/419.mvt"
	for i, q := range []struct {
		method, path string
		headers      []string
		code         int
		held         bool
	}{
		{"GET", at, []string{"Accept-Encoding", "gzip"}, 200, true},
		{"GET", at, []string{"Accept-Encoding", "zstd"}, 200, true},
		{"GET", at, nil, 200, true},
		{"HEAD", at, []string{"Accept-Encoding", "br"}, 200, true},
		{"GET", "/tiles/500237.red-line@2022/11/824/419.mvt", []string{"Accept-Encoding", "gzip", "If-None-Match", tag}, 304, true},
		{"GET", "/tiles/red-line@2022/10/0/419.mvt", nil, 204, true},
		{"GET", "/tiles/red-line@2022/12/1/1.mvt", []string{"Origin", "https://gis.example"}, 200, true},
		{"GET", at, []string{"Origin", "https://evil.example"}, 403, true},
		{"GET", at + "?z=1", nil, 400, true},
		{"GET", "/tiles/red-line@2026/10/824/419.mvt", nil, 200, false},
	} {
		var codes [2]int
		var headers [2]http.Header
		var bodies, lines [2]string
		before := 0
		for k := range 2 {
			s.log.Reset()
			before = source.drawn
			r := s.request(q.method, q.path, nil, append(q.headers, "X-Request-Id", "held-or-drawn", "Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")...)
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, r)
			codes[k], headers[k], bodies[k], lines[k] = w.Code, w.Header(), w.Body.String(), withoutTimes(s.log.String())
		}
		if codes[1] != q.code || codes[0] != q.code || !reflect.DeepEqual(headers[0], headers[1]) || bodies[0] != bodies[1] || lines[0] != lines[1] || lines[0] == "" {
			t.Errorf("%d %s %s %v:\n%d %v\n%s%d %v\n%s", i, q.method, q.path, q.headers, codes[0], headers[0], lines[0], codes[1], headers[1], lines[1])
		}
		if held := source.drawn == before; held != q.held {
			t.Errorf("%d %s: from memory is %v", i, q.path, held)
		}
	}
	metrics := s.get("/metrics").Body.String()
	if want := `hongxian_http_requests_total{code="200",host="",method="GET",url="/tiles/:ref/:z/:x/:y"} 11`; !strings.Contains(metrics, want) {
		t.Errorf("the metrics do not say %s", want)
	}
}

// withoutTimes drops what differs between two lines of the log.
func withoutTimes(line string) string {
	_, line, _ = strings.Cut(line, `"level"`)
	before, after, _ := strings.Cut(line, `"time":`)
	_, after, _ = strings.Cut(after, `,`)
	return before + after
}
