// Package record (留存记录) keeps answers as the bytes that were given. An
// answer's identity is a hash of everything it depends on, so the same question
// of the same data is answered with the same bytes, years later too.
package record

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
)

// Keeper keeps answers and finds them again.
type Keeper struct {
	DB *pgxpool.Pool
}

// Entry is a kept answer in a list.
type Entry struct {
	ID, Kind string
	Created  time.Time
	Body     []byte // as it was given
}

//go:embed sql/keep.sql
var keepSQL string

//go:embed sql/use.sql
var useSQL string

// Keep keeps an answer under its identity and notes that it was given. When one
// is kept already its bytes come back instead, and isNew is false.
func (k *Keeper) Keep(ctx context.Context, county, id, kind string, body []byte) (stored []byte, isNew bool, err error) {
	err = pgx.BeginFunc(ctx, k.DB, func(tx pgx.Tx) error {
		args := pgx.StrictNamedArgs{"county": county, "id": id, "kind": kind, "body": body}
		err := tx.QueryRow(ctx, keepSQL, args).Scan(&stored, &isNew)
		if errors.Is(err, pgx.ErrNoRows) {
			// Another session kept it between this statement's snapshot and its insert.
			err = tx.QueryRow(ctx, keepSQL, args).Scan(&stored, &isNew)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, useSQL, pgx.StrictNamedArgs{"county": county, "id": id})
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("keep %s %s: %w", kind, id, err)
	}
	return stored, isNew, nil
}

//go:embed sql/find.sql
var findSQL string

// Find gives the bytes kept under an identity. An empty county means any.
// NotFound when there are none.
func (k *Keeper) Find(ctx context.Context, county, id string) ([]byte, error) {
	var body []byte
	var kind string
	var created time.Time
	err := k.DB.QueryRow(ctx, findSQL, pgx.StrictNamedArgs{"county": county, "id": id}).
		Scan(&county, &kind, &body, &created)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "record-unknown",
			ZH: fmt.Sprintf("没有编号为 %.80s 的留存记录。", id), EN: fmt.Sprintf("No record %.80s is kept.", id)}
	}
	if err != nil {
		return nil, fmt.Errorf("find record %s: %w", id, err)
	}
	if _, err := k.DB.Exec(ctx, useSQL, pgx.StrictNamedArgs{"county": county, "id": id}); err != nil {
		return nil, fmt.Errorf("note use of record %s: %w", id, err)
	}
	return body, nil
}

//go:embed sql/list.sql
var listSQL string

// List names the answers of a kind kept before a moment, newest first.
func (k *Keeper) List(ctx context.Context, county, kind string, limit int, before time.Time) ([]Entry, error) {
	rows, err := k.DB.Query(ctx, listSQL, pgx.StrictNamedArgs{
		"county": county, "kind": kind, "before": before, "limit": limit})
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	entries, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	return entries, nil
}
