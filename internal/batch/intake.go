package batch

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
)

// Parcel (批内地块) is one parcel as it was handed in. One that cannot be checked
// says why; it takes part as "not checked".
type Parcel struct {
	Site overlap.Site
	Err  error
}

// Delivery (批次送件) is what is handed in.
type Delivery struct {
	County       string
	Name         string // what the batch is called
	SourceDigest string // SHA-256 of everything that was handed in, hex
	Against      []geodata.VersionRef
	Parcels      iter.Seq2[Parcel, error] // an error ends the intake; nothing is kept
	Findings     func() []string          // asked after the last parcel; may be nil
	Staged       func(n int)              // called now and then; may be nil
}

// Queue has a batch worked on in the background, from the end of the transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx pgx.Tx, county, id string) error
}

// Intake takes batches in.
type Intake struct {
	DB    *pgxpool.Pool
	Desk  Desk
	Queue Queue // nil: whoever hands it in works on it
}

//go:embed sql/new_batch.sql
var newBatchSQL string

//go:embed sql/loaded.sql
var loadedSQL string

// Take takes a batch in, whole or not at all. Errors: TooLarge above MaxParcels,
// Invalid for a delivery without any parcel, and what Parcels ends with.
func (in *Intake) Take(ctx context.Context, d Delivery) (Batch, error) {
	session, err := in.Desk.Open(ctx, d.County, d.Against)
	if err != nil {
		return Batch{}, err
	}
	k := Key{d.County, newID()}
	err = pgx.BeginFunc(ctx, in.DB, func(tx pgx.Tx) error { return in.take(ctx, tx, k, d, session.Versions()) })
	if err != nil {
		return Batch{}, err
	}
	return (&Store{DB: in.DB}).Find(ctx, k.County, k.ID)
}

func (in *Intake) take(ctx context.Context, tx pgx.Tx, k Key, d Delivery, versions []geodata.VersionRef) error {
	refs := make([]string, len(versions))
	for i, v := range versions {
		refs[i] = v.String()
	}
	sight := geodata.SightOf(ctx)
	layers := layersOf(versions)
	var kept *geodata.Sight
	if !sight.Unlimited() {
		kept = &sight
	}
	if len(d.Against) == 0 && sight.Whole() {
		layers = append(layers, record.EveryLayer)
	}
	_, err := tx.Exec(ctx, newBatchSQL, pgx.StrictNamedArgs{"layers": layers, "townships": sight.Townships, "sight": kept,
		"county": k.County, "id": k.ID, "name": d.Name,
		"source_digest": d.SourceDigest, "named": len(d.Against) > 0, "versions": refs})
	if err != nil {
		return fmt.Errorf("begin batch: %w", err)
	}
	if err := copyParcels(ctx, tx, k, d); err != nil {
		return err
	}
	findings := []string{}
	if d.Findings != nil {
		findings = append(findings, d.Findings()...)
	}
	if _, err := tx.Exec(ctx, loadedSQL, pgx.StrictNamedArgs{"county": k.County, "id": k.ID, "findings": findings}); err != nil {
		return fmt.Errorf("count parcels: %w", err)
	}
	err = audit.Write(ctx, tx, audit.Entry{Action: "batch.ask", Object: k.County + "/" + k.ID, Detail: map[string]any{"source_digest": d.SourceDigest, "versions": refs}})
	if err != nil || in.Queue == nil {
		return err
	}
	return in.Queue.Enqueue(ctx, tx, k.County, k.ID)
}

// layersOf are the layers of versions.
func layersOf(versions []geodata.VersionRef) []string {
	keys := []string{}
	for _, v := range versions {
		keys = append(keys, string(v.Layer))
	}
	return keys
}

// stagedEvery is after how many parcels progress is told.
const stagedEvery = 1000

// copyParcels streams the parcels into the database.
func copyParcels(ctx context.Context, tx pgx.Tx, k Key, d Delivery) error {
	next, stop := iter.Pull2(d.Parcels)
	defer stop()
	number := 0
	var refused error // pgx passes on what it says, not what it is
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"batch_parcel"},
		[]string{"county", "batch_id", "number", "name", "site", "error", "state"},
		pgx.CopyFromFunc(func() ([]any, error) {
			p, err, ok := next()
			if !ok {
				return nil, nil
			}
			if number++; err == nil && number > MaxParcels {
				err = tooMany()
			}
			if err != nil {
				refused = err
				return nil, err
			}
			if d.Staged != nil && number%stagedEvery == 0 {
				d.Staged(number)
			}
			return p.row(k, number)
		}))
	switch {
	case refused != nil:
		return refused
	case err != nil:
		return fmt.Errorf("copy parcels: %w", err)
	case number == 0:
		return &geodata.Error{Kind: geodata.Invalid, Code: "site-empty",
			ZH: fmt.Sprintf("“%s”中没有地块。", d.Name), EN: fmt.Sprintf("%q holds no parcel.", d.Name)}
	}
	return nil
}

// row is a parcel as batch_parcel holds it. What is malformed never reaches the
// workers, nor what JSON cannot carry.
func (p Parcel) row(k Key, number int) ([]any, error) {
	failed := p.Err
	if failed == nil {
		failed = p.Site.Validate()
	}
	if failed != nil {
		why, err := json.Marshal(reasonOf(failed))
		return []any{k.County, k.ID, number, p.Site.Name, nil, why, notChecked}, err
	}
	site, err := json.Marshal(p.Site)
	return []any{k.County, k.ID, number, p.Site.Name, site, nil, waiting}, err
}

// The states of a parcel.
const (
	waiting    = "waiting"
	notChecked = "not_checked"
)

func tooMany() error {
	return &geodata.Error{Kind: geodata.TooLarge, Code: "batch-too-large",
		ZH: fmt.Sprintf("一批最多 %d 个地块，请拆分后再提交。", MaxParcels),
		EN: fmt.Sprintf("A batch takes at most %d parcels; split the file.", MaxParcels)}
}
