package httpapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/tiles"
)

func TestReadTile(t *testing.T) {
	s := newSite(t)
	const at = "/tiles/red-line@2022/10/824/419.mvt"
	for asked, given := range map[string]string{"gzip": "gzip", "gzip, deflate, br, zstd": "gzip", "br;q=1, gzip;q=0.5": "br",
		"zstd": "zstd", "": "", "identity": "", "gzip;q=0, *": "zstd", "deflate": ""} {
		w := s.get(at, "Accept-Encoding", asked)
		for name, want := range map[string]string{
			"Content-Type": "application/vnd.mapbox-vector-tile", "Content-Encoding": given, "ETag": `"0123-` + given + `"`,
			"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%q: %s is %q, want %q", asked, name, got, want)
			}
		}
		if got, want := w.Body.String(), given+" tile of 500237.red-line@2022"; got != want || w.Code != http.StatusOK {
			t.Errorf("%q: %d %q, want %q", asked, w.Code, got, want)
		}
	}
	for _, tag := range []string{`"0123-gzip"`, `W/"0123-gzip"`, `"x", "0123-gzip"`, "*"} {
		if w := s.get(at, "Accept-Encoding", "gzip", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != `"0123-gzip"` {
			t.Errorf("If-None-Match %s: %d, %d bytes", tag, w.Code, w.Body.Len())
		}
	}
	if w := s.get(at, "Accept-Encoding", "br", "If-None-Match", `"0123-gzip"`); w.Code != http.StatusOK {
		t.Errorf("another encoding's tag: %d", w.Code)
	}
	if head := s.do(s.request("HEAD", at, nil, "Accept-Encoding", "gzip")); head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d, %d bytes, %v", head.Code, head.Body.Len(), head.Header())
	}
	if s.resolved != 1 {
		t.Errorf("the catalogue was asked %d times for one version that cannot change", s.resolved)
	}
}

func TestReadTileOfSeveralLayers(t *testing.T) {
	s := newSite(t)
	if w := s.get("/tiles/red-line@2022,red-line@2022/10/824/419.mvt"); w.Code != http.StatusBadRequest {
		t.Errorf("one layer twice: %d %s", w.Code, w.Body)
	}
	many := strings.Repeat("red-line@2022,", 16) + "red-line@2022"
	s.problem(s.get("/tiles/"+many+"/10/824/419.mvt"), http.StatusBadRequest, "tile-too-many-layers")
	s.problem(s.get("/tiles/red-line@2022,/10/824/419.mvt"), http.StatusBadRequest, "ref-malformed")
}

// Only pages that the deployment names may read tiles from elsewhere, and nothing
// but what is drawn.
func TestSharesTilesWithNamedOrigins(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Origins = []string{"https://gis.example"} })
	const at = "/tiles/red-line@2022/10/824/419.mvt"
	w := s.get(at, "Origin", "https://gis.example")
	if w.Code != http.StatusOK || w.Header().Get("Access-Control-Allow-Origin") != "https://gis.example" || !slices.Contains(w.Header().Values("Vary"), "Origin") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for _, path := range []string{at, "/api/v1/layers"} {
		if w := s.get(path, "Origin", "https://evil.example"); w.Code != http.StatusForbidden || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	s.problem(s.get("/api/v1/layers", "Origin", "https://gis.example"), http.StatusForbidden, "origin-foreign")
}

