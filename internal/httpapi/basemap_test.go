package httpapi

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hongxian/internal/basemap"
)

// The page asks its own service, which asks the operator's map server and nobody else.
func TestBasemap(t *testing.T) {
	var body bytes.Buffer
	if err := png.Encode(&body, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	asked := []string{}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.Write(body.Bytes())
	}))
	defer upstream.Close()
	source, err := basemap.ParseSource("img="+upstream.URL+"/{z}/{x}/{y}?tk={key}", "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	maps, err := basemap.Open([]basemap.Source{source}, true)
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *Config) { c.Basemaps = maps })
	if w := s.get("/basemap"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"tiles":"/basemap/img/{z}/{x}/{y}"`) || strings.Contains(w.Body.String(), "s3cret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := s.get("/basemap/img/12/3300/1677")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || !bytes.Equal(w.Body.Bytes(), body.Bytes()) {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if h := w.Header(); h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'self'") {
		t.Errorf("%v", h)
	}
	for target, code := range map[string]string{
		"/basemap/vec/1/0/0": "basemap-unknown", "/basemap/img/19/0/0": "tile-outside", "/basemap/img/1/2/0": "tile-outside",
		"/basemap/img/1/0/x": "tile-malformed", "/basemap/img/1/0/0?u=http://b": "parameter-unknown",
	} {
		status := http.StatusNotFound
		if code == "tile-malformed" || code == "parameter-unknown" {
			status = http.StatusBadRequest
		}
		s.problem(s.get(target), status, code)
	}
	if len(asked) != 1 || asked[0] != "/12/3300/1677" {
		t.Errorf("asked %v", asked)
	}
	if w := newSite(t).get("/basemap"); w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `{"basemaps":[]}` {
		t.Errorf("none named: %d %s", w.Code, w.Body)
	}
}
