package record

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed sql/keep_all.sql
var keepAllSQL string

// PutAll keeps answers of one county and kind, the parcels of a batch, in a
// transaction, as Put keeps one; what was kept before stays.
func PutAll(ctx context.Context, tx pgx.Tx, answers []Kept) error {
	if len(answers) == 0 {
		return nil
	}
	ids, bodies, inputs := make([]string, len(answers)), make([][]byte, len(answers)), make([]json.RawMessage, len(answers))
	subjects, outcomes := make([]string, len(answers)), make([]string, len(answers))
	layers, townships := make([][]string, len(answers)), make([][]string, len(answers))
	for i, a := range answers {
		layers[i], townships[i] = a.Layers, a.Townships
		ids[i], bodies[i], inputs[i], subjects[i], outcomes[i] = a.ID, a.Body, a.Inputs, a.Subject, a.Outcome
	}
	_, err := tx.Exec(ctx, keepAllSQL, pgx.StrictNamedArgs{"county": answers[0].County, "kind": answers[0].Kind,
		"ids": ids, "bodies": bodies, "inputs": inputs, "subjects": subjects, "outcomes": outcomes,
		"layers": lists(layers), "townships": lists(townships)})
	if err != nil {
		return fmt.Errorf("keep %d answers: %w", len(answers), err)
	}
	return nil
}

// lists are lists of different lengths, which a PostgreSQL array cannot hold, as JSON.
func lists(of [][]string) []json.RawMessage {
	out := make([]json.RawMessage, len(of))
	for i, list := range of {
		out[i], _ = json.Marshal(list) // strings always marshal
	}
	return out
}
