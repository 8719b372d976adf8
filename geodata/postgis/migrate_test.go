package postgis_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"hongxian/geodata"
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

// The highest number is not taken for the whole schema: a step that is missing, unknown
// or another is noticed, and nothing is done to such a database.
func TestASchemaOfOtherStepsIsRefused(t *testing.T) {
	ctx := context.Background()
	pool := pgtest.New(t)
	for name, c := range map[string]struct{ spoil, mend string }{
		"another step":   {"update schema_digest set digest = repeat('0', 64) where version_id = 3", ""},
		"a step missing": {"delete from goose_db_version where version_id = 5", "insert into goose_db_version (version_id, is_applied) values (5, true)"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := pool.Exec(ctx, "create table kept_digest as select * from schema_digest"); err != nil {
				t.Fatal(err)
			}
			if _, err := pool.Exec(ctx, c.spoil); err != nil {
				t.Fatal(err)
			}
			if err := postgis.CheckReady(ctx, pool); geodata.AsError(err).Code != "schema-other" {
				t.Errorf("ready: %v", err)
			}
			if _, _, err := postgis.Migrate(ctx, pool); geodata.AsError(err).Code != "schema-other" {
				t.Errorf("migrated: %v", err)
			}
			for _, sql := range []string{"truncate schema_digest", "insert into schema_digest select * from kept_digest", "drop table kept_digest", c.mend} {
				if _, err := pool.Exec(ctx, sql); err != nil {
					t.Fatal(err)
				}
			}
			if err := postgis.CheckReady(ctx, pool); err != nil {
				t.Errorf("mended: %v", err)
			}
		})
	}
	if err := postgis.CompareSteps(map[int64]string{1: "a", 2: "b"}, map[int64]string{1: "a", 3: "c"}, 2); geodata.AsError(err).Code != "schema-other" {
		t.Errorf("a step that is not known: %v", err)
	}
	// A database of a release that kept no digests has them noted.
	if _, err := pool.Exec(ctx, "truncate schema_digest"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := postgis.Migrate(ctx, pool); err != nil {
		t.Fatal(err)
	}
	var noted int64
	if err := pool.QueryRow(ctx, "select count(*) from schema_digest").Scan(&noted); err != nil || noted != postgis.SchemaVersion() {
		t.Errorf("%d steps are noted, %v", noted, err)
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

// A newer River brings newer steps: QueueVersion is then raised knowingly.
func TestQueueVersionIsRiversLast(t *testing.T) {
	migrator, err := rivermigrate.New(riverpgxv5.New(pgtest.New(t)), nil)
	if err != nil {
		t.Fatal(err)
	}
	steps := migrator.AllVersions()
	if last := steps[len(steps)-1].Version; last != postgis.QueueVersion {
		t.Errorf("River's schema is at %d, QueueVersion says %d", last, postgis.QueueVersion)
	}
}

// A database from before the queue, or one whose queue is behind, is not ready and
// is mended by migrating it again; a newer queue is refused.
func TestQueueIsPartOfReadiness(t *testing.T) {
	ctx := context.Background()
	pool := pgtest.New(t)
	said := func(change, code string) {
		t.Helper()
		if _, err := pool.Exec(ctx, change); err != nil {
			t.Fatal(err)
		}
		if err := postgis.CheckReady(ctx, pool); geodata.AsError(err).Code != code {
			t.Errorf("%s: %v, want %s", change, err, code)
		}
	}
	said("insert into river_migration (line, version) values ('main', 9)", "schema-newer")
	if _, _, err := postgis.Migrate(ctx, pool); geodata.AsError(err).Code != "schema-newer" {
		t.Errorf("migrating a newer queue: %v", err)
	}
	said("delete from river_migration where version > 7", "schema-behind")
	if _, _, err := postgis.Migrate(ctx, pool); err != nil {
		t.Fatal(err)
	}
	if err := postgis.CheckReady(ctx, pool); err != nil {
		t.Error(err)
	}
	said("drop table river_job, river_leader, river_queue, river_notification, river_migration; "+
		"drop function river_job_state_in_bitmask; drop type river_job_state", "schema-behind")
	if _, _, err := postgis.Migrate(ctx, pool); err != nil {
		t.Fatal(err)
	}
	if err := postgis.CheckReady(ctx, pool); err != nil {
		t.Error(err)
	}
}
