package record_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

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
	if err := k.DB.QueryRow(context.Background(), "select count(*) from record_use where id = $1", id).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

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
	k, ctx := keeper(t), context.Background()
	name := func(letter string) string { return strings.Repeat(letter, 64) }
	for _, name := range []string{name("a"), name("b"), name("c")} {
		if _, _, err := keep(k, "500237", name, "check", []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := k.List(ctx, "500237", "check", 2, time.Now().Add(time.Hour))
	if err != nil || len(entries) != 2 || entries[0].ID != name("c") || entries[1].ID != name("b") {
		t.Fatalf("%+v, %v", entries, err)
	}
	entries, err = k.List(ctx, "500237", "check", 2, entries[1].Created)
	if err != nil || len(entries) != 1 || entries[0].ID != name("a") {
		t.Fatalf("the page after: %+v, %v", entries, err)
	}
}
