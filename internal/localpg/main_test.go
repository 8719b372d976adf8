package localpg_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata/postgis"
	"hongxian/internal/localpg"
)

// ownerVariable makes this test binary a process that opens the cluster of the
// folder it names, prints its connection string and closes at the end of stdin.
const ownerVariable = "HONGXIAN_LOCALPG_OWNER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerVariable); dir != "" {
		if err := owner(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if madeTop != "" {
		_ = os.RemoveAll(madeTop)
	}
	os.Exit(code)
}

func owner(dir string) error {
	ctx := context.Background()
	o := options(dir, true)
	o.Fast = false
	cluster, err := localpg.Open(ctx, o)
	if err != nil {
		return err
	}
	fmt.Println(cluster.DSN())
	io.Copy(io.Discard, os.Stdin)
	return cluster.Close(ctx)
}

func options(dir string, exclusive bool) localpg.Options {
	return localpg.Options{Dir: dir, Exclusive: exclusive, Fast: true, Command: "test",
		Elsewhere: filepath.Join(filepath.Dir(dir), "elsewhere"), Log: slog.New(slog.DiscardHandler)}
}

// startServer runs another process that owns the cluster exclusively.
func startServer(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerVariable+"="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
	return cmd, strings.TrimSpace(line)
}

// folder is a data folder that any account can enter, as t.TempDir is not.
func folder(t *testing.T) string {
	t.Helper()
	top, err := os.MkdirTemp("", "localpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(top) })
	if err := os.Chmod(top, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(top, "var")
}

// madeTop holds the cluster that tests get copies of, once one needed it.
var madeTop string

var madeFolder = sync.OnceValues(func() (string, error) {
	top, err := os.MkdirTemp("", "localpg-made-")
	if err != nil {
		return "", err
	}
	madeTop = top
	if err := os.Chmod(top, 0o755); err != nil {
		return "", err
	}
	dir := filepath.Join(top, "var")
	cluster, err := localpg.Open(context.Background(), options(dir, true))
	if err != nil {
		return "", err
	}
	return dir, cluster.Close(context.Background())
})

// folderOfCluster is a data folder whose cluster was made and closed before: a copy, for
// tests of what comes after that.
func folderOfCluster(t *testing.T) string {
	t.Helper()
	made, err := madeFolder()
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	if out, err := exec.Command("cp", "-a", made, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

func openCluster(t *testing.T, o localpg.Options) *localpg.Cluster {
	t.Helper()
	cluster, err := localpg.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cluster.Close(context.Background()) })
	return cluster
}

func closeCluster(t *testing.T, cluster *localpg.Cluster) {
	t.Helper()
	if err := cluster.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, dsn string) *pgxpool.Pool {
	t.Helper()
	pool, err := postgis.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// remember leaves a mark in the database; remembered proves that it survived.
func remember(t *testing.T, dsn string) {
	t.Helper()
	pool := connect(t, dsn)
	defer pool.Close()
	if _, err := pool.Exec(context.Background(), "create table mark as select 42 as answer"); err != nil {
		t.Fatal(err)
	}
}

func remembered(t *testing.T, dsn string) {
	t.Helper()
	pool := connect(t, dsn)
	defer pool.Close()
	var answer int
	if err := pool.QueryRow(context.Background(), "select answer from mark").Scan(&answer); err != nil || answer != 42 {
		t.Fatalf("the mark is gone: %d, %v", answer, err)
	}
}

// postmaster is the process id of the PostgreSQL that runs in a data folder.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(pidFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func pidFile(dir string) string { return filepath.Join(dir, "postgres", "data", "postmaster.pid") }

// eventually asks until the answer is yes, for twenty seconds.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !yes() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func answers(dsn string) bool {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return false
	}
	conn.Close(ctx)
	return true
}
