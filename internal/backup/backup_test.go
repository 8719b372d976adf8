package backup_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/internal/backup"
	"hongxian/internal/pgtest"
)

func TestStatementsPrepare(t *testing.T) {
	pgtest.Prepare(t, os.DirFS("sql"))
}

// fill puts one row or more into every table that holds something.
const fill = `
insert into county (code, name_zh, name_en, plane_srid, bounds, profile)
	values ('500237', '巫山县', 'Wushan', 4546, st_makeenvelope(109, 30, 111, 32, 4490), '{"planes": [4546]}');
insert into layer values ('500237', 'red-line', 1, '生态保护红线', 'Red line', true, false, false, true);
insert into version (county, layer, label, state, srid, digest) values ('500237', 'red-line', '2022', 'in_force', 4546, 'd1');
insert into feature (county, version_id, id, record, code, name, attributes, delivery, geom, plane, area_m2, grid_m2, digest)
select '500237', 1, i, i, 'HX' || i, '红线' || i, jsonb_build_object('note', md5(i::text)), d,
       st_multi(st_transform(d, 4490)), st_multi(to_plane(d, 4546)), st_area(to_plane(d, 4546)), grid_area(d, 4546), sha256(i::text::bytea)
from generate_series(1, 600) i,
     lateral st_buffer(st_setsrid(st_makepoint(400000 + i * 10, 3400000 + i / 3.0), 4546), 100 + i / 7.0) d;
insert into fragment select county, version_id, id, array[id], d.geom, area_m2, st_perimeter(d.geom) from feature, lateral st_dump(plane) d;
insert into fragment_grid select county, version_id, id, plane_to_grid(plane, 4546) from fragment;
insert into preparation (version_id, preparer) values (1, 'fragments');
insert into record values ('500237', 'abc', 'check', '\x7b7d');
insert into audit_entry (who, role, address, action, object, outcome, request, detail) values ('a', '', '', 'check.ask', '500237/abc', 'done', '', '{}');
`

// contents is every row of every table of the service, as text, by table.
func contents(t *testing.T, dsn string) map[string]string {
	t.Helper()
	ctx := context.Background()
	conn := connect(t, dsn)
	defer conn.Close(ctx)
	rows, _ := conn.Query(ctx, `select relname from pg_class c
		where relnamespace = 'public'::regnamespace and relkind = 'r' and relowner = current_user::regrole`)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	found := map[string]string{}
	for _, name := range names {
		var digest string
		err := conn.QueryRow(ctx, `select count(*) || ' ' || coalesce(encode(sha256(string_agg(r::text, E'\n' order by r::text)::bytea), 'hex'), '')
			from `+pgx.Identifier{name}.Sanitize()+` r`).Scan(&digest)
		if err != nil {
			t.Fatal(err)
		}
		found[name] = digest
	}
	return found
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: table %s: %q, not %q", what, name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d tables, not %d", what, len(got), len(want))
	}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func execute(t *testing.T, dsn, statements string) {
	t.Helper()
	conn := connect(t, dsn)
	defer conn.Close(context.Background())
	if _, err := conn.PgConn().Exec(context.Background(), statements).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

// filled is a database that holds something; dumped backs it up.
func filled(t *testing.T) string {
	dsn := pgtest.Database(t)
	execute(t, dsn, fill)
	return dsn
}

func dumped(t *testing.T, dsn string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "backup")
	size, err := backup.Dump(context.Background(), dsn, out, false)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(out)
	if err != nil || info.Size() != size || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	return out
}

func refused(t *testing.T, err error, kind geodata.Kind, code string) {
	t.Helper()
	if e := geodata.AsError(err); e.Kind != kind || e.Code != code {
		t.Errorf("got %v, not %s", err, code)
	}
}

func TestRestoreBringsEveryRowBack(t *testing.T) {
	ctx := context.Background()
	source := filled(t)
	out := dumped(t, source)
	want := contents(t, source)

	never := pgtest.Empty(t) // an administrator's database, never migrated
	if err := backup.Restore(ctx, never, out, false); err != nil {
		t.Fatal(err)
	}
	same(t, "never migrated", contents(t, never), want)

	empty := pgtest.Database(t) // migrated, holds nothing
	if err := backup.Restore(ctx, empty, out, false); err != nil {
		t.Fatal(err)
	}
	same(t, "migrated", contents(t, empty), want)

	// The restored database goes on: numbers continue, rules hold, areas are right.
	execute(t, empty, `insert into version (county, layer, label, srid) values ('500237', 'red-line', '2023', 4546)`)
	var next int64
	var off float64
	conn := connect(t, empty)
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, "select max(id) from version").Scan(&next); err != nil || next != 2 {
		t.Errorf("the next version is %d: %v", next, err)
	}
	if err := conn.QueryRow(ctx, "select max(abs(st_area(to_plane(delivery, 4546)) - area_m2)) from feature").Scan(&off); err != nil || off != 0 {
		t.Errorf("areas differ by %g: %v", off, err)
	}
}

