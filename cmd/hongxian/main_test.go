package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/localpg"
	"hongxian/internal/pgtest"
)

// hongxian runs a command line in this process.
func hongxian(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaint bytes.Buffer
	code = run(context.Background(), args, &out, &complaint)
	return code, out.String(), complaint.String()
}

// succeeds and fails run a command line and say what it printed.
func succeeds(t *testing.T, want string, args ...string) {
	t.Helper()
	code, stdout, stderr := hongxian(t, args...)
	if code != exitDone || !strings.Contains(stdout, want) {
		t.Fatalf("%v: exit %d\n%s%s", args, code, stdout, stderr)
	}
}

func fails(t *testing.T, wantCode int, want string, args ...string) {
	t.Helper()
	code, stdout, stderr := hongxian(t, args...)
	if code != wantCode || !strings.Contains(stderr, want) {
		t.Fatalf("%v: exit %d, not %d\n%s%s", args, code, wantCode, stdout, stderr)
	}
	if lines := strings.Split(stderr, "\n"); len(lines) < 3 {
		t.Errorf("%v: not a Chinese and an English sentence: %q", args, stderr)
	}
}

// schematicCounty is a database with the schematic county, as the demo command
// loads it; tests get copies of one.
func schematicCounty(t *testing.T) (dsn string) {
	t.Helper()
	return pgtest.Filled(t, "demo", func(dsn string) error {
		if code, stdout, stderr := hongxian(t, "demo", "--database", dsn); code != exitDone || !strings.Contains(stdout, "示意县已载入") {
			return fmt.Errorf("demo: exit %d\n%s%s", code, stdout, stderr)
		}
		return nil
	})
}

func TestMain(m *testing.M) {
	os.Unsetenv("HONGXIAN_DATABASE")
	os.Unsetenv("HONGXIAN_DATA")
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

func TestUsageErrorsExitWithTwo(t *testing.T) {
	succeeds(t, "schema", "version")
	succeeds(t, "backup", "help")
	fails(t, exitInput, "unknown command", "no-such-command")
	fails(t, exitInput, "unknown flag", "version", "--no-such-flag")
	fails(t, exitInput, "Give OUT or --base", "backup")
	fails(t, exitInput, "unknown command", "version", "surplus")
}

// Only what happens before a subcommand's own work is an error of usage.
func TestFailingWorkIsNoUsageError(t *testing.T) {
	all := subcommands
	defer func() { subcommands = all }()
	subcommands = append(subcommands[:len(all):len(all)], func(*settings) *cobra.Command {
		return &cobra.Command{Use: "fail", RunE: func(*cobra.Command, []string) error { return errors.New("broken") }}
	})
	fails(t, exitInternal, "broken", "fail")
}

func TestExitCodes(t *testing.T) {
	exits := func(err error, want int) {
		t.Helper()
		if got := exitCode(err); got != want {
			t.Errorf("%v: %d, not %d", err, got, want)
		}
	}
	exits(nil, 0)
	exits(&geodata.Error{Kind: geodata.Refused}, 1)
	exits(&geodata.Error{Kind: geodata.Invalid}, 2)
	exits(&geodata.Error{Kind: geodata.NotFound}, 2)
	exits(&geodata.Error{Kind: geodata.Conflict}, 2)
	exits(&geodata.Error{Kind: geodata.TooLarge}, 2)
	exits(&geodata.Error{Kind: geodata.Unavailable}, 3)
	exits(&geodata.Error{Kind: geodata.Internal}, 3)
	exits(fmt.Errorf("wrapped: %w", &geodata.Error{Kind: geodata.Refused}), 1)
	exits(errors.New("anything"), 3)
}

func TestErrorsSayWhere(t *testing.T) {
	var out strings.Builder
	printError(&out, &geodata.Error{Kind: geodata.Invalid, ZH: "环未闭合。", EN: "The ring is not closed.",
		Record: 7, At: &orb.Point{109.87, 31.07}, Err: errors.New("the cause")})
	want := "环未闭合。（第 7 条记录，坐标 (109.87, 31.07)）\nThe ring is not closed. (record 7, at (109.87, 31.07))\n"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, complaint bytes.Buffer
	if code := run(ctx, []string{"migrate", "--data", dataFolder(t)}, &out, &complaint); code != exitInterrupted {
		t.Errorf("exit %d: %s", code, complaint.String())
	}
}

// dataFolder is a folder that the account of the private cluster can enter.
func dataFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "hongxian-cmd-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "var")
}

