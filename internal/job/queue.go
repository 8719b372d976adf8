package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

const (
	// Slice is how long a job works before it lets others have their turn.
	Slice = 20 * time.Second
	// sliceLimit ends a slice that does not end by itself.
	sliceLimit = 45 * time.Second
	// RescueAfter is how long a job may be silent before it is taken for dead and
	// given to another worker; River looks every 30 s. It is longer than any slice
	// can be, so a job that lives is never given twice by it.
	RescueAfter = time.Minute
	// retryAfter is how long a job waits after a failure, as of a lost database.
	retryAfter = time.Second
	// attempts is how often a job that fails is tried: for more than an hour.
	attempts = 5000
	// stopTime is how long Stop waits for a slice to end by itself.
	stopTime = 5 * time.Second
)

// Operation works on the things of one kind.
type Operation interface {
	// Work works on one thing for a slice; more says that something is left.
	Work(ctx context.Context, county, id string) (more bool, err error)
}

// Task names a thing to work on.
type Task struct {
	Operation string `json:"operation"`
	County    string `json:"county"`
	ID        string `json:"id"`
}

// Kind is River's name for tasks.
func (Task) Kind() string { return "hongxian" }

// Queue gives tasks to workers.
type Queue struct {
	client *river.Client[pgx.Tx]
}

// New makes a queue whose tasks are worked on here, by these operations, at most
// two at a time, once it is started.
func New(pool *pgxpool.Pool, operations map[string]Operation, log *slog.Logger) (*Queue, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{operations: operations})
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}},
		Workers:              workers,
		JobTimeout:           sliceLimit,
		RescueStuckJobsAfter: RescueAfter,
		RetryPolicy:          soon{},
		Logger:               log,
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return &Queue{client: client}, nil
}

// Start begins to work, first of all on the tasks that an earlier server left
// unfinished: a task that is in the queue already does no harm twice.
func (q *Queue) Start(ctx context.Context, unfinished []Task) error {
	if err := q.client.Start(ctx); err != nil {
		return fmt.Errorf("start the queue: %w", err)
	}
	for _, t := range unfinished {
		if _, err := q.client.Insert(ctx, t, options()); err != nil {
			return fmt.Errorf("resume %s %s: %w", t.Operation, t.ID, err)
		}
	}
	return nil
}

// Stop lets slices end, and after five seconds ends them; what they have not
// committed is left for the next server.
func (q *Queue) Stop(ctx context.Context) error {
	soft, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	err := q.client.Stop(soft)
	if errors.Is(err, context.DeadlineExceeded) {
		err = q.client.StopAndCancel(ctx)
	}
	if err != nil {
		return fmt.Errorf("stop the queue: %w", err)
	}
	return nil
}

// Enqueue has a task worked on from the end of the transaction.
func (q *Queue) Enqueue(ctx context.Context, tx pgx.Tx, t Task) error {
	if _, err := q.client.InsertTx(ctx, tx, t, options()); err != nil {
		return fmt.Errorf("enqueue %s %s: %w", t.Operation, t.ID, err)
	}
	return nil
}

func options() *river.InsertOpts { return &river.InsertOpts{MaxAttempts: attempts} }

// worker gives a task to its operation.
type worker struct {
	river.WorkerDefaults[Task]
	operations map[string]Operation
}

// Work works for a slice, and asks for another one while something is left.
func (w *worker) Work(ctx context.Context, job *river.Job[Task]) error {
	o := w.operations[job.Args.Operation]
	if o == nil {
		return river.JobCancel(fmt.Errorf("no operation %q", job.Args.Operation))
	}
	more, err := o.Work(ctx, job.Args.County, job.Args.ID)
	if err != nil {
		return err
	}
	if more {
		return river.JobSnooze(pause)
	}
	return nil
}

// pause is how long a task rests between slices.
const pause = 100 * time.Millisecond

// soon tries again after a second: what fails here is the database's absence.
type soon struct{}

func (soon) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(retryAfter) }
