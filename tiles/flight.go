package tiles

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// flights lets equal requests share one piece of work. Unlike singleflight, a
// caller may leave without spoiling it for the others, and when the last one
// leaves the work itself is cancelled, so that no query outlives its requests.
type flights[K comparable, V any] struct {
	mu    sync.Mutex
	under map[K]*flight[V]
}

type flight[V any] struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed when value and err are set
	value   V
	err     error
}

// do gives the work's result for key, joining work already under way.
func (f *flights[K, V]) do(ctx context.Context, key K, work func(context.Context) (V, error)) (V, error) {
	f.mu.Lock()
	if f.under == nil {
		f.under = make(map[K]*flight[V])
	}
	fl, joined := f.under[key]
	if !joined {
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
		fl = &flight[V]{cancel: cancel, done: make(chan struct{})}
		f.under[key] = fl
		go f.run(shared, key, fl, work)
	}
	fl.waiting++
	f.mu.Unlock()

	select {
	case <-fl.done:
		return fl.value, fl.err
	case <-ctx.Done():
		f.leave(key, fl)
		var none V
		return none, ctx.Err()
	}
}

func (f *flights[K, V]) run(ctx context.Context, key K, fl *flight[V], work func(context.Context) (V, error)) {
	defer func() {
		// Off the request's goroutine nobody else would catch a panic.
		if p := recover(); p != nil {
			fl.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		f.mu.Lock()
		f.forget(key, fl)
		f.mu.Unlock()
		fl.cancel()
		close(fl.done)
	}()
	fl.value, fl.err = work(ctx)
}

func (f *flights[K, V]) leave(key K, fl *flight[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fl.waiting--; fl.waiting == 0 {
		f.forget(key, fl) // a later caller starts afresh instead of joining cancelled work
		fl.cancel()
	}
}

// forget removes fl, unless another flight has taken its place.
func (f *flights[K, V]) forget(key K, fl *flight[V]) {
	if f.under[key] == fl {
		delete(f.under, key)
	}
}