func TestPrivateClusterFromBackupToRestore(t *testing.T) {
	ctx := context.Background()
	data, other := dataFolder(t), dataFolder(t)
	file := filepath.Join(t.TempDir(), "backup")
	succeeds(t, "第 0 版", "migrate", "--data", data)
	succeeds(t, "已是最新", "migrate", "--data", data)

	// Beside a server, a backup reads what the server wrote; a restore is refused.
	s := &settings{dataFlag: data}
	server, err := s.openDatabase(ctx, use{command: "hongxian serve", exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, err := server.pool.Exec(ctx, "insert into county (code, name_zh, name_en, plane_srid, bounds, profile) values ('1', '某县', 'County', 4546, st_makeenvelope(109, 30, 110, 31, 4490), '{}')"); err != nil {
		t.Fatal(err)
	}
	succeeds(t, "已备份到", "backup", file, "--data", data)
	fails(t, exitInput, "hongxian serve", "restore", file, "--data", data, "--replace")
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}

	succeeds(t, "Restored", "restore", file, "--data", other)
	fails(t, exitInput, "--replace", "restore", file, "--data", other)
	t.Setenv("HONGXIAN_DATA", other)
	restored, err := (&settings{}).openDatabase(ctx, use{command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	var name string
	if err := restored.pool.QueryRow(ctx, "select name_zh from county").Scan(&name); err != nil || name != "某县" {
		t.Fatalf("%q, %v", name, err)
	}
}

// A server that somebody named is changed by hongxian migrate and nothing else.
func TestNamedServer(t *testing.T) {
	dsn := pgtest.Empty(t)
	file := filepath.Join(t.TempDir(), "backup")
	fails(t, exitInput, "hongxian migrate", "backup", file, "--database", dsn)
	t.Setenv("HONGXIAN_DATABASE", dsn)
	succeeds(t, "第 0 版", "migrate")
	succeeds(t, "已备份到", "backup", file)
	succeeds(t, "Restored", "restore", file)
	fails(t, exitInternal, "does not answer", "migrate", "--database", "host=/nowhere user=x")
}

// The first command makes the cluster and its schema; those that come at the same
// time wait for both.
func TestFirstCommandsAtTheSameTime(t *testing.T) {
	data := dataFolder(t)
	codes := make(chan string)
	for range 3 {
		go func() {
			code, stdout, stderr := hongxian(t, "migrate", "--data", data)
			codes <- fmt.Sprint(code, stdout, stderr)
		}()
	}
	for range 3 {
		if got := <-codes; !strings.HasPrefix(got, "0") {
			t.Error(got)
		}
	}
}

func TestHelpShowsNoPassword(t *testing.T) {
	t.Setenv("HONGXIAN_DATABASE", "postgres://u:secret@h/d")
	_, stdout, stderr := hongxian(t, "help", "migrate")
	if strings.Contains(stdout+stderr, "secret") {
		t.Error(stdout, stderr)
	}
}

// A newer command beside an older server must not change the schema under it.
func TestOlderServerIsLeftAlone(t *testing.T) {
	ctx := context.Background()
	data := dataFolder(t)
	server, err := localpg.Open(ctx, localpg.Options{Dir: data, Exclusive: true, Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(ctx)
	fails(t, exitInput, "older", "migrate", "--data", data)
	pool, err := postgis.Open(ctx, server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := postgis.CheckReady(ctx, pool); geodata.AsError(err).Code != "schema-behind" {
		t.Errorf("the schema was changed: %v", err)
	}
}
