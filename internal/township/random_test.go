package township_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/township"
)

// Random townships, with gaps and overlaps, and random layers on them: every table
// closes (or there would be none), every cell is what an overlay of whole features
// gives, and a draft has the table that it has in force.
func TestRandomCoverages(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 26))
	for round := range 4 {
		db := newCounty(t)
		inForce(t, db, "township@2023", randomTownships(random)...)
		inForce(t, db, "protected-area@2022", randomFeatures(random, 12)...)
		holding.Draft(t, db, "red-line@2022", 4546, randomFeatures(random, 25)...)
		ask := township.Request{Layers: refs("red-line@2022", "protected-area"), ByClass: true, Within: true,
			Pairs:  [][2]geodata.VersionRef{{refs("red-line@2022")[0], refs("protected-area")[0]}},
			Unions: [][2]geodata.VersionRef{{refs("red-line@2022")[0], refs("protected-area")[0]}}}
		draft := table(t, db, ask)
		agrees(t, db, draft)
		put(t, db, "red-line@2022")
		same(t, draft, table(t, db, ask))
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
		noRowLeft(t, db)
	}
}

// noRowLeft checks that a draft's parts went with its question: only the divisions of
// the townships, the two layers and their pair are held.
func noRowLeft(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	var n int
	if err := db.QueryRow(t.Context(), "select count(*) from township_division").Scan(&n); err != nil || n != 4 {
		t.Errorf("%d divisions, %v", n, err)
	}
}

// randomTownships are nine ragged neighbours that lie on each other here and leave
// gaps there.
func randomTownships(random *rand.Rand) (out []holding.Feature) {
	for i := range 9 {
		x, y := float64(i%3)*3, float64(i/3)*3
		slip := func() float64 { return 0.4 * (random.Float64() - 0.5) }
		out = append(out, feature(fmt.Sprintf("T%d", i), "", quad(
			[2]float64{x + slip(), y + slip()}, [2]float64{x + 3 + slip(), y + slip()},
			[2]float64{x + 3 + slip(), y + 3 + slip()}, [2]float64{x + slip(), y + 3 + slip()})))
	}
	return out
}

func randomFeatures(random *rand.Rand, n int) (out []holding.Feature) {
	for i := range n {
		x, y, w := 10*random.Float64()-0.5, 10*random.Float64()-0.5, 0.2+1.5*random.Float64()
		slip := func() float64 { return 0.1 * random.Float64() }
		out = append(out, feature(fmt.Sprintf("F%d", i), fmt.Sprintf("类%d", random.IntN(4)), quad(
			[2]float64{x, y + slip()}, [2]float64{x + w, y + slip()}, [2]float64{x + w + slip(), y + w}, [2]float64{x - slip(), y + w + slip()})))
	}
	return out
}

// quad is a ring of four corners in kilometres from (400, 3440) in EPSG:4546.
func quad(corners ...[2]float64) string {
	text := "POLYGON(("
	for _, c := range append(corners, corners[0]) {
		text += fmt.Sprintf("%f %f,", 400_000+1000*c[0], 3_440_000+1000*c[1])
	}
	return text[:len(text)-1] + "))"
}
