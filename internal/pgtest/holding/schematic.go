package holding

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/geodata/schematic"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
)

// BenchScale is the scale that HONGXIAN_BENCH_SCALE asks for, 1 by default.
func BenchScale() int { return FromEnvironment("HONGXIAN_BENCH_SCALE", 1) }

// FromEnvironment is a whole number from the environment.
func FromEnvironment(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// Schematic is a database with the schematic county in force at a scale, and a
// pool as large as the server's; of some layers only, where they are named. All of scale 1
// is a copy of one that is loaded once.
func Schematic(t testing.TB, scale int, layers ...geodata.LayerKey) *pgxpool.Pool {
	t.Helper()
	open := func(dsn string) *pgxpool.Pool {
		t.Helper()
		db, err := postgis.Open(context.Background(), dsn, postgis.MaxConnections(12))
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	var db *pgxpool.Pool
	if scale == 1 && layers == nil {
		db = open(pgtest.Filled(t, "schematic", func(dsn string) error {
			first := open(dsn)
			defer first.Close()
			loadSchematic(t, first, scale, nil)
			return nil
		}))
	} else {
		db = open(pgtest.Database(t)) // of which a copy would take its room twice
		loadSchematic(t, db, scale, layers)
	}
	t.Cleanup(db.Close)
	return db
}

func loadSchematic(t testing.TB, db *pgxpool.Pool, scale int, layers []geodata.LayerKey) {
	t.Helper()
	sketch, err := schematic.New(schematic.DefaultSeed, scale)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	Put(t, db, Wushan, profile.Catalogue())
	for _, d := range sketch.Deliveries() {
		if layers != nil && !slices.Contains(layers, d.Ref.Layer) {
			continue
		}
		_, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: d.Ref, Delivery: d.Data, Approvals: d.Approvals})
		if err != nil {
			t.Fatal(err)
		}
		Publish(t, db, d.Ref.String())
	}
	vacuum(t, db)
}

// vacuum does for the tables that hold something what autovacuum does in a
// deployment. An empty table must be left alone: one that was seen empty is taken
// to stay so, and later read from end to end.
func vacuum(t testing.TB, db *pgxpool.Pool) {
	t.Helper()
	rows, err := db.Query(context.Background(), `select quote_ident(relname) from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0
		  and relowner = (select oid from pg_roles where rolname = current_user)`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil {
		_, err = db.Exec(context.Background(), "vacuum analyze "+strings.Join(tables, ", "))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Places are n points within the townships in force, EPSG:4546, the same in every
// run.
func Places(t testing.TB, db *pgxpool.Pool, n int) []orb.Point {
	t.Helper()
	rows, err := db.Query(context.Background(), `
		select plane_to_grid((st_dump(st_generatepoints(st_union(plane), @n::integer, 7))).geom, 4546)
		from feature f join version v on v.id = f.version_id where v.layer = 'township' and v.state = 'in_force'`,
		pgx.StrictNamedArgs{"n": n})
	if err != nil {
		t.Fatal(err)
	}
	points, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p orb.Point, err error) {
		var g postgis.Geometry
		err = row.Scan(&g)
		p, _ = g.Geometry.(orb.Point)
		return p, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// Irregular is a star-shaped ring of 20 to 199 vertices and about the given area.
func Irregular(random *rand.Rand, centre orb.Point, hectares float64) orb.Ring {
	vertices := 20 + random.IntN(180)
	radius := math.Sqrt(hectares * 10_000 / math.Pi)
	var ring orb.Ring
	for i := range vertices {
		angle := 2 * math.Pi * float64(i) / float64(vertices)
		r := radius * (0.8 + 0.4*random.Float64())
		ring = append(ring, orb.Point{centre[0] + r*math.Cos(angle), centre[1] + r*math.Sin(angle)})
	}
	return append(ring, ring[0])
}
