package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/answer"
	"hongxian/internal/report/delivery"
)

// Who asks too much is told when to come again; others are not held up, and nobody at
// the machine itself is.
func TestRatesHoldBackWhoAsksTooMuch(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Limits = Limits{AddressRate: 0.5, PersonRate: 0.5} }) // five at once
	from := func(address string) *httptest.ResponseRecorder {
		r := s.request("GET", "/healthz", nil)
		r.RemoteAddr = address
		return s.do(r)
	}
	codes := map[int]int{}
	var last *httptest.ResponseRecorder
	for range 8 {
		last = from("10.0.0.7:1234")
		codes[last.Code]++
	}
	if codes[200] != 5 || codes[429] != 3 || last.Header().Get("Retry-After") != "2" {
		t.Errorf("%v, Retry-After %q", codes, last.Header().Get("Retry-After"))
	}
	if p := s.problem(last, http.StatusTooManyRequests, "too-many-requests"); p.RetryAfter == nil || *p.RetryAfter != 2 {
		t.Errorf("%+v", p)
	}
	for range 8 {
		if w := from("127.0.0.1:1"); w.Code != 200 {
			t.Fatalf("at the machine itself: %d", w.Code)
		}
	}
	if w := from("10.0.0.8:1"); w.Code != 200 {
		t.Errorf("another address: %d", w.Code)
	}
}

// One person is held back, from whatever addresses; others, and the local user, are not.
func TestAPersonIsHeldBackByName(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Limits = Limits{PersonRate: 0.2} })
	limited := s.server.limitPerson(func(echo.Context) error { return nil })
	refused := map[string]int{}
	for i := range 4 {
		for _, p := range []account.Person{{ID: 7, Name: "li"}, {ID: int64(100 + i), Name: fmt.Sprint("p", i)}, account.Local()} {
			r := s.request("GET", "/", nil)
			r.RemoteAddr = fmt.Sprintf("10.0.0.%d:1", i)
			c := s.server.echo.NewContext(r, httptest.NewRecorder())
			c.Set(visitKey, &visit{asking: &account.Session{Person: p}})
			if err := limited(c); delayOf(err) != nil {
				refused[p.Name]++
			}
		}
	}
	if len(refused) != 1 || refused["li"] != 2 {
		t.Errorf("%v, want two refusals of li", refused)
	}
}

// Made-up clients cannot fill the memory.
func TestRatesAreBounded(t *testing.T) {
	r, err := newRates(1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 * metered {
		r.wait(fmt.Sprint(i))
	}
	r.clients.CleanUp()
	if n := r.clients.EstimatedSize(); n > metered {
		t.Errorf("%d are remembered, at most %d should", n, metered)
	}
}

// A proxy's own address is no excuse for what comes through it.
func TestBehindAProxyNobodyIsAtHome(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	if s.server.atHome("127.0.0.1") || !s.server.ownsMany("127.0.0.1") || s.server.ownsMany("10.0.0.1") {
		t.Error("the proxy's address counts as the machine's, or may not open many connections")
	}
}

// heavyWork is one piece of heavy work that lasts until it is let go.
type heavyWork struct {
	begun chan string
	go_   chan struct{}
}

func (h *heavyWork) Verify(ctx context.Context, id string) (*answer.Verification, error) {
	h.begun <- id
	select {
	case <-h.go_:
	case <-ctx.Done():
	}
	return nil, checkUnknown()
}

// Heavy work waits for its turn by person; the queue is bounded, and whoever is sent
// away learns the place and when to come again.
func TestHeavyWorkWaitsForItsTurn(t *testing.T) {
	work := &heavyWork{begun: make(chan string, 9), go_: make(chan struct{})}
	s := newSite(t, func(c *Config) {
		c.Verifier = work
		c.Limits = Limits{Heavy: 1, HeavyQueue: 4, Patience: 30 * time.Second}
	})
	var group sync.WaitGroup
	ask := func(who, code string) {
		group.Go(func() {
			r := s.request("GET", "/api/v1/verify/"+code, nil)
			r.RemoteAddr = who
			s.server.ServeHTTP(httptest.NewRecorder(), r)
		})
	}
	code := func(n int) string { return strings.Repeat(fmt.Sprint(n), 64) }
	waiting := func(n int) {
		for s.server.turns.Load().Waiting != n {
			time.Sleep(time.Millisecond)
		}
	}
	ask("10.0.0.1:1", code(1))
	first := <-work.begun
	ask("10.0.0.1:1", code(2)) // one of a quarter of the queue: the most that a may have waiting
	waiting(1)
	ask("10.0.0.2:1", code(3))
	waiting(2)
	r := s.request("GET", "/api/v1/verify/"+code(4), nil)
	r.RemoteAddr = "10.0.0.1:2"
	w := s.do(r)
	if p := s.problem(w, http.StatusServiceUnavailable, "queue-full"); p.QueuePosition == nil || *p.QueuePosition != 3 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%v %+v", w.Header(), p)
	}
	close(work.go_)
	group.Wait()
	if second, third := <-work.begun, <-work.begun; first == second || second == third {
		t.Errorf("served %s, %s, %s", first, second, third)
	}
	if l := s.server.turns.Load(); l.Running+l.Waiting != 0 {
		t.Errorf("left over: %+v", l)
	}
}

