package pgtest

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// GenericPlan gives the plan that a connection would keep of the statement in a file,
// whatever its arguments, as the tables are now.
func GenericPlan(t testing.TB, db *pgxpool.Pool, fsys fs.FS, path string) (plan string) {
	t.Helper()
	text, err := fs.ReadFile(fsys, path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		statement, args, err := pgx.NamedArgs{}.RewriteQuery(ctx, tx.Conn(), string(text), nil)
		if err != nil {
			return err
		}
		execute := "execute planned"
		if len(args) > 0 {
			execute += "(null" + strings.Repeat(", null", len(args)-1) + ")"
		}
		for _, sql := range []string{"set local plan_cache_mode = force_generic_plan", "prepare planned as " + statement} {
			if _, err := tx.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, "explain "+execute, pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		plan = strings.Join(lines, "\n")
		if err == nil {
			_, err = tx.Exec(ctx, "deallocate planned")
		}
		return err
	})
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", path, err))
	}
	return plan
}
