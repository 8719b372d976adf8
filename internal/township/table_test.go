package township_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb/encoding/wkt"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/publish"
	"hongxian/internal/township"
)

// settings are those of the test county.
var settings = township.County{
	Townships: []township.Place{{Code: "500237001", Name: "甲街道", Type: "街道"}, {Code: "500237101", Name: "乙镇", Type: "镇"}, {Code: "500237102", Name: "丙镇", Type: "镇"}},
	Pairs:     [][2]geodata.LayerKey{{geodata.RedLine, geodata.ProtectedArea}},
	Unions:    [][2]geodata.LayerKey{{geodata.RedLine, geodata.ProtectedArea}},
	Overlaps:  []geodata.LayerKey{geodata.ProtectedArea},
	Figures: []township.Figure{
		{Key: "county-area", Value: 40, Unit: geodata.SquareKilometre, Source: "公报", Of: geodata.Township},
		{Key: "red-line-share", Value: 25, Percent: true, Source: "公报", Of: geodata.RedLine},
		{Key: "patents", Value: 3, Percent: true, Source: "公报"}},
}

func describe(postgis.County) (township.County, error) { return settings, nil }

// preparer is the divider as publishing knows it.
type preparer struct{ township.Divider }

func (p preparer) Prepare(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]publish.Warning, error) {
	warnings, err := p.Divider.Prepare(ctx, tx, v, progress)
	var out []publish.Warning
	for _, w := range warnings {
		out = append(out, publish.Warning(w))
	}
	return out, err
}

func newCounty(t testing.TB) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	return db
}

func put(t testing.TB, db *pgxpool.Pool, ref string) *publish.Result {
	t.Helper()
	r, err := geodata.ParseVersionRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	p := &publish.Publisher{DB: db, Preparers: []publish.Preparer{publish.Faces{}, preparer{township.Divider{Describe: describe}}}}
	result, err := p.Publish(context.Background(), r, nil)
	if err != nil {
		t.Fatalf("publish %s: %v", ref, err)
	}
	return result
}

func inForce(t testing.TB, db *pgxpool.Pool, ref string, features ...holding.Feature) *publish.Result {
	t.Helper()
	holding.Draft(t, db, ref, 4546, features...)
	return put(t, db, ref)
}

func statistician(db *pgxpool.Pool) *township.Statistician {
	return &township.Statistician{DB: db, Describe: describe, Program: "test",
		Cut: func(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) error {
			_, err := publish.Faces{}.Prepare(ctx, tx, v, progress)
			return err
		},
		Load: func(ctx context.Context, tx pgx.Tx, county string, zones geodata.Delivery) (v geodata.Version, findings []string, err error) {
			ref := geodata.VersionRef{County: county, Layer: geodata.Township, Label: "zones"}
			if _, err = (&intake.Loader{DB: tx}).Load(ctx, intake.Request{Ref: ref, Delivery: zones}); err != nil {
				return v, nil, err
			}
			v, err = (&postgis.Catalogue{DB: tx}).Resolve(ctx, ref)
			return v, nil, err
		}}
}

