package overlap_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/overlap"
	"hongxian/internal/overlap/outline"
	"hongxian/internal/pgtest/holding"
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

// Outlines that cannot be read are done without: the answers are the database's, and
// the log says so, once a version and not once a check.
func TestOutlinesThatCannotBeRead(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	db := smallCounty(t)
	closed, err := postgis.Open(t.Context(), db.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	c := checkTwice(db)
	c.outlined.Outlines = outline.NewKeeper(closed)
	for name, wkt := range map[string]string{"在红线内": box(0.6, 0.6, 0.7, 0.7), "远离": box(0.1, 3, 0.3, 3.2)} {
		r, err := c.check(t, overlap.Request{Site: overlap.Site{Name: name, SRID: 4546, Geometry: holding.Polygons(t, wkt)}})
		if err != nil || len(r.Townships) != 1 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	if n := strings.Count(log.String(), "outline not read"); n != 3 {
		t.Errorf("told %d times of 3 versions:\n%s", n, &log)
	}
}

// A version that became another under a session is spoken of, not answered from.
func TestVersionExchangedUnderASession(t *testing.T) {
	db := smallCounty(t)
	c := checkTwice(db).outlined
	session, err := c.Session(t.Context(), holding.Wushan.Code, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), "update version set digest = 'another' where layer = 'red-line'"); err != nil {
		t.Fatal(err)
	}
	r, err := session.Check(t.Context(), overlap.Request{Site: overlap.Site{SRID: 4546, Geometry: holding.Polygons(t, box(0.6, 0.6, 0.7, 0.7))}})
	if e := geodata.AsError(err); r != nil || e.Code != "version-exchanged" || e.Kind != geodata.Unavailable {
		t.Errorf("%+v, %v", r, err)
	}
}
