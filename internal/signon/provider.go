package signon

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"hongxian/geodata"
)

// Provider (认证提供方) is who vouches for people. It is safe for concurrent use.
type Provider struct {
	settings Settings
	guard    guard
	http     *http.Client
	slots    chan struct{}
	known    chan known // holds one: what is known of the provider
}

// known is the provider as it described itself, or why it did not.
type known struct {
	provider *oidc.Provider
	err      error
	until    time.Time
}

// Open readies a provider without asking it. Errors: Invalid for settings that do not
// hold together.
func Open(s Settings) (*Provider, error) {
	if err := s.judge(); err != nil {
		return nil, err
	}
	origins, err := s.origins()
	if err != nil {
		return nil, err
	}
	p := &Provider{settings: s, guard: guard{origins: origins}, http: client(origins), slots: make(chan struct{}, asks), known: make(chan known, 1)}
	p.known <- known{}
	return p, nil
}

// Title is what the button is called.
func (p *Provider) Title() string { return cmp.Or(p.settings.Title, "统一认证") }

// Begin gives the address to which the browser that holds the ticket goes to sign in.
// Errors: Unavailable while the provider cannot be asked.
func (p *Provider) Begin(ctx context.Context, t Ticket) (string, error) {
	ctx, leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.flow(found).AuthCodeURL(t.state(), oidc.Nonce(t.nonce()), oauth2.S256ChallengeOption(t.verifier())), nil
}

// enter waits for a place among those who ask the provider.
func (p *Provider) enter(ctx context.Context) (context.Context, func(), error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.http), askTime)
	select {
	case p.slots <- struct{}{}:
		return ctx, func() { <-p.slots; cancel() }, nil
	case <-ctx.Done():
		cancel()
		return nil, nil, unavailable(ctx.Err())
	}
}

// flow is the client of the provider.
func (p *Provider) flow(found *oidc.Provider) *oauth2.Config {
	endpoint := found.Endpoint()
	if p.settings.ClientSecret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	scopes := slices.Concat([]string{oidc.ScopeOpenID, "profile"}, p.settings.Scopes)
	return &oauth2.Config{ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret, Endpoint: endpoint, RedirectURL: p.settings.Back, Scopes: scopes}
}

// discover gives the provider as it describes itself, asked anew by the hour; one that
// does not answer then is taken for what it was.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	var k known
	select {
	case k = <-p.known:
	case <-ctx.Done():
		return nil, unavailable(ctx.Err())
	}
	defer func() { p.known <- k }()
	if time.Now().Before(k.until) {
		return k.provider, k.err
	}
	found, err := p.describe(ctx)
	switch {
	case err == nil:
		k = known{provider: found, until: time.Now().Add(freshFor)}
	case k.provider != nil:
		k.until = time.Now().Add(sulkFor)
	default:
		k = known{err: unavailable(err), until: time.Now().Add(sulkFor)}
	}
	return k.provider, k.err
}

// describe fetches the provider's document. Where it sends browsers, and where it would
// be asked, must be of the origins that were named.
func (p *Provider) describe(ctx context.Context) (*oidc.Provider, error) {
	found, err := oidc.NewProvider(ctx, p.settings.Issuer)
	if err != nil {
		return nil, err
	}
	var document struct {
		Keys string `json:"jwks_uri"`
	}
	if err := found.Claims(&document); err != nil {
		return nil, err
	}
	addresses := []string{found.Endpoint().AuthURL, found.Endpoint().TokenURL, document.Keys}
	if info := found.UserInfoEndpoint(); info != "" {
		addresses = append(addresses, info)
	}
	for _, address := range addresses {
		if u, err := url.Parse(address); err != nil || u.User != nil || !p.guard.names(u.Scheme, u.Host) {
			return nil, fmt.Errorf("it names %.200q: %w", address, errForeign)
		}
	}
	return found, nil
}

func unavailable(err error) error {
	return &geodata.Error{Kind: geodata.Unavailable, Code: "sign-on-unavailable", Err: err,
		ZH: "统一认证暂时没有应答，请稍后再试，或用本系统的用户名和密码登录。",
		EN: "The identity provider does not answer as it should; try again later, or sign in with a name and password of this service."}
}
