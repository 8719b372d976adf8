package postgis

import (
	"context"
	_ "embed"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxgeom "github.com/twpayne/pgx-geom"

	"hongxian/geodata"
)

// Option adjusts the connections that Open makes.
type Option func(*pgxpool.Config)

// StatementTimeout ends a statement that runs longer than d; 0 means never,
// which is the default unless the connection string sets statement_timeout.
func StatementTimeout(d time.Duration) Option {
	return func(c *pgxpool.Config) {
		c.ConnConfig.RuntimeParams["statement_timeout"] = strconv.FormatInt(d.Milliseconds(), 10)
	}
}

// ApplicationName is how the connections show in pg_stat_activity.
func ApplicationName(name string) Option {
	return func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["application_name"] = name }
}

// MaxConnections bounds the pool; the default is pgxpool's: 4 or one a core.
func MaxConnections(n int32) Option {
	return func(c *pgxpool.Config) { c.MaxConns = n }
}

//go:embed sql/find_ways.sql
var findWaysSQL string

// KeepReady keeps n connections open that know the ways between the counties'
// reference systems. PROJ looks for each way once a session, for a tenth of a
// second and more, which no request should wait for.
func KeepReady(n int32) Option {
	return func(c *pgxpool.Config) {
		c.MinConns, c.MaxConnLifetimeJitter = n, c.MaxConnLifetime/2
		connected := c.AfterConnect
		c.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
			if err := connected(ctx, conn); err != nil {
				return err
			}
			// A database that is not migrated yet has nothing to look for; one that
			// does not answer says so to whoever asks next.
			_, _ = conn.Exec(ctx, findWaysSQL)
			return nil
		}
	}
}

// Open connects to the database at dsn, a libpq connection string or URL, and
// proves with one round trip that it answers. Every connection has JIT off (it
// costs 0.1 s on a small spatial query), plans made once, the time zone UTC and the
// geometry types registered. It does not ask whether the schema is there: see CheckReady.
//
// Errors: Invalid when dsn cannot be read, Unavailable when nothing answers.
func Open(ctx context.Context, dsn string, options ...Option) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "database-dsn-malformed",
			ZH:  "数据库连接串无法解析，应形如 postgres://用户@主机:5432/库名。",
			EN:  "The database connection string cannot be read; write postgres://user@host:5432/database.",
			Err: err}
	}
	setDefaults(config)
	for _, option := range options {
		option(config)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, unreachable(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, unreachable(err)
	}
	return pool, nil
}

func setDefaults(config *pgxpool.Config) {
	params := config.ConnConfig.RuntimeParams
	if params["application_name"] == "" {
		params["application_name"] = "hongxian"
	}
	params["jit"] = "off"
	// Every statement is a file whose plan does not hang on its arguments, and
	// planning a spatial one anew takes as long as answering it.
	params["plan_cache_mode"] = "force_generic_plan"
	params["timezone"] = "UTC"
	config.AfterConnect = setUp
}

// setUp is what a new connection gets.
func setUp(ctx context.Context, conn *pgx.Conn) error {
	if err := compressFast(ctx, conn); err != nil {
		return err
	}
	return registerGeometry(ctx, conn)
}

// compressFast has large values packed by LZ4, which takes a fraction of the time of
// PostgreSQL's own way; a server that was built without it goes on with that.
func compressFast(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "set default_toast_compression = 'lz4'")
	if hasSQLState(err, invalidParameterValue) {
		return nil
	}
	return err
}

// registerGeometry teaches a connection the geometry types. A database without
// PostGIS has none: CheckReady says so better than a failed connection would.
func registerGeometry(ctx context.Context, conn *pgx.Conn) error {
	err := pgxgeom.Register(ctx, conn)
	if hasSQLState(err, undefinedObject) {
		return nil
	}
	if err != nil {
		return err
	}
	several, err := conn.LoadType(ctx, "_geometry")
	if err == nil {
		conn.TypeMap().RegisterType(several)
	}
	return err
}

// SQLSTATEs: a type that does not exist, a setting's value that is not known.
const (
	undefinedObject       = "42704"
	invalidParameterValue = "22023"
)

func unreachable(err error) error {
	return &geodata.Error{Kind: geodata.Unavailable, Code: "database-unreachable",
		ZH:  "无法连接数据库，请检查地址、账号以及数据库服务是否在运行。",
		EN:  "The database does not answer; check its address, the account and that the server is running.",
		Err: err}
}
