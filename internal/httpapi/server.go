package httpapi

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/basemap"
	"hongxian/internal/record"
	"hongxian/internal/turn"
	"hongxian/tiles"
)

// Catalogue finds what is held. An empty county means the only one held, an
// empty label the version in force; what is not held is NotFound.
type Catalogue interface {
	County(ctx context.Context, code string) (postgis.County, error)
	Layers(ctx context.Context, county string) ([]geodata.Layer, error)
	Versions(ctx context.Context, county string, layer geodata.LayerKey) ([]geodata.Version, error)
	Resolve(ctx context.Context, ref geodata.VersionRef) (geodata.Version, error)
}

// Checks answers questions about sites.
type Checks interface {
	Answer(ctx context.Context, q answer.Question) (answer.Answer, error)
	Again(ctx context.Context, county, id string, choices map[string]string) (answer.Answer, error)
}

// Records finds kept answers. Find is NotFound for an unknown id.
type Records interface {
	Find(ctx context.Context, county, id string) ([]byte, error)
	List(ctx context.Context, s record.Search) ([]record.Entry, error)
}

// Tiles draws versions.
type Tiles interface {
	Render(ctx context.Context, q tiles.Request) (tiles.Rendered, error)
	Held(q tiles.Request) (tiles.Rendered, bool) // without drawing
	Zooms(ctx context.Context, v geodata.Version) ([]tiles.Zoom, error)
	Bounds(ctx context.Context, v geodata.Version) (*orb.Bound, error)
}

// Config is what the server answers with. Paint, PublicURL, Insecure and the
// temp folder may be left empty.
type Config struct {
	Catalogue    Catalogue
	Checks       Checks
	Records      Records
	Changes      Changes
	ChangePapers ChangePapers
	Publications Publications
	Imports      Imports
	Intakes      Intakes
	Qualities    Qualities
	Batches      Batches
	News         News
	Papers       Papers
	Exporter     Exporter
	Verifier     Verifier
	Overlaps     Overlaps
	Tables       Tables
	Tabulations  Tabulations
	Ledger       Ledger
	Indicators   Indicators
	Places       Places
	Tiles        Tiles
	Basemaps     *basemap.Sources            // 底图; nil: none
	SignOn       SignOn                      // 统一认证; nil: passwords alone
	Accounts     Accounts                    // nil: none, and whoever asks is the local user
	Gauges       []prometheus.Collector      // of what lies behind the server
	Trail        Trail                       // nil: nothing is audited (an archive)
	Ready        func(context.Context) error // asks the database
	Paint        func(postgis.County) map[geodata.LayerKey]tiles.Paint
	Page         fs.FS // the built page, index.html at its root
	Log          *slog.Logger

	PublicURL string // origin users see, when a proxy stands in front: https://map.example
	Insecure  bool   // answer on any address of this machine
	Limits    Limits
	// DemandAccounts lets nobody in who has not signed in. Without it the local user
	// is let in as long as there are no accounts.
	DemandAccounts bool
	Secure         bool // browsers reach the service over TLS, its own or a proxy's
	// Proxies (代理) are the proxies whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Origins (跨域来源) are pages of other sites that may draw the tiles: https://gis.example.
	Origins []string
	// Only, if set, is what every request is told but those for layers, tiles, the
	// style, the page and the service's health: it has no more than an archive.
	Only    error
	TempDir string // for uploads; empty: the system's
}

// Server answers requests; it holds no state but caches.
type Server struct {
	Config
	echo        *echo.Echo
	registry    *prometheus.Registry
	origin      *url.URL // PublicURL parsed, nil when none
	crossOrigin *http.CrossOriginProtection
	held        held
	door        door
	seen        sights
	persons     *rates
	addresses   *rates
	turns       *turn.Queue
	uploads     arrivals
	crowd       *crowd
	page        *page
	document    []byte // openapi.json
}

// New wires the routes. Errors: Invalid for a public URL that is no origin.
func New(c Config) (*Server, error) {
	s := &Server{Config: c, echo: echo.New(), registry: prometheus.NewRegistry(), page: newPage(c.Page)}
	if s.Paint == nil {
		s.Paint = func(postgis.County) map[geodata.LayerKey]tiles.Paint { return nil }
	}
	var err error
	if s.origin, err = parseOrigin(c.PublicURL); err != nil {
		return nil, err
	}
	s.crossOrigin = http.NewCrossOriginProtection()
	if s.origin != nil {
		// The error is for a malformed origin, which was refused.
		_ = s.crossOrigin.AddTrustedOrigin(s.origin.String())
	}
	if s.document, err = document(); err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	if err = s.limit(); err != nil {
		return nil, err
	}
	s.held, s.door = held{catalogue: c.Catalogue}, door{accounts: c.Accounts}
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), gauges{s})
	s.registry.MustRegister(c.Gauges...)
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.writeProblem
	s.echo.IPExtractor = s.addressOf()
	s.echo.Use(s.middleware()...)
	for _, r := range s.routes() {
		s.mount(r)
	}
	return s, nil
}

// parseOrigin reads --public-url: scheme and host, nothing more.
func parseOrigin(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
		u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "public-url-malformed",
			ZH: fmt.Sprintf("公开地址“%.200s”格式不对，应为 http(s)://主机[:端口]，不带路径。", s),
			EN: fmt.Sprintf("%.200q is not a public URL; write http(s)://host[:port] without a path.", s)}
	}
	u.Path = ""
	return u, nil
}

// limit makes ready what bounds the clients.
func (s *Server) limit() (err error) {
	s.Limits = s.Limits.orDefault()
	if s.persons, err = newRates(s.Limits.PersonRate); err != nil {
		return fmt.Errorf("rates: %w", err)
	}
	if s.addresses, err = newRates(s.Limits.AddressRate); err != nil {
		return fmt.Errorf("rates: %w", err)
	}
	s.turns = &turn.Queue{AtOnce: s.Limits.Heavy, Most: s.Limits.HeavyQueue, Each: max(1, s.Limits.HeavyQueue/4)}
	s.crowd = newCrowd(s.Limits.Connections, s.ownsMany)
	return nil
}

// ownsMany says that an address may open as many connections as there may be: the
// machine itself, and the proxies.
func (s *Server) ownsMany(address string) bool {
	addr, err := netip.ParseAddr(address)
	return err == nil && (addr.IsLoopback() || slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) }))
}
