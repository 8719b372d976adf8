package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/localpg"
	"hongxian/internal/overlap/outline"
)

// database is what a subcommand works on: a pool, and the private cluster behind
// it when no server was named.
type database struct {
	pool    *pgxpool.Pool
	cluster *localpg.Cluster // nil for a server named by --database

	outlines *outline.Keeper // of a process that answers many sites

	from, to int64 // the schema's steps, when this process started the cluster
}

// use says what a subcommand needs of the database.
type use struct {
	command   string // as others see it in messages: "hongxian serve"
	exclusive bool   // only one of its kind on a private cluster
	options   []postgis.Option
}

// openDatabase opens the database a subcommand works on, migrated and ready: the
// server named by --database, which only hongxian migrate changes, or the private
// cluster of the data folder, which is brought up to date here. Close it.
func (s *settings) openDatabase(ctx context.Context, why use) (*database, error) {
	d, err := s.connect(ctx, why)
	if err != nil {
		return nil, err
	}
	if err := d.makeReady(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// connect opens the database; a named server as it is, without asking for the
// schema.
func (s *settings) connect(ctx context.Context, why use) (*database, error) {
	d := &database{}
	dsn := s.database()
	if dsn == "" {
		var err error
		d.cluster, err = localpg.Open(ctx, localpg.Options{Dir: s.data(), Exclusive: why.exclusive, Command: why.command,
			Prepare: d.migrateNew})
		if err != nil {
			return nil, err
		}
		dsn = d.cluster.DSN()
	}
	options := append([]postgis.Option{postgis.ApplicationName(why.command)}, why.options...)
	pool, err := postgis.Open(ctx, dsn, options...)
	if err != nil {
		d.Close()
		return nil, err
	}
	d.pool = pool
	return d, nil
}

func (d *database) makeReady(ctx context.Context) error {
	if d.cluster == nil {
		return postgis.CheckReady(ctx, d.pool)
	}
	_, _, err := d.migrate(ctx)
	return err
}

// migrate brings the schema up to date, but not under the feet of another
// process that runs the private cluster, perhaps an older program.
func (d *database) migrate(ctx context.Context) (from, to int64, err error) {
	if d.cluster == nil {
		return postgis.Migrate(ctx, d.pool)
	}
	if !d.cluster.Attached() {
		return d.from, d.to, nil
	}
	err = postgis.CheckReady(ctx, d.pool)
	if err != nil && geodata.AsError(err).Code == "schema-behind" {
		err = &geodata.Error{Kind: geodata.Conflict, Code: "server-older",
			ZH:  "正在运行的服务版本较旧，数据库结构需要升级；请先停止该服务，再用本程序启动。",
			EN:  "The running server is older and the schema needs an upgrade; stop that server, then start it with this program.",
			Err: err}
	}
	return postgis.SchemaVersion(), postgis.SchemaVersion(), err
}

// migrateNew migrates a private cluster that has just started, before another
// command may attach to it.
func (d *database) migrateNew(ctx context.Context, dsn string) error {
	pool, err := postgis.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	d.from, d.to, err = postgis.Migrate(ctx, pool)
	return err
}

// dsn is the connection string the pool was opened with.
func (d *database) dsn() string { return d.pool.Config().ConnString() }

// gone is closed when a private cluster that this process runs could not be kept
// running; cluster.Err says why. It is nil, and blocks for ever, otherwise.
func (d *database) gone() <-chan struct{} {
	if d.cluster == nil || d.cluster.Attached() {
		return nil
	}
	return d.cluster.Done()
}

// Close closes the pool and leaves or stops the private cluster.
func (d *database) Close() error {
	if d.pool != nil {
		d.pool.Close()
	}
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Close(context.Background())
}
