package answer

import (
	"context"
	"sync"
	"time"

	"hongxian/geodata"
	"hongxian/internal/publish"
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
	running map[publicationKey]*publication
}

type publicationKey struct {
	ref     geodata.VersionRef
	consent publish.Consent
}

type publication struct {
	done   chan struct{}
	result *publish.Result
	err    error
}

// Ask begins a publication, or joins the same one under way. Done is false when it
// is not finished within Wait.
func (p *Publications) Ask(ctx context.Context, ref geodata.VersionRef, c publish.Consent) (result *publish.Result, done bool, err error) {
	key := publicationKey{ref, c}
	work := p.join(context.WithoutCancel(ctx), key)
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
	}
	work := &publication{done: make(chan struct{})}
	p.running[key] = work
	go func() {
		defer close(work.done)
		work.result, work.err = p.Publish(ctx, key.ref, key.consent)
	}()
	return work
}

// forget drops an outcome that somebody has been told.
func (p *Publications) forget(key publicationKey, work *publication) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running[key] == work {
		delete(p.running, key)
	}
}
