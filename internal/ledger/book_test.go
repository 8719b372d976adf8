package ledger_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/ledger"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/record"
)

const county = "500237"

var changeID = strings.Repeat("a", 64)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// book is an empty ledger on the morning of 2026-03-01 in Beijing, and a kept
// comparison that entries may come from.
func book(t *testing.T) *ledger.Book {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	_, _, err := (&record.Keeper{DB: db}).Put(t.Context(), record.Kept{County: county, ID: changeID, Kind: "change", Body: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	return &ledger.Book{DB: db, Now: func() time.Time { return time.Date(2026, 2, 28, 17, 0, 0, 0, time.UTC) }}
}

func day(year int, month time.Month, d int) *time.Time {
	t := time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
	return &t
}

func piece(n int) ledger.Entry {
	return ledger.Entry{Kind: ledger.Lost, Layer: geodata.RedLine, Title: "调出", Source: ledger.FromChange, Record: changeID, Piece: n,
		Area: 100, Unapproved: 40, Townships: []ledger.Township{{Code: "500237001", Name: "高唐街道", Area: 60}, {Code: "500237002", Name: "龙门街道", Area: 40}}}
}

func add(t *testing.T, b *ledger.Book, entries ...ledger.Entry) []int64 {
	t.Helper()
	ids, _, err := b.Add(t.Context(), county, "张三", entries)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// Filled in again, a comparison adds only what is new; a bad entry leaves nothing.
func TestFillingTwiceIsOnce(t *testing.T) {
	b := book(t)
	if ids := add(t, b, piece(1), piece(2)); len(ids) != 2 {
		t.Fatalf("%v", ids)
	}
	ids, known, err := b.Add(t.Context(), county, "李四", []ledger.Entry{piece(2), piece(3)})
	if err != nil || len(ids) != 1 || known != 1 {
		t.Fatalf("%v added, %d known, %v", ids, known, err)
	}
	bad := piece(5)
	bad.Unapproved = 101
	if _, _, err := b.Add(t.Context(), county, "", []ledger.Entry{piece(4), bad}); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("more unapproved than there is: %v", err)
	}
	foreign := piece(6)
	foreign.Record = strings.Repeat("b", 64)
	if _, _, err := b.Add(t.Context(), county, "", []ledger.Entry{foreign}); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("of a comparison nobody kept: %v", err)
	}
	entries, err := b.List(t.Context(), county, ledger.Filter{Limit: 10})
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
}

// Every move: the next step goes by itself, a step back or past one needs a reason,
// and none leads to where the entry is.
func TestMovesThatAreAllowed(t *testing.T) {
	b := book(t)
	for i, from := range ledger.States {
		for j, to := range ledger.States {
			id := add(t, b, piece(10*i+j))[0]
			if i > 0 {
				if err := b.Take(t.Context(), county, id, ledger.Step{To: from, Note: "开始"}); err != nil {
					t.Fatal(err)
				}
			}
			bare := b.Take(t.Context(), county, id, ledger.Step{To: to})
			if want := j == i+1; (bare == nil) != want || bare != nil && !geodata.IsKind(bare, geodata.Conflict) {
				t.Errorf("%s to %s without a reason: %v", from, to, bare)
			}
			if bare == nil {
				continue
			}
			reasoned := b.Take(t.Context(), county, id, ledger.Step{To: to, Note: "复核发现原结论有误"})
			if want := i != j; (reasoned == nil) != want {
				t.Errorf("%s to %s with a reason: %v", from, to, reasoned)
			}
		}
	}
}

func TestHistoryIsKeptAndFollowed(t *testing.T) {
	b := book(t)
	id := add(t, b, piece(1))[0]
	office, due := "县林业局", day(2026, 2, 28)
	steps := []ledger.Step{{To: ledger.Verified, Who: "李四"},
		{Note: "现场照片", Attachment: "巫林〔2026〕3号", SHA256: strings.Repeat("0", 64)}, {Office: &office, Deadline: due}}
	for _, s := range steps {
		if err := b.Take(t.Context(), county, id, s); err != nil {
			t.Fatal(err)
		}
	}
	e, events, err := b.Get(t.Context(), county, id)
	if err != nil || e.State != ledger.Verified || e.Office != office || !e.Deadline.Equal(*due) || !e.Overdue {
		t.Fatalf("%+v, %v", e, err)
	}
	if len(events) != 4 || events[0].Who != "张三" || events[1].From != ledger.Discovered || events[2].Attachment != "巫林〔2026〕3号" || events[3].To != ledger.Verified {
		t.Errorf("%+v", events)
	}
	for _, sql := range []string{"update ledger_event set who = 'x'", "delete from ledger_event"} {
		if _, err := b.DB.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s: the history was rewritten", sql)
		}
	}
	for _, s := range []ledger.Step{{}, {To: "done"}, {Note: strings.Repeat("长", 2001)}, {SHA256: "0"}, {Attachment: "x", SHA256: "0"}, {Who: "\x1b[31m", Note: "x"}} {
		if err := b.Take(t.Context(), county, id, s); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if err := b.Take(t.Context(), county, id+1, ledger.Step{Note: "x"}); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("an unknown entry: %v", err)
	}
}

