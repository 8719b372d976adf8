package pgtest_test

import (
	"context"
	"testing"
	"testing/fstest"

	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

func TestDatabasesAreMigratedAndApart(t *testing.T) {
	ctx := context.Background()
	one, other := pgtest.New(t), pgtest.New(t)
	if err := postgis.CheckReady(ctx, one); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Exec(ctx, "create table only_here ()"); err != nil {
		t.Fatal(err)
	}
	var seen bool
	if err := other.QueryRow(ctx, "select to_regclass('only_here') is not null").Scan(&seen); err != nil || seen {
		t.Fatalf("seen %v, err %v", seen, err)
	}
	var super bool
	if err := one.QueryRow(ctx, "select rolsuper from pg_roles where rolname = session_user").Scan(&super); err != nil || super {
		t.Fatalf("superuser %v, err %v", super, err)
	}
}

func TestPrepareReadsNamedArguments(t *testing.T) {
	pgtest.Prepare(t, fstest.MapFS{"sql/one.sql": {Data: []byte(
		"-- What is it?\n-- Arguments: @key\nselect title_zh from layer where key = @key and county = @county")}})
}

func BenchmarkClone(b *testing.B) {
	pgtest.New(b)
	for b.Loop() {
		pgtest.Database(b)
	}
}
