package record_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/record"
)

const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func keeper(t *testing.T) *record.Keeper {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	return &record.Keeper{DB: db}
}

// keep keeps an answer whose question does not matter.
func keep(k *record.Keeper, county, id, kind string, body []byte) ([]byte, bool, error) {
	return k.Put(context.Background(), record.Kept{County: county, ID: id, Kind: kind, Body: body})
}

func uses(t *testing.T, k *record.Keeper) (n int) {
	t.Helper()
	if err := k.DB.QueryRow(context.Background(), "select count(*) from audit_entry where object = '500237/' || $1", id).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// A plan that a connection made while nothing was kept, and keeps, does not read all that
// is kept later.
func TestPlansOfAnEmptyShelfServeAFullOne(t *testing.T) {
	db := pgtest.New(t)
	for _, name := range []string{"find.sql", "list.sql", "keep.sql", "keep_all.sql"} {
		if plan := pgtest.GenericPlan(t, db, os.DirFS("sql"), name); strings.Contains(plan, "Seq Scan on record") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

// The first answer is kept; the second asker gets its bytes, whatever was
// computed this time, and both askings are noted.
func TestFirstBytesStay(t *testing.T) {
	k, ctx := keeper(t), context.Background()
	body, isNew, err := keep(k, "500237", id, "check", []byte("first"))
	if err != nil || !isNew || string(body) != "first" {
		t.Fatalf("%q, new %v, %v", body, isNew, err)
	}
	body, isNew, err = keep(k, "500237", id, "check", []byte("second"))
	if err != nil || isNew || string(body) != "first" {
		t.Fatalf("again: %q, new %v, %v", body, isNew, err)
	}
	if body, err = k.Find(ctx, "", id); err != nil || string(body) != "first" {
		t.Fatalf("found %q, %v", body, err)
	}
	if n := uses(t, k); n != 3 {
		t.Errorf("%d uses noted, want 3", n)
	}
}

func TestManyKeepersOneRecord(t *testing.T) {
	k := keeper(t)
	var group sync.WaitGroup
	bodies, fresh := make([]string, 16), make([]bool, 16)
	for i := range bodies {
		group.Go(func() {
			body, isNew, err := keep(k, "500237", id, "check", []byte{byte('a' + i)})
			if err != nil {
				t.Errorf("keep: %v", err)
			}
			bodies[i], fresh[i] = string(body), isNew
		})
	}
	group.Wait()
	first := 0
	for i, body := range bodies {
		if fresh[i] {
			first++
		}
		if body != bodies[0] {
			t.Errorf("two askers got %q and %q", body, bodies[0])
		}
	}
	if n := uses(t, k); first != 1 || n != 16 {
		t.Errorf("%d were first and %d uses noted, want 1 and 16", first, n)
	}
}

func TestUnknownRecord(t *testing.T) {
	if _, err := keeper(t).Find(context.Background(), "", id); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
}

// A printed code holds the first digits of an identity.
func TestFirstDigitsFindARecord(t *testing.T) {
	k, ctx := keeper(t), context.Background()
	other := id[:20] + strings.Repeat("f", 44)
	if _, _, err := k.Put(ctx, record.Kept{County: "500237", ID: id, Kind: "check", Body: []byte("x"), Inputs: json.RawMessage(`{"site":1}`)}); err != nil {
		t.Fatal(err)
	}
	kept, err := k.Get(ctx, "", id[:16])
	if err != nil || kept.ID != id || string(kept.Inputs) != `{"site": 1}` {
		t.Fatalf("%+v, %v", kept, err)
	}
	if _, _, err := keep(k, "500237", other, "check", []byte("y")); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Get(ctx, "", id[:20]); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("two records: %v, want Invalid", err)
	}
	if kept, err := k.Get(ctx, "", id); err != nil || kept.ID != id {
		t.Errorf("the whole identity: %+v, %v", kept, err)
	}
	for _, text := range []string{"", "0", id[:15], "%", id[:15] + "%", strings.ToUpper(other)} {
		if _, err := k.Get(ctx, "", text); !geodata.IsKind(err, geodata.NotFound) {
			t.Errorf("%q: %v, want NotFound", text, err)
		}
	}
}

func TestListIsNewestFirst(t *testing.T) {
	k := keeper(t)
	for _, letter := range []string{"a", "b", "c"} {
		if _, _, err := keep(k, "500237", named(letter), "check", []byte(letter)); err != nil {
			t.Fatal(err)
		}
	}
	entries := list(t, k, record.Search{Limit: 2})
	if len(entries) != 2 || entries[0].ID != named("c") || entries[1].ID != named("b") || string(entries[0].Body) != "c" {
		t.Fatalf("%+v", entries)
	}
	entries = list(t, k, record.Search{Limit: 2, Before: entries[1].Created, AfterID: entries[1].ID})
	if len(entries) != 1 || entries[0].ID != named("a") {
		t.Fatalf("the page after: %+v", entries)
	}
}

func named(letter string) string { return strings.Repeat(letter, 64) }

// list searches the checks of Wushan; without Before from the newest on.
func list(t *testing.T, k *record.Keeper, s record.Search) []record.Entry {
	t.Helper()
	s.County, s.Kind = "500237", "check"
	if s.Before.IsZero() {
		s.Before = time.Now().Add(time.Hour)
	}
	entries, err := k.List(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func listed(entries []record.Entry) (letters string) {
	for _, e := range entries {
		letters += e.ID[:1]
	}
	return letters
}

// Answers of one transaction have one time: a page that ends among them goes on
// with the next of them.
func TestPagesBreakWithinOneMoment(t *testing.T) {
	k := keeper(t)
	keepAll(t, k, kept("b", "", ""), kept("d", "", ""), kept("a", "", ""), kept("c", "", ""))
	first := list(t, k, record.Search{Parcels: true, Limit: 3})
	last := first[2]
	rest := list(t, k, record.Search{Parcels: true, Limit: 3, Before: last.Created, AfterID: last.ID})
	if listed(first)+"|"+listed(rest) != "abc|d" {
		t.Errorf("pages %s and %s", listed(first), listed(rest))
	}
}

func TestListIsSearched(t *testing.T) {
	k := keeper(t)
	long := strings.Repeat("长", 300) + "尾"
	for _, a := range []record.Kept{kept("a", "大昌 Dock 码头", "review"), kept("b", "码头二期", "clear"), kept("c", long, "clear"), kept("d", "50%_完成", "review")} {
		if _, _, err := k.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	second := list(t, k, record.Search{Limit: 4})[2].Created // b's
	for _, c := range []struct {
		search record.Search
		want   string
	}{
		{record.Search{}, "dcba"},
		{record.Search{Subject: "码头"}, "ba"},
		{record.Search{Subject: "dOCK"}, "a"},
		{record.Search{Subject: "%_"}, "d"},
		{record.Search{Subject: "长长"}, "c"},
		{record.Search{Subject: "尾"}, ""}, // beyond the 200 characters that are searched
		{record.Search{Outcome: "clear"}, "cb"},
		{record.Search{Outcome: "clear", Subject: "码头"}, "b"},
		{record.Search{Since: second}, "dcb"},
		{record.Search{Before: second}, "a"},
	} {
		c.search.Limit = 10
		if got := listed(list(t, k, c.search)); got != c.want {
			t.Errorf("%+v lists %q, want %q", c.search, got, c.want)
		}
	}
}

// What was only asked for as a parcel of a batch is listed when that is wanted, or
// once somebody has asked for it by itself.
func TestParcelsOfBatchesStandApart(t *testing.T) {
	k := keeper(t)
	keepAll(t, k, kept("a", "", ""), kept("b", "", ""))
	if got := listed(list(t, k, record.Search{Limit: 9})); got != "" {
		t.Errorf("parcels of a batch are listed: %q", got)
	}
	if _, isNew, err := k.Put(t.Context(), kept("b", "", "")); err != nil || isNew {
		t.Fatalf("new %v, %v", isNew, err)
	}
	keepAll(t, k, kept("b", "", "")) // once more as a parcel: it stays
	if got := listed(list(t, k, record.Search{Limit: 9})); got != "b" {
		t.Errorf("asked by itself: %q, want b", got)
	}
	if got := listed(list(t, k, record.Search{Limit: 9, Parcels: true})); got != "ab" {
		t.Errorf("with parcels: %q, want ab", got)
	}
}

func kept(letter, subject, outcome string) record.Kept {
	return record.Kept{County: "500237", ID: named(letter), Kind: "check", Body: []byte("{}"), Inputs: json.RawMessage("{}"), Subject: subject, Outcome: outcome}
}

func keepAll(t *testing.T, k *record.Keeper, answers ...record.Kept) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), k.DB, func(tx pgx.Tx) error { return record.PutAll(t.Context(), tx, answers) })
	if err != nil {
		t.Fatal(err)
	}
}