func TestRestoreReplacesOnlyWhenTold(t *testing.T) {
	ctx := context.Background()
	source := filled(t)
	out := dumped(t, source)
	target := pgtest.Database(t)
	execute(t, target, `insert into county (code, name_zh, name_en, plane_srid, bounds, profile)
		values ('1', '另一个县', 'Another', 4546, st_makeenvelope(109, 30, 111, 32, 4490), '{}');
		create table later (id serial, at timestamptz); create view seen as select * from later;
		create materialized view kept as select * from later; create type mood as enum ('good');
		create function f(mood) returns text language sql as 'select $1::text'; create domain positive as integer check (value > 0)`)
	before := contents(t, target)
	refused(t, backup.Restore(ctx, target, out, false), geodata.Conflict, "database-not-empty")
	same(t, "after the refusal", contents(t, target), before)
	if err := backup.Restore(ctx, target, out, true); err != nil {
		t.Fatal(err)
	}
	same(t, "replaced", contents(t, target), contents(t, source))
	execute(t, target, "create type mood as enum (); create view seen as select 1; create domain positive as integer")
}

// A backup cut short anywhere leaves the database as it was.
func TestDamagedBackupChangesNothing(t *testing.T) {
	ctx := context.Background()
	out := dumped(t, filled(t))
	whole, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	target := pgtest.Database(t)
	execute(t, target, `insert into county (code, name_zh, name_en, plane_srid, bounds, profile)
		values ('1', '另一个县', 'Another', 4546, st_makeenvelope(109, 30, 111, 32, 4490), '{}')`)
	before := contents(t, target)
	for _, length := range []int{100, len(whole) / 3, len(whole) * 2 / 3, len(whole) - 100, len(whole) - 1} {
		cut := filepath.Join(t.TempDir(), "cut")
		if err := os.WriteFile(cut, whole[:length], 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, backup.Restore(ctx, target, cut, true), geodata.Invalid, "backup-damaged")
		same(t, "after a damaged backup", contents(t, target), before)
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	ctx := context.Background()
	target := pgtest.Database(t)
	folder := t.TempDir()
	text := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(text, []byte("no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, backup.Restore(ctx, target, text, false), geodata.Invalid, "not-a-backup")
	refused(t, backup.Restore(ctx, target, filepath.Join(folder, "absent"), false), geodata.Invalid, "file-unreadable")
	other := filepath.Join(folder, "other")
	if _, err := backup.Dump(ctx, pgtest.Empty(t), other, false); err != nil {
		t.Fatal(err)
	}
	refused(t, backup.Restore(ctx, target, other, false), geodata.Invalid, "not-a-backup")
}

func TestNewerBackupIsRefused(t *testing.T) {
	source := filled(t)
	execute(t, source, "insert into goose_db_version (version_id, is_applied) values (9999, true)")
	err := backup.Restore(context.Background(), pgtest.Database(t), dumped(t, source), false)
	refused(t, err, geodata.Conflict, "backup-newer")
}

func TestDatabaseInUseIsRefused(t *testing.T) {
	out := dumped(t, filled(t))
	target := pgtest.Database(t)
	conn := connect(t, target)
	defer conn.Close(context.Background())
	refused(t, backup.Restore(context.Background(), target, out, false), geodata.Conflict, "database-in-use")
}

func TestUnpreparedTargetIsRefused(t *testing.T) {
	ctx := context.Background()
	out := dumped(t, filled(t))
	target := pgtest.Empty(t)
	defer func() {
		conn := connect(t, target)
		defer conn.Close(ctx)
		var touched bool
		if err := conn.QueryRow(ctx, "select to_regclass('county') is not null").Scan(&touched); err != nil || touched {
			t.Errorf("the refused target was changed: %v", err)
		}
	}()
	config, err := pgx.ParseConfig(pgtest.AdminDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	service, err := pgx.ParseConfig(target)
	if err != nil {
		t.Fatal(err)
	}
	config.Database = service.Database
	admin, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(ctx, "delete from spatial_ref_sys where srid = 990001"); err != nil {
		t.Fatal(err)
	}
	admin.Close(ctx)
	refused(t, backup.Restore(ctx, target, out, false), geodata.Conflict, "database-not-prepared")
}

func TestDumpIsWholeOrAbsent(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	dsn := filled(t)
	out := dumped(t, dsn)
	_, err := backup.Dump(ctx, dsn, out, false)
	refused(t, err, geodata.Conflict, "backup-file-exists")
	if _, err := backup.Dump(ctx, dsn, out, true); err != nil {
		t.Fatal(err)
	}
	cancel()
	folder := t.TempDir()
	if _, err := backup.Dump(ctx, dsn, filepath.Join(folder, "never"), false); err == nil {
		t.Error("a cancelled backup ended well")
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	_, err = backup.Dump(context.Background(), dsn, filepath.Join(folder, "no", "such", "folder"), false)
	refused(t, err, geodata.Invalid, "file-unwritable")
}

// A connection string may carry what only pgx understands, and a timeout that is
// meant for requests.
func TestConnectionStringOfTheService(t *testing.T) {
	t.Setenv("PGCLIENTENCODING", "nonsense")
	extra := "&statement_timeout=100&pool_max_conns=2&default_query_exec_mode=exec"
	source := filled(t)
	target := pgtest.Database(t)
	if err := backup.Restore(context.Background(), target+extra, dumped(t, source+extra), false); err != nil {
		t.Fatal(err)
	}
	same(t, "restored", contents(t, target), contents(t, source))
}

func TestParameterOfEitherForm(t *testing.T) {
	finds := func(dsn, want string) {
		t.Helper()
		if got := backup.Parameter(dsn, "sslmode"); got != want {
			t.Errorf("%s: %q", dsn, got)
		}
	}
	finds("postgres://h/d?sslmode=verify-full", "verify-full")
	finds("postgres://h/d?x=1&sslmode=require&y=2", "require")
	finds("host=h sslmode = disable user=u", "disable")
	finds("host=h application_name=nosslmode=x", "")
	finds("", "")
}
