package township_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb/geojson"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/publish"
	"hongxian/internal/township"
)

// Trafford, a metropolitan borough of Greater Manchester: its wards of two years
// by woodland, land classes, reserves and sites of special interest.
var trafford = []struct{ ref, file string }{
	{"township@2017", "townships_wards_2017"},
	{"farmland@2023", "woodland"},
	{"control-unit@2023", "agricultural_land_classification"},
	{"protected-area@2023", "local_nature_reserves"},
	{"red-line@2023", "sssi"},
	{"township@2023", "townships_wards_2023"},
}

// Both years' wards are rows; every cell is what an overlay of whole features gives.
func TestRealMunicipality(t *testing.T) {
	db := pgtest.New(t)
	text, err := os.ReadFile("../../geodata/county/testdata/trafford.yaml")
	if err != nil {
		t.Fatal(err)
	}
	profile, err := county.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	holding.Put(t, db, postgis.County{Code: profile.Code, NameZH: profile.NameZH, NameEN: profile.NameEN,
		PlaneSRID: profile.PlaneSRID, Bounds: profile.Bound(), Profile: []byte("{}")}, profile.Catalogue())
	s := township.County{Overlaps: []geodata.LayerKey{geodata.ProtectedArea}}
	for _, p := range profile.Townships {
		s.Townships = append(s.Townships, township.Place{Code: p.Code, Name: p.Name, Type: p.Type})
	}
	describe := func(postgis.County) (township.County, error) { return s, nil }
	publisher := &publish.Publisher{DB: db, Preparers: []publish.Preparer{publish.Faces{}, preparer{township.Divider{Describe: describe}}}}
	for _, l := range trafford {
		ref := refs(l.ref)[0]
		layer, _ := profile.Layer(ref.Layer)
		loadReal(t, db, ref, l.file, layer.Fields)
		result, err := publisher.Publish(context.Background(), ref, nil)
		if err != nil {
			t.Fatalf("publish %s: %v", ref, err)
		}
		for _, w := range result.Warnings {
			t.Logf("%s: %s", ref, w.EN)
		}
	}
	asks := &township.Statistician{DB: db, Describe: describe}
	for _, year := range []string{"2017", "2023"} {
		got, err := asks.Table(context.Background(), township.Request{Townships: geodata.VersionRef{Label: year}, ByClass: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Rows) != 21 || len(got.Computed) != 0 {
			t.Errorf("%d wards of %s, computed in passing: %v", len(got.Rows), year, got.Computed)
		}
		t.Logf("%s: %d columns, woodland %v, outside %v, multiply covered %v", year, len(got.Columns),
			got.Total.Cells[column(got, "林地")].Area, got.Outside.Cells[column(got, "林地")].Area, got.Multiply.Cells[column(got, "林地")].Area)
		overlaysAgree(t, db, got)
	}
}

// overlaySQL overlays whole features with whole wards and takes off what features
// have in common (inclusion and exclusion, to the third order). That is found on
// pieces: on two land classes of 1,000 vertices whose borders nearly coincide in 43
// slivers of 0.26 m², ST_Intersection of the whole says 0, ST_Difference 74 m², and
// ST_Union 64 m².
const overlaySQL = `
	with f as materialized (select id, class, plane from feature where version_id = (select id from version where layer || '@' || label = @layer)),
	w as materialized (select code, plane from feature where version_id = (select id from version where layer || '@' || label = @wards)),
	piece as materialized (select id, class, st_subdivide(plane, 40) as plane from f),
	two as materialized (
	    select a.id as a, b.id as b, a.class = b.class as alike, a.class, st_collectionextract(st_intersection(a.plane, b.plane), 3) as plane
	    from piece a join piece b on a.id < b.id and a.plane && b.plane and st_intersects(a.plane, b.plane)),
	three as materialized (
	    select two.alike and two.class = f.class as alike, f.class, st_collectionextract(st_intersection(two.plane, f.plane), 3) as plane
	    from two join piece f on f.id > two.b and two.plane && f.plane
	    where not st_isempty(two.plane)),
	term as (
	    select 1 as sign, true as alike, class, plane from f
	    union all select -1, alike, class, plane from two where not st_isempty(plane)
	    union all select 1, alike, class, plane from three where not st_isempty(plane)),
	cell as materialized (
	    select w.code, t.sign, t.alike, t.class, st_area(st_intersection(t.plane, w.plane)) as area from term t join w on t.plane && w.plane)
	select code, '', sum(sign * area) from cell group by code
	union all
	select code, class, sum(sign * area) from cell where alike and class <> '' group by code, class`

// overlaysAgree compares every cell with the overlay.
func overlaysAgree(t *testing.T, db *pgxpool.Pool, got *township.Table) {
	t.Helper()
	inCounty := func(ref string) string { _, s, _ := strings.Cut(ref, "."); return s }
	cells, worst := 0, 0.0
	for i, c := range got.Columns {
		if c.Kind == township.OfClassOverlap {
			continue
		}
		rows, err := db.Query(context.Background(), overlaySQL, pgx.StrictNamedArgs{"layer": inCounty(c.Ref), "wards": inCounty(got.Townships.Ref)})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]float64{}
		var code, class string
		var area float64
		_, err = pgx.ForEachRow(rows, []any{&code, &class, &area}, func() error {
			if class == c.Class {
				want[code] = area
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Rows {
			cells++
			off := math.Abs(want[r.Code] - float64(r.Cells[i].Area))
			worst = max(worst, off)
			if off > 0.01 {
				t.Errorf("%s in %s: %.4f m², overlaid anew %.4f m²", c.TitleZH+c.Class, r.Name, float64(r.Cells[i].Area), want[r.Code])
			}
		}
	}
	t.Logf("%d cells, at most %.4f m² off", cells, worst)
}

// loadReal takes a delivery in as a draft.
func loadReal(t *testing.T, db *pgxpool.Pool, ref geodata.VersionRef, file string, fields county.Fields) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(os.Getenv("HONGXIAN_REALDATA"), "county_trafford", file+".geojson"))
	if err != nil {
		t.Fatalf("HONGXIAN_REALDATA must name the folder with the real data: %v", err)
	}
	collection, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	field := func(f *geojson.Feature, names []string) string {
		for _, n := range names {
			if v := f.Properties[n]; v != nil {
				return fmt.Sprint(v)
			}
		}
		return ""
	}
	features := func(yield func(geodata.Feature, error) bool) {
		for i, f := range collection.Features {
			if !yield(geodata.Feature{Record: i + 1, Code: field(f, fields.Code), Name: field(f, fields.Name), Class: field(f, fields.Class), Geometry: f.Geometry}, nil) {
				return
			}
		}
	}
	report, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: ref,
		Delivery: geodata.Delivery{Name: file, SRID: 4326, Features: features}})
	if err != nil || report.Refused > 0 {
		t.Fatalf("%s: %v %+v", ref, err, report)
	}
}
