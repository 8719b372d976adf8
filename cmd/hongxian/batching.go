package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/job"
)

// batchOperation is what the queue calls batches.
const batchOperation = "batch"

// Session begins a session by the county's profile.
func (c *countyCheckers) Session(ctx context.Context, code string, against []geodata.VersionRef) (answer.CheckSession, error) {
	checker, _, err := c.of(ctx, code, nil)
	if err != nil {
		return nil, err
	}
	return checker.Session(ctx, code, against)
}

// Continue begins a session that answers as an earlier one did.
func (c *countyCheckers) Continue(ctx context.Context, code string, versions []geodata.VersionRef) (answer.CheckSession, error) {
	checker, _, err := c.of(ctx, code, nil)
	if err != nil {
		return nil, err
	}
	return checker.Continue(ctx, code, versions)
}

// desk answers the parcels of batches as checks answers single ones.
func (d *database) desk() batch.Desk {
	return &answer.Desk{Sessions: &countyCheckers{pool: d.pool, catalogue: &postgis.Catalogue{DB: d.pool}, outlines: d.outlines}}
}

// batches wires intake and results; a queue has what is taken in worked on.
func (d *database) batches(queue batch.Queue) *answer.Batches {
	checks := d.checks()
	return &answer.Batches{Store: &batch.Store{DB: d.pool}, Counties: checks.Counties, Files: checks.Sites.(siteReader),
		Intake: &batch.Intake{DB: d.pool, Desk: d.desk(), Queue: queue}}
}

// batchQueue gives batches to the queue.
type batchQueue struct{ *job.Queue }

// Enqueue has a batch worked on from the end of the transaction.
func (q batchQueue) Enqueue(ctx context.Context, tx pgx.Tx, county, id string) error {
	return q.Queue.Enqueue(ctx, tx, job.Task{Operation: batchOperation, County: county, ID: id})
}

// queue makes the queue whose work this server does.
func (d *database) queue() (*job.Queue, error) {
	runner := &batch.Runner{DB: d.pool, Desk: d.desk(), Slice: job.Slice, Log: slog.Default()}
	return job.New(d.pool, map[string]job.Operation{batchOperation: runner}, slog.Default())
}

// startQueue begins to work, first on what an earlier server left.
func (d *database) startQueue(ctx context.Context, q *job.Queue) error {
	left, err := (&batch.Store{DB: d.pool}).Unfinished(ctx, "", "")
	if err != nil {
		return err
	}
	var tasks []job.Task
	for _, k := range left {
		tasks = append(tasks, job.Task{Operation: batchOperation, County: k.County, ID: k.ID})
	}
	if len(tasks) > 0 {
		slog.InfoContext(ctx, "batches are resumed", "batches", fmt.Sprint(len(tasks)))
	}
	return q.Start(ctx, tasks)
}