func table(t testing.TB, db *pgxpool.Pool, r township.Request) *township.Table {
	t.Helper()
	out, err := statistician(db).Table(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func refs(texts ...string) (out []geodata.VersionRef) {
	for _, s := range texts {
		r, err := geodata.ParseVersionRef(s)
		if err != nil {
			panic(err)
		}
		out = append(out, r)
	}
	return out
}

// box is a rectangle in kilometres from (400, 3440) in EPSG:4546.
func box(x1, y1, x2, y2 float64) string {
	e := func(x float64) float64 { return 400_000 + 1000*x }
	n := func(y float64) float64 { return 3_440_000 + 1000*y }
	return fmt.Sprintf("POLYGON((%f %f,%f %f,%f %f,%f %f,%f %f))",
		e(x1), n(y1), e(x2), n(y1), e(x2), n(y2), e(x1), n(y2), e(x1), n(y1))
}

func feature(code, class, wkt string) holding.Feature {
	return holding.Feature{Code: code, Class: class, WKT: wkt}
}

// The test county, km:
//
//	4 ┌───────┬─╥─────┐ 甲 and 乙 lie on each other between 4 and 4.5, above 2
//	  │ 甲    │ ║ 乙  │
//	2 ├───────┴┬╨─────┤
//	  │ 丙          │··│ nobody's between 8 and 9, below 2
//	0 └─────────────┴──┘
//	  0       4 4.5  8  9
var townships = []holding.Feature{
	feature("500237102", "", box(0, 0, 8, 2)),
	feature("500237001", "", box(0, 2, 4.5, 4)),
	feature("500237101", "", box(4, 2, 9, 4)),
}

// redLine crosses all of them and the gap; the second part lies within 丙.
var redLine = []holding.Feature{
	feature("H1", "水源涵养", box(3, 1, 8.5, 3)),
	feature("H2", "水土保持", box(1, 0.5, 2, 1)),
}

// protected areas lie on each other and, with both classes, on one another's core.
var protected = []holding.Feature{
	feature("P1", "核心保护区", box(3, 2, 6, 3)),
	feature("P2", "一般控制区", box(5, 1, 7, 3)),
}

// column finds a column by its titles.
func column(t *township.Table, name string) int {
	for i, c := range t.Columns {
		title := c.TitleZH
		if c.Class != "" && c.Kind == township.OfClass {
			title += " " + c.Class
		}
		if c.Kind == township.OfClassOverlap {
			title += " 重叠"
		}
		if c.Adjusted {
			title += " 平差"
		}
		if title == name {
			return i
		}
	}
	return -1
}

func TestTableOfTheTestCounty(t *testing.T) {
	db := newCounty(t)
	result := inForce(t, db, "township@2023", townships...)
	if len(result.Warnings) != 1 || result.Warnings[0].Code != "townships-overlap" {
		t.Errorf("warnings of the townships: %+v", result.Warnings)
	}
	inForce(t, db, "red-line@2022", redLine...)
	inForce(t, db, "protected-area@2022", protected...)
	got := table(t, db, township.Request{ByClass: true})
	if len(got.Computed) != 0 {
		t.Errorf("computed although prepared: %v", got.Computed)
	}
	stretch := float64(got.Rows[2].Area) / 16e6 // 丙 is 16 km² of the grid
	is := func(name string, cells ...float64) {
		t.Helper()
		i := column(got, name)
		if i < 0 {
			t.Fatalf("no column %q", name)
		}
		var have []float64
		for _, r := range append(append([]township.Row{}, got.Rows...), got.Outside, got.Multiply, got.Total) {
			have = append(have, float64(r.Cells[i].Area)/stretch/1e6)
		}
		for j := range cells {
			if math.Abs(have[j]-cells[j]) > 2e-4 { // the stretch changes by so much within 9 km
				t.Errorf("%s: %.5f, want %v", name, have, cells)
				return
			}
		}
	}
	//                       甲    乙   丙   outside multiply total
	is("生态保护红线", 1.5, 4.5, 5.5, 0.5, 0.5, 11.5)
	is("生态保护红线 水源涵养", 1.5, 4.5, 5, 0.5, 0.5, 11)
	is("生态保护红线 水土保持", 0, 0, 0.5, 0, 0, 0.5)
	is("自然保护地", 1.5, 3, 2, 0, 0.5, 6)
	is("自然保护地 核心保护区", 1.5, 2, 0, 0, 0.5, 3)
	is("自然保护地 重叠", 0, 1, 0, 0, 0, 1)
	is("P1 ∩ P2", 0, 1, 0, 0, 0, 1)
	is("生态保护红线 ∩ 自然保护地", 1.5, 3, 2, 0, 0.5, 6)
	is("生态保护红线 ∪ 自然保护地", 1.5, 4.5, 5.5, 0.5, 0.5, 11.5)

	counts := func(name string, want ...int) {
		t.Helper()
		i := column(got, name)
		var have []int
		for _, r := range append(append(append([]township.Row{}, got.Rows...), got.Outside, got.Total), got.Subtotals...) {
			have = append(have, r.Cells[i].Features)
		}
		if fmt.Sprint(have) != fmt.Sprint(want) {
			t.Errorf("features of %s: %v, want %v", name, have, want)
		}
	}
	//                       甲 乙 丙 outside total 街道 镇
	counts("生态保护红线", 1, 1, 2, 1, 2, 1, 2)
	counts("生态保护红线 水土保持", 0, 0, 1, 0, 1, 0, 1)
	counts("自然保护地", 1, 2, 1, 0, 2, 1, 2)
	if sum := float64(got.Total.Cells[column(got, "自然保护地")].FeatureSum) / stretch / 1e6; math.Abs(sum-7) > 2e-4 {
		t.Errorf("the protected areas one by one: %.4f km², want 7", sum)
	}
	if len(got.Subtotals) != 2 || got.Subtotals[1].Name != "镇" ||
		math.Abs(float64(got.Subtotals[1].Cells[0].Area)/stretch/1e6-10) > 2e-4 {
		t.Errorf("subtotals: %+v", got.Subtotals)
	}
	if f := got.Figures; len(f) != 3 || f[0].Area == nil || math.Abs(float64(*f[0].Area)/stretch/1e6-34) > 2e-3 ||
		math.Abs(f[1].Share-11.5/34) > 1e-4 || f[2].Area != nil {
		t.Errorf("figures: %+v", f)
	}
	agrees(t, db, got)
}

// agrees has the database intersect whole features anew, without faces, parts or
// prefilters, and compares every cell of layers, classes and pairs.
func agrees(t *testing.T, db postgis.Querier, got *township.Table) {
	t.Helper()
	for i, c := range got.Columns {
		if c.Kind != township.OfLayer && c.Kind != township.OfClass && c.Kind != township.OfPair || c.Adjusted {
			continue
		}
		for _, r := range got.Rows {
			want := overlay(t, db, got.Townships.Ref, c, r)
			if math.Abs(want-float64(r.Cells[i].Area)) > 0.01 {
				t.Errorf("%s in %s: %.4f m², overlaid anew %.4f m²", c.TitleZH+c.Class, r.Name, float64(r.Cells[i].Area), want)
			}
		}
	}
}

func overlay(t *testing.T, db postgis.Querier, townships string, c township.Column, r township.Row) (area float64) {
	t.Helper()
	key := func(ref string) string { _, inCounty, _ := strings.Cut(ref, "."); return inCounty }
	err := db.QueryRow(context.Background(), `
		with v as (select id, layer || '@' || label as ref from version),
		town as (select st_union(f.plane) as plane from feature f join v on v.id = f.version_id
		         where v.ref = @townships and coalesce(nullif(f.code, ''), f.name) = @town),
		one as (select st_union(f.plane) as plane from feature f join v on v.id = f.version_id
		        where v.ref = @ref and (@class = '' or f.class = @class)),
		other as (select st_union(f.plane) as plane from feature f join v on v.id = f.version_id where v.ref = @other)
		select coalesce(st_area(st_intersection(town.plane, case when @other = '' then one.plane
		                                                     else st_intersection(one.plane, other.plane) end)), 0)
		from town, one, other`, pgx.StrictNamedArgs{"townships": key(townships), "town": r.Code,
		"ref": key(c.Ref), "class": c.Class, "other": key(c.OtherRef)}).Scan(&area)
	if err != nil {
		t.Fatal(err)
	}
	return area
}

// A draft, townships of another day and a planner's zones are divided when they are
// asked for, by the same method, and leave nothing behind.
func TestUnpreparedIsComputedTheSame(t *testing.T) {
	db := newCounty(t)
	inForce(t, db, "township@2023", townships...)
	inForce(t, db, "protected-area@2022", protected...)
	holding.Draft(t, db, "red-line@2022", 4546, redLine...)
	before := rows(t, db)
	ask := township.Request{Layers: refs("red-line@2022", "protected-area"), ByClass: true,
		Pairs: [][2]geodata.VersionRef{{refs("red-line@2022")[0], refs("protected-area")[0]}}}
	seen := map[string]bool{}
	ask.Progress = func(what string, share float64) { seen[what] = seen[what] || share == 1 }
	draft := table(t, db, ask)
	if !seen["500237.red-line@2022"] || len(draft.Computed) != 1 {
		t.Errorf("computed %v, progress of %v", draft.Computed, seen)
	}
	if after := rows(t, db); after != before {
		t.Errorf("the question left rows behind: %s, before %s", after, before)
	}
	agrees(t, db, draft)
	put(t, db, "red-line@2022")
	same(t, draft, table(t, db, ask))

	// townships of another day, never in force together with the layers
	inForce(t, db, "township@2024", feature("N1", "", box(0, 0, 5, 4)), feature("N2", "", box(5, 0, 9, 4)))
	superseded := township.Request{Townships: refs("township@2023")[0], Layers: refs("red-line@2022")}
	if old := table(t, db, superseded); len(old.Computed) != 0 || old.Rows[0].Name != "甲街道" {
		t.Errorf("the townships of 2023: %+v", old)
	}
	now := table(t, db, township.Request{ByClass: true})
	if len(now.Rows) != 2 || now.Rows[0].Code != "N1" {
		t.Errorf("the townships of 2024: %+v", now.Rows)
	}
	agrees(t, db, now)
	before = rows(t, db)
	zoned := township.Request{ByClass: true, Zones: &geodata.Delivery{Name: "zones.geojson", SRID: 4546, Features: stream(
		feature("N1", "", box(0, 0, 5, 4)), feature("N2", "", box(5, 0, 9, 4)))}}
	zones := table(t, db, zoned)
	if !zones.Zones || zones.Figures != nil {
		t.Errorf("zones: %+v", zones)
	}
	for i, r := range zones.Rows {
		for j := range r.Cells {
			if r.Cells[j] != now.Rows[i].Cells[j] {
				t.Errorf("%s of zone %s: %v, of the same township %v", zones.Columns[j].TitleZH, r.Code, r.Cells[j], now.Rows[i].Cells[j])
			}
		}
	}
	if after := rows(t, db); after != before {
		t.Errorf("zones left rows behind: %s, before %s", after, before)
	}
}

func stream(features ...holding.Feature) iter.Seq2[geodata.Feature, error] {
	return func(yield func(geodata.Feature, error) bool) {
		for i, f := range features {
			polygon, err := wkt.Unmarshal(f.WKT)
			if !yield(geodata.Feature{Record: i + 1, Code: f.Code, Name: f.Code, Class: f.Class, Geometry: polygon}, err) {
				return
			}
		}
	}
}

// rows counts what the database holds.
func rows(t *testing.T, db *pgxpool.Pool) (out string) {
	t.Helper()
	err := db.QueryRow(context.Background(), `select format('%s versions, %s features, %s fragments, %s divisions, %s shares',
		(select count(*) from version), (select count(*) from feature), (select count(*) from fragment),
		(select count(*) from township_division), (select count(*) from township_part))`).Scan(&out)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// same compares tables but for when and how they came about.
func same(t *testing.T, a, b *township.Table) {
	t.Helper()
	text := func(x township.Table) string {
		x.CreatedAt, x.Computed, x.Figures = b.CreatedAt, nil, nil // a draft is compared with nothing published
		s, err := json.MarshalIndent(x, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(s)
	}
	x, y := strings.Split(text(*a), "\n"), strings.Split(text(*b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			t.Errorf("the tables differ: %s, and %s", x[i], y[i])
		}
	}
	if len(x) != len(y) {
		t.Errorf("the tables have %d and %d lines", len(x), len(y))
	}
}
