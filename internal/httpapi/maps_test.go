package httpapi

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hongxian/tiles"
)

func TestReadTile(t *testing.T) {
	s := newSite(t)
	const at = "/tiles/red-line@2022/10/824/419.mvt"
	w := s.get(at, "Accept-Encoding", "gzip")
	zr, err := gzip.NewReader(w.Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v", w.Code, err)
	}
	if b, _ := io.ReadAll(zr); string(b) != "a tile" {
		t.Errorf("unpacked to %q", b)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/vnd.mapbox-vector-tile", "Content-Encoding": "gzip", "ETag": `"0123"`,
		"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if w := s.get(at, "Accept-Encoding", "gzip", "If-None-Match", `"0123"`); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("conditional: %d, %d bytes", w.Code, w.Body.Len())
	}
	plain := s.get(at)
	if plain.Body.String() != "a tile" || plain.Header().Get("ETag") != `"0123-plain"` || plain.Header().Get("Content-Encoding") != "" {
		t.Errorf("without gzip: %v %q", plain.Header(), plain.Body)
	}
	if head := s.do(s.request("HEAD", at, nil, "Accept-Encoding", "gzip")); head.Code != http.StatusOK || head.Body.Len() != 0 {
		t.Errorf("HEAD: %d, %d bytes", head.Code, head.Body.Len())
	}
	if s.resolved != 1 {
		t.Errorf("the catalogue was asked %d times for one version that cannot change", s.resolved)
	}
}

func TestReadTileElsewhere(t *testing.T) {
	s := newSite(t)
	if w := s.get("/tiles/500237.red-line@2022/10/0/0.mvt"); w.Code != http.StatusNoContent || w.Body.Len() != 0 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("an empty tile: %d %v", w.Code, w.Header())
	}
	if w := s.get("/tiles/red-line@2026/10/824/419.mvt"); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
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

// A tile that cannot be unpacked must not be kept as an answer for ever.
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

func TestReadStyle(t *testing.T) {
	s := newSite(t)
	w := s.get("/style.json")
	var d tiles.StyleDocument
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	if len(d.Sources) != 1 || len(d.Layers) != 3 || d.Layers[1].Paint["fill-color"] != "#d55e00" || d.Layers[2].Paint["line-color"] != "#aa3300" {
		t.Errorf("got %s", w.Body)
	}
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
