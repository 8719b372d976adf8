package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/openapi"
)

// passwordPath is all that a session of a one-time password may use.
const passwordPath = "/api/v1/session/password"

// readSession says who is asking.
func (s *Server) readSession(c echo.Context) error {
	asking, err := s.whoAsks(c)
	if geodata.IsKind(err, geodata.Unknown) {
		return writeJSON(c, openapi.Session{Rights: []openapi.Right{}, Methods: s.methods(), OidcTitle: s.oidcTitle()})
	}
	if err != nil {
		return err
	}
	return writeJSON(c, s.sessionJSON(asking))
}

func (s *Server) methods() []openapi.SessionMethods {
	if s.SignOn == nil {
		return []openapi.SessionMethods{openapi.SessionMethodsPassword}
	}
	return []openapi.SessionMethods{openapi.SessionMethodsPassword, openapi.SessionMethodsOidc}
}

// oidcTitle is what the button of the identity provider is called; nil without one.
func (s *Server) oidcTitle() *string {
	if s.SignOn == nil {
		return nil
	}
	title := s.SignOn.Title()
	return &title
}

func (s *Server) sessionJSON(asking account.Session) openapi.Session {
	p := asking.Person
	role := openapi.Role(p.Role)
	out := openapi.Session{SignedIn: true, Local: p.ID == 0, PasswordDue: asking.OneTime, Limited: !p.Sight.Unlimited(),
		Name: &p.Name, Title: &p.Title, Role: &role, Rights: []openapi.Right{}, Methods: s.methods(), OidcTitle: s.oidcTitle()}
	for _, r := range account.Rights {
		if p.May(r) {
			out.Rights = append(out.Rights, openapi.Right(r))
		}
	}
	if !asking.Expires.IsZero() {
		at := asking.Expires.UTC()
		out.ExpiresAt = &at
	}
	return out
}

// signIn begins a session.
func (s *Server) signIn(c echo.Context) error {
	var asked openapi.SignIn
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	if s.Accounts == nil {
		return noAccounts()
	}
	v, isVisit := c.Get(visitKey).(*visit)
	if isVisit {
		v.claimed = asked.Name
	}
	begun, err := s.Accounts.SignIn(c.Request().Context(), asked.Name, asked.Password, c.RealIP())
	if err != nil {
		return err
	}
	if err := s.endSession(c); err != nil { // of whoever sat here before
		return err
	}
	if isVisit {
		v.asking = &begun
	}
	s.setSession(c, begun)
	return writeJSON(c, s.sessionJSON(begun))
}

// setSession hands the browser its session. No script can read it, and no other
// site's page can send it.
func (s *Server) setSession(c echo.Context, begun account.Session) {
	c.SetCookie(&http.Cookie{Name: s.sessionCookie(), Value: string(begun.Secret), Path: "/", Expires: begun.Expires.UTC(),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode})
}

// signOut ends a session; the browser forgets what it showed.
func (s *Server) signOut(c echo.Context) error {
	if err := s.endSession(c); err != nil {
		return err
	}
	c.SetCookie(&http.Cookie{Name: s.sessionCookie(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode})
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) endSession(c echo.Context) error {
	cookie, err := c.Cookie(s.sessionCookie())
	if err != nil || cookie.Value == "" || s.Accounts == nil {
		return nil
	}
	s.door.forget()
	return s.Accounts.SignOut(c.Request().Context(), account.Secret(cookie.Value))
}

// changePassword sets one's own password. The old one is asked for, so that a session
// left open is not enough, and guessing it is slowed as signing in is.
func (s *Server) changePassword(c echo.Context) error {
	var asked openapi.PasswordChange
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	asking, ctx := askedBy(c), c.Request().Context()
	p := asking.Person
	if p.ID == 0 || p.Token != "" || asked.New == "" {
		return noAccounts()
	}
	if !asking.OneTime {
		if err := s.Accounts.Proves(ctx, p.Name, deref(asked.Old), c.RealIP()); err != nil {
			return err
		}
	}
	if _, err := s.Accounts.SetPassword(ctx, p.Name, asked.New, asking.Secret); err != nil {
		return err
	}
	s.door.forget()
	now, err := s.Accounts.Who(ctx, asking.Secret)
	if err != nil {
		return err
	}
	return writeJSON(c, s.sessionJSON(now))
}

func noAccounts() error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "account-missing",
		ZH: "只有登录的用户才能这样做：本机用户和令牌没有密码，也不能发令牌。",
		EN: "Only somebody who has signed in can do this; the local user and tokens have no password and make no tokens."}
}
