package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/openapi"
)

// listUsers gives every account.
func (s *Server) listUsers(c echo.Context) error {
	list := openapi.UserList{Users: []openapi.User{}}
	if s.Accounts != nil {
		found, err := s.Accounts.List(c.Request().Context())
		if err != nil {
			return err
		}
		for _, a := range found {
			list.Users = append(list.Users, userJSON(a))
		}
	}
	return writeJSON(c, list)
}

func userJSON(a account.Account) openapi.User {
	out := openapi.User{Name: a.Name, Title: a.Title, Role: openapi.Role(a.Role), Disabled: a.Disabled, HasPassword: a.HasPassword,
		OneTime: a.OneTime, CreatedAt: a.Created.UTC()}
	if a.Issuer != "" {
		out.Issuer = &a.Issuer
	}
	s := a.Sight
	if s.Counties != nil {
		out.Scope.Counties = &s.Counties
	}
	if s.Layers != nil {
		var keys []openapi.LayerKey
		for _, k := range s.Layers {
			keys = append(keys, string(k))
		}
		out.Scope.Layers = &keys
	}
	if s.Townships != nil {
		out.Scope.Townships = &s.Townships
	}
	if s.Clearance != nil {
		level := openapi.Secrecy(s.Clearance.String())
		out.Scope.Clearance = &level
	}
	return out
}

// sightFrom reads a scope as it was sent.
func sightFrom(asked *openapi.Scope) (s geodata.Sight, err error) {
	if asked == nil {
		return s, nil
	}
	if asked.Counties != nil {
		s.Counties = append([]string{}, *asked.Counties...)
	}
	if asked.Townships != nil {
		s.Townships = append([]string{}, *asked.Townships...)
	}
	if asked.Layers != nil {
		s.Layers = []geodata.LayerKey{}
		for _, text := range *asked.Layers {
			key, err := geodata.ParseLayerKey(text)
			if err != nil {
				return s, err
			}
			s.Layers = append(s.Layers, key)
		}
	}
	if asked.Clearance != nil {
		level, err := geodata.ParseSecrecy(string(*asked.Clearance))
		if err != nil {
			return s, err
		}
		s.Clearance = &level
	}
	return s, nil
}

// addUser makes an account with a one-time password.
func (s *Server) addUser(c echo.Context) error {
	var asked openapi.UserCreation
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	if s.Accounts == nil {
		return noAccounts()
	}
	a := account.Account{Name: asked.Name, Title: deref(asked.Title)}
	var err error
	if a.Role, err = account.ParseRole(string(asked.Role)); err != nil {
		return err
	}
	if a.Sight, err = sightFrom(asked.Scope); err != nil {
		return err
	}
	oneTime, err := s.Accounts.Add(c.Request().Context(), a, "")
	if err != nil {
		return err
	}
	s.door.forget()
	return s.writeUser(c, http.StatusCreated, a.Name, oneTime)
}

func (s *Server) writeUser(c echo.Context, status int, name, oneTime string) error {
	a, err := s.Accounts.Find(c.Request().Context(), name)
	if err != nil {
		return err
	}
	return c.JSON(status, openapi.UserCreated{User: userJSON(a), OneTimePassword: oneTime})
}

// changeUser sets what an account may do and see.
func (s *Server) changeUser(c echo.Context) error {
	var asked openapi.UserChange
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	if s.Accounts == nil {
		return noAccounts()
	}
	ctx := c.Request().Context()
	a, err := s.Accounts.Find(ctx, param(c, "user"))
	if err != nil {
		return err
	}
	if asked.Title != nil {
		a.Title = *asked.Title
	}
	if asked.Role != nil {
		if a.Role, err = account.ParseRole(string(*asked.Role)); err != nil {
			return err
		}
	}
	if asked.Disabled != nil {
		a.Disabled = *asked.Disabled
	}
	if asked.Scope != nil {
		if a.Sight, err = sightFrom(asked.Scope); err != nil {
			return err
		}
	}
	if err := s.Accounts.Change(ctx, a); err != nil {
		return err
	}
	s.door.forget()
	return writeJSON(c, userJSON(a))
}

// resetPassword makes a one-time password.
func (s *Server) resetPassword(c echo.Context) error {
	if s.Accounts == nil {
		return noAccounts()
	}
	a, err := s.Accounts.Find(c.Request().Context(), param(c, "user"))
	if err != nil {
		return err
	}
	oneTime, err := s.Accounts.SetPassword(c.Request().Context(), a.Name, "", "")
	if err != nil {
		return err
	}
	s.door.forget()
	return s.writeUser(c, http.StatusOK, a.Name, oneTime)
}

// owner is the account whose tokens these are; a token makes no tokens.
func (s *Server) owner(c echo.Context) (string, error) {
	p := askedBy(c).Person
	if s.Accounts == nil || p.ID == 0 || p.Token != "" {
		return "", noAccounts()
	}
	return p.Name, nil
}

// listTokens gives one's own tokens.
func (s *Server) listTokens(c echo.Context) error {
	owner, err := s.owner(c)
	if err != nil {
		return err
	}
	found, err := s.Accounts.Tokens(c.Request().Context(), owner)
	if err != nil {
		return err
	}
	list := openapi.TokenList{Tokens: []openapi.Token{}}
	for _, t := range found {
		list.Tokens = append(list.Tokens, tokenJSON(t))
	}
	return writeJSON(c, list)
}

func tokenJSON(t account.Token) openapi.Token {
	out := openapi.Token{Id: t.ID, Name: t.Name, Prefix: t.Prefix, Rights: []openapi.Right{}, CreatedAt: t.Created.UTC(),
		ExpiresAt: inUTC(t.Expires), RevokedAt: inUTC(t.Revoked)}
	for _, r := range t.Rights {
		out.Rights = append(out.Rights, openapi.Right(r))
	}
	return out
}

func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}

// addToken makes a token and shows its secret.
func (s *Server) addToken(c echo.Context) error {
	var asked openapi.TokenCreation
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	owner, err := s.owner(c)
	if err != nil {
		return err
	}
	t := account.Token{Owner: owner, Name: asked.Name, Expires: asked.ExpiresAt}
	for _, r := range asked.Rights {
		t.Rights = append(t.Rights, account.Right(r))
	}
	made, secret, err := s.Accounts.AddToken(c.Request().Context(), t)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, openapi.TokenCreated{Token: tokenJSON(made), Secret: string(secret)})
}

// revokeToken ends one of one's own tokens.
func (s *Server) revokeToken(c echo.Context) error {
	owner, err := s.owner(c)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(param(c, "token"), 10, 64)
	if err != nil || id < 1 {
		return notFound("token-unknown", "没有这个令牌：编号为正整数。", "There is no such token: its number is a positive whole number.")
	}
	if err := s.Accounts.RevokeToken(c.Request().Context(), owner, id); err != nil {
		return err
	}
	s.door.forget()
	return c.NoContent(http.StatusNoContent)
}
