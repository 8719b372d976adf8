package localpg_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/localpg"
)

func TestSecondStartFindsTheDataQuickly(t *testing.T) {
	o := options(folder(t), true)
	o.Fast = false // as in earnest
	began := time.Now()
	cluster := openCluster(t, o)
	t.Logf("first start, with initdb and preparation: %v", time.Since(began))
	remember(t, cluster.DSN())
	closeCluster(t, cluster)

	began = time.Now()
	cluster = openCluster(t, o)
	remembered(t, cluster.DSN())
	took := time.Since(began)
	t.Logf("second start to the first answer: %v", took)
	if took > 5*time.Second {
		t.Errorf("the second start took %v", took)
	}
}

func TestServiceRoleAndSettings(t *testing.T) {
	o := options(folder(t), true)
	o.Fast = false
	pool := connect(t, openCluster(t, o).DSN())
	setting := func(name, want string) {
		t.Helper()
		var got string
		if err := pool.QueryRow(context.Background(), "select current_setting($1)", name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, not %q: %v", name, got, want, err)
		}
	}
	setting("session_authorization", "hongxian")
	setting("is_superuser", "off")
	setting("jit", "off")
	setting("fsync", "on")
	setting("full_page_writes", "on")
	setting("data_checksums", "on")
	setting("listen_addresses", "")
	setting("server_encoding", "UTF8")
	setting("lc_collate", "C.UTF-8")
	setting("TimeZone", "UTC")
}

func TestOnlyTheAccountMayEnter(t *testing.T) {
	dir := folder(t)
	cluster := openCluster(t, options(dir, true))
	socket := localpg.Socket(cluster)
	for _, private := range []string{socket, filepath.Join(dir, "postgres", "data")} {
		info, err := os.Stat(private)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s is %v", private, info.Mode())
		}
	}
	closeCluster(t, cluster)
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket's folder is left behind: %v", err)
	}
}

func TestSecondServerIsRefused(t *testing.T) {
	dir := folderOfCluster(t)
	startServer(t, dir)
	began := time.Now()
	_, err := localpg.Open(context.Background(), options(dir, true))
	if e := geodata.AsError(err); e.Kind != geodata.Conflict || e.Code != "data-folder-in-use" {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("refused only after %v", took)
	}
	t.Log(geodata.AsError(err).ZH, geodata.AsError(err).EN)
}

func TestCommandBesideServer(t *testing.T) {
	dir := folderOfCluster(t)
	_, dsn := startServer(t, dir)
	command := openCluster(t, options(dir, false))
	if !command.Attached() {
		t.Fatal("the command started a cluster of its own")
	}
	remember(t, command.DSN())
	closeCluster(t, command)
	remembered(t, dsn)
}

// first   ├──────────────── Close ··········┤ stops PostgreSQL
// second       ├── attached ─────── Close ──┤
// third                         ├── waits ··└── starts it again
func TestOwningCommandWaitsForTheAttached(t *testing.T) {
	dir := folderOfCluster(t)
	first := openCluster(t, options(dir, false))
	second := openCluster(t, options(dir, false))
	if first.Attached() || !second.Attached() {
		t.Fatal("the first does not own, or the second is not attached")
	}
	closed := make(chan error)
	go func() { closed <- first.Close(context.Background()) }()
	eventually(t, "newcomers are turned away", func() bool { return !localpg.Ready(second) })
	third := make(chan *localpg.Cluster)
	go func() {
		c, err := localpg.Open(context.Background(), options(dir, false))
		if err != nil {
			t.Error(err)
		}
		third <- c
	}()
	remember(t, second.DSN())
	select {
	case <-closed:
		t.Fatal("the owner stopped under the feet of the attached")
	case <-third:
		t.Fatal("a newcomer got in while the owner was closing")
	default:
	}
	closeCluster(t, second)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	last := <-third
	defer closeCluster(t, last)
	if last.Attached() {
		t.Error("the third attached to a cluster that had stopped")
	}
	remembered(t, last.DSN())
}

func TestServerWaitsForTheCommandThatOwns(t *testing.T) {
	dir := folderOfCluster(t)
	command := openCluster(t, options(dir, false))
	server := make(chan *localpg.Cluster)
	go func() {
		c, err := localpg.Open(context.Background(), options(dir, true))
		if err != nil {
			t.Error(err)
		}
		server <- c
	}()
	remember(t, command.DSN())
	closeCluster(t, command)
	got := <-server
	defer closeCluster(t, got)
	remembered(t, got.DSN())

	o := options(dir, false)
	o.Wait = time.Nanosecond
	attached := openCluster(t, o)
	if !attached.Attached() {
		t.Error("a command beside the server did not attach")
	}
	closeCluster(t, attached)
}

func TestServerDoesNotWaitForEver(t *testing.T) {
	o := options(folderOfCluster(t), false)
	o.Wait = 50 * time.Millisecond
	openCluster(t, o)
	o.Exclusive = true
	_, err := localpg.Open(context.Background(), o)
	if e := geodata.AsError(err); e.Kind != geodata.Unavailable || e.Code != "database-busy" {
		t.Fatalf("got %v", err)
	}
}

func TestCancelledOpenLeavesNothing(t *testing.T) {
	dir := folder(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := localpg.Open(ctx, options(dir, true)); err == nil {
		t.Fatal("opened with a cancelled context")
	}
	remember(t, openCluster(t, options(dir, true)).DSN())
}
