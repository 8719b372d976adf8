package answer

import (
	"context"
	"sync"
	"time"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/publish"
	"hongxian/internal/turn"
)

// Publications (发布) puts drafts in force for clients that may not wait: the work
// goes on when its client leaves, and whoever asks for the same again gets its
// outcome. What a server that is killed leaves behind becomes a draft again when the
// next one starts.
type Publications struct {
	// Publish puts a draft in force; c is what somebody answers for.
	Publish func(ctx context.Context, ref geodata.VersionRef, c publish.Consent) (*publish.Result, error)
	Wait    time.Duration // how long a client waits for the outcome

	mu      sync.Mutex
	turns   *turn.Queue
	running map[publicationKey]*publication
}

type publicationKey struct {
	ref     geodata.VersionRef
	consent publish.Consent
}

const (
	// publicationsAtOnce bounds how many versions are prepared at a time: each keeps the
	// processors busy and holds several connections.
	publicationsAtOnce = 2
	// publicationsWaiting is how many wait for their turn.
	publicationsWaiting = 16
)

type publication struct {
	ticket *turn.Ticket
	done   chan struct{}
	result *publish.Result
	err    error
}

// Ask begins a publication, or joins the same one under way. Done is false when it
// is not finished within Wait.
func (p *Publications) Ask(ctx context.Context, ref geodata.VersionRef, c publish.Consent) (result *publish.Result, done bool, err error) {
	key := publicationKey{ref, c}
	work := p.join(context.WithoutCancel(ctx), key)
	if work == nil {
		return nil, false, &geodata.Error{Kind: geodata.Unavailable, Code: "publications-busy",
			ZH: "等待发布的版本太多，请稍后再试。", EN: "Too many versions wait to be published; try again later."}
	}
	timer := time.NewTimer(p.Wait)
	defer timer.Stop()
	select {
	case <-work.done:
		p.forget(key, work)
		return work.result, true, work.err
	case <-timer.C:
		return nil, false, nil
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
}

func (p *Publications) join(ctx context.Context, key publicationKey) *publication {
	p.mu.Lock()
	defer p.mu.Unlock()
	if work := p.running[key]; work != nil {
		return work
	}
	if p.running == nil {
		p.running = map[publicationKey]*publication{}
		p.turns = &turn.Queue{AtOnce: publicationsAtOnce, Most: publicationsWaiting}
	}
	ticket := p.turns.Join(audit.Of(ctx).Who)
	if ticket == nil {
		return nil
	}
	work := &publication{done: make(chan struct{}), ticket: ticket}
	p.running[key] = work
	go func() {
		defer close(work.done)
		defer ticket.Done()
		if work.err = ticket.Wait(ctx); work.err != nil {
			return
		}
		work.result, work.err = p.Publish(ctx, key.ref, key.consent)
	}()
	return work
}

// Position is the place in the queue of a publication that was asked for; 0 when it has
// its turn, or is not known.
func (p *Publications) Position(ref geodata.VersionRef, c publish.Consent) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if work := p.running[publicationKey{ref, c}]; work != nil {
		return work.ticket.Position()
	}
	return 0
}

// Busy says how busy publishing is.
func (p *Publications) Busy() turn.Load {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.turns == nil {
		return turn.Load{}
	}
	return p.turns.Load()
}

// forget drops an outcome that somebody has been told.
func (p *Publications) forget(key publicationKey, work *publication) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running[key] == work {
		delete(p.running, key)
	}
}
