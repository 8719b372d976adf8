package turn_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hongxian/internal/turn"
)

// join takes tickets for people, one a letter.
func join(t *testing.T, q *turn.Queue, people string) []*turn.Ticket {
	t.Helper()
	var tickets []*turn.Ticket
	for _, who := range strings.Split(people, "") {
		ticket := q.Join(who)
		if ticket == nil {
			t.Fatalf("no ticket for %s of %s", who, people)
		}
		tickets = append(tickets, ticket)
	}
	return tickets
}

// a hands in four, then b two and c one: b and c do not wait for all of a's.
//
//	came    a1 a2 a3 a4 b1 b2 c1
//	served  a1 a2 b1 c1 a3 b2 a4
func TestPeopleTakeTurns(t *testing.T) {
	q := &turn.Queue{AtOnce: 1, Most: 10}
	names := []string{"a1", "a2", "a3", "a4", "b1", "b2", "c1"}
	tickets := join(t, q, "aaaabbc")
	var positions []int
	for _, ticket := range tickets {
		positions = append(positions, ticket.Position())
	}
	if want := []int{0, 1, 4, 6, 2, 5, 3}; !slices.Equal(positions, want) {
		t.Errorf("positions %v, want %v", positions, want)
	}
	var served []string
	for len(tickets) > 0 {
		i := slices.IndexFunc(tickets, func(ticket *turn.Ticket) bool { return ticket.Wait(ended()) == nil })
		if i < 0 {
			t.Fatal("nobody has a turn")
		}
		served = append(served, names[i])
		tickets[i].Done()
		tickets, names = slices.Delete(tickets, i, i+1), slices.Delete(names, i, i+1)
	}
	if want := "a1 a2 b1 c1 a3 b2 a4"; strings.Join(served, " ") != want {
		t.Errorf("served %v, want %s", served, want)
	}
	if l := q.Load(); l.Running != 0 || l.Waiting != 0 {
		t.Errorf("left over: %+v", l)
	}
}

// ended is a context for asking without waiting.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestTheQueueIsBounded(t *testing.T) {
	q := &turn.Queue{AtOnce: 1, Most: 3, Each: 2}
	join(t, q, "aaab")
	if q.Join("b") != nil {
		t.Error("more wait than may")
	}
	q = &turn.Queue{AtOnce: 1, Most: 9, Each: 2}
	join(t, q, "aaa")
	if q.Join("a") != nil {
		t.Error("one person waits with more than may")
	}
	join(t, q, "b")
}

// Who leaves makes room, and nobody is called in vain.
func TestLeavingTheQueue(t *testing.T) {
	q := &turn.Queue{AtOnce: 1, Most: 2}
	tickets := join(t, q, "abc")
	if err := tickets[1].Wait(ended()); !errors.Is(err, context.Canceled) {
		t.Errorf("waited: %v", err)
	}
	tickets[1].Done()
	tickets[1].Done()
	if tickets[2].Position() != 1 || tickets[1].Position() != 0 {
		t.Errorf("positions %d, %d", tickets[2].Position(), tickets[1].Position())
	}
	tickets[0].Done()
	if err := tickets[2].Wait(t.Context()); err != nil {
		t.Error(err)
	}
	tickets[2].Done()
	if l := q.Load(); l.Running != 0 || l.Waiting != 0 {
		t.Errorf("left over: %+v", l)
	}
}

// Whatever comes and goes, never more than AtOnce have their turn.
func TestNeverMoreThanAtOnce(t *testing.T) {
	q := &turn.Queue{AtOnce: 3, Most: 1000}
	var now, most atomic.Int64
	var group sync.WaitGroup
	for i := range 300 {
		group.Go(func() {
			ticket := q.Join(string(rune('a' + i%7)))
			defer ticket.Done()
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%5)*time.Millisecond+time.Microsecond)
			defer cancel()
			if ticket.Wait(ctx) != nil {
				return
			}
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(100 * time.Microsecond)
			now.Add(-1)
		})
	}
	group.Wait()
	if l := q.Load(); most.Load() > 3 || l.Running != 0 || l.Waiting != 0 {
		t.Errorf("%d at once; left over %+v", most.Load(), l)
	}
}

func TestHowLongOneWouldWait(t *testing.T) {
	if got := (turn.Load{Running: 2, Waiting: 3, Took: 10 * time.Second}).Ahead(2); got != 20*time.Second {
		t.Errorf("%v, want 20 s", got)
	}
}
