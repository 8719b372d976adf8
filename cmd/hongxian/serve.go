package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/account"
	"hongxian/internal/answer"
	"hongxian/internal/audit"
	"hongxian/internal/basemap"
	"hongxian/internal/httpapi"
	"hongxian/internal/job"
	"hongxian/internal/overlap/outline"
	"hongxian/internal/place"
	"hongxian/internal/publish"
	"hongxian/internal/record"
	"hongxian/internal/scratch"
	"hongxian/internal/turn"
	"hongxian/tiles"
	"hongxian/web"
)

const (
	// tileCache is how many bytes of compressed tiles a server keeps in memory.
	tileCache = 128 << 20
	// drawingCache is how many bytes of comparisons' pictures it keeps.
	drawingCache = 64 << 20
	// serverConnections bounds the pool: more would only queue inside PostgreSQL.
	serverConnections = 12
	// serverReady of them are kept ready.
	serverReady = 4
	// serverStatement ends a statement that outlives every request's deadline.
	serverStatement = 2 * time.Minute
)

// serveFlags say where the server is reached.
type serveFlags struct {
	listen, publicURL string
	insecure          bool     // plain HTTP beyond this machine
	tlsCert, tlsKey   string   // PEM files
	behindProxy       bool     // a proxy on this machine does TLS and says where requests come from
	accounts          bool     // demanded on loopback too
	archive           string   // serve this PMTiles archive instead of a database
	origins           []string // of other sites' pages that may draw the tiles
	data              string   // the data folder, whose disk is watched
	limits            httpapi.Limits
	basemaps          []string // 底图: NAME=TEMPLATE
	basemapPrivate    bool     // they may be on private addresses
	oidc              signOnFlags
	kept              audit.Retention // 审计条目保留期
}

func newServe(s *settings) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "启动服务：页面、瓦片、接口 / serve the page, tiles and the API",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := fromEnvironment(cmd.Flags()); err != nil {
				return err
			}
			defer logLevel.Set(logLevel.Level())
			logLevel.Set(slog.LevelInfo)
			if f.archive != "" {
				return serveArchive(cmd.Context(), f, cmd.OutOrStdout())
			}
			return s.serve(cmd.Context(), f, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "监听地址 / address to listen on")
	f.addPublicURL(flags)
	flags.StringVar(&f.archive, "archive", "", "只提供一个 PMTiles 瓦片存档，不用数据库 / serve one PMTiles archive, without a database")
	flags.StringSliceVar(&f.origins, "cors-origin", nil, "允许读取瓦片的其他网站 / other sites whose pages may read tiles: https://gis.example")
	flags.StringArrayVar(&f.basemaps, "basemap", nil, "底图 名称=地址模板，可重复 / base map NAME=https://…{z}…{x}…{y}…, may be repeated; {key} is $HONGXIAN_BASEMAP_KEY")
	flags.BoolVar(&f.basemapPrivate, "basemap-private", false, "底图可在内网地址上 / base maps may be on private addresses")
	flags.StringVar(&f.tlsCert, "tls-cert", "", "TLS 证书文件（PEM）/ certificate file, PEM")
	flags.StringVar(&f.tlsKey, "tls-key", "", "TLS 私钥文件（PEM）/ key file, PEM")
	flags.BoolVar(&f.behindProxy, "behind-proxy", false, "由本机上的代理提供 TLS 并转告来源地址 / a proxy on this machine does TLS and says where requests come from")
	flags.BoolVar(&f.accounts, "accounts", false, "本机访问也须登录 / demand accounts on loopback too")
	flags.BoolVar(&f.insecure, "insecure", false, "允许本机以外明文访问（仍须登录）/ allow plain HTTP from other machines (accounts are demanded all the same)")
	f.oidc.add(flags)
	f.addAudit(flags)
	f.addLimits(flags)
	return cmd
}

func (f *serveFlags) addPublicURL(flags *pflag.FlagSet) {
	flags.StringVar(&f.publicURL, "public-url", "", "经代理访问时的公开地址 / origin users see behind a proxy: https://map.example")
}

