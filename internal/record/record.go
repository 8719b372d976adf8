// Package record (留存记录) keeps answers as the bytes that were given. An
// answer's identity is a hash of everything it depends on, so the same question
// of the same data is answered with the same bytes, years later too.
package record

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/audit"
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

// Kept is an answer with everything that is kept of it.
type Kept struct {
	County, ID, Kind string
	Body             []byte          // as it was given
	Inputs           json.RawMessage // what was asked, to show or ask it again; nil where nothing was kept
	Created          time.Time
	Subject, Outcome string // what a list is searched by: the project's name (to 200 characters) and the answer's outcome
	// Layers are those it was computed from; EveryLayer stands for all of the county's.
	// Townships are those it lies in, nil where it is not within any.
	Layers, Townships []string
}

// EveryLayer, among the layers of an answer, says that every layer of the county was
// asked for: who does not see all of them does not see the answer.
const EveryLayer = "*"

//go:embed sql/keep.sql
var keepSQL string

// Put keeps an answer under its identity and notes in the audit trail who asked. When
// one is kept already its bytes come back instead, and isNew is false.
func (k *Keeper) Put(ctx context.Context, a Kept) (stored []byte, isNew bool, err error) {
	args := pgx.StrictNamedArgs{"county": a.County, "id": a.ID, "kind": a.Kind, "body": a.Body, "inputs": a.Inputs,
		"subject": a.Subject, "outcome": a.Outcome, "layers": a.Layers, "townships": a.Townships}
	addBy(ctx, args)
	err = k.DB.QueryRow(ctx, keepSQL, args).Scan(&stored, &isNew)
	if errors.Is(err, pgx.ErrNoRows) {
		err = k.DB.QueryRow(ctx, keepSQL, args).Scan(&stored, &isNew)
	}
	if err != nil {
		return nil, false, fmt.Errorf("keep %s %s: %w", a.Kind, a.ID, err)
	}
	return stored, isNew, nil
}

// addBy adds who is behind a context to a statement's arguments.
func addBy(ctx context.Context, args pgx.StrictNamedArgs) {
	by := audit.Of(ctx)
	args["who"], args["role"], args["address"], args["request"] = by.Who, by.Role, by.Address, by.Request
}

//go:embed sql/find.sql
var findSQL string

//go:embed sql/use.sql
var useSQL string

// Get gives what is kept under an identity, or under its first digits where only
// one begins with them, and notes in the audit trail who saw it. An empty county means
// any. NotFound when there is none that whoever asks may see, Invalid when there are several.
func (k *Keeper) Get(ctx context.Context, county, id string) (Kept, error) {
	if !identity.MatchString(id) {
		return Kept{}, unknown(id)
	}
	rows, err := k.DB.Query(ctx, findSQL, postgis.SeenKept(ctx, pgx.StrictNamedArgs{"county": county, "id": id}))
	if err != nil {
		return Kept{}, fmt.Errorf("find record %s: %w", id, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Kept])
	if err != nil {
		return Kept{}, fmt.Errorf("find record %s: %w", id, err)
	}
	switch {
	case len(found) == 0:
		return Kept{}, unknown(id)
	case len(found) > 1 && found[0].ID != id:
		return Kept{}, &geodata.Error{Kind: geodata.Invalid, Code: "record-ambiguous",
			ZH: fmt.Sprintf("有多条留存记录以 %s 开头，请给出完整编号。", id), EN: fmt.Sprintf("Several records begin with %s; give the whole identity.", id)}
	}
	use := pgx.StrictNamedArgs{"county": found[0].County, "id": found[0].ID}
	addBy(ctx, use)
	if _, err := k.DB.Exec(ctx, useSQL, use); err != nil {
		return Kept{}, fmt.Errorf("note use of record %s: %w", id, err)
	}
	return found[0], nil
}

// identity is a SHA-256, hex, or its first digits: enough of them that a guess
// finds nothing.
var identity = regexp.MustCompile(`^[0-9a-f]{16,64}$`)

func unknown(id string) error {
	return &geodata.Error{Kind: geodata.NotFound, Code: "record-unknown",
		ZH: fmt.Sprintf("没有编号为 %.80s 的留存记录。", id), EN: fmt.Sprintf("No record %.80s is kept.", id)}
}

// Find gives the bytes kept under an identity; see Get.
func (k *Keeper) Find(ctx context.Context, county, id string) ([]byte, error) {
	kept, err := k.Get(ctx, county, id)
	return kept.Body, err
}

//go:embed sql/list.sql
var listSQL string

// Search (检索) says which kept answers a list names, and from where on.
type Search struct {
	County, Kind string
	Subject      string    // a part of it, in any case; empty: any
	Outcome      string    // empty: any
	Parcels      bool      // those too that were only asked for as parcels of batches
	Since        time.Time // kept at this moment or later
	Before       time.Time // kept before this moment; with AfterID also those of the moment whose identity comes after it
	AfterID      string
	Limit        int
}

// List names kept answers, newest first; those of one moment in the order of
// their identities.
func (k *Keeper) List(ctx context.Context, s Search) ([]Entry, error) {
	rows, err := k.DB.Query(ctx, listSQL, postgis.SeenKept(ctx, pgx.StrictNamedArgs{"county": s.County, "kind": s.Kind, "subject": s.Subject, "outcome": s.Outcome,
		"parcels": s.Parcels, "since": s.Since, "before": s.Before, "after_id": s.AfterID, "limit": s.Limit}))
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	entries, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Entry])
	if err != nil {
		return nil, fmt.Errorf("list records: %w", err)
	}
	return entries, nil
}
