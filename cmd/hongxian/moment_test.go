package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hongxian/internal/backup"
)

// A base backup and the archived log restore every moment after the base: on
// another folder what was there at that moment and nothing later.
//
//	county 1 ── base ── county 2 ── moment ── county 3 ── the archive's end
func TestRestoreOfAMoment(t *testing.T) {
	ctx := context.Background()
	data, folder := dataFolder(t), filepath.Join(filepath.Dir(dataFolder(t)), "backups")
	s := &settings{dataFlag: data}
	server, err := s.openDatabase(ctx, use{command: "hongxian serve", exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	add := func(code string) (at time.Time) {
		t.Helper()
		if _, err := server.pool.Exec(ctx, `insert into county (code, name_zh, name_en, plane_srid, bounds, profile)
			values ($1, '某县', 'County', 4546, st_makeenvelope(109, 30, 110, 31, 4490), '{}')`, code); err != nil {
			t.Fatal(err)
		}
		if err := server.pool.QueryRow(ctx, "select clock_timestamp()").Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	add("1")
	succeeds(t, "没有持续归档", "doctor", "--data", data)
	succeeds(t, "基础备份已存入", "backup", "--base", folder, "--data", data)
	succeeds(t, "持续归档到 "+folder, "doctor", "--data", data)
	moment := add("2")
	add("3")
	if err := server.Close(); err != nil { // the last piece of the log is archived
		t.Fatal(err)
	}

	holds := func(data, want string) {
		t.Helper()
		d, err := (&settings{dataFlag: data}).openDatabase(ctx, use{command: "test"})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		var codes, command string
		if err := d.pool.QueryRow(ctx, "select string_agg(code, ' ' order by code), current_setting('archive_command') from county").Scan(&codes, &command); err != nil || codes != want {
			t.Errorf("%s holds %q, not %q: %v", data, codes, want, err)
		}
		if command != "/bin/true" {
			t.Errorf("the restored database archives by %q", command)
		}
	}
	other := dataFolder(t)
	succeeds(t, "Restored", "restore", "--base", folder, "--to-time", moment.UTC().Format(time.RFC3339Nano), "--data", other)
	holds(other, "1 2")
	fails(t, exitInput, "--replace", "restore", "--base", folder, "--data", other)
	fails(t, exitInput, "does not reach", "restore", "--base", folder, "--to-time", time.Now().Add(time.Hour).Format(time.RFC3339), "--data", other, "--replace")
	holds(other, "1 2") // put back
	succeeds(t, "Restored", "restore", "--base", folder, "--data", other, "--replace")
	holds(other, "1 2 3")

	fails(t, exitInput, "the earliest that can be restored", "restore", "--base", folder, "--to-time", "2020-01-01", "--data", other, "--replace")
	fails(t, exitInput, "not understood", "restore", "--base", folder, "--to-time", "yesterday", "--data", other)
	fails(t, exitInput, "holds no base", "restore", "--base", t.TempDir(), "--data", other)
	fails(t, exitInput, "one of them", "backup", "--data", other)

	bases, err := backup.Bases(folder)
	if err != nil || len(bases) != 1 {
		t.Fatal(bases, err)
	}
	spoilt, err := filepath.Glob(filepath.Join(folder, "bases", "*Z", "base.tar.gz"))
	if err != nil || len(spoilt) != 1 {
		t.Fatal(spoilt, err)
	}
	if err := os.Truncate(spoilt[0], bases[0].Bytes/4); err != nil {
		t.Fatal(err)
	}
	fails(t, exitInput, "damaged", "restore", "--base", folder, "--data", other, "--replace")
	holds(other, "1 2 3")
}
