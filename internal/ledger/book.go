package ledger

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/audit"
)

// Book (台账) is a county's ledger.
type Book struct {
	DB  *pgxpool.Pool
	Now func() time.Time // nil: time.Now
}

// beijing is the time by whose days deadlines pass.
var beijing = time.FixedZone("北京时间", 8*60*60)

func (b *Book) today() time.Time {
	now := time.Now()
	if b.Now != nil {
		now = b.Now()
	}
	year, month, day := now.In(beijing).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

//go:embed sql/add.sql
var addSQL string

// Add puts entries into the ledger, all or none, and notes that they were made.
// Those of an answer whose piece is there already stay as they are: known counts
// them. Errors: Invalid for an entry that makes no sense, NotFound for a layer or
// record that is not held.
func (b *Book) Add(ctx context.Context, county, who string, entries []Entry) (ids []int64, known int, err error) {
	if !plain(who, LongestTitle) {
		return nil, 0, badWho()
	}
	err = pgx.BeginFunc(ctx, b.DB, func(tx pgx.Tx) error {
		for _, e := range entries {
			if err := e.validate(); err != nil {
				return err
			}
			var id int64
			var point orb.Point // not stored without has_point
			if e.Point != nil {
				point = *e.Point
			}
			err := tx.QueryRow(ctx, addSQL, pgx.StrictNamedArgs{"county": county, "kind": e.Kind, "layer": e.Layer, "title": e.Title,
				"source": e.Source, "record": e.Record, "piece": e.Piece, "area_m2": float64(e.Area), "unapproved_m2": float64(e.Unapproved),
				"townships": e.townships(), "office": e.Office, "deadline": e.Deadline, "schematic": e.Schematic, "who": who,
				"place": postgis.Geometry{SRID: 4490, Geometry: placeOf(e)}, "point": postgis.Geometry{SRID: 4490, Geometry: point},
				"has_place": len(e.Place) > 0, "has_point": e.Point != nil}).Scan(&id)
			switch {
			case errors.Is(err, pgx.ErrNoRows):
				known++
			case err != nil:
				return unheld(e, err)
			default:
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "ledger.add", Object: county, Detail: map[string]any{"entries": ids}})
	})
	return ids, known, err
}

// placeOf is never nil: a statement's argument has a type.
func placeOf(e Entry) orb.Geometry {
	if len(e.Place) == 0 {
		return orb.MultiPolygon{}
	}
	return e.Place
}

// unheld words a reference to what is not held.
func unheld(e Entry, err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "23503" {
		return fmt.Errorf("add to the ledger: %w", err)
	}
	return &geodata.Error{Kind: geodata.NotFound, Code: "ledger-reference", Err: err,
		ZH: fmt.Sprintf("没有图层 %s，或没有编号为 %.16s 的留存记录。", e.Layer, e.Record), EN: fmt.Sprintf("Layer %s or record %.16q is not held.", e.Layer, e.Record)}
}

//go:embed sql/get.sql
var getSQL string

//go:embed sql/events.sql
var eventsSQL string

// Get gives an entry with its history.
func (b *Book) Get(ctx context.Context, county string, id int64) (Entry, []Event, error) {
	rows, err := b.DB.Query(ctx, getSQL, postgis.SeenKept(ctx, pgx.StrictNamedArgs{"county": county, "id": id, "today": b.today()}))
	if err != nil {
		return Entry{}, nil, fmt.Errorf("ledger entry %d: %w", id, err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, scanEntry)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, nil, unknown(id)
	}
	if err != nil {
		return e, nil, fmt.Errorf("ledger entry %d: %w", id, err)
	}
	if rows, err = b.DB.Query(ctx, eventsSQL, pgx.StrictNamedArgs{"county": county, "id": id}); err != nil {
		return e, nil, fmt.Errorf("history of ledger entry %d: %w", id, err)
	}
	events, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
	if err != nil {
		return e, nil, fmt.Errorf("history of ledger entry %d: %w", id, err)
	}
	return e, events, nil
}

func unknown(id int64) error {
	return &geodata.Error{Kind: geodata.NotFound, Code: "ledger-entry-unknown", ZH: fmt.Sprintf("台账中没有 %d 号条目。", id), EN: fmt.Sprintf("The ledger has no entry %d.", id)}
}

func scanEntry(row pgx.CollectableRow) (e Entry, err error) {
	var area, unapproved float64
	var townships json.RawMessage
	var place, point postgis.Geometry
	err = row.Scan(&e.ID, &e.Kind, &e.State, &e.Layer, &e.Title, &e.Source, &e.Record, &e.Piece, &area, &unapproved, &townships,
		&e.Office, &e.Deadline, &place, &point, &e.Schematic, &e.Created, &e.Changed, &e.Overdue)
	if err != nil {
		return e, err
	}
	e.Area, e.Unapproved = geodata.Area(area), geodata.Area(unapproved)
	e.Place, _ = place.Geometry.(orb.MultiPolygon)
	if p, ok := point.Geometry.(orb.Point); ok {
		e.Point = &p
	}
	return e, json.Unmarshal(townships, &e.Townships)
}

// Filter (筛选) says which entries a list names, and from where on.
type Filter struct {
	State    State            // empty: any
	Township string           // code; empty: any
	Layer    geodata.LayerKey // empty: any
	Kind     Kind             // empty: any
	Overdue  bool             // only those
	Before   int64            // entries with a smaller number; 0: from the newest
	Limit    int
}

//go:embed sql/list.sql
var listSQL string

// List names entries: overdue ones first by their deadline when only those are
// wanted, the newest first otherwise.
func (b *Book) List(ctx context.Context, county string, f Filter) ([]Entry, error) {
	rows, err := b.DB.Query(ctx, listSQL, postgis.SeenKept(ctx, pgx.StrictNamedArgs{"county": county, "state": f.State, "township": f.Township,
		"layer": f.Layer, "kind": f.Kind, "overdue": f.Overdue, "before": f.Before, "limit": f.Limit, "today": b.today()}))
	if err != nil {
		return nil, fmt.Errorf("list the ledger: %w", err)
	}
	entries, err := pgx.CollectRows(rows, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("list the ledger: %w", err)
	}
	return entries, nil
}

// Count (台账统计) is how many entries there are in each state, and how many are overdue.
type Count struct {
	ByState map[State]int
	Overdue int
}

//go:embed sql/count.sql
var countSQL string

// Count counts a county's entries.
func (b *Book) Count(ctx context.Context, county string) (Count, error) {
	c := Count{ByState: map[State]int{}}
	rows, err := b.DB.Query(ctx, countSQL, postgis.SeenKept(ctx, pgx.StrictNamedArgs{"county": county, "today": b.today()}))
	if err != nil {
		return c, fmt.Errorf("count the ledger: %w", err)
	}
	var state State
	var n, overdue int
	_, err = pgx.ForEachRow(rows, []any{&state, &n, &overdue}, func() error {
		c.ByState[state] = n
		c.Overdue += overdue
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("count the ledger: %w", err)
	}
	return c, nil
}

// plain says whether a text is short enough and has no control characters.
func plain(s string, longest int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > longest {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
	}
	return true
}

func badWho() error {
	return invalid("ledger-who", fmt.Sprintf("办理人应为不超过 %d 个字的文字。", LongestTitle), fmt.Sprintf("Who did it is text of at most %d characters.", LongestTitle))
}
