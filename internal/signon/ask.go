package signon

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Limits. Nothing that is sent lifts them.
const (
	askTime   = 10 * time.Second // for one question to the provider
	askBytes  = 1 << 20          // of one answer
	asks      = 8                // sign-ins that ask it at a time
	freshFor  = time.Hour        // its document is believed
	sulkFor   = 3 * time.Second  // after it failed, before it is asked again
	ticketAge = 10 * time.Minute // from leaving for the provider to coming back
	clockSkew = 2 * time.Minute  // by which its clock may run ahead
)

// errForeign is why a question was not asked.
var errForeign = errors.New("the address is not of an origin that was named for the provider")

// guard asks the named origins and nobody else, whatever led there.
type guard struct {
	origins []string
	next    http.RoundTripper
}

func (g guard) names(scheme, host string) bool {
	return slices.Contains(g.origins, strings.ToLower(scheme+"://"+host))
}

// RoundTrip implements http.RoundTripper.
func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if !g.names(r.URL.Scheme, r.URL.Host) {
		return nil, fmt.Errorf("%s://%s: %w", r.URL.Scheme, r.URL.Host, errForeign)
	}
	answer, err := g.next.RoundTrip(r)
	if err == nil {
		answer.Body = bounded{io.LimitReader(answer.Body, askBytes), answer.Body}
	}
	return answer, err
}

// bounded is a body that ends early where it would not end.
type bounded struct {
	io.Reader
	io.Closer
}

// client asks directly, without the environment's proxies, and follows no redirects. A
// name that is spoken to in plain text must be of this machine when it is called, too.
func client(origins []string) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	plain := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		if at, err := netip.ParseAddrPort(address); err != nil || !at.Addr().Unmap().IsLoopback() {
			return fmt.Errorf("%s: %w", address, errForeign)
		}
		return nil
	}}
	direct := func(dialer *net.Dialer) *http.Transport {
		return &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: 64 << 10,
			MaxConnsPerHost: asks, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true}
	}
	byScheme := schemes{https: direct(dialer), http: direct(plain)}
	return &http.Client{Timeout: askTime, Transport: guard{origins, byScheme},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// schemes sends what is in plain text another way.
type schemes struct{ https, http *http.Transport }

// RoundTrip implements http.RoundTripper.
func (s schemes) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" {
		return s.https.RoundTrip(r)
	}
	return s.http.RoundTrip(r)
}
