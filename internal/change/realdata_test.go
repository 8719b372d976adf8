package change_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/change"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// history is a real pair of versions.
type history struct {
	county     postgis.County
	from, to   string // files of realdata/versions
	code, name []string
	check      func(*testing.T, *change.Report)
}

var trafford = postgis.County{Code: "E08000009", NameZH: "特拉福德", NameEN: "Trafford", PlaneSRID: 27700,
	Bounds: orb.Bound{Min: orb.Point{-2.9, 53.2}, Max: orb.Point{-1.8, 53.8}}, Profile: json.RawMessage("{}")}

// Real history: versions of green spaces, built-up areas, and municipalities that
// were merged. What a comparison finds must be what a plain overlay finds.
func TestRealHistory(t *testing.T) {
	for name, h := range map[string]history{
		// The second release has no ids, and its columns other names.
		"green spaces": {trafford, "greenspace_2018-03", "greenspace_2018-10", []string{"id"}, []string{"site_name", "Site name"},
			func(t *testing.T, r *change.Report) {
				if r.Verdict.LostPieces == 0 || r.Whole.Net < 130_000 || r.Whole.Net > 150_000 {
					t.Errorf("net %v, %d pieces lost", r.Whole.Net, r.Verdict.LostPieces)
				}
			}},
		// Two ways of delineating, 1 feature and 15.
		"built-up": {trafford, "built_up_2011", "built_up_2024", []string{"bua11cd", "BUA24CD"}, []string{"bua11nm", "BUA24NM"}, nil},
		"municipalities": {postgis.County{Code: "IT4", NameZH: "特伦蒂诺", NameEN: "Trentino-Alto Adige", PlaneSRID: 25832,
			Bounds: orb.Bound{Min: orb.Point{10.3, 45.6}, Max: orb.Point{12.6, 47.2}}, Profile: json.RawMessage("{}")},
			"italy_R4_municipalities_2019", "italy_R4_municipalities_2021.2", []string{"op_id"}, []string{"name_it", "name"}, mergers},
	} {
		t.Run(name, func(t *testing.T) {
			db := pgtest.New(t)
			holding.Put(t, db, h.county, holding.Layers)
			h.load(t, db, "protected-area@1", h.from)
			h.load(t, db, "protected-area@2", h.to)
			r := compare(t, &change.Comparer{DB: db}, "protected-area@1", "protected-area@2")
			agreeWithOverlay(t, db, r)
			if h.check != nil {
				h.check(t, r)
			}
			t.Logf("%v → %v, gained %v, lost %v, noise %v and %v, %d pieces, kept %d, %v", r.Whole.Before, r.Whole.After, r.Whole.Gained,
				r.Whole.Lost, r.Whole.NoiseGained, r.Whole.NoiseLost, len(r.Pieces), r.Kept, r.Fates)
		})
	}
}

func (h history) load(t *testing.T, db *pgxpool.Pool, ref, file string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(os.Getenv("HONGXIAN_REALDATA"), "versions", file+".geojson"))
	if err != nil {
		t.Fatalf("HONGXIAN_REALDATA must name the folder with the real data: %v", err)
	}
	collection, err := geojson.UnmarshalFeatureCollection(text)
	if err != nil {
		t.Fatal(err)
	}
	property := func(f *geojson.Feature, names []string) string {
		for _, n := range names {
			if v, ok := f.Properties[n]; ok && v != nil {
				return strings.TrimSpace(fmt.Sprint(v))
			}
		}
		return ""
	}
	version, err := geodata.ParseVersionRef(ref)
	if err != nil {
		t.Fatal(err)
	}
	delivery := geodata.Delivery{Name: file, SRID: 4326, Features: func(yield func(geodata.Feature, error) bool) {
		for i, f := range collection.Features {
			if !yield(geodata.Feature{Record: i + 1, Code: property(f, h.code), Name: property(f, h.name), Geometry: f.Geometry}, nil) {
				return
			}
		}
	}}
	r, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: version, Delivery: delivery})
	if err != nil || r.Refused > 0 {
		t.Fatalf("load %s: %v, %+v", file, err, r)
	}
	holding.Publish(t, db, ref)
}

// agreeWithOverlay compares with an overlay of whole features, which knows neither
// faces nor digests: union against union, and feature against feature.
func agreeWithOverlay(t *testing.T, db *pgxpool.Pool, r *change.Report) {
	t.Helper()
	ctx := context.Background()
	var gained, lost float64
	err := db.QueryRow(ctx, `
		with u as materialized (
		    select (select st_union(plane order by f.id) from feature f join version v on v.id = f.version_id where v.label = '1') as b,
		           (select st_union(plane order by f.id) from feature f join version v on v.id = f.version_id where v.label = '2') as a)
		select st_area(st_difference(a, b)), st_area(st_difference(b, a)) from u`).Scan(&gained, &lost)
	if err != nil {
		t.Fatal(err)
	}
	tolerance := 0.01 * float64(max(r.From.Features, r.To.Features))
	within(t, "gained, with noise", r.Whole.Gained+r.Whole.NoiseGained, geodata.Area(gained), tolerance)
	within(t, "lost, with noise", r.Whole.Lost+r.Whole.NoiseLost, geodata.Area(lost), tolerance)
	within(t, "net", r.Whole.Net, geodata.Area(gained-lost), tolerance)
	worst := 0.0
	for _, f := range r.Features {
		if len(f.Before) == 0 || len(f.After) == 0 {
			continue
		}
		records := func(fs []change.FeatureState) (out []int) {
			for _, f := range fs {
				out = append(out, f.Record)
			}
			return out
		}
		var common float64
		err := db.QueryRow(ctx, `
			select sum(st_area(st_intersection(b.plane, a.plane)))
			from feature b join version v on v.id = b.version_id and v.label = '1'
			join version w on w.label = '2'
			join feature a on a.version_id = w.id
			where b.record = any($1) and a.record = any($2)`, records(f.Before), records(f.After)).Scan(&common)
		if err != nil {
			t.Fatal(err)
		}
		off := math.Abs(float64(f.Common) - common)
		worst = math.Max(worst, off)
		if off > 0.01*float64(len(f.Before)*len(f.After)) {
			t.Errorf("%s %s: %.4f m² in common, an overlay says %.4f", f.Fate, f.Code(), f.Common, common)
		}
	}
	t.Logf("the largest difference is %.5f m²", worst)
}

// mergers checks that the municipalities merged in 2020 show as merged.
func mergers(t *testing.T, r *change.Report) {
	want := map[string][]string{
		"Borgo d'Anaunia":       {"Castelfondo", "Fondo", "Malosco"},
		"Novella":               {"Brez", "Cagnò", "Cloz", "Revò", "Romallo"},
		"Ville di Fiemme":       {"Carano", "Daiano", "Varena"},
		"San Michele all'Adige": {"Faedo", "San Michele all'Adige"},
	}
	for _, f := range r.Features {
		if f.Fate != change.Merged {
			continue
		}
		var from []string
		for _, b := range f.Before {
			from = append(from, b.Name)
		}
		slices.Sort(from)
		if !slices.Equal(from, want[f.After[0].Name]) {
			t.Errorf("%v became %s", from, f.After[0].Name)
		}
		delete(want, f.After[0].Name)
	}
	if len(want) > 0 {
		t.Errorf("mergers not found: %v", want)
	}
}
