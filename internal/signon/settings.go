package signon

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/account"
)

// Settings (统一认证设置) are what the operator says of the provider.
type Settings struct {
	Issuer       string   // https, or http on loopback; as the provider writes it
	ClientID     string   // what this service is called there
	ClientSecret string   // empty for a client that has PKCE alone
	Back         string   // where the provider sends browsers back
	Title        string   // of the button; empty: 统一认证
	Scopes       []string // besides openid and profile
	Origins      []string // of the provider, besides the issuer's own: https://keys.example
	NameClaim    string   // an account's name is made of it; empty: preferred_username
	RoleClaim    string   // holds roles or groups; points lead into objects: realm_access.roles
	Roles        []RoleRule
	Clearance    *geodata.Secrecy // of accounts that are made; nil: every one
}

// RoleRule (角色对应) gives whoever has a value in the role claim a role. The first rule
// that fits counts.
type RoleRule struct {
	Value string
	Role  account.Role
}

// ParseRoleRule reads VALUE=ROLE. Errors: Invalid.
func ParseRoleRule(text string) (RoleRule, error) {
	cut := strings.LastIndexByte(text, '=')
	if cut < 1 {
		return RoleRule{}, invalid("角色对应“%.100s”应写作 值=角色，例如 planners=planner。", "Write the rule %.100q as VALUE=ROLE, as in planners=planner.", text)
	}
	role, err := account.ParseRole(text[cut+1:])
	return RoleRule{text[:cut], role}, err
}

func invalid(zh, en string, args ...any) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "sign-on-malformed", ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// judge says whether the settings hold together.
func (s Settings) judge() error {
	if _, err := originOf(s.Issuer); err != nil {
		return err
	}
	if s.ClientID == "" {
		return invalid("统一认证缺少客户端标识（--oidc-client）。", "The provider needs the name of this client (--oidc-client).")
	}
	if (s.RoleClaim == "") != (len(s.Roles) == 0) {
		return invalid("--oidc-role-claim 与 --oidc-role 要同时给出。", "Give --oidc-role-claim and --oidc-role together.")
	}
	_, err := s.origins()
	return err
}

// origins are all that is ever asked.
func (s Settings) origins() ([]string, error) {
	var list []string
	for _, text := range slices.Concat([]string{s.Issuer}, s.Origins) {
		origin, err := originOf(text)
		if err != nil {
			return nil, err
		}
		list = append(list, origin)
	}
	return list, nil
}

// originOf is scheme, host and port of an address of the provider: https, or http on
// loopback, where nobody listens.
func originOf(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return "", invalid("统一认证的地址“%.200s”不行，应为 https://主机，不带用户名和参数；http 只许本机回环地址。",
			"%.200q is no address of a provider: write https://host, without user and query; http is for loopback alone.", text)
	}
	return strings.ToLower(u.Scheme + "://" + u.Host), nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}
