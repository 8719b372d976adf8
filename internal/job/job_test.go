package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/internal/job"
	"hongxian/internal/pgtest"
)

// patience is how long something awaited may take before it counts as missing.
const patience = 30 * time.Second

// work is an operation that a test writes.
type work func(ctx context.Context, county, id string) (more bool, err error)

func (w work) Work(ctx context.Context, county, id string) (bool, error) { return w(ctx, county, id) }

// started is a queue at work on "test" by w.
func started(t *testing.T, db *pgxpool.Pool, w work) *job.Queue {
	t.Helper()
	q, err := job.New(db, map[string]job.Operation{"test": w}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Stop(context.Background()) })
	return q
}

func enqueue(t *testing.T, db *pgxpool.Pool, q *job.Queue, task job.Task) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), db, func(tx pgx.Tx) error { return q.Enqueue(t.Context(), tx, task) })
	if err != nil {
		t.Fatal(err)
	}
}

func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("waited %v for %s", patience, what)
		panic("unreachable")
	}
}

// A task is worked on from the end of its transaction, and never when that is
// rolled back.
func TestATaskIsWorkedOnOnceItsTransactionEnds(t *testing.T) {
	db := pgtest.New(t)
	worked := make(chan string, 10)
	q := started(t, db, func(_ context.Context, county, id string) (bool, error) {
		worked <- county + " " + id
		return false, nil
	})
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Enqueue(t.Context(), tx, job.Task{Operation: "test", County: "500237", ID: "given up"}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	enqueue(t, db, q, job.Task{Operation: "test", County: "500237", ID: "kept"})
	if got := receive(t, "the task", worked); got != "500237 kept" {
		t.Errorf("worked on %q", got)
	}
}

// A slice that says that more is left is worked again; a failure is tried again.
func TestSlicesAndFailuresComeAgain(t *testing.T) {
	db := pgtest.New(t)
	var mu sync.Mutex
	turns := map[string]int{}
	ended := make(chan string, 2)
	q := started(t, db, func(_ context.Context, _, id string) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		turns[id]++
		switch {
		case turns[id] == 3:
			ended <- id
			return false, nil
		case id == "fails":
			return false, errors.New("the database is away")
		}
		return true, nil
	})
	enqueue(t, db, q, job.Task{Operation: "test", ID: "large"})
	enqueue(t, db, q, job.Task{Operation: "test", ID: "fails"})
	got := map[string]bool{receive(t, "the first", ended): true}
	got[receive(t, "the second", ended)] = true
	if !got["large"] || !got["fails"] {
		t.Errorf("ended: %v", got)
	}
}

// A task of an operation that nobody knows is given up, and does not stop others.
func TestAnUnknownOperationIsGivenUp(t *testing.T) {
	db := pgtest.New(t)
	worked := make(chan string, 1)
	q := started(t, db, func(_ context.Context, _, id string) (bool, error) {
		worked <- id
		return false, nil
	})
	enqueue(t, db, q, job.Task{Operation: "no such", ID: "1"})
	enqueue(t, db, q, job.Task{Operation: "test", ID: "2"})
	if got := receive(t, "the known task", worked); got != "2" {
		t.Errorf("worked on %q", got)
	}
	deadline := time.Now().Add(patience)
	for state := ""; state != "cancelled"; {
		err := db.QueryRow(t.Context(), "select state::text from river_job where args->>'operation' = 'no such'").Scan(&state)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the unknown task is %s, %v", state, err)
		}
	}
}

// Stop lets a slice end; what is left is worked on by the next server, which hears
// of it by name or from the queue.
func TestStopLetsASliceEnd(t *testing.T) {
	db := pgtest.New(t)
	began, release := make(chan struct{}, 1), make(chan struct{})
	cut := make(chan error, 1)
	q := started(t, db, func(ctx context.Context, _, _ string) (bool, error) {
		began <- struct{}{}
		<-release
		cut <- ctx.Err()
		return true, nil
	})
	enqueue(t, db, q, job.Task{Operation: "test", ID: "1"})
	receive(t, "the slice", began)
	stopped := make(chan error, 1)
	go func() { stopped <- q.Stop(context.Background()) }()
	close(release)
	if err := receive(t, "the stop", stopped); err != nil {
		t.Errorf("stop: %v", err)
	}
	if err := receive(t, "the slice's end", cut); err != nil {
		t.Errorf("the slice was cut off: %v", err)
	}
	again := make(chan string, 4)
	next, err := job.New(db, map[string]job.Operation{"test": work(func(_ context.Context, _, id string) (bool, error) {
		again <- id
		return false, nil
	})}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := next.Start(context.Background(), []job.Task{{Operation: "test", ID: "named"}}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = next.Stop(context.Background()) }()
	got := map[string]bool{receive(t, "the first of the next server", again): true}
	got[receive(t, "the second of the next server", again)] = true
	if !got["1"] || !got["named"] {
		t.Errorf("the next server works on %v", got)
	}
}

// Who subscribes is told of that job only; everybody is told when the connection
// was lost, because something may have been missed.
func TestNews(t *testing.T) {
	db := pgtest.New(t)
	var news job.News
	ctx, end := context.WithCancel(t.Context())
	listening := make(chan struct{})
	mine, stop := news.Subscribe("mine")
	defer stop()
	other, stopOther := news.Subscribe("other")
	go func() { news.Listen(ctx, db); close(listening) }()
	receive(t, "the beginning", mine) // everybody is told once the connection stands
	receive(t, "the beginning, too", other)
	announce := func(id string) {
		t.Helper()
		if _, err := db.Exec(t.Context(), "select pg_notify('hongxian_job', $1)", id); err != nil {
			t.Fatal(err)
		}
	}
	announce("other")
	receive(t, "the other's news", other)
	announce("mine")
	receive(t, "the news", mine)
	select {
	case <-other:
		t.Error("told of another's job")
	default:
	}
	stopOther()
	var cut int
	err := db.QueryRow(t.Context(), `select count(pg_terminate_backend(pid)) from pg_stat_activity
		where query = 'listen hongxian_job' and datname = current_database()`).Scan(&cut)
	if err != nil || cut != 1 {
		t.Fatalf("cut %d connections, %v", cut, err)
	}
	receive(t, "the loss", mine)
	receive(t, "the new connection", mine)
	announce("mine")
	receive(t, "news after the loss", mine)
	select {
	case <-other:
		t.Error("told after the subscription ended")
	default:
	}
	end()
	receive(t, "the end", listening)
}
