// Package pgtest gives every test a PostGIS database of its own, migrated, in
// some tens of milliseconds: a clone of a template that is made once for each
// state of the migrations.
//
// The server is the one that HONGXIAN_TEST_DATABASE names, as a superuser; a
// whole test run gets one from
//
//	go run ./internal/pgtest/cluster go test ./...
//
// Without it, the test process starts a private cluster of its own in a temp
// folder. A machine without PostGIS fails the test.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata/postgis"
)

// Role is the service role that tests connect as; it is no superuser.
const Role = "hongxian"

// New gives a migrated database of the test's own, connected as the service role.
// It is dropped when the test passes, kept and named when it fails. Its
// connection string is pool.Config().ConnString().
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, Database(t))
}

// Database is New for tests that open the database themselves, such as those of
// the whole program: it gives the connection string.
func Database(t testing.TB) string {
	t.Helper()
	return clone(t, func(ctx context.Context, s *server) (string, error) { return s.template(ctx) })
}

// Empty gives a database that an administrator has prepared and nobody migrated.
func Empty(t testing.TB) string {
	t.Helper()
	return clone(t, func(ctx context.Context, s *server) (string, error) { return s.preparedTemplate(ctx) })
}

// Filled is Database with what fill puts in: by the first test that asks for the key, of
// which the others get copies, in this process and, where cluster runs the tests, in all
// of that run. A key means one fill. fill leaves no session open.
func Filled(t testing.TB, key string, fill func(dsn string) error) string {
	t.Helper()
	return clone(t, func(ctx context.Context, s *server) (string, error) { return s.filledTemplate(ctx, key, fill) })
}

// AdminDSN connects to the test server as its superuser.
func AdminDSN(t testing.TB) string {
	t.Helper()
	s, err := theServer()
	if err != nil {
		t.Fatalf("test database server: %v", err)
	}
	return s.admin
}

func open(t testing.TB, dsn string) *pgxpool.Pool {
	t.Helper()
	pool, err := postgis.Open(context.Background(), dsn)
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func clone(t testing.TB, templateOf func(context.Context, *server) (string, error)) string {
	t.Helper()
	ctx := context.Background()
	s, err := theServer()
	if err != nil {
		t.Fatalf("test database server: %v", err)
	}
	template, err := templateOf(ctx, s)
	if err != nil {
		t.Fatalf("test database template: %v", err)
	}
	name := databaseName(t)
	if err := s.exec(ctx, "create database "+name+" template "+template+" strategy wal_log owner "+Role); err != nil {
		t.Fatalf("clone the test database: %v", err)
	}
	dsn := s.serviceDSN(name)
	t.Cleanup(func() { s.drop(t, name, dsn) })
	return dsn
}

// drop removes the database of a test that passed. Cleanups run last in, first
// out, so the pool is closed by then.
func (s *server) drop(t testing.TB, name, dsn string) {
	if t.Failed() {
		t.Logf("the database of this failed test is kept while its server runs: psql '%s'", dsn)
		return
	}
	if err := s.exec(context.Background(), "drop database "+name+" with (force)"); err != nil {
		t.Errorf("drop the test database: %v", err)
	}
}

// databaseName is the test's name as an identifier, made unique.
func databaseName(t testing.TB) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(t.Name()))
	var random [6]byte
	rand.Read(random[:])
	return fmt.Sprintf("t_%.40s_%s", clean, hex.EncodeToString(random[:]))
}

// exec runs one statement as the superuser, outside a transaction.
func (s *server) exec(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// serviceDSN connects to a database of the server as the service role. The
// password matters only on a server that asks for one.
func (s *server) serviceDSN(database string) string {
	config, err := pgx.ParseConfig(s.admin)
	if err != nil {
		return ""
	}
	query := url.Values{"host": {config.Host}, "port": {fmt.Sprint(config.Port)},
		"user": {Role}, "password": {rolePassword}}
	if config.TLSConfig == nil {
		query.Set("sslmode", "disable")
	}
	return "postgres:///" + database + "?" + query.Encode()
}

// ServerVariable names the environment variable with the superuser's DSN.
const ServerVariable = "HONGXIAN_TEST_DATABASE"

// RunVariable names the environment variable that tells one run of cluster from another:
// the processes of a run are built of the same sources.
const RunVariable = "HONGXIAN_TEST_RUN"

func configuredServer() string { return os.Getenv(ServerVariable) }
