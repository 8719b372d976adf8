package postgis

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"hongxian/geodata/postgis/migrations"
)

// migrationLock is the advisory lock that one migration at a time holds.
const migrationLock = 990001_001

// SchemaVersion is the step this program's schema is at: the highest number
// among the embedded migrations.
func SchemaVersion() int64 {
	names, _ := fs.Glob(migrations.FS, "*.sql")
	var newest int64
	for _, name := range names {
		if step, err := goose.NumericComponent(name); err == nil {
			newest = max(newest, step)
		}
	}
	return newest
}

// Migrate brings the database of pool up to this program's schema and says from
// which step to which; the queue's tables (River's) follow in the same call. Callers that come at the same time wait for one another;
// ctx ends the wait. A schema newer than this program, or with steps that are not this
// program's, is refused (Conflict) and left alone, as is a database that lacks what
// Administer provides.
func Migrate(ctx context.Context, pool *pgxpool.Pool) (from, to int64, err error) {
	db := openForMigration(pool)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, 0, unreachable(err)
	}
	defer conn.Close()
	// Closing the connection to the server releases the lock, whatever happens.
	// goose's own locker is not used: it makes its table before it asks for the
	// lock, so that two first migrations could collide, and polls by the second.
	if _, err := conn.ExecContext(ctx, "select pg_advisory_lock($1)", migrationLock); err != nil {
		return 0, 0, fmt.Errorf("wait for the migration lock: %w", err)
	}
	if err := CheckPrepared(ctx, pool); err != nil {
		return 0, 0, err
	}
	if from, err = heldSchema(ctx, pool); err != nil {
		return 0, 0, err
	}
	to = SchemaVersion()
	if from > to {
		return from, from, schemaNewer(from, to)
	}
	if err := checkSteps(ctx, pool); err != nil {
		return from, from, err
	}
	if from < to {
		if err := apply(ctx, db); err != nil {
			return from, to, err
		}
	}
	if err := noteTaken(ctx, pool); err != nil {
		return from, to, err
	}
	return from, to, migrateQueue(ctx, pool)
}

// openForMigration opens connections of the same account without the service's
// statement timeout: a step may take long on a full county.
func openForMigration(pool *pgxpool.Pool) *sql.DB {
	config := pool.Config().ConnConfig.Copy()
	config.RuntimeParams["statement_timeout"] = "0"
	config.RuntimeParams["application_name"] = "hongxian migrate"
	return stdlib.OpenDB(*config)
}

func apply(ctx context.Context, db *sql.DB) error {
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.FS,
		goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
