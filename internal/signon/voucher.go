package signon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"hongxian/geodata"
	"hongxian/internal/account"
)

// Finish takes what the provider sent back with the browser that holds the ticket, and
// says for whom it vouches. Errors: Refused for what is not this browser's, for a
// provider that declined and for a token that does not hold; Unavailable while the
// provider cannot be asked.
func (p *Provider) Finish(ctx context.Context, t Ticket, back url.Values) (v account.Voucher, err error) {
	if !t.vouchesFor(back.Get("state")) {
		return v, refused("sign-on-stale", "登录已过期，或不是从本浏览器开始的，请重新登录。", "The sign-in is over, or was not begun in this browser; sign in again.", nil)
	}
	// RFC 9207: an answer of another provider is none of this one's.
	if iss := back.Get("iss"); iss != "" && iss != p.settings.Issuer {
		return v, notHeld(fmt.Errorf("the answer is of %.200q", iss))
	}
	if reason := back.Get("error"); reason != "" || back.Get("code") == "" {
		return v, refused("sign-on-declined", "统一认证没有让您登录。", "The identity provider did not let you sign in.", fmt.Errorf("error %.100q", reason))
	}
	ctx, leave, err := p.enter(ctx)
	if err != nil {
		return v, err
	}
	defer leave()
	found, err := p.discover(ctx)
	if err != nil {
		return v, err
	}
	token, err := p.flow(found).Exchange(ctx, back.Get("code"), oauth2.VerifierOption(t.verifier()))
	if err != nil {
		return v, exchangeFailed(err)
	}
	claims, id, err := p.verify(ctx, found, token, t)
	if err != nil {
		return v, err
	}
	return p.voucher(id, t, claims), nil
}

// exchangeFailed tells a code that is no good from a provider that does not work.
func exchangeFailed(err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) && answered.Response != nil && answered.Response.StatusCode/100 == 4 {
		return notHeld(err)
	}
	return unavailable(err)
}

// verify looks at the token: signed by the provider, for this client, of this sign-in,
// and fresh. What it leaves out of name and roles, the provider is asked for.
func (p *Provider) verify(ctx context.Context, found *oidc.Provider, token *oauth2.Token, t Ticket) (map[string]any, *oidc.IDToken, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, nil, notHeld(errors.New("there is no id_token"))
	}
	id, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.settings.ClientID}).Verify(ctx, raw)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, unavailable(err)
		}
		return nil, nil, notHeld(err)
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return nil, nil, notHeld(err)
	}
	if err := p.judge(id, claims, t); err != nil {
		return nil, nil, notHeld(err)
	}
	_, named := text(claims, p.nameClaim())
	if named && (p.settings.RoleClaim == "" || lookUp(claims, p.settings.RoleClaim) != nil) || found.UserInfoEndpoint() == "" {
		return claims, id, nil
	}
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, nil, unavailable(err)
	}
	if info.Subject != id.Subject {
		return nil, nil, notHeld(fmt.Errorf("the token is of %.100q, what is told of %.100q", id.Subject, info.Subject))
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return nil, nil, notHeld(err)
	}
	for name, value := range more {
		if _, signed := claims[name]; !signed {
			claims[name] = value
		}
	}
	return claims, id, nil
}

// judge is what the library leaves to us.
func (p *Provider) judge(id *oidc.IDToken, claims map[string]any, t Ticket) error {
	azp, _ := text(claims, "azp")
	age := time.Since(id.IssuedAt)
	switch {
	case id.Nonce != t.nonce():
		return errors.New("the nonce is of another sign-in")
	case id.Subject == "" || len(id.Subject) > 255:
		return errors.New("the subject is missing or too long")
	case azp != "" && azp != p.settings.ClientID || azp == "" && len(id.Audience) > 1:
		return fmt.Errorf("the token is for %.100q, authorized is %.100q", id.Audience, azp)
	case age > ticketAge || age < -clockSkew:
		return fmt.Errorf("the token was issued %v ago", age.Round(time.Second))
	}
	return nil
}

// voucher says who it is, by the operator's rules.
func (p *Provider) voucher(id *oidc.IDToken, t Ticket, claims map[string]any) account.Voucher {
	name, _ := text(claims, p.nameClaim())
	title, _ := text(claims, "name")
	v := account.Voucher{Issuer: p.settings.Issuer, Subject: id.Subject, Once: t.nonce(), Name: name, Title: title,
		Ruled: p.settings.RoleClaim != "", Role: account.None, Clearance: p.settings.Clearance}
	held := texts(lookUp(claims, p.settings.RoleClaim))
	for _, rule := range p.settings.Roles {
		if slices.Contains(held, rule.Value) {
			v.Role = rule.Role
			break
		}
	}
	return v
}

func (p *Provider) nameClaim() string { return cmp.Or(p.settings.NameClaim, "preferred_username") }

// lookUp finds a claim by its name, or by the path of names that points separate.
func lookUp(claims map[string]any, path string) any {
	if value, ok := claims[path]; ok {
		return value
	}
	first, rest, more := strings.Cut(path, ".")
	inner, ok := claims[first].(map[string]any)
	if !more || !ok {
		return nil
	}
	return lookUp(inner, rest)
}

func text(claims map[string]any, path string) (string, bool) {
	value, ok := lookUp(claims, path).(string)
	return value, ok && value != ""
}

// texts are the values of a claim that holds one or several.
func texts(value any) (list []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, v := range value {
			if s, ok := v.(string); ok {
				list = append(list, s)
			}
		}
	}
	return list
}

func refused(code, zh, en string, err error) error {
	return &geodata.Error{Kind: geodata.Refused, Code: code, ZH: zh, EN: en, Err: err}
}

// notHeld refuses what the provider sent; why is for the log.
func notHeld(err error) error {
	return refused("sign-on-invalid", "统一认证的答复未通过核验，未登录；请重试，仍不行请联系管理员查看日志。",
		"What the identity provider sent did not hold; nobody was signed in. Try again, or ask an administrator to look at the log.", err)
}
