package main

import (
	"context"
	"testing"

	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

// A database without room ends an import with a sentence that says so, and nothing of
// it is kept: once there is room the same label is free.
func TestAFullDiskIsSaid(t *testing.T) {
	dsn := pgtest.Database(t)
	db, err := postgis.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	full := func(statement string) {
		t.Helper()
		if _, err := db.Exec(context.Background(), statement); err != nil {
			t.Fatal(err)
		}
	}
	full(`
		create function no_room() returns trigger language plpgsql as
		$$ begin raise disk_full using message = 'could not extend file'; end $$;
		create trigger no_room before insert on feature for each statement execute function no_room()`)
	importing := []string{"import", "500237.red-line@2031", squares(t, "few.geojson", manySquares(3)...), "--no-quality", "--database", dsn}
	fails(t, exitInternal, "A disk of the server is full", importing...)
	full("drop trigger no_room on feature")
	var left int
	if err := db.QueryRow(t.Context(), "select (select count(*) from version where label = '2031') + (select count(*) from staged_record)").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d things are left: %v", left, err)
	}
	succeeds(t, "已存为草稿", importing...)
}
