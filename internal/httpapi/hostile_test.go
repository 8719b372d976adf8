package httpapi

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"hongxian/tiles"
)

// hostilePath makes an address up out of pieces that have broken tile servers.
func hostilePath(r *rand.Rand) string {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	part := func() string {
		switch r.IntN(6) {
		case 0:
			return fmt.Sprint(r.Int64() - r.Int64())
		case 1:
			return strings.Repeat(pick("9", "a", "%41", "../", "%2e%2e%2f", "红"), r.IntN(600))
		case 2:
			return pick("-1", "+1", "0x10", "1e9", "01", "NaN", "4294967296", "18446744073709551616", "", ".", "..", "null")
		case 3:
			return pick("%00", "%0d%0a", "%ff%fe", "%e7%ba%a2", "٣", "０", "💥", "%25%32%46", "'", "\"", ";--", "{z}", "%7Bz%7D")
		}
		return fmt.Sprint(r.IntN(1 << r.IntN(20)))
	}
	ref := func() string {
		return pick("red-line@2022", "500237.red-line@2022", "red-line", "red-line@2022,township@2023", "Red@1", "a@"+part(), part()+"@2022",
			strings.Repeat("red-line@2022,", r.IntN(40)), part())
	}
	switch r.IntN(5) {
	case 4: // one of the billions that there are
		z := r.IntN(tiles.MaxZoom + 1)
		return fmt.Sprintf("/tiles/red-line@2022/%d/%d/%d.mvt", z, r.IntN(1<<z), r.IntN(1<<z))
	case 0:
		return "/tiles/" + ref() + pick(".json", "", ".JSON", "/")
	case 1:
		return "/tiles/" + ref() + "/" + part() + "/" + part() + pick("", "?z=99", "?limit=0&limit=1", "?%zz")
	}
	return "/tiles/" + ref() + "/" + part() + "/" + part() + "/" + part() + pick(".mvt", ".mvt", ".png", "", ".mvt/", ".mvt?buffer=9999")
}

// Whatever is asked for, nothing fails inside, and nothing is kept of it.
func TestHostilePaths(t *testing.T) { hostile(t, 5_000) }

func BenchmarkHostilePaths(b *testing.B) {
	for b.Loop() {
		hostile(b, 100_000)
	}
}

func hostile(t testing.TB, n int) {
	s := newTileSite(t)
	random := rand.New(rand.NewPCG(5, 237))
	answers := map[int]int{}
	ask := func(count int) {
		for range count {
			answers[s.raw(hostilePath(random))]++
		}
	}
	ask(n / 2)
	before := heap()
	ask(n / 2)
	if grown := int64(heap()) - int64(before); grown > 4<<20 {
		t.Errorf("%d requests left %d bytes behind", n/2, grown)
	}
	t.Logf("answers by status: %v", answers)
	if refused := answers[http.StatusTooManyRequests]; refused > 0 {
		t.Errorf("%d requests were refused unread", refused)
	}
	for _, code := range []int{200, 204, 400, 404} {
		if answers[code] < n/1000 {
			t.Errorf("of %d requests %d were answered with %d: the paths are not hostile in all ways", n, answers[code], code)
		}
	}
}

// newTileSite is a site whose tiles come through a real cache.
func newTileSite(t testing.TB) *site {
	renderer, err := tiles.NewRenderer(&countedTiles{}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return newSite(t, func(c *Config) { c.Tiles = renderer })
}

// raw asks for a path as it is, read as the server reads it off the line, and gives
// the status; what is no HTTP at all, net/http itself refuses.
func (s *site) raw(path string) int {
	s.t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n")))
	if err != nil {
		return http.StatusBadRequest
	}
	r.RemoteAddr = "127.0.0.1:40000" // whose rate is not limited
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	s.log.Reset()
	if w.Code >= 500 {
		s.t.Fatalf("%.200q: %d %s", path, w.Code, w.Body)
	}
	return w.Code
}

// Whatever stands in the path: no failure inside, and a tile only under its one
// spelling.
func FuzzTilePath(f *testing.F) {
	for _, path := range []string{"red-line@2022/10/824/419.mvt", "red-line@2022,township@2023/0/0/0.mvt", "red-line%402022/10/824/419.mvt",
		"red-line@2022/-1/+1/01.mvt", "red-line@2022/16/65536/0.mvt", "../../etc/passwd", "红线@2022/٣/０/1.mvt", "a@b/1/1/1.mvt?z=2", "red-line@2022/1/%00/1.mvt"} {
		f.Add(path)
	}
	s := newTileSite(f)
	plain := regexp.MustCompile(`^[^/?]+/([0-9]|1[0-6])/(0|[1-9][0-9]*)/(0|[1-9][0-9]*)\.mvt$`)
	f.Fuzz(func(t *testing.T, path string) {
		if strings.ContainsAny(path, "\r\n") {
			return // another request
		}
		s.t = t
		code := s.raw("/tiles/" + path)
		unescaped, err := url.PathUnescape(path)
		if (code == http.StatusOK || code == http.StatusNoContent) && strings.Count(path, "/") > 1 && (err != nil || !plain.MatchString(unescaped)) {
			t.Errorf("%q is answered with %d", path, code)
		}
	})
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