// A server of an archive answers what is drawn, and says why it answers nothing else.
func TestArchiveAnswersNothingElse(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.Only = &geodata.Error{Kind: geodata.Unavailable, Code: "archive-only", ZH: "只有瓦片存档。", EN: "There is an archive only."}
	})
	s.problem(s.get("/api/v1/checks"), http.StatusServiceUnavailable, "archive-only")
	for _, path := range []string{"/tiles/red-line@2022/10/824/419.mvt", "/tiles/red-line.json", "/style.json", "/api/v1/layers", "/", "/healthz"} {
		if w := s.get(path); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestReadTileElsewhere(t *testing.T) {
	s := newSite(t)
	if w := s.get("/tiles/500237.red-line@2022/10/0/0.mvt"); w.Code != http.StatusNoContent || w.Body.Len() != 0 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("an empty tile: %d %v", w.Code, w.Header())
	}
	if w := s.get("/tiles/red-line@2026/10/824/419.mvt"); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("a draft's tile: %d %v", w.Code, w.Header())
	}
	if w := s.get("/tiles/red-line%402022/10/824/419.mvt"); w.Code != http.StatusOK {
		t.Errorf("an escaped @: %d %s", w.Code, w.Body)
	}
	s.problem(s.get("/tiles/red-line@1999/10/824/419.mvt"), http.StatusNotFound, "version-unknown")
	s.problem(s.get("/tiles/red-line/10/824/419.mvt"), http.StatusNotFound, "tile-label-needed")
	s.problem(s.get("/tiles/red-line@2022/10/1024/419.mvt"), http.StatusNotFound, "tile-outside")
	s.problem(s.get("/tiles/red-line@2022/x/1/1.mvt"), http.StatusBadRequest, "tile-malformed")
	s.problem(s.get("/tiles/red-line@2022/1/1/1.png"), http.StatusNotFound, "tile-format")
	s.problem(s.get("/tiles/Red@2022/1/1/1.mvt"), http.StatusBadRequest, "ref-malformed")
	s.problem(s.get("/tiles/red-line@2022/1/1/1.mvt?layers=all"), http.StatusBadRequest, "parameter-unknown")
}

// A tile that cannot be read must not be kept as an answer for ever.
func TestABrokenTileIsNotKept(t *testing.T) {
	s := newSite(t)
	s.broken = true
	s.problem(s.get("/tiles/red-line@2022/10/824/419.mvt"), http.StatusInternalServerError, "internal")
}

// A bare layer describes the version in force under its labelled address, and is
// asked for anew each time.
func TestReadTileJSON(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"red-line", "red-line@2022", "500237.red-line"} {
		w := s.get("/tiles/" + name + ".json")
		var d tiles.TileJSON
		if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %v %s", name, w.Code, err, w.Body)
		}
		if d.Tiles[0] != "http://127.0.0.1:8080/tiles/500237.red-line@2022/{z}/{x}/{y}.mvt" || w.Header().Get("Cache-Control") != "no-cache" || !d.Schematic {
			t.Errorf("%s: %v %s", name, w.Header(), w.Body)
		}
	}
	s.problem(s.get("/tiles/heritage.json"), http.StatusNotFound, "version-unknown")
	s.problem(s.get("/tiles/red-line"), http.StatusNotFound, "address-unknown")
	behind := newSite(t, func(c *Config) { c.PublicURL = "https://map.wushan.example" })
	if w := behind.get("/tiles/red-line.json"); !strings.Contains(w.Body.String(), `"https://map.wushan.example/tiles/500237.red-line@2022/{z}/{x}/{y}.mvt"`) {
		t.Errorf("behind a proxy: %s", w.Body)
	}
}

func TestReadCountyTileJSON(t *testing.T) {
	s := newSite(t)
	w := s.get("/tiles/500237.json")
	var d tiles.TileJSON
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	if len(d.Tiles) != 1 || d.Tiles[0] != "http://127.0.0.1:8080/tiles/500237.red-line@2022/{z}/{x}/{y}.mvt" || len(d.VectorLayers) != 1 {
		t.Errorf("got %s", w.Body)
	}
	if w := s.get("/tiles/999999.json"); w.Code != http.StatusNotFound {
		t.Errorf("another county: %d %s", w.Code, w.Body)
	}
}

func TestReadStyle(t *testing.T) {
	s := newSite(t)
	for _, query := range []string{"", "?variant=light", "?variant=contrast"} {
		w := s.get("/style.json" + query)
		var d tiles.StyleDocument
		if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %v %s", w.Code, err, w.Body)
		}
		if len(d.Sources) != 1 || len(d.Layers) != 4 || d.Layers[1].Paint["fill-color"] != "#d55e00" || d.Layers[2].Paint["line-color"] != "#aa3300" {
			t.Errorf("%q: %s", query, w.Body)
		}
	}
	s.problem(s.get("/style.json?variant=neon"), http.StatusBadRequest, "variant-unknown")
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"gzip": true, "br, gzip;q=0.5": true, "*": true, "GZIP": true,
		"": false, "gzip;q=0": false, "gzip; q=0.0": false, "br": false, "gzipped": false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}
