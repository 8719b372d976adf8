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

// PutAll keeps answers of one county and kind in a transaction, as Put keeps one;
// what was kept before stays.
func PutAll(ctx context.Context, tx pgx.Tx, answers []Kept) error {
	if len(answers) == 0 {
		return nil
	}
	ids, bodies, inputs := make([]string, len(answers)), make([][]byte, len(answers)), make([]json.RawMessage, len(answers))
	for i, a := range answers {
		ids[i], bodies[i], inputs[i] = a.ID, a.Body, a.Inputs
	}
	_, err := tx.Exec(ctx, keepAllSQL, pgx.StrictNamedArgs{"county": answers[0].County, "kind": answers[0].Kind,
		"ids": ids, "bodies": bodies, "inputs": inputs})
	if err != nil {
		return fmt.Errorf("keep %d answers: %w", len(answers), err)
	}
	return nil
}
