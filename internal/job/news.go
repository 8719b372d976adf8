package job

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// channel is where PostgreSQL announces that a job has moved; the payload is its id.
const channel = "hongxian_job"

// News tells who asks that a job has moved, whichever server moved it. It carries
// no figures: who is told asks the database, so nothing can be missed or stale.
type News struct {
	mu        sync.Mutex
	listeners map[string]map[chan struct{}]bool
}

// Listen listens until ctx ends, through a connection of its own. When the
// connection is lost everybody is told, because something may have been missed,
// and it is made again.
func (n *News) Listen(ctx context.Context, pool *pgxpool.Pool) {
	for ctx.Err() == nil {
		err := n.listen(ctx, pool)
		n.tellAll()
		if ctx.Err() != nil {
			return
		}
		slog.WarnContext(ctx, "the database's announcements are interrupted", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (n *News) listen(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return err
	}
	n.tellAll()
	for {
		notification, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		n.tell(notification.Payload)
	}
}

// Subscribe gives a channel that receives when the job may have moved; several
// moves may arrive as one. Call stop when done.
func (n *News) Subscribe(id string) (moved <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners == nil {
		n.listeners = map[string]map[chan struct{}]bool{}
	}
	if n.listeners[id] == nil {
		n.listeners[id] = map[chan struct{}]bool{}
	}
	n.listeners[id][c] = true
	return c, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.listeners[id], c)
		if len(n.listeners[id]) == 0 {
			delete(n.listeners, id)
		}
	}
}

func (n *News) tell(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.listeners[id] {
		select {
		case c <- struct{}{}:
		default: // it has not yet looked since the last move
		}
	}
}

func (n *News) tellAll() {
	n.mu.Lock()
	ids := make([]string, 0, len(n.listeners))
	for id := range n.listeners {
		ids = append(ids, id)
	}
	n.mu.Unlock()
	for _, id := range ids {
		n.tell(id)
	}
}
