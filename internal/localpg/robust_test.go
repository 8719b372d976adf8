package localpg_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/localpg"
)

func TestKilledServer(t *testing.T) {
	dir := folderOfCluster(t)
	server, dsn := startServer(t, dir)
	remember(t, dsn)
	socket := localpg.Socket(openAttached(t, dir))
	pid := postmaster(t, dir)
	server.Process.Kill()
	server.Wait()
	eventually(t, "the kernel has told PostgreSQL to stop, and it has", func() bool {
		_, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
		return err != nil
	})
	began := time.Now()
	cluster := openCluster(t, options(dir, true))
	t.Logf("started again in %v", time.Since(began))
	remembered(t, cluster.DSN())
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the killed server's socket folder is left behind: %v", err)
	}
}

// The next start may come before the killed server's PostgreSQL has stopped.
func TestKilledServerIsFollowedAtOnce(t *testing.T) {
	dir := folderOfCluster(t)
	server, dsn := startServer(t, dir)
	remember(t, dsn)
	server.Process.Kill()
	server.Wait()
	cluster := openCluster(t, options(dir, false))
	if cluster.Attached() {
		t.Fatal("attached to a cluster whose owner is dead")
	}
	remembered(t, cluster.DSN())
}

func openAttached(t *testing.T, dir string) *localpg.Cluster {
	t.Helper()
	attached := openCluster(t, options(dir, false))
	closeCluster(t, attached)
	return attached
}

func TestKilledPostgresIsStartedAgain(t *testing.T) {
	dir := folderOfCluster(t)
	o := options(dir, true)
	o.Fast = false // which may forget the last commits at a kill
	cluster := openCluster(t, o)
	remember(t, cluster.DSN())
	pool := connect(t, cluster.DSN())
	attached := connect(t, openCluster(t, options(dir, false)).DSN())
	pid := postmaster(t, dir)
	syscall.Kill(pid, syscall.SIGKILL)
	began := time.Now()
	for name, p := range map[string]interface {
		Ping(context.Context) error
	}{"the server's": pool, "the command's": attached} {
		eventually(t, name+" pool recovers", func() bool {
			return p.Ping(context.Background()) == nil && postmasterOr(dir, pid) != pid
		})
	}
	t.Logf("pools recovered in %v", time.Since(began))
	remembered(t, cluster.DSN())
	if cluster.Err() != nil {
		t.Error(cluster.Err())
	}
}

// postmasterOr is the running PostgreSQL's pid, or otherwise while there is none.
func postmasterOr(dir string, otherwise int) int {
	var pid int
	text, err := os.ReadFile(pidFile(dir))
	if err != nil {
		return otherwise
	}
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		return otherwise
	}
	return pid
}

func TestPostgresThatKeepsDyingIsGivenUp(t *testing.T) {
	dir := folderOfCluster(t)
	cluster := openCluster(t, options(dir, true))
	last := 0
	for gone := false; !gone; {
		eventually(t, "PostgreSQL runs again or is given up", func() bool {
			select {
			case <-cluster.Done():
				gone = true
				return true
			default:
				return postmasterOr(dir, last) != last && answers(cluster.DSN())
			}
		})
		if !gone {
			last = postmaster(t, dir)
			syscall.Kill(last, syscall.SIGKILL)
		}
	}
	if cluster.Err() == nil {
		t.Error("no reason given")
	}
}

