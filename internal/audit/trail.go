package audit

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Trail (审计链) is the audit trail of a deployment.
type Trail struct {
	DB *pgxpool.Pool
}

// Append adds an entry that has no transaction of its own.
func (t *Trail) Append(ctx context.Context, e Entry) error { return Write(ctx, t.DB, e) }

// sealedAtOnce is how many entries get their places in one transaction.
const sealedAtOnce = 2000

//go:embed sql/head.sql
var headSQL string

//go:embed sql/waiting.sql
var waitingSQL string

//go:embed sql/place.sql
var placeSQL string

//go:embed sql/advance.sql
var advanceSQL string

// Seal gives entries that wait their places in the chain, and says how many; those
// that are written meanwhile may be left. Callers anywhere wait for one another.
func (t *Trail) Seal(ctx context.Context) (sealed int, err error) {
	for {
		n := 0
		err = pgx.BeginFunc(ctx, t.DB, func(tx pgx.Tx) error {
			n, _, err = seal(ctx, tx)
			return err
		})
		if sealed += n; err != nil || n < sealedAtOnce {
			return sealed, err
		}
	}
}

// Head (链头) is the last place given in the chain.
type Head struct {
	Height int64
	Hash   []byte
}

// seal gives some entries their places, and the chain's head then.
func seal(ctx context.Context, tx pgx.Tx) (n int, head Head, err error) {
	if err := tx.QueryRow(ctx, headSQL).Scan(&head.Height, &head.Hash); err != nil {
		return 0, head, fmt.Errorf("read the head of the audit trail: %w", err)
	}
	rows, err := tx.Query(ctx, waitingSQL, pgx.StrictNamedArgs{"limit": sealedAtOnce})
	if err != nil {
		return 0, head, fmt.Errorf("read waiting audit entries: %w", err)
	}
	var ids, seqs []int64
	var prevs, hashes [][]byte
	var r Row
	_, err = pgx.ForEachRow(rows, []any{&r.ID, &r.At, &r.Who, &r.Role, &r.Address, &r.Action, &r.Object, &r.Outcome, &r.Request, &r.Detail}, func() error {
		sum := r.sum(head.Height+1, head.Hash)
		ids, seqs = append(ids, r.ID), append(seqs, head.Height+1)
		prevs, hashes = append(prevs, head.Hash), append(hashes, sum[:])
		head = Head{head.Height + 1, sum[:]}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return 0, head, err
	}
	if _, err := tx.Exec(ctx, placeSQL, pgx.StrictNamedArgs{"ids": ids, "seqs": seqs, "prevs": prevs, "hashes": hashes}); err != nil {
		return 0, head, fmt.Errorf("chain audit entries: %w", err)
	}
	if _, err := tx.Exec(ctx, advanceSQL, pgx.StrictNamedArgs{"height": head.Height, "hash": head.Hash}); err != nil {
		return 0, head, fmt.Errorf("move the head of the audit trail: %w", err)
	}
	return len(ids), head, nil
}

const (
	// sealEvery is how often a server looks for entries without a place.
	sealEvery = time.Second
	// anchorEvery is how often it notes the chain's head in its log, where whoever
	// writes to the database does not reach.
	anchorEvery = time.Hour
)

// Keep gives entries their places until ctx ends, and then once more, and notes the
// chain's head in the log by the hour.
func (t *Trail) Keep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	anchor := time.NewTicker(anchorEvery)
	defer anchor.Stop()
	for {
		select {
		case <-tick.C:
			if _, err := t.Seal(ctx); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "chain audit entries", "error", err)
			}
		case <-anchor.C:
			t.noteHead(ctx, log)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if _, err := t.Seal(last); err != nil {
				log.ErrorContext(last, "chain audit entries", "error", err)
			}
			t.noteHead(last, log)
			return
		}
	}
}

func (t *Trail) noteHead(ctx context.Context, log *slog.Logger) {
	if s, err := t.State(ctx); err == nil {
		log.InfoContext(ctx, "audit trail", "expect", s.Head.String())
	}
}

// String is what Verify is given to expect: 1234:hash.
func (h Head) String() string { return fmt.Sprintf("%d:%x", h.Height, h.Hash) }

// State (审计链状态) is how far the chain is.
type State struct {
	Head
	Waiting int        // entries without a place
	Oldest  *time.Time // of them
}

//go:embed sql/state.sql
var stateSQL string

// State says how far the chain is.
func (t *Trail) State(ctx context.Context) (s State, err error) {
	err = t.DB.QueryRow(ctx, stateSQL).Scan(&s.Height, &s.Hash, &s.Waiting, &s.Oldest)
	if err != nil {
		return s, fmt.Errorf("state of the audit trail: %w", err)
	}
	return s, nil
}

// Filter (筛选) says which entries a list names.
type Filter struct {
	Who     string // empty: anybody
	Action  string // what the action begins with
	Object  string // what the object begins with
	Outcome Outcome
	Since   time.Time // at this moment or later
	Before  time.Time // before this moment; zero: up to now
	Below   int64     // entries written before the one with this id; 0: from the newest
	Limit   int
}

//go:embed sql/list.sql
var listSQL string

var likeless = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// List names entries, newest first.
func (t *Trail) List(ctx context.Context, f Filter) ([]Row, error) {
	if f.Below == 0 {
		f.Below = math.MaxInt64
	}
	if f.Before.IsZero() {
		f.Before = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	rows, err := t.DB.Query(ctx, listSQL, pgx.StrictNamedArgs{"who": f.Who, "action": f.Action, "object": likeless.Replace(f.Object),
		"outcome": string(f.Outcome), "since": f.Since, "before": f.Before, "below": f.Below, "limit": f.Limit})
	if err != nil {
		return nil, fmt.Errorf("list the audit trail: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Row])
	if err != nil {
		return nil, fmt.Errorf("list the audit trail: %w", err)
	}
	return found, nil
}
