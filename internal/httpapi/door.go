package httpapi

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/account"
)

// Accounts says who is asking, and keeps who may; see account.Book.
type Accounts interface {
	Any(ctx context.Context) (bool, error)
	Who(ctx context.Context, secret account.Secret) (account.Session, error)
	Bearer(ctx context.Context, secret account.Secret) (account.Person, error)

	SignIn(ctx context.Context, name, password, address string) (account.Session, error)
	SignInVouched(ctx context.Context, v account.Voucher) (s account.Session, made bool, err error)
	SignOut(ctx context.Context, secret account.Secret) error
	SetPassword(ctx context.Context, name, password string, keep account.Secret) (oneTime string, err error)
	Proves(ctx context.Context, name, password, address string) error

	List(ctx context.Context) ([]account.Account, error)
	Find(ctx context.Context, name string) (account.Account, error)
	Add(ctx context.Context, a account.Account, password string) (oneTime string, err error)
	Change(ctx context.Context, a account.Account) error

	AddToken(ctx context.Context, t account.Token) (account.Token, account.Secret, error)
	Tokens(ctx context.Context, owner string) ([]account.Token, error)
	RevokeToken(ctx context.Context, owner string, id int64) error
}

const (
	// knownFor is how long an answer of the database about who is asking is taken for
	// true: a sign-out or a new role elsewhere counts within that time.
	knownFor = 3 * time.Second
	// knownMost bounds how many are remembered.
	knownMost = 4096
)

// door remembers for a moment who shows which secret, so that a map's tiles do not
// each ask the database.
type door struct {
	accounts Accounts

	mu    sync.Mutex
	known map[account.Secret]visitor
	any   bool      // there are accounts,
	until time.Time // as is known until then
}

// visitor is who shows a secret, or why nobody.
type visitor struct {
	session account.Session
	err     error
	until   time.Time
}

// ask finds who shows a secret: a session's, or a token's.
func (d *door) ask(ctx context.Context, secret account.Secret, isToken bool) (account.Session, error) {
	d.mu.Lock()
	v, ok := d.known[secret]
	d.mu.Unlock()
	if ok && time.Now().Before(v.until) && (v.session.Person.Token != "") == isToken {
		return v.session, v.err
	}
	if isToken {
		v.session = account.Session{Secret: secret}
		v.session.Person, v.err = d.accounts.Bearer(ctx, secret)
	} else {
		v.session, v.err = d.accounts.Who(ctx, secret)
	}
	if v.err != nil {
		return v.session, v.err // what opens nothing is not worth a place
	}
	v.until = time.Now().Add(knownFor)
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known) >= knownMost || d.known == nil {
		d.known = map[account.Secret]visitor{}
	}
	d.known[secret] = v
	return v.session, nil
}

// forget drops what is remembered: something about people changed.
func (d *door) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known, d.until = nil, time.Time{}
}

// hasAccounts reports whether there is any account.
func (d *door) hasAccounts(ctx context.Context) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().Before(d.until) {
		return d.any, nil
	}
	found, err := d.accounts.Any(ctx)
	if err == nil {
		d.any, d.until = found, time.Now().Add(knownFor)
	}
	return found, err
}

// sessionCookie is the cookie's name; under TLS with a prefix by which the browser
// takes it from this host alone, over TLS alone.
func (s *Server) sessionCookie() string {
	if s.Secure {
		return "__Host-hongxian"
	}
	return "hongxian"
}

// signInNeeded is what whoever is not known is told.
func signInNeeded() error {
	return &geodata.Error{Kind: geodata.Unknown, Code: "sign-in-needed", ZH: "请先登录。", EN: "Sign in first."}
}

// whoAsks finds who sends a request. Without accounts, and where none are demanded, it
// is the local user; a request that came through a proxy is from elsewhere.
func (s *Server) whoAsks(c echo.Context) (account.Session, error) {
	r := c.Request()
	if s.Accounts == nil {
		return account.Session{Person: account.Local()}, nil
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		found, err := s.door.ask(r.Context(), account.Secret(bearer), true)
		return found, asUnknown(err)
	}
	if cookie, err := r.Cookie(s.sessionCookie()); err == nil && cookie.Value != "" {
		found, err := s.door.ask(r.Context(), account.Secret(cookie.Value), false)
		if err == nil || !geodata.IsKind(err, geodata.NotFound) {
			return found, err
		}
	}
	if s.DemandAccounts || cameThrough(r.Header) {
		return account.Session{}, signInNeeded()
	}
	demanded, err := s.door.hasAccounts(r.Context())
	if err == nil && demanded {
		err = signInNeeded()
	}
	return account.Session{Person: account.Local()}, err
}

// asUnknown makes "no such token" the answer of somebody who is not known.
func asUnknown(err error) error {
	if !geodata.IsKind(err, geodata.NotFound) {
		return err
	}
	e := *geodata.AsError(err)
	e.Kind = geodata.Unknown
	return &e
}

// cameThrough reports whether a proxy passed the request on.
func cameThrough(h http.Header) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

// admit lets through who may use a route, and notes who it is.
func (s *Server) admit(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if r.right == anyone {
				return next(c)
			}
			asking, err := s.whoAsks(c)
			if err != nil {
				return err
			}
			if v, ok := c.Get(visitKey).(*visit); ok {
				v.asking = &asking
			}
			if asking.OneTime && r.path != passwordPath {
				return &geodata.Error{Kind: geodata.Refused, Code: "password-due", ZH: "请先设置新密码。", EN: "Set a new password first."}
			}
			if r.right != signedIn && !asking.Person.May(r.right) {
				return &geodata.Error{Kind: geodata.Refused, Code: "right-missing",
					ZH: "您的角色没有此项权限，请联系管理员。", EN: "Your role does not have this right; ask an administrator."}
			}
			if err := withinSight(r.scope, asking.Person.Sight); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// withinSight refuses what cannot be answered for a part of the county. What it says
// does not hang on what there is.
func withinSight(needed scope, sight geodata.Sight) error {
	switch {
	case needed == wholeLand && sight.Townships != nil:
		return &geodata.Error{Kind: geodata.Refused, Code: "townships-limited",
			ZH: "此项按全县计算，您的范围限于部分乡镇，不能使用。", EN: "This is computed of the whole county; your scope is limited to some townships."}
	case needed == everything && !(sight.Whole() && sight.Townships == nil):
		return &geodata.Error{Kind: geodata.Refused, Code: "scope-limited",
			ZH: "此项涉及全部图层，您的范围受限，不能使用。", EN: "This concerns every layer; your scope is limited."}
	}
	return nil
}

// askedBy is who sent a request that was let through; nil on a route for anyone.
func askedBy(c echo.Context) *account.Session {
	if v, ok := c.Get(visitKey).(*visit); ok {
		return v.asking
	}
	return nil
}

// sightOf is what whoever sent a request may see.
func sightOf(c echo.Context) geodata.Sight {
	if asking := askedBy(c); asking != nil {
		return asking.Person.Sight
	}
	return geodata.Sight{}
}
