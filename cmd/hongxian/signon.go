package main

import (
	"os"
	"strings"

	"github.com/spf13/pflag"

	"hongxian/geodata"
	"hongxian/internal/httpapi"
	"hongxian/internal/signon"
)

// signOnFlags say which identity provider (统一认证) vouches for people.
type signOnFlags struct {
	issuer, client, title, nameClaim, roleClaim, clearance string
	roles, scopes, origins                                 []string
}

func (f *signOnFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.issuer, "oidc-issuer", "", "统一认证（OpenID Connect）提供方 / identity provider: https://id.example/realms/county; needs --public-url")
	flags.StringVar(&f.client, "oidc-client", "", "本服务在提供方登记的客户端标识，密钥取自 $HONGXIAN_OIDC_SECRET / this service's client id there; its secret is $HONGXIAN_OIDC_SECRET")
	flags.StringVar(&f.title, "oidc-title", "", "登录按钮上的名称，缺省“统一认证” / what the button calls it")
	flags.StringVar(&f.nameClaim, "oidc-name-claim", "", "用户名取自的声明，缺省 preferred_username / claim that names accounts")
	flags.StringVar(&f.roleClaim, "oidc-role-claim", "", "角色取自的声明，如 realm_access.roles；缺省由管理员授予 / claim that rules roles; default: an administrator gives them")
	flags.StringArrayVar(&f.roles, "oidc-role", nil, "声明值=角色，可重复，以先符合的为准 / VALUE=ROLE of that claim, may be repeated; the first that fits counts")
	flags.StringVar(&f.clearance, "oidc-clearance", "internal", "新建账号的密级上限，all 为不限 / clearance of accounts that are made: public, internal, confidential, secret, all")
	flags.StringArrayVar(&f.scopes, "oidc-scope", nil, "另请求的 scope，可重复 / further scope to ask for, may be repeated")
	flags.StringArrayVar(&f.origins, "oidc-origin", nil, "提供方另用的来源，可重复 / further origin that the provider uses, may be repeated: https://keys.example")
}

// signOn is the identity provider for the HTTP surface; nil where none is named.
func (f serveFlags) signOn() (httpapi.SignOn, error) {
	provider, err := f.provider()
	if provider == nil {
		return nil, err
	}
	return provider, nil
}

// providerOfEnvironment is the identity provider that serve would have with the variables
// of the environment alone, as the installed service has.
func providerOfEnvironment() (*signon.Provider, error) {
	var f serveFlags
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	f.addPublicURL(flags)
	f.oidc.add(flags)
	if err := fromEnvironment(flags); err != nil {
		return nil, err
	}
	return f.provider()
}

// provider readies the identity provider; nil where none is named. Its secret comes from
// the environment, where ps does not show it.
func (f serveFlags) provider() (*signon.Provider, error) {
	o := f.oidc
	if o.issuer == "" {
		return nil, nil
	}
	if f.publicURL == "" {
		return nil, invalidFlag("sign-on-without-address", "统一认证（--oidc-issuer）要同时用 --public-url 写明用户看到的地址，提供方把浏览器送回那里。",
			"--oidc-issuer goes with --public-url, the address that users see: the provider sends browsers back there.")
	}
	s := signon.Settings{Issuer: o.issuer, ClientID: o.client, ClientSecret: os.Getenv("HONGXIAN_OIDC_SECRET"), Title: o.title,
		Back: strings.TrimSuffix(f.publicURL, "/") + httpapi.SignOnBack, Scopes: o.scopes, Origins: o.origins, NameClaim: o.nameClaim, RoleClaim: o.roleClaim}
	for _, text := range o.roles {
		rule, err := signon.ParseRoleRule(text)
		if err != nil {
			return nil, err
		}
		s.Roles = append(s.Roles, rule)
	}
	if o.clearance != "all" {
		level, err := geodata.ParseSecrecy(o.clearance)
		if err != nil {
			return nil, err
		}
		s.Clearance = &level
	}
	return signon.Open(s)
}