func TestImpatienceTellsThePlace(t *testing.T) {
	work := &heavyWork{begun: make(chan string, 9), go_: make(chan struct{})}
	s := newSite(t, func(c *Config) {
		c.Verifier = work
		c.Limits = Limits{Heavy: 1, HeavyQueue: 4, Patience: time.Millisecond}
	})
	var group sync.WaitGroup
	group.Go(func() {
		s.server.ServeHTTP(httptest.NewRecorder(), s.request("GET", "/api/v1/verify/"+strings.Repeat("1", 64), nil))
	})
	<-work.begun
	w := s.get("/api/v1/verify/" + strings.Repeat("2", 64))
	if p := s.problem(w, http.StatusServiceUnavailable, "queue-slow"); p.QueuePosition == nil || *p.QueuePosition != 1 {
		t.Errorf("%+v", p)
	}
	close(work.go_)
	group.Wait()
}

// One address takes in no more than its share of uploads.
func TestUploadsAreBounded(t *testing.T) {
	var a arrivals
	for i := range uploadsEach {
		if !a.begin("x", false) {
			t.Fatalf("number %d was refused", i)
		}
	}
	if a.begin("x", false) || !a.begin("y", false) || !a.begin("x", true) {
		t.Error("the share of an address does not hold, or holds others")
	}
	for range uploadsEach + 1 {
		a.end("x")
	}
	a.end("y")
	if a.count() != 0 || len(a.from) != 0 {
		t.Errorf("left over: %+v", a.from)
	}
	for i := range uploadsAtOnce {
		a.begin(fmt.Sprint(i), false)
	}
	if a.begin("z", true) {
		t.Error("more than all together")
	}
}

