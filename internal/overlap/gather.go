package overlap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"hongxian/geodata"
)

const (
	// gathered is how many sites are checked at once at most: a site waits for those
	// beside it.
	gathered = 12
	// gatheredTime ends a group that hangs; whoever asked has mostly gone by then.
	gatheredTime = 2 * time.Minute
	// A site is small, and may be checked beside others, by how many points and how
	// many metres it has: a large one would keep them waiting.
	smallPoints = 500
	smallExtent = 3000
)

// Gatherer (并案核查) checks sites that are asked about at the same time together,
// because what is asked of the database for all at once costs half of what it
// costs for each. Nobody waits for company: a site that finds a turn free is
// checked alone, and those that come while every turn is taken go together into
// the next one. Only those who may see everything go together: the others' answers
// hang on what each may see. Answers and errors are those of Checker.Check.
type Gatherer struct {
	Checker *Checker
	// How many groups of small sites, and how many other sites, are checked at a time,
	// in the order they came. They are counted apart: a small site does not wait for
	// large ones.
	Groups, Singles *semaphore.Weighted

	mu      sync.Mutex
	waiting []*waiter
	spoilt  func(Request) // called with each request before it is checked, in tests
}

// waiter is a request that waits for its answer.
type waiter struct {
	ctx     context.Context
	request Request
	answer  Checked
	done    chan struct{}
}

// Check answers for one site. Whoever may not see everything is answered alone: a
// group has one sight.
func (g *Gatherer) Check(ctx context.Context, r Request) (*Report, error) {
	if len(r.Against) > 0 || !r.Site.small() || !geodata.SightOf(ctx).Unlimited() {
		if err := g.Singles.Acquire(ctx, 1); err != nil {
			return nil, err
		}
		defer g.Singles.Release(1)
		return g.Checker.Check(ctx, r)
	}
	w := &waiter{ctx: ctx, request: r, done: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	first := len(g.waiting) == 1
	g.mu.Unlock()
	if first { // the others find somebody waiting for a turn already
		go g.take()
	}
	select {
	case <-w.done:
		return w.answer.Report, w.answer.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// take waits for a turn and answers those who are waiting by then.
func (g *Gatherer) take() {
	_ = g.Groups.Acquire(context.Background(), 1) // fails only with its context
	defer g.Groups.Release(1)
	g.mu.Lock()
	g.waiting = slices.DeleteFunc(g.waiting, func(w *waiter) bool { return w.ctx.Err() != nil })
	n := min(len(g.waiting), gathered)
	group := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	more := len(g.waiting) > 0
	g.mu.Unlock()
	if more {
		go g.take()
	}
	if n > 0 {
		g.answer(group)
	}
}

// answer checks a group at once, and where that fails, each by itself: what is wrong
// with one site is no matter of those beside it.
func (g *Gatherer) answer(group []*waiter) {
	ctx, cancel := together(group)
	defer cancel()
	requests := make([]Request, len(group))
	for i, w := range group {
		requests[i] = w.request
	}
	var answers []Checked
	err := caught(func() (err error) {
		g.touch(requests...)
		answers, err = g.Checker.checkTogether(ctx, requests)
		return err
	})
	if err != nil {
		if errors.Is(err, errPanic) { // which checking each may not show again
			slog.ErrorContext(ctx, "check of several sites", "error", err)
		}
		answers = make([]Checked, len(group))
		for i, w := range group {
			answers[i].Err = caught(func() (err error) {
				g.touch(w.request)
				answers[i].Report, err = g.Checker.Check(w.ctx, w.request)
				return err
			})
		}
	}
	for i, w := range group {
		w.answer = answers[i]
		close(w.done)
	}
}

func (g *Gatherer) touch(requests ...Request) {
	for _, r := range requests {
		if g.spoilt != nil {
			g.spoilt(r)
		}
	}
}

var errPanic = errors.New("panic")

// caught makes a panic an error: nobody above the goroutine of a group would catch it.
func caught(check func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("check: %w: %v\n%s", errPanic, fault, debug.Stack())
		}
	}()
	return check()
}

// together is a context that ends when everybody in the group has gone.
func together(group []*waiter) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(group[0].ctx), gatheredTime)
	here := int64(len(group))
	stops := make([]func() bool, len(group))
	for i, w := range group {
		stops[i] = context.AfterFunc(w.ctx, func() {
			if atomic.AddInt64(&here, -1) == 0 {
				cancel()
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// small reports whether a site may be checked beside others.
func (s Site) small() bool {
	if s.Form() != AsPolygon {
		return false
	}
	points := 0
	for _, polygon := range s.Geometry {
		for _, ring := range polygon {
			points += len(ring)
		}
	}
	if points > smallPoints {
		return false
	}
	bound := s.Geometry.Bound()
	size := max(bound.Max[0]-bound.Min[0], bound.Max[1]-bound.Min[1])
	if bound.Min[0] >= -360 && bound.Max[0] <= 360 { // degrees
		size *= 111_000
	}
	return size <= smallExtent
}