func TestListIsFiltered(t *testing.T) {
	b := book(t)
	far, near, gone := piece(1), piece(2), piece(3)
	far.Deadline, near.Deadline, gone.Deadline = day(2026, 1, 1), day(2026, 3, 1), day(2025, 1, 1)
	west := piece(4)
	west.Kind, west.Layer, west.Townships = ledger.Reclassified, geodata.ControlUnit, []ledger.Township{{Code: "500237002", Area: 100}}
	ids := add(t, b, far, near, gone, west)
	if err := b.Take(t.Context(), county, ids[2], ledger.Step{To: ledger.Closed, Note: "误报"}); err != nil {
		t.Fatal(err)
	}
	lists := func(f ledger.Filter, want ...int) {
		t.Helper()
		if f.Limit == 0 {
			f.Limit = 10
		}
		entries, err := b.List(t.Context(), county, f)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, e := range entries {
			got = append(got, e.Piece)
		}
		if len(got) != len(want) {
			t.Errorf("%+v: pieces %v, want %v", f, got, want)
			return
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%+v: pieces %v, want %v", f, got, want)
			}
		}
	}
	lists(ledger.Filter{}, 4, 3, 2, 1)
	lists(ledger.Filter{Overdue: true}, 1) // a deadline of today has not passed, a closed entry is settled
	lists(ledger.Filter{State: ledger.Closed}, 3)
	lists(ledger.Filter{Township: "500237001"}, 3, 2, 1)
	lists(ledger.Filter{Layer: geodata.ControlUnit}, 4)
	lists(ledger.Filter{Kind: ledger.Lost, Limit: 2}, 3, 2)
	lists(ledger.Filter{Kind: ledger.Lost, Before: ids[1]}, 1)
	c, err := b.Count(t.Context(), county)
	if err != nil || c.ByState[ledger.Discovered] != 3 || c.ByState[ledger.Closed] != 1 || c.Overdue != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestPlacesComeBack(t *testing.T) {
	b := book(t)
	e := piece(1)
	e.Place = orb.MultiPolygon{{{{109.9, 31}, {109.91, 31}, {109.91, 31.01}, {109.9, 31}}}}
	byHand := ledger.Entry{Kind: ledger.Encroached, Layer: geodata.RedLine, Title: "采石", Source: ledger.ByHand, Point: &orb.Point{109.95, 31.2}}
	ids := add(t, b, e, byHand)
	got, _, err := b.Get(t.Context(), county, ids[0])
	if err != nil || len(got.Place) != 1 || got.Point == nil || !got.Place.Bound().Contains(*got.Point) {
		t.Fatalf("%+v, %v", got, err)
	}
	// The way back from the measuring plane is good to 2 mm (plane_to_grid).
	if p := got.Place[0][0][0]; !(abs(p[0]-109.9) < 2e-8) || !(abs(p[1]-31) < 2e-8) {
		t.Errorf("the place moved to %v", p)
	}
	if got, _, err = b.Get(t.Context(), county, ids[1]); err != nil || got.Place != nil || *got.Point != (orb.Point{109.95, 31.2}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}
