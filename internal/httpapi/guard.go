package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
)

// refuseForeign turns away requests that a foreign page may have sent through the
// user's browser: another Host is a name pointed at this machine (DNS rebinding),
// another Origin a script of another site (CSRF).
func (s *Server) refuseForeign(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !s.ownHost(r.Host) {
			return &geodata.Error{Kind: geodata.Refused, Code: "host-foreign",
				ZH: "请求的主机名不是本服务的地址；经代理或域名访问时请以 --public-url 指定公开地址。",
				EN: "The request's Host is not this service's; behind a proxy or a name, start it with --public-url."}
		}
		if s.shares(c) {
			return next(c)
		}
		if !s.ownOrigin(r) || s.crossOrigin.Check(r) != nil {
			return &geodata.Error{Kind: geodata.Refused, Code: "origin-foreign",
				ZH: "请求来自其他网站的页面，已拒绝。", EN: "The request comes from a page of another site and was refused."}
		}
		return next(c)
	}
}

// shares lets the scripts of named origins read what is drawn, and says so to the
// browser.
func (s *Server) shares(c echo.Context) bool {
	r, h := c.Request(), c.Response().Header()
	if len(s.Origins) == 0 || !strings.HasPrefix(c.Path(), "/tiles/") && c.Path() != "/style.json" {
		return false
	}
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if !slices.Contains(s.Origins, origin) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	return true
}

// ownHost accepts this machine by loopback name or address and the public URL's
// host; with Insecure any address, but no other name: an address cannot be
// pointed elsewhere.
func (s *Server) ownHost(host string) bool {
	if s.origin != nil && strings.EqualFold(host, s.origin.Host) {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && (addr.IsLoopback() || s.Insecure)
}

// ownOrigin accepts requests without an Origin (not from a script of another
// page) and those whose Origin is the host they were sent to or the public URL.
func (s *Server) ownOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	u, err := url.Parse(origins[0])
	if err != nil || len(origins) > 1 || u.User != nil || u.Path != "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return strings.EqualFold(u.Host, r.Host) ||
		s.origin != nil && u.Scheme == s.origin.Scheme && strings.EqualFold(u.Host, s.origin.Host)
}

// originOf is the scheme and host the client knows this service by.
func (s *Server) originOf(c echo.Context) string {
	if s.origin != nil {
		return s.origin.String()
	}
	if c.Request().TLS != nil {
		return "https://" + c.Request().Host
	}
	return "http://" + c.Request().Host
}