func TestPostgresThatCannotStartAgainIsGivenUp(t *testing.T) {
	localpg.SetPatience(t, time.Second)
	dir := folderOfCluster(t)
	cluster := openCluster(t, options(dir, true))
	if err := os.WriteFile(filepath.Join(dir, "postgres", "data", "postgresql.conf"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	syscall.Kill(postmaster(t, dir), syscall.SIGKILL)
	<-cluster.Done()
	if err := cluster.Err(); err == nil || !strings.Contains(err.Error(), "syntax error") {
		t.Errorf("the reason given is %v", err)
	}
}

func TestStalePidFile(t *testing.T) {
	dir := folderOfCluster(t)
	cluster := openCluster(t, options(dir, true))
	remember(t, cluster.DSN())
	text, err := os.ReadFile(pidFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	closeCluster(t, cluster)
	writePidFile(t, dir, string(text)) // names a process that has ended
	remembered(t, openCluster(t, options(dir, true)).DSN())
}

// PostgreSQL itself refuses to start when the pid in the file is alive and
// belongs to the same user, whatever that process is.
func TestReusedPid(t *testing.T) {
	dir := folderOfCluster(t)
	cluster := openCluster(t, options(dir, true))
	remember(t, cluster.DSN())
	closeCluster(t, cluster)
	sleeper := asAccount(t, dir, exec.Command("sleep", "600"))
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { sleeper.Process.Kill(); sleeper.Wait() }()
	writePidFile(t, dir, fmt.Sprintf("%d\n%s\n0\n5432\n", sleeper.Process.Pid, filepath.Join(dir, "postgres", "data")))
	remembered(t, openCluster(t, options(dir, true)).DSN())
	if err := sleeper.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the innocent process was shut down: %v", err)
	}
}

func TestOrphanIsShutDown(t *testing.T) {
	dir := folderOfCluster(t)
	cluster := openCluster(t, options(dir, true))
	remember(t, cluster.DSN())
	closeCluster(t, cluster)
	data := filepath.Join(dir, "postgres", "data")
	bin, err := localpg.ClientProgram("postgres")
	if err != nil {
		t.Fatal(err)
	}
	orphan := asAccount(t, dir, exec.Command(bin, "-D", data, "-k", data, "-c", "listen_addresses="))
	orphan.Dir = "/"
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the orphan runs", func() bool { return postmasterOr(dir, 0) == orphan.Process.Pid })
	reaped := make(chan error)
	go func() { reaped <- orphan.Wait() }()
	remembered(t, openCluster(t, options(dir, true)).DSN())
	<-reaped
}

func TestInitdbCutShort(t *testing.T) {
	dir := folder(t)
	left := filepath.Join(dir, "postgres", "data.new", "base")
	if err := os.MkdirAll(left, 0o755); err != nil {
		t.Fatal(err)
	}
	remember(t, openCluster(t, options(dir, true)).DSN())
	if _, err := os.Stat(filepath.Dir(left)); !os.IsNotExist(err) {
		t.Errorf("the half-made directory is left behind: %v", err)
	}
}

func TestOccupiedFolderIsLeftAlone(t *testing.T) {
	dir := folder(t)
	note := filepath.Join(dir, "postgres", "data", "notes.txt")
	if err := os.MkdirAll(filepath.Dir(note), 0o755); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // PostgreSQL would not run as root
		if err := os.Chown(filepath.Dir(note), 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(note, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := localpg.Open(context.Background(), options(dir, true))
	if geodata.AsError(err).Code != "data-folder-occupied" {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
	if err := os.Remove(note); err != nil { // an empty folder of that name will do
		t.Fatal(err)
	}
	remember(t, openCluster(t, options(dir, true)).DSN())
}

// A 0700 parent keeps the account of PostgreSQL out. For root the cluster goes
// elsewhere and stays there; an ordinary user's PostgreSQL runs as that user.
func TestDataFolderBelowAPrivateOne(t *testing.T) {
	dir := filepath.Join(folder(t), "private", "var")
	private := filepath.Dir(dir)
	if err := os.MkdirAll(private, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(private, 0o700); err != nil {
		t.Fatal(err)
	}
	o := options(dir, true)
	o.Elsewhere = filepath.Join(filepath.Dir(private), "elsewhere")
	cluster := openCluster(t, o)
	where, barred := cluster.Location()
	if isRoot := os.Geteuid() == 0; isRoot != (barred == private) || isRoot == (where == filepath.Join(dir, "postgres")) {
		t.Fatalf("the cluster is in %s, barred at %q", where, barred)
	}
	remember(t, cluster.DSN())
	closeCluster(t, cluster)
	if err := os.Chmod(private, 0o755); err != nil { // must not change the choice
		t.Fatal(err)
	}
	cluster = openCluster(t, o)
	remembered(t, cluster.DSN())
	if again, _ := cluster.Location(); again != where {
		t.Errorf("first in %s, then in %s", where, again)
	}
}

// Closing a folder over an existing cluster must not bring up an empty one.
func TestFolderClosedOverACluster(t *testing.T) {
	dir := folderOfCluster(t)
	closeCluster(t, openCluster(t, options(dir, true)))
	if err := os.Chmod(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	o := options(dir, true)
	o.Elsewhere = folder(t)
	_, err := localpg.Open(context.Background(), o)
	if os.Geteuid() != 0 {
		t.Logf("an ordinary user is not kept out of its own folder: %v", err)
		return
	}
	if e := geodata.AsError(err); e.Code != "data-folder-unenterable" {
		t.Fatalf("got %v", err)
	}
}

func writePidFile(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(pidFile(dir), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Dir(pidFile(dir)))
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	if err := os.Chown(pidFile(dir), int(owner.Uid), int(owner.Gid)); err != nil {
		t.Fatal(err)
	}
}

// asAccount makes the command run as the user that owns the data directory.
func asAccount(t *testing.T, dir string, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	info, err := os.Stat(filepath.Dir(pidFile(dir)))
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	if me, err := user.Current(); err != nil || me.Uid == strconv.Itoa(int(owner.Uid)) {
		return cmd
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	return cmd
}
