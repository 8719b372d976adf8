package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"time"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/httpapi"
)

// reach is from where the service can be reached, and what follows.
type reach struct {
	beyond   bool // this machine, by its address or a proxy
	accounts bool // nobody is let in who has not signed in
	secure   bool // browsers reach it over TLS
}

// reach judges the flags. Errors: Invalid where passwords would cross a network in
// plain text and nobody said that this is meant.
func (f serveFlags) reach() (r reach, err error) {
	if (f.tlsCert == "") != (f.tlsKey == "") {
		return r, invalidFlag("tls-incomplete", "--tls-cert 和 --tls-key 要同时给出。", "Give --tls-cert and --tls-key together.")
	}
	public := isPublic(f.publicURL)
	if f.behindProxy && f.publicURL == "" {
		return r, invalidFlag("proxy-without-address", "--behind-proxy 要同时用 --public-url 写明用户看到的地址，例如 --public-url https://map.example。",
			"--behind-proxy goes with --public-url, the address that users see, as in --public-url https://map.example.")
	}
	https := len(f.publicURL) >= 8 && f.publicURL[:8] == "https://"
	r.secure = f.tlsCert != "" || https
	r.beyond = !httpapi.IsLoopback(f.listen) || public || f.behindProxy
	r.accounts = r.beyond || f.accounts || f.oidc.issuer != ""
	if r.beyond && !r.secure && !f.insecure {
		return r, invalidFlag("tls-needed",
			fmt.Sprintf("%s 可从本机以外访问，密码和会话不能明文传输。请给出证书 --tls-cert 文件 --tls-key 文件；或由代理提供 TLS，用 --behind-proxy --public-url https://…；确需明文请加 --insecure（仍须登录）。", f.listen),
			fmt.Sprintf("%s can be reached from other machines, and passwords must not cross a network in plain text. Give --tls-cert FILE --tls-key FILE; or let a proxy do TLS, with --behind-proxy --public-url https://…; or add --insecure if plain text is meant (accounts are demanded all the same).", f.listen))
	}
	return r, nil
}

// proxies are those whose word on where a request comes from is believed.
func (f serveFlags) proxies() []netip.Prefix {
	if !f.behindProxy {
		return nil
	}
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func invalidFlag(code, zh, en string) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, ZH: zh, EN: en}
}

// isPublic reports whether a public URL names another place than this machine.
func isPublic(publicURL string) bool {
	u, err := url.Parse(publicURL)
	return err == nil && u.Host != "" && !httpapi.IsLoopback(net.JoinHostPort(u.Hostname(), "0"))
}

// encrypted has a listener speak TLS with the certificate of the files, which may be
// renewed while the server runs.
func (f serveFlags) encrypted(l net.Listener) (net.Listener, error) {
	if f.tlsCert == "" {
		return l, nil
	}
	files := &certificate{cert: f.tlsCert, key: f.tlsKey}
	if _, err := files.get(nil); err != nil {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "certificate-unreadable", Err: err,
			ZH: fmt.Sprintf("证书 %s 或私钥 %s 无法读取，或两者不成对；应为 PEM 格式。", f.tlsCert, f.tlsKey),
			EN: fmt.Sprintf("The certificate %s or the key %s cannot be read, or they do not belong together; both are PEM.", f.tlsCert, f.tlsKey)}
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: files.get, NextProtos: []string{"h2", "http/1.1"}}), nil
}

// certificate is read anew when its file has changed, looked at once a minute.
type certificate struct {
	cert, key string

	mu     sync.Mutex
	read   *tls.Certificate
	stamp  time.Time
	looked time.Time
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read != nil && time.Since(c.looked) < time.Minute {
		return c.read, nil
	}
	info, err := os.Stat(c.cert)
	if err == nil && (c.read == nil || !info.ModTime().Equal(c.stamp)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.read, c.stamp = &pair, info.ModTime()
		}
	}
	c.looked = time.Now()
	if c.read != nil { // a renewal that is half written: the old one serves on
		return c.read, nil
	}
	return nil, err
}

// firstAdministrator makes an administrator where accounts are demanded and there is
// none, and shows the one-time password: here, and in no log.
func (d *database) firstAdministrator(ctx context.Context, w io.Writer) error {
	book := &account.Book{DB: d.pool}
	found, err := book.Any(ctx)
	if err != nil || found {
		return err
	}
	oneTime, err := book.Add(ctx, account.Account{Name: "admin", Title: "管理员", Role: account.Administrator}, "")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "已建立管理员账号 admin，一次性密码：%s\n首次登录后须设置新密码；遗失时运行 hongxian user password admin。\n", oneTime)
	fmt.Fprintf(w, "An administrator was made: admin, one-time password %s\nThe first sign-in asks for a new one; if it is lost: hongxian user password admin.\n", oneTime)
	return nil
}
