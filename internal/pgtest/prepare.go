package pgtest

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Prepare has PostgreSQL prepare every .sql file of fsys against the migrated
// schema, so that a renamed column or a misspelt function fails here. before is
// run first on the same connection, for statements that read a temporary table.
func Prepare(t *testing.T, fsys fs.FS, before ...string) {
	t.Helper()
	ctx := context.Background()
	pool := New(t)
	conn, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, statement := range before {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	found := 0
	err = fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".sql") {
			return err
		}
		found++
		return prepareFile(ctx, t, conn.Conn(), fsys, path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Fatal("no .sql file to prepare")
	}
}

func prepareFile(ctx context.Context, t *testing.T, conn *pgx.Conn, fsys fs.FS, path string) error {
	t.Helper()
	text, err := fs.ReadFile(fsys, path)
	if err != nil {
		return err
	}
	// NamedArgs only rewrites @name to $n here; the values are of no concern.
	statement, _, err := pgx.NamedArgs{}.RewriteQuery(ctx, conn, string(text), nil)
	if err != nil {
		return err
	}
	if _, err := conn.Prepare(ctx, "", statement); err != nil {
		t.Errorf("%s does not prepare: %v", path, err)
	}
	return nil
}
