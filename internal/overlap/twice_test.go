package overlap_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/overlap/outline"
)

// twice answers with outlines and from the database alone: an answer does not tell
// which.
type twice struct{ outlined, plain *overlap.Checker }

func checkTwice(db *pgxpool.Pool) *twice {
	checker := func() *overlap.Checker {
		return &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test",
			Combinations: scenarioCombinations, Pairs: []geodata.LayerKey{geodata.ProtectedArea}}
	}
	c := &twice{checker(), checker()}
	c.outlined.Outlines = outline.NewKeeper(db)
	return c
}

func (c *twice) check(t *testing.T, r overlap.Request) (*overlap.Report, error) {
	t.Helper()
	outlined, err := c.outlined.Check(context.Background(), r)
	plain, plainErr := c.plain.Check(context.Background(), r)
	a, b := text(t, outlined, err), text(t, plain, plainErr)
	if a != b {
		t.Errorf("%s: with outlines the answer is\n%s\nfrom the database alone\n%s", r.Site.Name, a, b)
	}
	return outlined, err
}

func text(t *testing.T, r *overlap.Report, err error) string {
	t.Helper()
	if err != nil {
		return err.Error()
	}
	out, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
