// Package turn (轮候) bounds how much heavy work is done at a time, and says who is
// next: those who wait take turns by person, and each person's own work keeps its
// order. Who hands in twenty files does not hold up who hands in one.
package turn

import (
	"context"
	"sync"
	"time"
)

// Queue (队列) gives out turns. The zero value gives out none: AtOnce must be set.
type Queue struct {
	AtOnce int // how many have their turn at a time
	Most   int // how many may wait, all together
	Each   int // how many of them one person's; 0: as many as may wait

	mu      sync.Mutex
	running int
	waiting int
	lines   []*line       // of those who wait, who is next first
	took    time.Duration // how long a turn lasted lately
}

// line is one person's waiting tickets, in the order they came.
type line struct {
	who     string
	tickets []*Ticket
}

// Ticket (号) is a place in the queue, then a turn, until Done.
type Ticket struct {
	queue *Queue
	who   string
	call  chan struct{} // closed when it is its turn
	began time.Time     // zero until then
	left  bool
}

// Join takes a ticket; nil when too many wait, in all or of this person.
func (q *Queue) Join(who string) *Ticket {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := &Ticket{queue: q, who: who, call: make(chan struct{})}
	if q.running < q.AtOnce && q.waiting == 0 {
		q.begin(t)
		return t
	}
	l := q.line(who)
	if q.waiting >= q.Most || q.Each > 0 && l != nil && len(l.tickets) >= q.Each {
		return nil
	}
	if l == nil {
		l = &line{who: who}
		q.lines = append(q.lines, l)
	}
	l.tickets = append(l.tickets, t)
	q.waiting++
	return t
}

func (q *Queue) line(who string) *line {
	for _, l := range q.lines {
		if l.who == who {
			return l
		}
	}
	return nil
}

// begin gives a ticket its turn; the caller holds the lock.
func (q *Queue) begin(t *Ticket) {
	q.running++
	t.began = time.Now()
	close(t.call)
}

// next gives free turns to those who wait: the first line's first, and that line goes
// to the end. The caller holds the lock.
func (q *Queue) next() {
	for q.running < q.AtOnce && len(q.lines) > 0 {
		l := q.lines[0]
		q.lines = q.lines[1:]
		t := l.tickets[0]
		if l.tickets = l.tickets[1:]; len(l.tickets) > 0 {
			q.lines = append(q.lines, l)
		}
		q.waiting--
		q.begin(t)
	}
}

// Wait returns when it is the ticket's turn, or with ctx's error when that ends first;
// Done is called in either case.
func (t *Ticket) Wait(ctx context.Context) error {
	select {
	case <-t.call:
		return nil
	default:
	}
	select {
	case <-t.call:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Done gives back the turn, or the place of one who will not wait. A second call does
// nothing.
func (t *Ticket) Done() {
	q := t.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.left {
		return
	}
	t.left = true
	if t.began.IsZero() {
		q.drop(t)
		return
	}
	q.running--
	q.note(time.Since(t.began))
	q.next()
}

// drop takes a waiting ticket out; the caller holds the lock.
func (q *Queue) drop(t *Ticket) {
	for i, l := range q.lines {
		for k, other := range l.tickets {
			if other != t {
				continue
			}
			q.waiting--
			if l.tickets = append(l.tickets[:k:k], l.tickets[k+1:]...); len(l.tickets) == 0 {
				q.lines = append(q.lines[:i:i], q.lines[i+1:]...)
			}
			return
		}
	}
}

// note remembers how long turns last, the latest most.
func (q *Queue) note(took time.Duration) {
	if q.took == 0 {
		q.took = took
		return
	}
	q.took += (took - q.took) / 4
}

// Position (序号) is how many turns are given before the ticket's, and its own: 1 for the
// next; 0 when it has its turn, or has left.
func (t *Ticket) Position() int {
	q := t.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	position := 0
	for round := 0; ; round++ {
		isOver := true
		for _, l := range q.lines {
			if round >= len(l.tickets) {
				continue
			}
			isOver = false
			position++
			if l.tickets[round] == t {
				return position
			}
		}
		if isOver {
			return 0
		}
	}
}

// Load (负荷) is how busy a queue is.
type Load struct {
	Running, Waiting int
	Took             time.Duration // how long a turn lasted lately
}

// Load says how busy the queue is.
func (q *Queue) Load() Load {
	q.mu.Lock()
	defer q.mu.Unlock()
	return Load{q.running, q.waiting, q.took}
}

// Ahead is about how long a new ticket would wait.
func (l Load) Ahead(atOnce int) time.Duration {
	return l.Took * time.Duration(l.Waiting+1) / time.Duration(max(1, atOnce))
}
