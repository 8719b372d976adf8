package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"hongxian/geodata"
)

const (
	exclusively = unix.LOCK_EX
	shared      = unix.LOCK_SH
)

// Open gives the cluster of a data folder, made on first use: it starts one, or
// attaches to the one that another process runs. The database is prepared
// (roles, extensions, measuring plane), not migrated. Close it in any case.
//
// Errors: Conflict when Exclusive and another server holds the folder;
// Unavailable when PostgreSQL is not installed or another process neither
// finishes starting nor stopping in time.
func Open(ctx context.Context, options Options) (*Cluster, error) {
	options = withDefaults(options)
	where, who, err := choosePlace(options.Dir, options.Elsewhere)
	if err != nil {
		return nil, err
	}
	c := &Cluster{options: options, place: where, account: who,
		stop: make(chan struct{}), gone: make(chan struct{})}
	if options.Exclusive {
		if c.exclusive, err = tryLock(where.file("exclusive.lock"), exclusively); err != nil {
			return nil, err
		}
		if c.exclusive == nil {
			return nil, inUse(where)
		}
	}
	if err := c.ownOrAttach(ctx); err != nil {
		c.releaseLocks()
		return nil, err
	}
	return c, nil
}

func withDefaults(o Options) Options {
	o.Wait = cmp.Or(o.Wait, time.Minute)
	o.Elsewhere = cmp.Or(o.Elsewhere, "/var/lib/hongxian")
	o.Command = cmp.Or(o.Command, "hongxian")
	o.Log = cmp.Or(o.Log, slog.Default())
	return o
}

// ownOrAttach tries both until one succeeds: the owner may be about to stop.
func (c *Cluster) ownOrAttach(ctx context.Context) error {
	deadline := time.Now().Add(c.options.Wait)
	said := false
	for {
		var err error
		if c.owner, err = tryLock(c.place.file("owner.lock"), exclusively); err != nil {
			return err
		}
		if c.owner != nil {
			return c.start(ctx)
		}
		if !c.options.Exclusive {
			if attached, err := c.attach(ctx); attached || err != nil {
				return err
			}
		} else if !said {
			said = true
			held := c.place.readState()
			c.options.Log.Warn("waiting for a command that is using the database", "command", held.Command, "pid", held.PID)
		}
		if time.Now().After(deadline) {
			return busy(c.place)
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// attach uses the cluster of the process that holds owner.lock, when it is ready
// and answers.
func (c *Cluster) attach(ctx context.Context) (bool, error) {
	users, err := tryLock(c.place.file("users.lock"), shared)
	if users == nil || err != nil {
		return false, err
	}
	held := c.place.readState()
	c.socket = held.Socket
	if held.Ready && c.answers(ctx) == nil {
		c.users = users
		return true, nil
	}
	users.release()
	return false, nil
}

// answers proves that the service's database can be connected to.
func (c *Cluster) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.DSN())
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func inUse(p place) error {
	held := p.readState()
	return &geodata.Error{Kind: geodata.Conflict, Code: "data-folder-in-use",
		ZH: fmt.Sprintf("数据目录正由另一个服务使用（%s，进程 %d），请先停止它，或用 --data 指定其他目录。", held.Command, held.PID),
		EN: fmt.Sprintf("Another server uses this data folder (%s, process %d); stop it first, or name another folder with --data.", held.Command, held.PID)}
}

func busy(p place) error {
	held := p.readState()
	return &geodata.Error{Kind: geodata.Unavailable, Code: "database-busy",
		ZH:  fmt.Sprintf("数据库正由 %s（进程 %d）启动、停止或占用，请稍后再试。", held.Command, held.PID),
		EN:  fmt.Sprintf("The database is being started, stopped or used by %s (process %d); try again later.", held.Command, held.PID),
		Err: errors.New("waited in vain for " + p.file("owner.lock"))}
}
