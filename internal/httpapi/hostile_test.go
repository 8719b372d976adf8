package httpapi

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
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
	switch r.IntN(4) {
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
	s := newSite(t)
	random := rand.New(rand.NewPCG(5, 237))
	ask := func(count int) {
		for range count {
			path := hostilePath(random)
			r, err := http.NewRequest("GET", "http://127.0.0.1:8080/", nil)
			if err != nil {
				t.Fatal(err)
			}
			// As a client that does not parse what it sends.
			if u, err := r.URL.Parse(path); err == nil {
				r.URL = u
				r.URL.Host, r.URL.Scheme = "", ""
			} else {
				continue
			}
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, r)
			s.log.Reset()
			if w.Code >= 500 {
				t.Fatalf("%.200q: %d %s", path, w.Code, w.Body)
			}
		}
	}
	ask(n / 2)
	before := heap()
	ask(n / 2)
	if grown := int64(heap()) - int64(before); grown > 4<<20 {
		t.Errorf("%d requests left %d bytes behind", n/2, grown)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
