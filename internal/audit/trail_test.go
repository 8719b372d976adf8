package audit_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/pgtest"
)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// trail is a chain of n entries, numbered 1…n.
func trail(t testing.TB, n int) *audit.Trail {
	tr := &audit.Trail{DB: pgtest.New(t)}
	ctx := audit.With(t.Context(), audit.By{Who: "李雷", Role: "planner", Address: "10.0.0.7", Request: "r-1"})
	for i := range n {
		add(t, tr, ctx, audit.Entry{Action: "check.ask", Object: fmt.Sprintf("500237/%d", i+1), Detail: map[string]any{"new": true, "文号": "某府〔2026〕1号"}})
	}
	if sealed, err := tr.Seal(ctx); err != nil || sealed != n {
		t.Fatalf("%d sealed, %v", sealed, err)
	}
	return tr
}

func add(t testing.TB, tr *audit.Trail, ctx context.Context, e audit.Entry) {
	t.Helper()
	if err := tr.Append(ctx, e); err != nil {
		t.Fatal(err)
	}
}

// rewrite does to the table what only its owner can: past the triggers.
func rewrite(t testing.TB, tr *audit.Trail, statements ...string) {
	t.Helper()
	all := append([]string{"alter table audit_entry disable trigger user", "alter table audit_head disable trigger user"}, statements...)
	for _, sql := range append(all, "alter table audit_entry enable trigger user", "alter table audit_head enable trigger user") {
		if _, err := tr.DB.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func verified(t testing.TB, tr *audit.Trail, expect ...audit.Head) *audit.Verification {
	t.Helper()
	v, err := tr.Verify(t.Context(), expect...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Whatever is done to the rows past the triggers is found, and at which number.
func TestWhatIsDoneToTheChainIsFound(t *testing.T) {
	tr := trail(t, 6)
	rewrite(t, tr, "create table saved as select * from audit_entry", "create table saved_head as select * from audit_head")
	if v := verified(t, tr); !v.Whole() || v.Entries != 6 || v.Head.Height != 6 {
		t.Fatalf("untouched: %+v", v)
	}
	const aside = "update audit_entry set seq = -seq where seq in (3, 4)"
	for name, c := range map[string]struct {
		statements []string
		at         int64
	}{
		"who":       {[]string{"update audit_entry set who = '韩梅梅' where seq = 4"}, 4},
		"when":      {[]string{"update audit_entry set at = at + interval '1 microsecond' where seq = 4"}, 4},
		"detail":    {[]string{`update audit_entry set detail = '{"new": true}' where seq = 4`}, 4},
		"the hash":  {[]string{`update audit_entry set hash = sha256('x') where seq = 4`}, 4},
		"removed":   {[]string{"delete from audit_entry where seq = 3"}, 4},
		"the first": {[]string{"delete from audit_entry where seq <= 2"}, 3},
		"the last":  {[]string{"delete from audit_entry where seq = 6"}, 6},
		"reordered": {[]string{aside, "update audit_entry set seq = 7 + seq where seq < 0"}, 3},
		"closed up": {[]string{"delete from audit_entry where seq = 3", "update audit_entry set seq = seq - 1 where seq > 3",
			"update audit_head set height = 5"}, 3},
		"inserted": {[]string{"update audit_entry set seq = -seq where seq > 3", "update audit_entry set seq = 1 - seq where seq < 0",
			"update audit_head set height = 7", `insert into audit_entry (who, role, address, action, object, outcome, request, detail, seq, prev, hash)
				select 'x', role, address, action, object, outcome, request, detail, 4, prev, hash from audit_entry where seq = 3`}, 4},
		"all": {[]string{"delete from audit_entry"}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			rewrite(t, tr, append([]string{"delete from audit_entry", "insert into audit_entry overriding system value select * from saved",
				"update audit_head set (height, hash) = (select height, hash from saved_head)"}, c.statements...)...)
			v := verified(t, tr)
			if v.Whole() || len(v.Breaks) == 0 || v.Breaks[0].Seq != c.at {
				t.Errorf("%+v, want a break at %d", v, c.at)
			}
		})
	}
}

// The database itself lets nobody change an entry, unless past its triggers.
func TestTheDatabaseRefusesToRewrite(t *testing.T) {
	tr := trail(t, 2)
	add(t, tr, t.Context(), audit.Entry{Action: "waiting"})
	for _, sql := range []string{
		"update audit_entry set who = 'x' where seq = 1", "update audit_entry set who = 'x' where seq is null",
		"update audit_entry set seq = 9, prev = '', hash = '', who = 'x' where seq is null",
		"delete from audit_entry where seq = 1", "delete from audit_entry where seq is null", "truncate audit_entry",
		"update audit_head set height = 1", "delete from audit_head", "truncate audit_head", "insert into audit_head default values",
	} {
		if _, err := tr.DB.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s was let through", sql)
		}
	}
	if v := verified(t, tr); !v.Whole() || v.Entries != 3 {
		t.Errorf("%+v", v)
	}
}

// A whole new chain would be sound in itself; a head noted elsewhere gives it away.
func TestANotedHeadGivesAForgedChainAway(t *testing.T) {
	tr := trail(t, 3)
	noted := verified(t, tr).Head
	if v := verified(t, tr, noted); !v.Whole() {
		t.Fatalf("%+v", v)
	}
	add(t, tr, t.Context(), audit.Entry{Action: "publish"})
	if v := verified(t, tr, noted); !v.Whole() {
		t.Fatalf("after one more: %+v", v)
	}
	rewrite(t, tr, "update audit_entry set seq = null, prev = null, hash = null", "update audit_entry set who = 'x' where object = '500237/2'",
		"update audit_head set height = 0, hash = decode(repeat('00', 32), 'hex')")
	if v := verified(t, tr); !v.Whole() || v.Entries != 4 {
		t.Fatalf("the forged chain is not sound: %+v", v)
	}
	if v := verified(t, tr, noted); v.Whole() || v.Expect[0] != noted.String() {
		t.Errorf("%+v", v)
	}
	if h, err := audit.ParseHead(noted.String()); err != nil || h.Height != 3 || !bytes.Equal(h.Hash, noted.Hash) {
		t.Errorf("%v, %v", h, err)
	}
	for _, text := range []string{"", "3", "3:", "x:" + strings.Repeat("0", 64), "3:zz", "-1:" + strings.Repeat("0", 64)} {
		if _, err := audit.ParseHead(text); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// PostgreSQL computes the chain a second time, by the encoding that is documented.
func TestTheHashIsTheDocumentedOne(t *testing.T) {
	tr := trail(t, 3)
	rows, err := tr.DB.Query(t.Context(), `
		select encode(hash, 'hex'), encode(sha256(prev || convert_to((
			select string_agg(octet_length(f) || ':' || f || ',', '' order by n)
			from unnest(array[seq::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), who, role, address, action,
				object, outcome, request, detail::text]) with ordinality as field(f, n)), 'UTF8')), 'hex')
		from audit_entry order by seq`)
	if err != nil {
		t.Fatal(err)
	}
	var kept, again string
	n := 0
	_, err = pgx.ForEachRow(rows, []any{&kept, &again}, func() error {
		if n++; kept != again {
			t.Errorf("number %d: %s kept, %s computed", n, kept, again)
		}
		return nil
	})
	if err != nil || n != 3 {
		t.Fatalf("%d rows, %v", n, err)
	}
}

// Writers and sealers beside each other keep one chain, in which nothing is missing.
func TestManyWritersOneChain(t *testing.T) {
	tr := trail(t, 0)
	var group sync.WaitGroup
	const writers, each = 12, 20
	for w := range writers {
		group.Go(func() {
			for i := range each {
				err := pgx.BeginFunc(t.Context(), tr.DB, func(tx pgx.Tx) error {
					return audit.Write(t.Context(), tx, audit.Entry{Action: "x", Object: fmt.Sprintf("%d/%d", w, i)})
				})
				if err == nil && i%5 == 0 {
					_, err = tr.Seal(t.Context())
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if v := verified(t, tr); !v.Whole() || v.Entries != writers*each {
		t.Errorf("%+v", v)
	}
}

// An operation that comes to nothing leaves no entry, and one whose entry cannot be
// written comes to nothing; so does a connection that dies between the two.
func TestEntryAndOperationAreOne(t *testing.T) {
	tr := trail(t, 0)
	ctx := t.Context()
	if _, err := tr.DB.Exec(ctx, "create table work (n integer)"); err != nil {
		t.Fatal(err)
	}
	do := func(end func(pgx.Tx) error, e audit.Entry) error {
		return pgx.BeginFunc(ctx, tr.DB, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "insert into work values (1)"); err != nil {
				return err
			}
			if err := audit.Write(ctx, tx, e); err != nil {
				return err
			}
			return end(tx)
		})
	}
	killed := func(tx pgx.Tx) error { // the server process of this session dies
		_, err := tx.Exec(ctx, "select pg_terminate_backend(pg_backend_pid())")
		return err
	}
	if do(func(pgx.Tx) error { return errors.New("no") }, audit.Entry{Action: "a"}) == nil ||
		do(killed, audit.Entry{Action: "b"}) == nil ||
		do(func(pgx.Tx) error { return nil }, audit.Entry{Action: "c", Outcome: "odd"}) == nil {
		t.Fatal("nothing failed")
	}
	var left int
	if err := tr.DB.QueryRow(ctx, "select (select count(*) from work) + (select count(*) from audit_entry)").Scan(&left); err != nil || left != 0 {
		t.Fatalf("%d rows are left, %v", left, err)
	}
	if err := do(func(pgx.Tx) error { return nil }, audit.Entry{Action: "d"}); err != nil {
		t.Fatal(err)
	}
	if v := verified(t, tr); !v.Whole() || v.Entries != 1 {
		t.Errorf("%+v", v)
	}
}

// backdate makes entries written so far a day older; they must not be sealed yet.
func backdate(t *testing.T, tr *audit.Trail) {
	t.Helper()
	rewrite(t, tr, "update audit_entry set at = at - interval '1 day' where seq is null")
}

// What is cut lies in a file that verifies, and the rest verifies without it.
func TestCuttingLeavesAChainThatHolds(t *testing.T) {
	tr := &audit.Trail{DB: pgtest.New(t)}
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "old.jsonl")
	for i := range 4 {
		add(t, tr, ctx, audit.Entry{Action: "old", Object: fmt.Sprint(i)})
	}
	backdate(t, tr)
	add(t, tr, ctx, audit.Entry{Action: "new"})
	noted := verified(t, tr).Head
	s, err := tr.CutTo(ctx, path, time.Now().Add(-time.Hour))
	if err != nil || s.Entries != 4 || s.Head.Height != 4 {
		t.Fatalf("%+v, %v", s, err)
	}
	v := verified(t, tr, noted, s.Head)
	if !v.Whole() || v.First != 5 || v.Entries != 2 {
		t.Errorf("the rest: %+v", v)
	}
	if v := fileVerified(t, path, s.Head); !v.Whole() || v.Entries != 4 || v.Head.String() != s.Head.String() {
		t.Errorf("the file: %+v", v)
	}
	if _, err := tr.CutTo(ctx, path, time.Now().Add(-time.Hour)); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("onto a file that is there: %v", err)
	}
	rewrite(t, tr, "update audit_entry set detail = '{}' where action = 'audit.cut'")
	if v := verified(t, tr); v.Whole() {
		t.Error("a stretch is gone, no entry says so, and that is not found")
	}
}

// A plan that a connection made while there was no entry, and keeps, reads what waits once
// there are millions, not all of them.
func TestPlansOfAnEmptyTrailServeAFullOne(t *testing.T) {
	db := pgtest.New(t)
	for _, name := range []string{"waiting.sql", "place.sql", "state.sql", "chain.sql", "oldest.sql", "cut.sql"} {
		if plan := pgtest.GenericPlan(t, db, os.DirFS("sql"), name); strings.Contains(plan, "Seq Scan on audit_entry") || !strings.Contains(plan, "audit_entry") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

// Without a file on the disk nothing is removed.
func TestACutThatFailsCutsNothing(t *testing.T) {
	tr := trail(t, 2)
	if _, err := tr.CutTo(t.Context(), filepath.Join(t.TempDir(), "missing", "x"), time.Now()); err == nil {
		t.Error("a file in no folder was written")
	}
	if _, err := tr.CutTo(t.Context(), filepath.Join(t.TempDir(), "x"), time.Now().Add(time.Hour)); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("up to the future: %v", err)
	}
	if v := verified(t, tr); !v.Whole() || v.Entries != 2 {
		t.Errorf("%+v", v)
	}
}

func fileVerified(t *testing.T, path string, expect ...audit.Head) *audit.Verification {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := audit.VerifyFile(f, expect...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnExportedFileIsVerified(t *testing.T) {
	tr := trail(t, 3)
	var out bytes.Buffer
	if s, err := tr.Export(t.Context(), &out, time.Time{}); err != nil || s.Entries != 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	lines := strings.SplitAfter(strings.TrimSpace(out.String()), "\n")
	check := func(what, text string, whole bool) {
		t.Helper()
		if v, err := audit.VerifyFile(strings.NewReader(text)); err != nil || v.Whole() != whole {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
	check("as it is", out.String(), true)
	check("a stretch", lines[1]+lines[2], true)
	check("one changed", strings.Replace(out.String(), "李雷", "韩梅", 1), false)
	check("one missing", lines[0]+lines[2], false)
	check("reordered", lines[1]+lines[0], false)
	if _, err := audit.VerifyFile(strings.NewReader(lines[0] + "{")); !geodata.IsKind(err, geodata.Invalid) || geodata.AsError(err).Record != 2 {
		t.Errorf("half a line: %v", err)
	}
	if entries, err := tr.List(t.Context(), audit.Filter{Action: "audit.", Limit: 5}); err != nil || len(entries) != 1 || entries[0].Object != "1-3" {
		t.Errorf("the export is no entry: %+v, %v", entries, err)
	}
}

func TestEntriesAreFound(t *testing.T) {
	tr := trail(t, 3)
	add(t, tr, t.Context(), audit.Entry{Action: "publish", Object: "500237.red-line@2026", Outcome: audit.Refused})
	for _, c := range []struct {
		f    audit.Filter
		want int
	}{
		{audit.Filter{}, 4}, {audit.Filter{Who: "李雷"}, 3}, {audit.Filter{Who: "service"}, 1}, {audit.Filter{Action: "check"}, 3},
		{audit.Filter{Object: "500237/2"}, 1}, {audit.Filter{Object: "500237%"}, 0}, {audit.Filter{Object: "500237."}, 1},
		{audit.Filter{Outcome: audit.Refused}, 1}, {audit.Filter{Since: time.Now().Add(time.Hour)}, 0}, {audit.Filter{Before: time.Now().Add(-time.Hour)}, 0},
	} {
		c.f.Limit = 10
		got, err := tr.List(t.Context(), c.f)
		if err != nil || len(got) != c.want {
			t.Errorf("%+v: %d entries, %v; want %d", c.f, len(got), err, c.want)
		}
	}
	page, err := tr.List(t.Context(), audit.Filter{Limit: 2})
	if err != nil || len(page) != 2 || page[0].Seq != nil || page[0].Action != "publish" {
		t.Fatalf("%+v, %v", page, err)
	}
	if page, err = tr.List(t.Context(), audit.Filter{Limit: 2, Below: page[1].ID}); err != nil || len(page) != 2 || page[1].Object != "500237/1" {
		t.Errorf("%+v, %v", page, err)
	}
}

// What a client makes up cannot break a line, nor grow without bound.
func TestWhatIsMadeUpIsTamed(t *testing.T) {
	tr := trail(t, 0)
	ctx := audit.With(t.Context(), audit.By{Who: "a\r\nb\x00\u202e" + strings.Repeat("长", 999), Address: "\xff"})
	add(t, tr, ctx, audit.Entry{Action: "x", Object: "\x1b[31m", Detail: map[string]any{"a": "\x00\u0001"}})
	if v := verified(t, tr); !v.Whole() {
		t.Fatalf("%+v", v)
	}
	got, err := tr.List(ctx, audit.Filter{Limit: 1})
	if err != nil || got[0].Who != "ab"+strings.Repeat("长", 298) || got[0].Object != "[31m" || got[0].Address != "\uFFFD" {
		t.Errorf("%+v, %v", got, err)
	}
}

// FuzzVerifyFile: whatever a file holds, it is followed or refused, and what is whole
// has hashes that fit.
func FuzzVerifyFile(f *testing.F) {
	f.Add([]byte(`{"seq":1,"at":"2026-11-26T07:00:00.000000Z","who":"a","detail":"{}","prev":"` + strings.Repeat("0", 64) + `","hash":"` + hex.EncodeToString(make([]byte, 32)) + `"}`))
	f.Add([]byte("{}\n{\"seq\":-1}\n"))
	f.Add([]byte("\n\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := audit.VerifyFile(bytes.NewReader(data))
		if err != nil && !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%v", err)
		}
		if err == nil && v.Whole() && v.Entries > 0 && len(v.Head.Hash) != 32 {
			t.Errorf("%+v is whole", v)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	tr := trail(b, 0)
	for b.Loop() {
		b.StopTimer()
		if _, err := tr.DB.Exec(b.Context(), `insert into audit_entry (who, role, address, action, object, outcome, request, detail)
			select 'a', 'planner', '10.0.0.1', 'check.ask', '500237/' || i, 'done', 'r', '{"new": true}' from generate_series(1, 1000) i`); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if n, err := tr.Seal(b.Context()); err != nil || n != 1000 {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/entry")
}
