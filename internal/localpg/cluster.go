package localpg

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options say which cluster and how it is used.
type Options struct {
	// Dir is the data folder; the cluster lives in Dir/postgres, see Location.
	Dir string
	// Exclusive is for the server: one per folder, and it never attaches to a
	// cluster that a command owns but waits for its end.
	Exclusive bool
	// Command is what the caller is doing, for messages of others: "hongxian serve".
	Command string
	// Prepare is run by the process that starts the cluster, with the service's
	// connection string, before anybody may attach: the place to migrate.
	Prepare func(ctx context.Context, dsn string) error
	// Wait bounds how long Open waits for another process; default one minute.
	Wait time.Duration
	// Elsewhere is where the cluster goes when Dir cannot be entered by the account
	// that runs PostgreSQL; default /var/lib/hongxian.
	Elsewhere string
	// Fast gives up durability for speed, for tests.
	Fast bool
	// Log gets what happens to the cluster; default slog.Default().
	Log *slog.Logger
}

// Cluster is a running private cluster: owned, or attached to.
type Cluster struct {
	options Options
	place   place
	account account
	install installation
	socket  string
	once    bool // a start that fails is not tried again

	owner, users, exclusive *lock

	stop    chan struct{} // closed by Close: shut PostgreSQL down
	gone    chan struct{} // closed when PostgreSQL has stopped for good
	failure error         // why, when nobody asked for it
	closing sync.Once
}

const port = "5432" // part of the socket's name; nothing listens on it

// DSN connects as the service role, which owns the database and is no superuser.
func (c *Cluster) DSN() string { return c.dsn(serviceRole, database) }

// AdminDSN connects as the superuser, to the database postgres.
func (c *Cluster) AdminDSN() string { return c.dsn(adminRole, "postgres") }

func (c *Cluster) dsn(role, database string) string {
	return "postgres:///" + database + "?" + url.Values{
		"host": {c.socket}, "port": {port}, "user": {role}, "sslmode": {"disable"}}.Encode()
}

// Attached reports whether another process owns the cluster.
func (c *Cluster) Attached() bool { return c.owner == nil }

// Location is the folder the cluster lives in, and when that is not under the
// data folder, the folder on the way there that the account running PostgreSQL
// cannot enter.
func (c *Cluster) Location() (folder, barredAt string) { return c.place.folder, c.place.barredAt }

// Done is closed when an owned cluster has stopped for good: after Close, or
// when PostgreSQL could not be kept running (Err then says why). It is never
// closed for an attached one.
func (c *Cluster) Done() <-chan struct{} { return c.gone }

// Err says why the cluster stopped by itself; nil while it runs and after Close.
func (c *Cluster) Err() error {
	select {
	case <-c.gone:
		return c.failure
	default:
		return nil
	}
}

// serverGrace is how long a server that stops waits for attached commands.
const serverGrace = 5 * time.Second

// Close leaves an attached cluster, or stops an owned one once nobody is
// attached to it any more; ctx cuts that wait short, and a server's ends by
// itself after five seconds. PostgreSQL is shut down cleanly in any case.
func (c *Cluster) Close(ctx context.Context) error {
	c.closing.Do(func() {
		if !c.Attached() {
			c.waitForUsers(ctx)
			close(c.stop)
			<-c.gone
			os.RemoveAll(c.socket)
		}
		c.releaseLocks()
	})
	return c.Err()
}

// waitForUsers turns newcomers away, then waits for those who are attached: an
// attaching process takes users.lock first and reads the state second.
func (c *Cluster) waitForUsers(ctx context.Context) {
	c.publish(false)
	if c.options.Exclusive {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, serverGrace)
		defer cancel()
	}
	alone, _ := waitLock(ctx, c.place.file("users.lock"), exclusively)
	alone.release() // owner.lock, still held, keeps newcomers out
}

// publish tells others where the cluster is and whether they may attach.
func (c *Cluster) publish(ready bool) error {
	return c.place.writeState(state{PID: os.Getpid(), Command: c.options.Command, Socket: c.socket, Ready: ready})
}

func (c *Cluster) releaseLocks() {
	c.users.release()
	c.owner.release()
	c.exclusive.release()
}

// Discard removes a data folder with its cluster, unless a process runs it. It is
// for the folders of tests whose process was killed.
func Discard(dir string) error {
	p := place{folder: filepath.Join(dir, "postgres")}
	owner, err := tryLock(p.file("owner.lock"), exclusively)
	if owner == nil {
		return err
	}
	defer owner.release()
	p.sweep()
	return os.RemoveAll(dir)
}
