package httpapi

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/internal/audit"
)

const (
	// seenEvery is how often what was seen comes into the audit trail. A server that is
	// killed loses what it counted since.
	seenEvery = time.Hour
	// seenAtOnce is how many counts are kept in memory; beyond them a sight is counted
	// for nobody in particular.
	seenAtOnce = 10_000
)

// seenKey is who saw what, from where.
type seenKey struct{ who, role, address, what string }

// sights counts what was seen: a map asks for tiles by the thousand, and an entry for
// each would say no more than one for all.
type sights struct {
	mu     sync.RWMutex
	counts map[seenKey]*atomic.Int64
	since  time.Time
}

// seenOf is what a request looked at: the versions of a tile, else the route.
func seenOf(c echo.Context) string {
	if c.Path() == tilePath {
		return c.Param("ref")
	}
	return c.Path()
}

func (s *sights) note(by audit.By, what string) {
	key := seenKey{by.Who, by.Role, by.Address, what}
	s.mu.RLock()
	count := s.counts[key]
	s.mu.RUnlock()
	if count == nil {
		count = s.begin(key)
	}
	count.Add(1)
}

func (s *sights) begin(key seenKey) *atomic.Int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts, s.since = map[seenKey]*atomic.Int64{}, time.Now()
	}
	if len(s.counts) >= seenAtOnce {
		key = seenKey{}
	}
	count := s.counts[key]
	if count == nil {
		count = new(atomic.Int64)
		s.counts[key] = count
	}
	return count
}

// write brings what was counted into the audit trail, an entry a count; what cannot be
// written is counted on.
func (s *sights) write(ctx context.Context, trail Trail) error {
	s.mu.Lock()
	counts, since := s.counts, s.since
	s.counts = nil
	s.mu.Unlock()
	for key, count := range counts {
		err := trail.Append(ctx, audit.Entry{By: audit.By{Who: key.who, Role: key.role, Address: key.address}, Action: "seen", Object: key.what,
			Detail: map[string]any{"times": count.Load(), "since": since.UTC().Format(time.RFC3339)}})
		if err != nil {
			s.putBack(counts)
			return err
		}
		delete(counts, key)
	}
	return nil
}

func (s *sights) putBack(counts map[seenKey]*atomic.Int64) {
	for key, count := range counts {
		s.begin(key).Add(count.Load())
	}
}

// countSeen has what is seen written until the returned function is called.
func (s *Server) countSeen(ctx context.Context) (stop func()) {
	if s.Trail == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.keepSeen(ctx)
	}()
	return func() { cancel(); <-done }
}

// keepSeen writes what was seen by the hour, and once more when ctx ends.
func (s *Server) keepSeen(ctx context.Context) {
	tick := time.NewTicker(seenEvery)
	defer tick.Stop()
	for ended := false; !ended; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			ended = true
		}
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		if err := s.seen.write(last, s.Trail); err != nil {
			s.Log.ErrorContext(last, "audit what was seen", slog.Any("error", err))
		}
		cancel()
	}
}
