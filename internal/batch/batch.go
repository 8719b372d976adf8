package batch

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/audit"
)

// MaxParcels is how many parcels a batch may hold.
const MaxParcels = 100_000

// State (批次状态) is how far a batch is.
type State string

// The states.
const (
	Waiting   State = "waiting"   // 等待: handed in
	Running   State = "running"   // 核查中
	Done      State = "done"      // 完成: every parcel has an answer or a reason
	Cancelled State = "cancelled" // 已取消: what is answered stays
	Failed    State = "failed"    // 失败: Error says why
)

// Ended reports whether nothing more will happen.
func (s State) Ended() bool { return s == Done || s == Cancelled || s == Failed }

// Batch (批次) is what is known of a batch.
type Batch struct {
	County   string
	ID       string // 32 hexadecimal digits
	Name     string
	Named    bool     // the planner named the versions
	Versions []string // references every parcel is answered against
	Findings []string // what reading the file noted, Chinese sentences
	State    State
	Total    int     // parcels
	Done     int     // of them answered or not checked
	Failed   int     // of them not checked
	Error    *Reason // why the batch stopped, nil unless Failed
	Created  time.Time
	Finished *time.Time     // nil until it ended
	Sight    *geodata.Sight // of whoever handed it in; nil: everything
}

// Reason (未核查原因) is why a parcel, or a batch, has no answer: an error as it
// is shown to users.
type Reason struct {
	Kind geodata.Kind `json:"kind"`
	Code string       `json:"code"`
	ZH   string       `json:"zh"`
	EN   string       `json:"en"`
	At   *orb.Point   `json:"at,omitempty"` // where, east first, in the delivery's coordinates
}

func reasonOf(err error) *Reason {
	e := geodata.AsError(err)
	return &Reason{Kind: e.Kind, Code: e.Code, ZH: e.ZH, EN: e.EN, At: e.At}
}

// Store finds batches and ends them.
type Store struct {
	DB *pgxpool.Pool
}

//go:embed sql/find.sql
var findSQL string

// Find gives a batch. An empty county means any. NotFound when there is none.
func (s *Store) Find(ctx context.Context, county, id string) (Batch, error) {
	rows, err := s.DB.Query(ctx, findSQL, postgis.SeenKept(ctx, pgx.StrictNamedArgs{"county": county, "id": id}))
	if err != nil {
		return Batch{}, fmt.Errorf("find batch %s: %w", id, err)
	}
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Batch])
	if errors.Is(err, pgx.ErrNoRows) {
		return b, &geodata.Error{Kind: geodata.NotFound, Code: "batch-unknown",
			ZH: fmt.Sprintf("没有编号为 %.40s 的批次。", id), EN: fmt.Sprintf("There is no batch %.40s.", id)}
	}
	if err != nil {
		return b, fmt.Errorf("find batch %s: %w", id, err)
	}
	return b, nil
}

//go:embed sql/list.sql
var listSQL string

// List gives the batches begun before a moment, newest first; those of one moment
// in the order of their ids. With behind, an id, also those of the moment itself
// that come behind it.
func (s *Store) List(ctx context.Context, county string, limit int, before time.Time, behind string) ([]Batch, error) {
	rows, err := s.DB.Query(ctx, listSQL, postgis.SeenKept(ctx, pgx.StrictNamedArgs{"county": county, "before": before, "after_id": behind, "limit": limit}))
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	batches, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Batch])
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	return batches, nil
}

// Key names a batch.
type Key struct{ County, ID string }

//go:embed sql/unfinished.sql
var unfinishedSQL string

// Unfinished lists the batches that are not finished, oldest first; with a digest
// those of that delivery to a county.
func (s *Store) Unfinished(ctx context.Context, county, sourceDigest string) ([]Key, error) {
	rows, err := s.DB.Query(ctx, unfinishedSQL, pgx.StrictNamedArgs{"county": county, "source_digest": sourceDigest})
	if err != nil {
		return nil, fmt.Errorf("list unfinished batches: %w", err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Key])
	if err != nil {
		return nil, fmt.Errorf("list unfinished batches: %w", err)
	}
	return keys, nil
}

// Cancel ends a batch that is not finished; the parcels already answered keep
// their answers. Ending one that has ended changes nothing.
func (s *Store) Cancel(ctx context.Context, county, id string) error {
	return s.stop(ctx, Key{county, id}, Cancelled, nil)
}

//go:embed sql/stop.sql
var stopSQL string

func (s *Store) stop(ctx context.Context, k Key, state State, why *Reason) error {
	err := pgx.BeginFunc(ctx, s.DB, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, stopSQL, pgx.StrictNamedArgs{"county": k.County, "id": k.ID, "state": string(state), "error": why})
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "batch.end", Object: k.County + "/" + k.ID, Detail: map[string]any{"state": string(state)}})
	})
	if err != nil {
		return fmt.Errorf("end batch %s: %w", k.ID, err)
	}
	return nil
}

// Row (批次结果行) is what came of one parcel.
type Row struct {
	Number int // 1…n in the order of the file
	Name   string
	State  string          // answered, not_checked or waiting
	Record string          // identity of the kept answer, empty when there is none
	Reason *Reason         // why there is no answer
	Body   json.RawMessage // the kept answer as it was given, nil when there is none
}

//go:embed sql/parcels.sql
var parcelsSQL string

// Rows gives the parcels of a batch to each, in the order of the file. The row
// is each's only until it returns.
func (s *Store) Rows(ctx context.Context, county, id string, each func(Row) error) error {
	return s.rows(ctx, Key{county, id}, 0, MaxParcels, each)
}

// RowsAfter gives the parcels whose numbers follow after, at most limit of them.
func (s *Store) RowsAfter(ctx context.Context, k Key, after, limit int, each func(Row) error) error {
	return s.rows(ctx, k, after, limit, each)
}

func (s *Store) rows(ctx context.Context, k Key, after, limit int, each func(Row) error) error {
	rows, err := s.DB.Query(ctx, parcelsSQL, pgx.StrictNamedArgs{"county": k.County, "id": k.ID, "after": after, "limit": limit})
	if err != nil {
		return fmt.Errorf("parcels of batch %s: %w", k.ID, err)
	}
	defer rows.Close()
	for rows.Next() {
		r := Row{}
		var body []byte
		if err := rows.Scan(&r.Number, &r.Name, &r.State, &r.Record, &r.Reason, &body); err != nil {
			return fmt.Errorf("parcels of batch %s: %w", k.ID, err)
		}
		r.Body = body
		if err := each(r); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("parcels of batch %s: %w", k.ID, err)
	}
	return nil
}

// newID is 128 random bits, hex: who does not know it does not guess it.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
