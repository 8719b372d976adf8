package signon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Condition (提供方状况) is whether people can sign in through a provider now, for whoever
// runs the service.
type Condition struct {
	Issuer string // as it was named
	Said   string // what it calls itself, where that is another name
	Keys   int    // that it signs with

	// Ahead is by how much its clock runs ahead of this machine's, as far as the seconds
	// that it tells can show; negative: behind.
	Ahead time.Duration

	Err error // why nobody can sign in; nil: they can, as far as clocks allow
}

// clockBehind is by how much a provider's clock may run behind: its tokens, which mostly
// live for five minutes, are over when they arrive.
const clockBehind = 5 * time.Minute

// TooFarApart reports whether tokens are refused for what the clocks differ by.
func (c Condition) TooFarApart() bool { return c.Ahead > clockSkew || c.Ahead < -clockBehind }

// Foreign reports whether the provider names addresses of origins that nobody named.
func (c Condition) Foreign() bool { return errors.Is(c.Err, errForeign) }

// Examine asks the provider anew for its document and its keys, as signing in does.
func (p *Provider) Examine(ctx context.Context) Condition {
	c := Condition{Issuer: p.settings.Issuer}
	ctx, leave, err := p.enter(ctx)
	if err != nil {
		c.Err = err
		return c
	}
	defer leave()
	watch := &dated{next: p.http.Transport, ahead: &c.Ahead}
	asking := *p.http
	asking.Transport = watch
	found, err := p.describe(oidc.ClientContext(ctx, &asking))
	var other *oidc.IssuerMismatchError
	if errors.As(err, &other) {
		c.Said = other.Discovered
	}
	if err == nil {
		c.Keys, err = keysOf(ctx, &asking, found)
	}
	c.Err = err
	return c
}

// keysOf counts the keys that a provider offers.
func keysOf(ctx context.Context, asking *http.Client, found *oidc.Provider) (int, error) {
	var document struct {
		Keys string `json:"jwks_uri"`
	}
	if err := found.Claims(&document); err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, document.Keys, nil)
	if err != nil {
		return 0, err
	}
	answer, err := asking.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	var offered struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", document.Keys, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(&offered); err != nil {
		return 0, fmt.Errorf("%s: %w", document.Keys, err)
	}
	if len(offered.Keys) == 0 {
		return 0, fmt.Errorf("%s: no keys", document.Keys)
	}
	return len(offered.Keys), nil
}

// dated notes how far the clock behind an answer runs ahead.
type dated struct {
	next  http.RoundTripper
	ahead *time.Duration
}

// RoundTrip implements http.RoundTripper. The date of an answer is some moment of its
// second, between the asking and the answer: what that alone explains is no difference.
func (d *dated) RoundTrip(r *http.Request) (*http.Response, error) {
	before := time.Now()
	answer, err := d.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	after := time.Now()
	if said, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		*d.ahead = max(said.Sub(after), 0) + min(said.Add(time.Second).Sub(before), 0)
	}
	return answer, nil
}
