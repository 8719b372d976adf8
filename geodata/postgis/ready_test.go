package postgis_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

func TestStatementsPrepare(t *testing.T) {
	pgtest.Prepare(t, os.DirFS("sql"))
}

func TestMigratedDatabaseIsReady(t *testing.T) {
	if err := postgis.CheckReady(context.Background(), pgtest.New(t)); err != nil {
		t.Fatal(err)
	}
}

// asAdmin connects to the database of a test as the server's superuser.
func asAdmin(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	ctx := context.Background()
	config, err := pgx.ParseConfig(pgtest.AdminDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	service, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	config.Database = service.Database
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(ctx) })
	return conn
}

func execute(t *testing.T, conn *pgx.Conn, statements string) {
	t.Helper()
	if _, err := conn.PgConn().Exec(context.Background(), statements).ReadAll(); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
}

// The SQL that an unprepared database's error asks for is run as it stands.
func TestUnpreparedDatabaseNamesTheSQL(t *testing.T) {
	ctx := context.Background()
	dsn := pgtest.Empty(t)
	admin := asAdmin(t, dsn)
	execute(t, admin, "drop extension postgis cascade; drop extension btree_gist")
	pool, err := postgis.Open(ctx, dsn) // must not fail for want of the geometry type
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	missing := postgis.CheckReady(ctx, pool)
	e := geodata.AsError(missing)
	if e.Kind != geodata.Conflict || e.Code != "database-not-prepared" {
		t.Fatalf("got %v", missing)
	}
	if _, _, err := postgis.Migrate(ctx, pool); geodata.AsError(err).Code != e.Code {
		t.Errorf("migrating it: %v", err)
	}
	_, sql, found := strings.Cut(e.EN, "in that database:")
	if !found {
		t.Fatalf("no SQL in %q", e.EN)
	}
	execute(t, admin, sql)
	if err := postgis.CheckPrepared(ctx, pool); err != nil {
		t.Fatal(err)
	}
	if _, _, err := postgis.Migrate(ctx, pool); err != nil {
		t.Fatal(err)
	}
}

// PostGIS reads srtext first: a right proj4text beside a wrong srtext gives wrong
// areas, and the other way round misleads everybody who reads it.
func TestWrongPlaneIsFound(t *testing.T) {
	ctx := context.Background()
	found := func(change string) {
		t.Helper()
		dsn := pgtest.Empty(t)
		admin := asAdmin(t, dsn)
		execute(t, admin, "update spatial_ref_sys set "+change+" where srid = 990001")
		fresh := asAdmin(t, dsn) // PostGIS remembers definitions a connection
		err := postgis.CheckPrepared(ctx, fresh)
		if geodata.AsError(err).Code != "database-not-prepared" || !strings.Contains(geodata.AsError(err).EN, "990001") {
			t.Errorf("%s: %v", change, err)
		}
	}
	found("srtext = replace(srtext, '\"standard_parallel_1\",31', '\"standard_parallel_1\",30')")
	found("srtext = replace(srtext, '\"central_meridian\",111', '\"central_meridian\",112')")
	found("proj4text = replace(proj4text, 'lat_ts=31', 'lat_ts=30')")
	found("srtext = 'nonsense', proj4text = 'nonsense'")
}

func TestSchemaVersionMustFit(t *testing.T) {
	ctx := context.Background()
	behind, err := postgis.Open(ctx, pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	defer behind.Close()
	if err := postgis.CheckReady(ctx, behind); geodata.AsError(err).Code != "schema-behind" {
		t.Errorf("before migration: %v", err)
	}
	pool := pgtest.New(t)
	if _, err := pool.Exec(ctx, "insert into goose_db_version (version_id, is_applied) values (9999, true)"); err != nil {
		t.Fatal(err)
	}
	if err := postgis.CheckReady(ctx, pool); geodata.AsError(err).Code != "schema-newer" {
		t.Errorf("newer schema: %v", err)
	}
	if _, _, err := postgis.Migrate(ctx, pool); !geodata.IsKind(err, geodata.Conflict) {
		t.Errorf("migrating a newer schema: %v", err)
	}
}

func TestOldPostGISIsNotEnough(t *testing.T) {
	enough := func(version string, want bool) {
		t.Helper()
		if got := postgis.AtLeast(version, 3, 3); got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
	enough("3.3.2", true)
	enough("3.3", true)
	enough("3.10.0", true)
	enough("4.0.0dev", true)
	enough("3.4dev", true)
	enough("3.2.9", false)
	enough("2.5.5", false)
	enough("", false)
	enough("three", false)
}

func TestAdministratorsAtTheSameTime(t *testing.T) {
	ctx := context.Background()
	admin := pgtest.AdminDSN(t)
	name := fmt.Sprintf("t_administer_%d", os.Getpid())
	t.Cleanup(func() { execute(t, asAdmin(t, admin), "drop database "+name+" with (force)") })
	done := make(chan error)
	for range 4 {
		go func() { done <- postgis.Administer(ctx, admin, postgis.Setup{Database: name, Role: pgtest.Role}) }()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