// running is a server on a port of its own.
func running(t *testing.T, limits Limits, change ...func(*Config)) (*site, string) {
	s := newSite(t, append(change, func(c *Config) { c.Limits = limits })...)
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return s, l.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// answers reports whether a new client is answered at once.
func answers(t *testing.T, address string) {
	t.Helper()
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	w, err := client.Get("http://" + address + "/healthz")
	if err != nil {
		t.Fatalf("a new client is shut out: %v", err)
	}
	w.Body.Close()
}

// cutOff waits until the server ends a connection.
func cutOff(c net.Conn) bool {
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, err := io.Copy(io.Discard, c)
	return err == nil || !strings.Contains(err.Error(), "timeout")
}

// Ten thousand connections that say nothing, half of them after a first answer: a new
// client is answered, few stay open, and little memory is held.
func TestTenThousandIdleConnections(t *testing.T) {
	const all, most = 10_000, 500
	s, address := running(t, Limits{Connections: most})
	before := heap()
	for i := range all {
		c := dial(t, address)
		if i%2 == 0 {
			io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: "+address+"\r\n\r\n")
			if i%100 == 0 { // as it is now and then
				if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	answers(t, address)
	open, _, shed := s.server.crowd.counts()
	if open > most+10 || shed < all-most-10 {
		t.Errorf("%d connections are open, %d were closed for others", open, shed)
	}
	if grown := int64(heap()) - int64(before); grown > 64<<20 {
		t.Errorf("%d MB are held", grown>>20)
	}
}

// Headers that come by the byte are cut off in time, whoever sends them; others are
// answered meanwhile.
func TestSlowHeadersAreCutOff(t *testing.T) {
	_, address := running(t, Limits{HeaderTime: 300 * time.Millisecond})
	var slow []net.Conn
	stop := make(chan struct{})
	defer close(stop)
	for range 50 {
		c := dial(t, address)
		slow = append(slow, c)
		go func() {
			io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: "+address+"\r\n")
			for {
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
				}
				if _, err := io.WriteString(c, "X-A: b\r\n"); err != nil {
					return
				}
			}
		}()
	}
	answers(t, address)
	for _, c := range slow {
		if !cutOff(c) {
			t.Fatal("a client that never ends its headers is still connected")
		}
	}
}

// A header too large is refused before it is all read.
func TestLargeHeadersAreRefused(t *testing.T) {
	_, address := running(t, Limits{})
	c := dial(t, address)
	go io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: "+address+"\r\nX-A: "+strings.Repeat("a", 200<<10)+"\r\n\r\n")
	w, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || w.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%v, %v", w, err)
	}
}

// trickle sends a check whose body comes in pieces, some time apart, and gives the
// status; 0 when the server ends the connection.
func trickle(t *testing.T, address string, pieces int, apart time.Duration) int {
	t.Helper()
	c := dial(t, address)
	const piece = `          `
	start, end := `{"type":"FeatureCollection",`, `"features":[]}`
	fmt.Fprintf(c, "POST /api/v1/checks HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		address, len(start)+len(end)+pieces*len(piece), start)
	go func() {
		for range pieces {
			time.Sleep(apart)
			if _, err := io.WriteString(c, piece); err != nil {
				return
			}
		}
		io.WriteString(c, end)
	}()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	w, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	return w.StatusCode
}

// A body that comes slowly but steadily is taken, one that stalls or comes by the byte
// is not.
func TestSlowBodies(t *testing.T) {
	_, address := running(t, Limits{StallTime: 500 * time.Millisecond})
	if code := trickle(t, address, 4, 60*time.Millisecond); code != http.StatusCreated {
		t.Errorf("slow but steady: %d", code)
	}
	if code := trickle(t, address, 1, 1500*time.Millisecond); code == http.StatusCreated {
		t.Errorf("a body that stalls was taken")
	}
	if code := trickle(t, address, 12, 100*time.Millisecond); code == http.StatusCreated {
		t.Errorf("a body that comes at 100 bytes a second was taken")
	}
}

// A client that does not take its answer is cut off, and does not hold the answer.
func TestAnswersThatAreNotTaken(t *testing.T) {
	s, address := running(t, Limits{StallTime: 200 * time.Millisecond}, func(c *Config) { c.Exporter = large{} })
	c := dial(t, address)
	c.(*net.TCPConn).SetReadBuffer(4 << 10)
	io.WriteString(c, "GET "+exportPath+" HTTP/1.1\r\nHost: "+address+"\r\n\r\n")
	head := make([]byte, 15)
	if _, err := io.ReadFull(c, head); err != nil || string(head) != "HTTP/1.1 200 OK" {
		t.Fatalf("%q, %v", head, err)
	}
	if l := s.server.turns.Load(); l.Running != 0 {
		t.Error("a client that does not take its answer holds a turn")
	}
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if open, _, _ := s.server.crowd.counts(); open == 0 {
			break
		}
		if time.Now().After(until) {
			t.Fatal("the client is still connected")
		}
	}
}

// large exports more than buffers on the way can take.
type large struct{}

func (large) Write(_ context.Context, _ geodata.VersionRef, _ delivery.Format, w io.Writer) (geodata.Version, error) {
	_, err := w.Write(make([]byte, 32<<20))
	return inForce, err
}
