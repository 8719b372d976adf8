package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/audit"
	"hongxian/internal/signon"
)

// SignOn is the identity provider that vouches for people; see signon.Provider.
type SignOn interface {
	Title() string
	Begin(ctx context.Context, t signon.Ticket) (address string, err error)
	Finish(ctx context.Context, t signon.Ticket, back url.Values) (account.Voucher, error)
}

// The paths of signing in through a provider; it must know SignOnBack.
const (
	signOnPath = "/api/v1/session/oidc"
	SignOnBack = signOnPath + "/back"
)

// signOnTime is how long a browser may take at the provider, in seconds.
const signOnTime = 600

// signInReason is the parameter in which the page is told why nobody is signed in.
const signInReason = "sign-in"

func (s *Server) signOnCookie() string {
	if s.Secure {
		return "__Host-hongxian-sign-on"
	}
	return "hongxian-sign-on"
}

// setTicket hands the browser what it shows when it comes back, which is from another
// site: SameSite is Lax for that. An empty one takes it back.
func (s *Server) setTicket(c echo.Context, value string) {
	age := signOnTime
	if value == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{Name: s.signOnCookie(), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}

// beginSignOn sends the browser to the provider.
func (s *Server) beginSignOn(c echo.Context) error {
	if s.SignOn == nil || s.Accounts == nil {
		return notFound("sign-on-missing", "本服务没有设置统一认证。", "This service has no identity provider.")
	}
	back := localPath(c.QueryParam("return"))
	if s.origin != nil && !strings.EqualFold(c.Request().Host, s.origin.Host) {
		// The provider sends the browser to the public address, where a cookie of this
		// one would not be.
		there := url.URL{Scheme: s.origin.Scheme, Host: s.origin.Host, Path: signOnPath, RawQuery: url.Values{"return": {back}}.Encode()}
		return c.Redirect(http.StatusSeeOther, there.String())
	}
	ticket := signon.NewTicket()
	address, err := s.SignOn.Begin(c.Request().Context(), ticket)
	if err != nil {
		return s.notSignedOn(c, err, back)
	}
	s.setTicket(c, string(ticket)+"."+base64.RawURLEncoding.EncodeToString([]byte(back)))
	return c.Redirect(http.StatusSeeOther, address)
}

// endSignOn takes the browser back and begins its session, always a new one.
func (s *Server) endSignOn(c echo.Context) error {
	if s.SignOn == nil || s.Accounts == nil {
		return notFound("sign-on-missing", "本服务没有设置统一认证。", "This service has no identity provider.")
	}
	var ticket signon.Ticket
	back := "/"
	if cookie, err := c.Cookie(s.signOnCookie()); err == nil {
		held, kept, _ := strings.Cut(cookie.Value, ".")
		path, _ := base64.RawURLEncoding.DecodeString(kept)
		ticket, back = signon.Ticket(held), localPath(string(path))
	}
	s.setTicket(c, "") // it serves once
	ctx := c.Request().Context()
	voucher, err := s.SignOn.Finish(ctx, ticket, c.QueryParams())
	if err != nil {
		return s.notSignedOn(c, err, back)
	}
	begun, made, err := s.Accounts.SignInVouched(ctx, voucher)
	if v, ok := c.Get(visitKey).(*visit); ok && begun.Person.ID != 0 {
		v.asking = &begun
	}
	if err != nil {
		return s.notSignedOn(c, err, back)
	}
	entry := audit.Entry{By: s.by(c), Action: "session.begin", Object: c.Request().URL.Path,
		Detail: map[string]any{"issuer": voucher.Issuer, "subject": voucher.Subject, "made": made, "role": string(begun.Person.Role)}}
	if err := s.appendEntry(ctx, entry); err != nil {
		return err // the session is not handed out
	}
	if err := s.endSession(c); err != nil { // of whoever sat here before
		return err
	}
	s.door.forget()
	s.setSession(c, begun)
	return c.Redirect(http.StatusSeeOther, back)
}

func (s *Server) appendEntry(ctx context.Context, e audit.Entry) error {
	if s.Trail == nil {
		return nil
	}
	return s.Trail.Append(ctx, e)
}

// notSignedOn notes why nobody is signed in, and has the page say so: it is a person who
// reads the answer, not a program.
func (s *Server) notSignedOn(c echo.Context, err error, back string) error {
	e := geodata.AsError(err)
	if e == nil || e.Kind != geodata.Refused && e.Kind != geodata.Unavailable {
		return err
	}
	s.Log.WarnContext(c.Request().Context(), "not signed in", "request_id", requestID(c), "code", e.Code, "error", err)
	if s.Trail != nil {
		s.noteFailure(c, "session.begin", itself, err)
	}
	u, _ := url.Parse(back) // localPath made it
	u.RawQuery = url.Values{signInReason: {e.Code}}.Encode()
	return c.Redirect(http.StatusSeeOther, u.String())
}

// localPath is a path of the page as it was asked for, or / for anything else: no
// scheme, no host, nothing that a browser would read as one, and nothing of the API.
func localPath(text string) string {
	u, err := url.Parse(text)
	if err != nil || len(text) > 1000 || !strings.HasPrefix(text, "/") || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, "/api/") ||
		u.Scheme != "" || u.Host != "" || u.User != nil || strings.ContainsAny(u.Path+u.RawQuery, "\\\r\n\t") {
		return "/"
	}
	return (&url.URL{Path: u.Path, Fragment: u.Fragment}).String()
}
