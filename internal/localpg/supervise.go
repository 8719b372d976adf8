package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata/postgis"
)

// start makes this process the owner: it brings PostgreSQL up, prepares the
// database and keeps it running. The caller holds owner.lock.
func (c *Cluster) start(ctx context.Context) error {
	began := time.Now()
	major, err := majorOf(c.place.data())
	if err != nil {
		return err
	}
	if c.install, err = findInstallation(installRoot, major); err != nil {
		return err
	}
	c.place.sweep()
	if c.socket, err = makeSocketFolder(c.account); err != nil {
		return err
	}
	p, err := c.bringUp(ctx, major == 0)
	if err != nil {
		os.RemoveAll(c.socket)
		return err
	}
	go c.supervise(p)
	c.options.Log.Info("database started", "folder", c.place.folder, "new", major == 0, "took", time.Since(began))
	return nil
}

func (c *Cluster) bringUp(ctx context.Context, fresh bool) (*process, error) {
	if err := c.publish(false); err != nil {
		return nil, err
	}
	if fresh && c.place.barredAt != "" {
		c.options.Log.Warn("the database is kept outside the data folder, which its user cannot enter",
			"folder", c.place.folder, "user", c.account.name, "barred_at", c.place.barredAt)
	}
	if err := c.create(ctx); err != nil {
		return nil, err
	}
	p, err := c.run(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.prepare(ctx); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// prepare makes the database fit for the service, then lets others attach.
func (c *Cluster) prepare(ctx context.Context) error {
	err := postgis.Administer(ctx, c.AdminDSN(), postgis.Setup{Database: database, Role: serviceRole})
	if err == nil {
		err = c.archiveSomewhere(ctx)
	}
	if err == nil && c.options.Prepare != nil {
		err = c.options.Prepare(ctx, c.DSN())
	}
	if err != nil {
		return err
	}
	return c.publish(true)
}

// patience is how long a failing start is tried again: after a kill the backends
// of the old PostgreSQL need a moment to notice, and hold its shared memory until
// then.
var patience = 10 * time.Second

// run starts PostgreSQL and waits until it lets us in.
func (c *Cluster) run(ctx context.Context) (*process, error) {
	began := time.Now()
	for {
		if err := c.place.clearOrphan(ctx); err != nil {
			return nil, err
		}
		c.clearSocket()
		if err := c.writeAccess(); err != nil {
			return nil, err
		}
		p, err := c.spawn()
		if err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
		if err = c.waitUntilReady(ctx, p); err == nil {
			return p, nil
		}
		p.stop()
		if ctx.Err() != nil || c.once || time.Since(began) > patience {
			return nil, fmt.Errorf("start PostgreSQL: %w: %s", err, p.said())
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// clearSocket removes the socket of an earlier run, whose lock file names a pid
// that may have been used again.
func (c *Cluster) clearSocket() {
	for _, name := range []string{".s.PGSQL." + port, ".s.PGSQL." + port + ".lock"} {
		os.Remove(filepath.Join(c.socket, name))
	}
}

// waitUntilReady asks until PostgreSQL answers, ends, or ctx does. Recovery after
// a power cut may take minutes: there is no other limit.
func (c *Cluster) waitUntilReady(ctx context.Context, p *process) error {
	for {
		conn, err := pgx.Connect(ctx, c.AdminDSN())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-p.ended:
			return fmt.Errorf("ended early: %v", p.err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// A PostgreSQL that ends by itself more often than this is not started again.
const (
	maxRestarts   = 5
	restartWindow = time.Minute
)

// supervise keeps PostgreSQL running until Close. It is started again on the
// same socket, so connection pools, ours and those of attached commands, recover.
func (c *Cluster) supervise(p *process) {
	defer close(c.gone)
	var ends []time.Time
	for {
		select {
		case <-c.stop:
			p.stop()
			return
		case <-p.ended:
		}
		c.options.Log.Error("the database ended by itself and is started again", "how", p.err, "said", p.said())
		ends = append(ends, time.Now())
		if n := len(ends) - maxRestarts; n > 0 && time.Since(ends[n-1]) < restartWindow {
			c.failure = fmt.Errorf("PostgreSQL ended %d times within %v, the last time: %v: %s", maxRestarts+1, restartWindow, p.err, p.said())
			return
		}
		next, err := c.restart()
		if errors.Is(err, context.Canceled) {
			return // Close came first
		}
		if err != nil {
			c.failure = err
			return
		}
		p = next
	}
}

// restart runs PostgreSQL again unless Close comes first.
func (c *Cluster) restart() (*process, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-c.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return c.run(ctx)
}
