package intake

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// lanes is how many connections work on a staged copy beside the import's own.
const lanes = 2

// lane is a connection that work on the staged copy goes over, one piece at a time.
type lane struct {
	turn sync.Mutex
	conn *pgx.Conn
}

// use does something over the connection.
func (l *lane) use(f func(*pgx.Conn) error) error {
	l.turn.Lock()
	defer l.turn.Unlock()
	return f(l.conn)
}

// openLanes gives a delivery of several chunks connections of its own, beside the
// pool's: imports that wait for one of a pool while they hold another could wait for
// each other for ever. A small delivery, and an import within a caller's transaction,
// goes over the import's own connection.
func (w *load) openLanes(ctx context.Context) error {
	pool, ok := w.db.(*pgxpool.Pool)
	if !ok {
		return nil
	}
	w.lanes = nil
	config := pool.Config()
	for range lanes {
		conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
		if err != nil {
			return fmt.Errorf("connect to stage %s: %w", w.request.Ref, err)
		}
		w.lanes = append(w.lanes, &lane{conn: conn})
		if config.AfterConnect != nil {
			if err := config.AfterConnect(ctx, conn); err != nil {
				return fmt.Errorf("set up a connection to stage %s: %w", w.request.Ref, err)
			}
		}
		// The staged copy is new to the planner, which would read all of it; and what a
		// repair notices is said in the report.
		if _, err := conn.Exec(ctx, "set statement_timeout = 0; set enable_seqscan = off; set synchronous_commit = off; set client_min_messages = warning"); err != nil {
			return fmt.Errorf("set up a connection to stage %s: %w", w.request.Ref, err)
		}
	}
	return nil
}

// closeLanes ends the import's own connections. What they were doing ends with them.
func (w *load) closeLanes(ctx context.Context) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	for _, l := range w.lanes {
		if l != w.own {
			_ = l.conn.Close(ctx)
		}
	}
}
