package postgis_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"hongxian/geodata/postgis"
	"hongxian/geodata/postgis/migrations"
	"hongxian/internal/pgtest"
)

func TestSchemaVersionIsTheLastMigration(t *testing.T) {
	files, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	if got := postgis.SchemaVersion(); got != int64(len(files)) {
		t.Errorf("step %d for %d files: a number is missing or doubled", got, len(files))
	}
}

func TestMigrationsAtTheSameTime(t *testing.T) {
	ctx := context.Background()
	dsn := pgtest.Empty(t)
	type result struct {
		from, to int64
		err      error
	}
	results := make(chan result)
	for range 4 {
		go func() {
			pool, err := postgis.Open(ctx, dsn)
			if err != nil {
				results <- result{err: err}
				return
			}
			defer pool.Close()
			from, to, err := postgis.Migrate(ctx, pool)
			results <- result{from, to, err}
		}()
	}
	worked := 0
	for range 4 {
		r := <-results
		if r.err != nil || r.to != postgis.SchemaVersion() {
			t.Errorf("%+v", r)
		}
		if r.from != r.to {
			worked++
		}
	}
	if worked != 1 {
		t.Errorf("%d migrations did the work", worked)
	}
}

func TestWaitingForAMigrationEndsWithItsContext(t *testing.T) {
	pool := pgtest.New(t)
	conn, err := pool.Acquire(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(context.Background(), "select pg_advisory_lock($1)", postgis.MigrationLock); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, _, err := postgis.Migrate(ctx, pool); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
}
