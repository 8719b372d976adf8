package httpapi

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"hongxian/geodata"
)

// Limits (限额) bound what clients can ask of a server. No request changes them. A zero
// field means the default; a negative rate means none.
type Limits struct {
	PersonRate  float64       // requests a second of one person; ten times as many may come at once
	AddressRate float64       // requests a second from one address
	Heavy       int           // heavy pieces of work at a time
	HeavyQueue  int           // waiting for their turn
	Connections int           // open at a time
	HeaderTime  time.Duration // for a request's headers to arrive
	StallTime   time.Duration // without a byte of a body, either way
	Patience    time.Duration // how long heavy work may wait for its turn
}

// The defaults. An office behind one address shares AddressRate; a map that is moved
// asks for some 50 tiles a second.
const (
	defaultPersonRate  = 100
	defaultAddressRate = 400
	burstSeconds       = 10
	defaultConnections = 4096
	defaultHeaderTime  = 10 * time.Second
	defaultStallTime   = 30 * time.Second
	defaultPatience    = 25 * time.Second
	// slowestUpload is how many bytes a second a body must come with on the whole, once
	// StallTime has passed: 100 MiB take at most 110 minutes.
	slowestUpload = 16 << 10
	// uploadsAtOnce is how many uploads are taken in at a time: each holds up to a MiB.
	uploadsAtOnce = 256
	// uploadsEach is how many of them come from one address.
	uploadsEach = 16
)

func (l Limits) orDefault() Limits {
	return Limits{
		PersonRate:  cmp.Or(l.PersonRate, defaultPersonRate),
		AddressRate: cmp.Or(l.AddressRate, defaultAddressRate),
		Heavy:       cmp.Or(l.Heavy, max(2, runtime.GOMAXPROCS(0))),
		HeavyQueue:  cmp.Or(l.HeavyQueue, 64),
		Connections: cmp.Or(l.Connections, defaultConnections),
		HeaderTime:  cmp.Or(l.HeaderTime, defaultHeaderTime),
		StallTime:   cmp.Or(l.StallTime, defaultStallTime),
		Patience:    cmp.Or(l.Patience, defaultPatience),
	}
}

// delayed is a refusal for now: when to come again, and the place in the queue.
type delayed struct {
	why      *geodata.Error
	status   int // 429: this client asks too much; 503: all together do
	after    time.Duration
	position int // 0: none
}

func (d *delayed) Error() string { return d.why.Error() }

func (d *delayed) Unwrap() error { return d.why }

// seconds are those of a Retry-After header, at least one.
func (d *delayed) seconds() int { return max(1, int(math.Ceil(d.after.Seconds()))) }

func delayOf(err error) *delayed {
	var d *delayed
	errors.As(err, &d)
	return d
}

// metered is how many clients' rates are remembered; who is forgotten begins anew.
const metered = 20_000

// rates are limiters by client.
type rates struct {
	perSecond float64
	clients   *otter.Cache[string, *rate.Limiter]
}

func newRates(perSecond float64) (*rates, error) {
	clients, err := otter.New(&otter.Options[string, *rate.Limiter]{MaximumSize: metered,
		ExpiryCalculator: otter.ExpiryAccessing[string, *rate.Limiter](10 * time.Minute)})
	return &rates{perSecond, clients}, err
}

// wait is how long a client has to wait before it may ask again; 0: it may now.
func (r *rates) wait(client string) time.Duration {
	if r.perSecond <= 0 {
		return 0
	}
	limiter, ok := r.clients.GetIfPresent(client)
	if !ok {
		limiter, _ = r.clients.SetIfAbsent(client, rate.NewLimiter(rate.Limit(r.perSecond), max(1, int(r.perSecond*burstSeconds))))
	}
	now := time.Now()
	if limiter.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - limiter.TokensAt(now)) / r.perSecond * float64(time.Second))
}

// tooFast refuses a client for now.
func tooFast(after time.Duration, zh, en string) error {
	return &delayed{status: http.StatusTooManyRequests, after: after, why: &geodata.Error{Kind: geodata.Unavailable, Code: "too-many-requests",
		ZH: fmt.Sprintf("%s的请求过于频繁，请稍候再试。", zh), EN: fmt.Sprintf("Too many requests from this %s; try again in a moment.", en)}}
}

// limitAddress holds back an address that asks too much, before anything is done for it.
func (s *Server) limitAddress(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		address := c.RealIP()
		if s.atHome(address) {
			return next(c)
		}
		if after := s.addresses.wait(address); after > 0 {
			return tooFast(after, "该地址", "address")
		}
		return next(c)
	}
}

// limitPerson holds back a person who asks too much, from whatever addresses.
func (s *Server) limitPerson(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		asking := askedBy(c)
		if asking == nil || asking.Person.ID == 0 {
			return next(c)
		}
		if after := s.persons.wait(asking.Person.Name); after > 0 {
			return tooFast(after, "该账号", "account")
		}
		return next(c)
	}
}

// atHome says that a client sits at the machine itself, where limits would only be in
// the way. Where a proxy is named nobody is: its address stands for others'.
func (s *Server) atHome(address string) bool {
	if len(s.Proxies) > 0 {
		return false
	}
	addr, err := netip.ParseAddr(address)
	return err == nil && addr.IsLoopback()
}