// serve takes the address, opens the database and answers until ctx ends or the
// database is lost.
func (s *settings) serve(ctx context.Context, f serveFlags, w io.Writer) (err error) {
	collectLess()
	f.data = s.data()
	ctx = audit.With(ctx, audit.By{Who: "service"})
	reached, err := f.reach()
	if err != nil {
		return err
	}
	if err := f.kept.Judge(); err != nil {
		return err
	}
	plain, err := httpapi.Listen(f.listen, reached.beyond)
	if err != nil {
		return err
	}
	defer plain.Close()
	listener, err := f.encrypted(plain)
	if err != nil {
		return err
	}
	d, err := s.openDatabase(ctx, use{command: "hongxian serve", exclusive: true, options: []postgis.Option{
		postgis.MaxConnections(serverConnections), postgis.KeepReady(serverReady), postgis.StatementTimeout(serverStatement)}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	scratch.Sweep("")
	if err := d.sweep(ctx); err != nil {
		return err
	}
	if reached.accounts {
		if err := d.firstAdministrator(ctx, w); err != nil {
			return err
		}
	}
	d.outlines = outline.NewKeeper(d.pool)
	queue, err := d.queue()
	if err != nil {
		return err
	}
	news := &job.News{}
	imports := d.imports()
	defer imports.Stop() // before the database goes
	server, err := d.server(f, d.batches(batchQueue{queue}), news, imports)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		select {
		case <-d.gone():
			stop(fmt.Errorf("the private database cannot be kept running: %w", d.cluster.Err()))
		case <-ctx.Done():
		}
	}()
	go news.Listen(ctx, d.pool)
	defer d.keepTrail(context.WithoutCancel(ctx))()
	defer d.retainTrail(ctx, f.retention())()
	if err := d.startQueue(context.WithoutCancel(ctx), queue); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Stop(context.Background())) }()
	address := pageAddress(f, listener.Addr())
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		return fmt.Errorf("tell systemd that the service is ready: %w", err)
	}
	fmt.Fprintf(w, "红线服务已启动：%s\nhongxian is serving at %s\n", address, address)
	err = server.Serve(ctx, listener)
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// sweep makes drafts again of versions whose publishing was cut off.
func (d *database) sweep(ctx context.Context) error {
	swept, err := (&publish.Publisher{DB: d.pool, Preparers: d.preparers()}).Sweep(ctx)
	for _, ref := range swept {
		slog.WarnContext(ctx, "publishing was cut off; the version is a draft again", "version", ref.String())
	}
	return err
}

// server wires the HTTP surface to the database.
func (d *database) server(f serveFlags, batches *answer.Batches, news *job.News, imports *answer.Imports) (*httpapi.Server, error) {
	renderer, err := tiles.NewRenderer(tiles.NewStore(d.pool), tileCache)
	if err != nil {
		return nil, err
	}
	drawings, err := answer.NewDrawings(drawingCache)
	if err != nil {
		return nil, err
	}
	reached, err := f.reach()
	if err != nil {
		return nil, err
	}
	basemaps, err := f.openBasemaps()
	if err != nil {
		return nil, err
	}
	provider, err := f.signOn()
	if err != nil {
		return nil, err
	}
	tables, publications := d.tables(f.publicURL), d.publications()
	tabulations := &answer.Tabulations{Tables: tables, Wait: tableWait}
	return httpapi.New(httpapi.Config{
		Catalogue:    &postgis.Catalogue{DB: d.pool},
		Checks:       d.checks(),
		Records:      &record.Keeper{DB: d.pool},
		Changes:      d.changes(),
		ChangePapers: d.changePapers(f.publicURL, drawings),
		Publications: publications,
		Imports:      imports,
		Intakes:      d.intakes(),
		Qualities:    &answer.Qualities{Report: d.quality},
		Batches:      batches,
		News:         news,
		Papers:       d.papers(f.publicURL),
		Exporter:     d.exports(),
		Verifier:     d.verifier(),
		Overlaps:     d.overlaps(f.publicURL),
		Tables:       tables,
		Tabulations:  tabulations,
		Ledger:       d.ledger(),
		Indicators:   &countyIndicators{d},
		Places:       &place.Finder{DB: d.pool},
		Tiles:        renderer,
		Basemaps:     basemaps,
		Trail:        &audit.Trail{DB: d.pool},
		Gauges: d.gauges(f.data, renderer, map[string]func() turn.Load{
			"import": imports.Busy, "publish": publications.Busy, "stats": tabulations.Busy}),
		Ready:     func(ctx context.Context) error { return postgis.CheckReady(ctx, d.pool) },
		Paint:     paintOf,
		Page:      web.Files(),
		Log:       slog.Default(),
		PublicURL: f.publicURL,
		Insecure:  reached.beyond,
		Origins:   f.origins,
		Limits:    f.limits,
		Accounts:  &account.Book{DB: d.pool},
		SignOn:    provider,

		DemandAccounts: reached.accounts, Secure: reached.secure, Proxies: f.proxies(),
	})
}

// openBasemaps readies the base maps; the key of their services comes from the
// environment, where ps does not show it.
func (f serveFlags) openBasemaps() (*basemap.Sources, error) {
	var list []basemap.Source
	for _, text := range f.basemaps {
		source, err := basemap.ParseSource(text, os.Getenv("HONGXIAN_BASEMAP_KEY"))
		if err != nil {
			return nil, err
		}
		list = append(list, source)
	}
	return basemap.Open(list, f.basemapPrivate)
}

// tableWait is how long a request to keep a township table waits for it.
const tableWait = 10 * time.Second

// publishWait is how long a request to publish waits for the outcome.
const publishWait = 25 * time.Second

// publications wires publishing over HTTP.
func (d *database) publications() *answer.Publications {
	return &answer.Publications{Wait: publishWait,
		Publish: func(ctx context.Context, ref geodata.VersionRef, c publish.Consent) (*publish.Result, error) {
			return d.publisher(c).Publish(ctx, ref, nil) // by somebody who sees every layer, see the route
		}}
}

// pageAddress is what to type into a browser.
func pageAddress(f serveFlags, listening net.Addr) string {
	if f.publicURL != "" {
		return f.publicURL
	}
	if f.tlsCert != "" {
		return "https://" + listening.String() + "/"
	}
	return "http://" + listening.String() + "/"
}
