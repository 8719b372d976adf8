package httpapi

import (
	"net"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// addressOf finds the client's address (echo's RealIP). A header says it only where a
// proxy that is named stands in front: anybody can send one. Behind such proxies it is
// the last address of X-Forwarded-For that is not a proxy's own.
func (s *Server) addressOf() echo.IPExtractor {
	if len(s.Proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range s.Proxies {
		options = append(options, echo.TrustIPRange(network(p)))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

func network(p netip.Prefix) *net.IPNet {
	p = p.Masked()
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
