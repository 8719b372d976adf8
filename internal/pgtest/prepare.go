package pgtest

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Prepare has PostgreSQL prepare every .sql file of fsys against the migrated
// schema, so that a renamed column or a misspelt function fails here. Files named
// in before are run first, in that order and with NULL for every argument: those
// that make the temporary tables which others read.
func Prepare(t *testing.T, fsys fs.FS, before ...string) {
	t.Helper()
	ctx := context.Background()
	tx, err := New(t).Begin(ctx) // temporary tables live until its end
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	for _, path := range before {
		text, err := fs.ReadFile(fsys, path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(ctx, string(text), pgx.NamedArgs{}); err != nil {
			t.Fatalf("%s does not run: %v", path, err)
		}
	}
	found := 0
	err = fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".sql") {
			return err
		}
		found++
		return prepareFile(ctx, t, tx, fsys, path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Fatal("no .sql file to prepare")
	}
}

// prepareFile prepares one statement under a savepoint, so that the next one can
// be prepared whatever becomes of it.
func prepareFile(ctx context.Context, t *testing.T, tx pgx.Tx, fsys fs.FS, path string) error {
	t.Helper()
	text, err := fs.ReadFile(fsys, path)
	if err != nil {
		return err
	}
	// NamedArgs only rewrites @name to $n here; the values are of no concern.
	statement, _, err := pgx.NamedArgs{}.RewriteQuery(ctx, tx.Conn(), string(text), nil)
	if err != nil {
		return err
	}
	savepoint, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Conn().Prepare(ctx, "", statement); err != nil {
		t.Errorf("%s does not prepare: %v", path, err)
	}
	return savepoint.Rollback(ctx)
}
