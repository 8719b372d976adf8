package answer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"runtime/debug"
	"sync"
	"time"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/turn"
)

// Tabulations (统计计算) compute and keep tables for clients that may not wait: drafts
// and zones are divided when they are asked for. The work goes on when its client
// leaves. It is known to this server alone and ends with it; the table, once kept, is
// everybody's, and asking again is safe.
type Tabulations struct {
	Tables *Tables
	Wait   time.Duration // how long a client waits for its table

	mu    sync.Mutex
	runs  map[string]*Tabulation
	turns *turn.Queue
}

// Tabulation (统计计算) is one table being computed.
type Tabulation struct {
	ID    string
	What  string  // the version that is being divided
	Share float64 // of the work that is done, 0…1
	// Position is the place in the queue while it waits for its turn: 1 for the next.
	Position int
	Done     bool
	Table    string // the kept table's identity, where all went well
	Err      error

	ticket *turn.Ticket
	isNew  bool
	body   []byte
	moved  chan struct{} // closed when something above changed
	ended  time.Time
}

const (
	// mostTabulations is how many tables are computed at a time: each keeps a
	// processor busy.
	mostTabulations = 4
	// waitingTabulations is how many wait for a turn: each holds its zones in memory;
	// eachTabulations of them one person's.
	waitingTabulations = 12
	eachTabulations    = 4
	// tabulationTime bounds one.
	tabulationTime = time.Hour
	// tabulationKept is how long its outcome can be asked for.
	tabulationKept = time.Hour
)

// Ask computes and keeps a table. Where that takes longer than Wait the table is not
// there yet, and the tabulation says which job to follow; else it is nil. Errors are
// those of Tables.Keep, and Unavailable when too many wait.
func (t *Tabulations) Ask(ctx context.Context, q StatsQuestion) (Answer, *Tabulation, error) {
	asked, q, err := takeIn(q)
	if err != nil {
		return Answer{}, nil, err
	}
	id, err := t.begin(audit.Of(ctx).Who)
	if err != nil {
		return Answer{}, nil, err
	}
	q.Request.Progress = func(what string, share float64) {
		t.change(id, func(r *Tabulation) { r.What, r.Share = what, share })
	}
	go t.run(context.WithoutCancel(ctx), id, asked, q)
	timer := time.NewTimer(t.Wait)
	defer timer.Stop()
	for {
		r, moved, _ := t.Find(id)
		if r.Done {
			return Answer{Body: r.body, ID: r.Table, IsNew: r.isNew}, nil, r.Err
		}
		select {
		case <-moved:
		case <-timer.C:
			return Answer{}, &r, nil
		case <-ctx.Done():
			return Answer{}, nil, ctx.Err()
		}
	}
}

func (t *Tabulations) run(ctx context.Context, id string, asked AskedTable, q StatsQuestion) {
	ticket := t.ticket(id)
	_ = ticket.Wait(ctx) // nothing ends it
	t.wake()             // the others have moved up
	defer t.wake()
	defer ticket.Done()
	ctx, cancel := context.WithTimeout(ctx, tabulationTime)
	defer cancel()
	a, err := t.keep(ctx, asked, q)
	t.change(id, func(r *Tabulation) {
		r.Done, r.Err, r.ended = true, err, time.Now()
		if err == nil {
			r.Share, r.Table, r.isNew, r.body = 1, a.ID, a.IsNew, a.Body
		}
	})
}

// keep is Tables.keep for work that no request waits for: a panic ends the table, not
// the server.
func (t *Tabulations) keep(ctx context.Context, asked AskedTable, q StatsQuestion) (a Answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("compute a table: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return t.Tables.keep(ctx, asked, q)
}

// begin finds a place for one more, and forgets what ended long ago.
func (t *Tabulations) begin(who string) (id string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.runs == nil {
		t.runs = map[string]*Tabulation{}
		t.turns = &turn.Queue{AtOnce: mostTabulations, Most: waitingTabulations, Each: eachTabulations}
	}
	maps.DeleteFunc(t.runs, func(_ string, r *Tabulation) bool { return r.Done && time.Since(r.ended) > tabulationKept })
	ticket := t.turns.Join(who)
	if ticket == nil {
		return "", &geodata.Error{Kind: geodata.Unavailable, Code: "stats-busy",
			ZH: "等待计算的统计表过多，请稍后再试。", EN: "Too many tables wait to be computed; try again later."}
	}
	var b [16]byte
	rand.Read(b[:]) // never fails
	id = hex.EncodeToString(b[:])
	t.runs[id] = &Tabulation{ID: id, ticket: ticket, moved: make(chan struct{})}
	return id, nil
}

func (t *Tabulations) ticket(id string) *turn.Ticket {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.runs[id].ticket
}

// Busy says how many tables are computed and how many wait.
func (t *Tabulations) Busy() turn.Load {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.turns == nil {
		return turn.Load{}
	}
	return t.turns.Load()
}

// wake tells those who follow a table that waits that its place may be another.
func (t *Tabulations) wake() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.runs {
		if !r.Done {
			r.move()
		}
	}
}

// move wakes those who follow a tabulation; the caller holds the lock.
func (r *Tabulation) move() {
	close(r.moved)
	r.moved = make(chan struct{})
}

// change notes how far a tabulation is and wakes those who follow it.
func (t *Tabulations) change(id string, note func(*Tabulation)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.runs[id]
	note(r)
	r.move()
}

// Find says how far a tabulation is; moved is closed when it is farther.
func (t *Tabulations) Find(id string) (r Tabulation, moved <-chan struct{}, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := t.runs[id]
	if found == nil {
		return r, nil, false
	}
	r = *found
	r.Position = found.ticket.Position()
	return r, found.moved, true
}
