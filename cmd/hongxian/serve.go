package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/audit"
	"hongxian/internal/httpapi"
	"hongxian/internal/job"
	"hongxian/internal/place"
	"hongxian/internal/publish"
	"hongxian/internal/record"
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
	insecure          bool
	archive           string   // serve this PMTiles archive instead of a database
	origins           []string // of other sites' pages that may draw the tiles
	limits            httpapi.Limits
	proxies           []string // whose X-Forwarded-For is believed
}

func newServe(s *settings) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "启动服务：页面、瓦片、接口 / serve the page, tiles and the API",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := fromEnvironment(cmd.Flags(), limitVariables); err != nil {
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
	flags.StringVar(&f.publicURL, "public-url", "", "经代理访问时的公开地址 / origin users see behind a proxy: https://map.example")
	flags.StringVar(&f.archive, "archive", "", "只提供一个 PMTiles 瓦片存档，不用数据库 / serve one PMTiles archive, without a database")
	flags.StringSliceVar(&f.origins, "cors-origin", nil, "允许读取瓦片的其他网站 / other sites whose pages may read tiles: https://gis.example")
	flags.BoolVar(&f.insecure, "insecure", false, "允许非本机地址（尚无账号）/ allow an address other than loopback, though there are no accounts")
	f.addLimits(flags)
	return cmd
}

// serve takes the address, opens the database and answers until ctx ends or the
// database is lost.
func (s *settings) serve(ctx context.Context, f serveFlags, w io.Writer) (err error) {
	collectLess()
	ctx = audit.With(ctx, audit.By{Who: "service"})
	listener, err := httpapi.Listen(f.listen, f.insecure)
	if err != nil {
		return err
	}
	defer listener.Close()
	d, err := s.openDatabase(ctx, use{command: "hongxian serve", exclusive: true, options: []postgis.Option{
		postgis.MaxConnections(serverConnections), postgis.KeepReady(serverReady), postgis.StatementTimeout(serverStatement)}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.sweep(ctx); err != nil {
		return err
	}
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
	if err := d.startQueue(context.WithoutCancel(ctx), queue); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Stop(context.Background())) }()
	address := pageAddress(f, listener.Addr())
	fmt.Fprintf(w, "红线服务已启动：%s\nhongxian is serving at %s\n", address, address)
	err = server.Serve(ctx, listener)
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// keepTrail gives audit entries their places in the chain until the returned function
// is called, which is after the last of them was written.
func (d *database) keepTrail(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		(&audit.Trail{DB: d.pool}).Keep(ctx, slog.Default())
	}()
	return func() { cancel(); <-done }
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
	proxies, err := f.trusted()
	if err != nil {
		return nil, err
	}
	tables := d.tables(f.publicURL)
	return httpapi.New(httpapi.Config{
		Catalogue:    &postgis.Catalogue{DB: d.pool},
		Checks:       d.checks(),
		Records:      &record.Keeper{DB: d.pool},
		Changes:      d.changes(),
		ChangePapers: d.changePapers(f.publicURL, drawings),
		Publications: d.publications(),
		Imports:      imports,
		Intakes:      d.intakes(),
		Batches:      batches,
		News:         news,
		Papers:       d.papers(f.publicURL),
		Exporter:     d.exports(),
		Verifier:     d.verifier(),
		Overlaps:     d.overlaps(f.publicURL),
		Tables:       tables,
		Tabulations:  &answer.Tabulations{Tables: tables, Wait: tableWait},
		Ledger:       d.ledger(),
		Indicators:   &countyIndicators{d},
		Places:       &place.Finder{DB: d.pool},
		Tiles:        renderer,
		Trail:        &audit.Trail{DB: d.pool},
		Ready:        func(ctx context.Context) error { return postgis.CheckReady(ctx, d.pool) },
		Paint:        paintOf,
		Page:         web.Files(),
		Log:          slog.Default(),
		PublicURL:    f.publicURL,
		Insecure:     f.insecure,
		Origins:      f.origins,
		Limits:       f.limits,
		Proxies:      proxies,
	})
}

// tableWait is how long a request to keep a township table waits for it.
const tableWait = 10 * time.Second

// publishWait is how long a request to publish waits for the outcome.
const publishWait = 25 * time.Second

// publications wires publishing over HTTP.
func (d *database) publications() *answer.Publications {
	return &answer.Publications{Wait: publishWait,
		Publish: func(ctx context.Context, ref geodata.VersionRef, basis string) (*publish.Result, error) {
			return d.publisher(basis).Publish(ctx, ref, nil)
		}}
}

// pageAddress is what to type into a browser.
func pageAddress(f serveFlags, listening net.Addr) string {
	if f.publicURL != "" {
		return f.publicURL
	}
	return "http://" + listening.String() + "/"
}
