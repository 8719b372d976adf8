package basemap

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"hongxian/geodata"
)

// picture is a PNG of one pixel.
var picture = func() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

// service is a map server on this machine, and base maps of it.
func service(t *testing.T, private bool, handle http.HandlerFunc) *Sources {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	source, err := ParseSource("img="+server.URL+"/wmts?z={z}&x={x}&y={y}&tk={key}", "s3cret&")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open([]Source{source}, private)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func send(body []byte, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Write(body)
	}
}

func code(err error) string {
	var known *geodata.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return "none"
}

// A tile is asked for once, with its numbers and the key, and nothing of the request.
func TestTileIsFetchedOnceAndKept(t *testing.T) {
	var asked atomic.Int32
	s := service(t, true, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.RawQuery != "z=12&x=3300&y=1677&tk=s3cret%26" || r.Header.Get("Cookie") != "" || r.Header.Get("User-Agent") != agent {
			t.Errorf("asked %s %v", r.URL, r.Header)
		}
		w.Header().Set("Content-Type", "text/html") // what it is called is not believed
		w.Write(picture)
	})
	for range 3 {
		p, err := s.Tile(t.Context(), "img", Tile{12, 3300, 1677})
		if err != nil || p.Type != "image/png" || !bytes.Equal(p.Body, picture) {
			t.Fatalf("%v %s %d bytes", err, p.Type, len(p.Body))
		}
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// What is no picture of a fit size, and what leads elsewhere, is refused; an error
// does not tell the key.
func TestWhatIsNoPictureIsRefused(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		code   string
	}{
		"html":          {send([]byte("<html><script>alert(1)</script>"), "Content-Type", "image/png"), "basemap-unavailable"},
		"svg":           {send([]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "Content-Type", "image/svg+xml"), "basemap-unavailable"},
		"empty":         {send(nil), "basemap-unavailable"},
		"too large":     {send(append(bytes.Clone(picture), make([]byte, tileBytes)...)), "basemap-unavailable"},
		"redirect":      {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, "basemap-unavailable"},
		"refused":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, "basemap-unavailable"},
		"nothing there": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, "basemap-no-picture"},
		"breaks off":    {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "basemap-unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := service(t, true, c.handle).Tile(t.Context(), "img", Tile{})
			if code(err) != c.code {
				t.Fatalf("%s: %v", code(err), err)
			}
			var known *geodata.Error
			if errors.As(err, &known) && strings.Contains(known.ZH+known.EN+known.Error()+errorText(known.Err), "s3cret") {
				t.Errorf("the key is told: %v", err)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Whoever asked first may leave: the others wait for the same picture.
func TestLeavingDisturbsNobody(t *testing.T) {
	s := service(t, true, send(picture))
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := s.load(left, s.list[0], Tile{}); err != nil {
		t.Error(err)
	}
}

// A server on this machine is asked only where private addresses are allowed, whatever
// it is called.
func TestPrivateAddressesAreRefused(t *testing.T) {
	s := service(t, false, func(http.ResponseWriter, *http.Request) { t.Error("it was asked") })
	_, err := s.Tile(t.Context(), "img", Tile{})
	if code(err) != "basemap-unavailable" || !errors.Is(err, errPrivate) {
		t.Errorf("%v", err)
	}
	named, err := ParseSource("vec=http://localhost:9/{z}/{x}/{y}", "")
	if err != nil {
		t.Fatal(err)
	}
	if s, err = Open([]Source{named}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Tile(t.Context(), "vec", Tile{}); !errors.Is(err, errPrivate) {
		t.Errorf("localhost: %v", err)
	}
}

func TestPublicAddresses(t *testing.T) {
	for address, public := range map[string]bool{
		"58.20.10.1:443": true, "[2408:8000::1]:443": true, "8.8.8.8:80": true,
		"127.0.0.1:80": false, "[::1]:80": false, "[::ffff:127.0.0.1]:80": false, "[::ffff:10.1.2.3]:80": false, "0.0.0.0:80": false, "0.1.2.3:80": false,
		"10.0.0.1:80": false, "172.16.9.9:80": false, "192.168.1.1:80": false, "169.254.169.254:80": false, "100.100.100.200:80": false,
		"[fe80::1]:80": false, "[fe80::1%eth0]:80": false, "[fc00::1]:80": false, "[fec0::1]:80": false, "[64:ff9b::a00:1]:80": false, "[2002:a00:1::]:80": false,
		"224.0.0.1:80": false, "255.255.255.255:80": false, "240.0.0.1:80": false, "[ff02::1]:80": false, "nonsense": false,
	} {
		if err := publicOnly(address); (err == nil) != public {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestParseSource(t *testing.T) {
	for text, good := range map[string]bool{
		"img=https://t0.tianditu.gov.cn/img_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}": true,
		"own=http://10.1.1.1:8080/{z}/{x}/{y}.png":                                                  true,
		"img": false, "=https://a/{z}/{x}/{y}": false, "IMG=https://a/{z}/{x}/{y}": false, "a/b=https://a/{z}/{x}/{y}": false,
		"img=https://a/{z}/{x}": false, "img=https://a/{z}/{z}/{x}/{y}": false, "img=file:///{z}/{x}/{y}": false, "img=gopher://a/{z}/{x}/{y}": false,
		"img=https://{z}.a/{x}/{y}": false, "img=https://user:pw@a/{z}/{x}/{y}": false, "img=//a/{z}/{x}/{y}": false, "img=https:///{z}/{x}/{y}": false,
		"img=https://{key}/{z}/{x}/{y}": false, "img=https://a/{z}/{x}/{y}#f": false,
	} {
		if _, err := ParseSource(text, "k"); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ParseSource("img=https://a/{z}/{x}/{y}?tk={key}", ""); code(err) != "basemap-malformed" {
		t.Errorf("without its key: %v", err)
	}
	var none *Sources
	if _, err := none.Tile(t.Context(), "img", Tile{}); code(err) != "basemap-unknown" || none.List() != nil {
		t.Errorf("without base maps: %v", err)
	}
	if _, err := Open(make([]Source, MaxSources+1), false); code(err) != "basemap-too-many" {
		t.Errorf("too many: %v", err)
	}
}

// Whatever numbers are asked for, only digits within the scheme come into an address.
func FuzzTile(f *testing.F) {
	source, err := ParseSource("img=https://a.example/{z}/{x}/{y}", "")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][3]string{{"12", "3300", "1677"}, {"0", "0", "0"}, {"19", "0", "0"}, {"1", "2", "0"}, {"-1", "0", "0"}, {"01", "0", "0"}, {"1", "../..", "0"}, {"1", "0", "0?u=http://b"}, {"1", "{y}", "0"}, {"4294967296", "0", "0"}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, z, x, y string) {
		tile, err := ParseTile(z, x, y)
		if err != nil {
			return
		}
		if tile.Z > MaxZoom || tile.X >= 1<<tile.Z || tile.Y >= 1<<tile.Z {
			t.Fatalf("%+v", tile)
		}
		if at := source.address(tile); at != "https://a.example/"+z+"/"+x+"/"+y {
			t.Fatalf("%s", at)
		}
	})
}
