package schematic_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"hongxian/geodata/schematic"
	"hongxian/internal/pgtest"
)

// load puts a county's deliveries into a temporary table of one connection:
// layer@label, record, name, class, delivered geometry and measuring plane.
func load(t *testing.T, seed int64, scale int) (*schematic.County, *pgxpool.Conn) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgtest.New(t).Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Release)
	c, err := schematic.New(seed, scale)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, conn, `create temp table held (ref text, record integer, name text, class text, measured float8, wkb bytea)`)
	for _, d := range c.Deliveries() {
		ref := strings.TrimPrefix(d.Ref.String(), "500237.")
		var rows [][]any
		for f, err := range d.Data.Features {
			if err != nil {
				t.Fatal(err)
			}
			wkb, err := ewkb.Marshal(f.Geometry, d.Data.SRID)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, []any{ref, f.Record, f.Name, f.Class, float64(schematic.Measure(f.Geometry)), wkb})
		}
		columns := []string{"ref", "record", "name", "class", "measured", "wkb"}
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{"held"}, columns, pgx.CopyFromRows(rows)); err != nil {
			t.Fatal(err)
		}
	}
	execute(t, conn, `create temp table county as
		select ref, record, name, class, measured, g, to_plane(g, 4546) as plane
		from (select *, st_geomfromewkb(wkb) as g from held) as h`)
	execute(t, conn, `create index on county using gist (g)`)
	execute(t, conn, `analyze county`)
	return c, conn
}

func execute(t *testing.T, conn *pgxpool.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// number asks for one number; null counts as 0.
func number(t *testing.T, conn *pgxpool.Conn, sql string) float64 {
	t.Helper()
	var n float64
	if err := conn.QueryRow(context.Background(), "select coalesce(("+sql+")::float8, 0)").Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// TestInPostGIS lets PostGIS, which shares no code with this package, judge the
// county: validity, coverage, disjointness, nesting and the published figures in
// the measuring plane.
func TestInPostGIS(t *testing.T) {
	for _, scale := range []int{1, 8} {
		c, conn := load(t, schematic.DefaultSeed, scale)
		expect := func(what, sql string, want, tolerance float64) {
			t.Helper()
			if got := number(t, conn, sql); !(math.Abs(got-want) <= tolerance) {
				t.Errorf("scale %d: %s is %.9f, want %.9f ± %g", scale, what, got, want, tolerance)
			}
		}
		expect("features not valid", `select count(*) from county where not st_isvalid(g) or not st_isvalid(plane)`, 0, 0)
		expect("largest difference from this package's measure, relative above 10 ha",
			`select max(abs(st_area(plane) - measured) / greatest(measured, 1e5)) from county`, 0, 1e-10)
		expect("county km²", `select sum(st_area(plane)) / 1e6 from county where ref = 'township@2023'`, 2958, 0.005)
		expect("red line %", `select sum(st_area(plane)) / 2958e4 from county where ref = 'red-line@2022'`, 36.43, 0.005)
		expect("heritage ha", `select st_area(plane) / 1e4 from county where ref = 'heritage@2021'`, 6306, 0.01)
		for _, ref := range []string{"township@2023", "control-unit@2023"} {
			expect(ref+": sum less union, m²", `select sum(st_area(g)) - st_area(st_union(g)) from county where ref = '`+ref+`'`, 0, 1e-4)
			expect(ref+": holes in its union", `select st_numinteriorrings(st_geometryn(st_union(g), 1)) + st_numgeometries(st_union(g)) - 1
				from county where ref = '`+ref+`'`, 0, 0)
		}
		expect("overlap within and between exclusive layers, m²", `
			select sum(st_area(st_intersection(a.g, b.g)))
			from county as a join county as b on a.g && b.g and (a.ref, a.record) < (b.ref, b.record)
			where a.ref = b.ref and a.ref in ('township@2023', 'red-line@2018', 'red-line@2022', 'control-unit@2023', 'scenic-area@2022')
			   or a.ref in ('red-line@2022', 'farmland@2022', 'urban-boundary@2022') and b.ref in ('red-line@2022', 'farmland@2022', 'urban-boundary@2022')`, 0, 1e-6)
		outside := func(part, whole string) string {
			return `select st_area(st_difference((select st_union(g) from county where ` + part + `), (select st_union(g) from county where ` + whole + `)))`
		}
		expect("protected outside the red line, m²", outside(`ref = 'protected-area@2022'`, `ref = 'red-line@2022'`), 0, 1e-6)
		expect("red line outside priority units, m²", outside(`ref = 'red-line@2022'`, `ref = 'control-unit@2023' and class = '优先保护单元'`), 0, 1e-6)
		expect("heritage outside the reserve, m²", outside(`ref = 'heritage@2021'`, `name = '重庆五里坡国家级自然保护区'`), 0, 1e-6)
		expectChanges(t, conn, c)
	}
}

// expectChanges compares the known changes with the difference of the versions.
func expectChanges(t *testing.T, conn *pgxpool.Conn, c *schematic.County) {
	t.Helper()
	known := map[schematic.ChangeKind]float64{}
	for _, ch := range c.Changes() {
		known[ch.Kind] += float64(ch.Area)
	}
	difference := func(a, b string) string {
		return `select st_area(st_difference((select st_union(plane) from county where ref = '` + a + `'), (select st_union(plane) from county where ref = '` + b + `')))`
	}
	for kind, sql := range map[schematic.ChangeKind]string{
		schematic.Gained: difference("red-line@2022", "red-line@2018"),
		schematic.Lost:   difference("red-line@2018", "red-line@2022"),
		schematic.Reclassified: `select sum(st_area(st_intersection(a.plane, b.plane))) from county as a join county as b on a.plane && b.plane
			where a.ref = 'red-line@2018' and b.ref = 'red-line@2022' and a.class <> b.class`,
	} {
		if got := number(t, conn, sql); math.Abs(got-known[kind]) > 1 {
			t.Errorf("kind %d: PostGIS finds %.3f m², known are %.3f", kind, got, known[kind])
		}
	}
}

// A delivery's coordinates are east first: a swapped pair would lie elsewhere.
func TestEastFirst(t *testing.T) {
	c, err := schematic.New(schematic.DefaultSeed, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Deliveries() {
		for f := range d.Data.Features {
			if b := f.Geometry.Bound(); b.Min[0] < 350e3 || b.Max[0] > 430e3 || b.Min[1] < 3400e3 || b.Max[1] > 3490e3 {
				t.Fatalf("%s record %d lies at %v", d.Ref, f.Record, orb.Bound(b))
			}
		}
	}
}
