package change_test

import (
	"context"
	"math"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/schematic"
	"hongxian/internal/change"
	"hongxian/internal/pgtest/holding"
)

// compare compares two versions, named as in red-line@2018.
func compare(t testing.TB, db *pgxpool.Pool, from, to string) *change.Report {
	t.Helper()
	r, err := (&change.Comparer{DB: db}).Compare(context.Background(), request(t, from, to))
	if err != nil {
		t.Fatalf("compare %s with %s: %v", from, to, err)
	}
	return r
}

func request(t testing.TB, from, to string) change.Request {
	t.Helper()
	f, err := geodata.ParseVersionRef(from)
	if err != nil {
		t.Fatal(err)
	}
	g, err := geodata.ParseVersionRef(to)
	if err != nil {
		t.Fatal(err)
	}
	return change.Request{From: f, To: g}
}

// within checks that two areas agree.
func within(t *testing.T, what string, got, want geodata.Area, tolerance float64) {
	t.Helper()
	if math.Abs(float64(got-want)) > tolerance {
		t.Errorf("%s: %.4f m², want %.4f", what, got, want)
	}
}

// The schematic county knows what it changed between the two red lines.
func TestSchematicChangesAreFound(t *testing.T) {
	db := holding.Schematic(t, 1)
	sketch, err := schematic.New(schematic.DefaultSeed, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := compare(t, db, "red-line@2018", "red-line@2022")
	left := map[int]change.Piece{}
	for _, p := range r.Pieces {
		left[p.Number] = p
	}
	towns := map[string][4]geodata.Area{}
	for _, c := range sketch.Changes() {
		found := false
		for n, p := range left {
			if int(p.Kind) == int(c.Kind) && math.Abs(float64(p.Area-c.Area)) <= 0.01 && len(p.Townships) == 1 && p.Townships[0].Code == c.Township {
				found = true
				delete(left, n)
				break
			}
		}
		if !found {
			t.Errorf("a change of kind %d with %s in %s was not found", c.Kind, c.Area, c.Township)
		}
		sums := towns[c.Township]
		sums[c.Kind] += c.Area
		towns[c.Township] = sums
	}
	for _, p := range left {
		t.Errorf("found what nobody changed: kind %d, %s, %v", p.Kind, p.Area, p.Townships)
	}
	for _, row := range r.Townships {
		within(t, row.Name+" gained", row.Gained, towns[row.Code][change.Gained], 0.01)
		within(t, row.Name+" lost", row.Lost, towns[row.Code][change.Lost], 0.01)
		within(t, row.Name+" net", row.Net, towns[row.Code][change.Gained]-towns[row.Code][change.Lost], 0.01)
	}
}
