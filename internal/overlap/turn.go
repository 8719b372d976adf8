package overlap

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata/postgis"
)

// database is what checks ask: a pool, a connection or a transaction.
type database interface {
	postgis.Querier
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// step puts questions into a turn with the database and writes down what is
// answered; a step that has nothing to ask adds none.
type step func(turn *pgx.Batch)

// ask has the questions of steps that do not hang on each other answered in one
// turn: one round trip and one transaction, however many there are. The first
// that fails ends it.
func ask(ctx context.Context, db database, steps ...step) error {
	var turn pgx.Batch
	for _, s := range steps {
		s(&turn)
	}
	if turn.Len() == 0 {
		return nil
	}
	return db.SendBatch(ctx, &turn).Close()
}

// forEachRow adds a statement to a turn: each row is scanned into the variables and
// then noted. What says, in an error, what could not be done.
func forEachRow(turn *pgx.Batch, what, sql string, args pgx.StrictNamedArgs, into []any, note func()) {
	turn.Queue(sql, args).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, into, func() error { note(); return nil })
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	})
}
