package basemap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"hongxian/geodata"
)

// agent is what map services see of us.
const agent = "hongxian-basemap"

// errPrivate is why a connection was not made.
var errPrivate = errors.New("the address is not public, and private ones are not allowed")

// pictures are the media types that are passed on, as their first bytes tell them.
var pictures = []string{"image/png", "image/jpeg", "image/webp"}

// client asks map services: directly, without following redirects, and, unless
// private, no address that is not public. The address is looked at when the
// connection is made, so that no name can lead elsewhere between a look and a call.
func client(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return publicOnly(address) }
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  fetchTime,
			MaxResponseHeaderBytes: 64 << 10,
			MaxConnsPerHost:        fetches,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        time.Minute,
			ForceAttemptHTTP2:      true,
		},
	}
}

// special are blocks that no public server has, besides those that netip names.
var special = func() (blocks []netip.Prefix) {
	for _, text := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10"} {
		blocks = append(blocks, netip.MustParsePrefix(text))
	}
	return blocks
}()

// publicOnly refuses an address that is not of the public internet.
func publicOnly(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%s: %w", address, errPrivate)
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Zone() != "" || slices.ContainsFunc(special, func(b netip.Prefix) bool { return b.Contains(ip) }) {
		return fmt.Errorf("%s: %w", ip, errPrivate)
	}
	return nil
}

// get fetches a picture; anything else is an error.
func get(ctx context.Context, client *http.Client, address string) (Picture, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Picture{}, err
	}
	request.Header.Set("User-Agent", agent)
	request.Header.Set("Accept", "image/png,image/jpeg,image/webp")
	answer, err := client.Do(request)
	if err != nil {
		return Picture{}, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusNoContent {
		return Picture{}, &geodata.Error{Kind: geodata.NotFound, Code: "basemap-no-picture",
			ZH: "底图在此处没有图片。", EN: "The base map has no picture here."}
	}
	if answer.StatusCode != http.StatusOK {
		return Picture{}, fmt.Errorf("answered %d", answer.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, tileBytes+1))
	if err != nil {
		return Picture{}, err
	}
	return pictureOf(body)
}

// pictureOf takes bytes for a picture only where their beginning is that of one:
// what the server calls them is not asked.
func pictureOf(body []byte) (Picture, error) {
	if len(body) > tileBytes {
		return Picture{}, fmt.Errorf("answered more than %d bytes", tileBytes)
	}
	kind := http.DetectContentType(body)
	if !slices.Contains(pictures, kind) {
		return Picture{}, fmt.Errorf("answered %s, not a picture", kind)
	}
	return Picture{body, kind}, nil
}
