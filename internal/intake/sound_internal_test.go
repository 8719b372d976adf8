package intake

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

// What is sure to be sound, PostGIS finds valid, as delivered and in the measuring
// plane; shapes are drawn so that many are not valid and some only just.
func TestSureShapesAreValid(t *testing.T) {
	db := pgtest.New(t)
	random := rand.New(rand.NewPCG(8, 15))
	s := soundness{metre: 1 / 111e3, narrow: leastParallel}
	var shapes []postgis.Geometry
	sure := 0
	for range 20_000 {
		g := orb.Polygon{scribble(random)}
		if s.sure(g) {
			sure++
			shapes = append(shapes, postgis.Geometry{SRID: 4490, Geometry: g})
		}
	}
	if sure < 1000 || sure > 19_000 {
		t.Fatalf("%d of 20,000 are sure: that proves little", sure)
	}
	var wrong int
	err := db.QueryRow(context.Background(), `select count(*) from unnest($1::geometry[]) as g
		where not (st_isvalid(g) and st_isvalid(to_plane(g, 4546)))`, shapes).Scan(&wrong)
	if err != nil || wrong > 0 {
		t.Errorf("%d of %d are not valid: %v", wrong, sure, err)
	}
}

// scribble is a ring around a place: a star with some corners moved, doubled or thrown
// across, from a few millimetres to kilometres wide.
func scribble(random *rand.Rand) orb.Ring {
	centre := orb.Point{109.6 + random.Float64()/2, 30.8 + random.Float64()/2}
	size := math.Pow(10, -8+6*random.Float64())
	n := 3 + random.IntN(30)
	var ring orb.Ring
	for i := range n {
		angle, far := 2*math.Pi*float64(i)/float64(n), size*(0.5+random.Float64())
		ring = append(ring, orb.Point{centre[0] + far*math.Cos(angle), centre[1] + far*math.Sin(angle)})
	}
	for range random.IntN(3) {
		i, j := random.IntN(n), random.IntN(n)
		switch random.IntN(4) {
		case 0:
			ring[i], ring[j] = ring[j], ring[i]
		case 1:
			ring[i] = ring[j]
		case 2: // nearly on an edge
			k := (j + 1) % n
			ring[i] = orb.Point{(ring[j][0] + ring[k][0]) / 2, (ring[j][1]+ring[k][1])/2 + 1e-8*random.NormFloat64()}
		}
	}
	return append(ring, ring[0])
}

func TestUnsureShapes(t *testing.T) {
	s := soundness{metre: 1, narrow: 1}
	square := orb.Ring{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}
	for name, g := range map[string]orb.Geometry{
		"a bow tie":        orb.Polygon{{{0, 0}, {100, 100}, {100, 0}, {0, 100}, {0, 0}}},
		"a hole":           orb.Polygon{square, {{10, 10}, {20, 10}, {20, 20}, {10, 10}}},
		"a spike":          orb.Polygon{{{0, 0}, {100, 0}, {200, 0}, {100, 0.0001}, {100, 100}, {0, 0}}},
		"a doubled corner": orb.Polygon{{{0, 0}, {100, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}},
		"a touching ring":  orb.Polygon{{{0, 0}, {50, 0}, {40, 50}, {60, 50}, {50, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}},
		"a millimetre":     orb.Polygon{{{0, 0}, {50, 50}, {100, 0}, {100, 100}, {50, 50.001}, {0, 100}, {0, 0}}},
		"a bow":            orb.Polygon{{{0, 0}, {300_000, 0}, {300_000, 100_000}, {0, 100_000}, {0, 0}}},
		"two parts":        orb.MultiPolygon{{square}, {{{200, 0}, {300, 0}, {300, 100}, {200, 0}}}},
	} {
		if s.sure(g) {
			t.Errorf("%s is sure to be sound", name)
		}
	}
	if !s.sure(orb.Polygon{square}) || !s.sure(orb.MultiPolygon{{square}}) {
		t.Error("a square is not sure to be sound")
	}
}
