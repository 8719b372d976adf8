package main

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/openapi"
)

// The real municipality: every layer of its profile that has a file.
var traffordLayers = map[string]string{
	"township@2023":       "townships_wards_2023",
	"red-line@2023":       "sssi",
	"protected-area@2023": "local_nature_reserves",
	"scenic-area@2023":    "conservation_areas",
	"heritage@2023":       "scheduled_monuments",
	"control-unit@2023":   "agricultural_land_classification",
	"farmland@2023":       "woodland",
}

// A site across wards and the county's border, with the nature reserve Trafford Ecology Park inside.
const ecologyPark = `[[[-2.345,53.450],[-2.305,53.450],[-2.305,53.477],[-2.345,53.477],[-2.345,53.450]]]`

// traffordBeside adds the municipality to a database, all by the command line.
func traffordBeside(t *testing.T, dsn string) {
	t.Helper()
	profiles, err := filepath.Abs("../../geodata/county/testdata")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(profilesFolder, profiles)
	for ref, name := range traffordLayers {
		ref = "E08000009." + ref
		succeeds(t, "保留 kept", "import", ref, filepath.Join(realData(t), "county_trafford", name+".geojson"), "--database", dsn)
		succeeds(t, "is in force", "publish", ref, "--database", dsn)
	}
}

// A second county is data: a profile of its own plane, beside the first county.
func TestSecondCountyBesideTheFirst(t *testing.T) {
	dsn := schematicCounty(t)
	traffordBeside(t, dsn)
	publishedAreasAgree(t, dsn)

	abroad, home := writeFile(t, "site.geojson", geojson(ecologyPark)), writeFile(t, "site.geojson", geojson(insideShape))
	code, stdout, stderr := hongxian(t, "check", abroad, "--crs", "EPSG:4326", "--county", "E08000009", "--format", "json", "--database", dsn)
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	concernsTheReserve(t, stdout)
	succeeds(t, "巫山县", "check", home, "--county", "500237", "--database", dsn)
	fails(t, exitInput, "more than 2°", "check", abroad, "--county", "500237", "--database", dsn)
	fails(t, exitInput, "more than 2°", "check", home, "--county", "E08000009", "--database", dsn)

	// With two counties a short reference could mean either.
	ambiguous := "Several counties are held"
	fails(t, exitInput, ambiguous, "check", abroad, "--database", dsn)
	fails(t, exitInput, ambiguous, "layer", "list", "--database", dsn)
	fails(t, exitInput, ambiguous, "layer", "show", "red-line", "--database", dsn)
	fails(t, exitInput, ambiguous, "import", "red-line@2024", abroad, "--database", dsn)
	fails(t, exitInput, ambiguous, "publish", "red-line@2024", "--database", dsn)
	succeeds(t, "特殊科学价值地点", "layer", "list", "--county", "E08000009", "--database", dsn)
	succeeds(t, "500237.red-line@2022", "layer", "show", "500237.red-line", "--database", dsn)
	fails(t, exitInput, "500237", "check", abroad, "--county", "E08000009", "--against", "500237.red-line@2022", "--database", dsn)
	overHTTP(t, serving(t, "--database", dsn), abroad)
}

// publishedAreasAgree compares the wards with the areas their publisher states,
// which are British National Grid areas. Ellipsoidal ones are larger by the grid's
// scale there (0.99961² is 0.078 % less), but for OSGB36's own scale, 20 ppm in
// length, and the height between the ellipsoids: 0.073 %.
func publishedAreasAgree(t *testing.T, dsn string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `
		select f.code, (f.attributes->>'area')::float8, f.grid_m2, f.area_m2
		from feature f join version v on v.id = f.version_id
		where v.county = 'E08000009' and v.layer = 'township'`)
	if err != nil {
		t.Fatal(err)
	}
	var code string
	var published, grid, ellipsoidal, worst, least, most float64
	least = math.Inf(1)
	tag, err := pgx.ForEachRow(rows, []any{&code, &published, &grid, &ellipsoidal}, func() error {
		off, larger := math.Abs(grid/published-1), ellipsoidal/grid-1
		worst, least, most = max(worst, off), min(least, larger), max(most, larger)
		if off > 1e-4 || larger < 7e-4 || larger > 8e-4 {
			t.Errorf("%s: published %.3f m², grid %.3f m², ellipsoidal %.3f m²", code, published, grid, ellipsoidal)
		}
		return nil
	})
	if err != nil || tag.RowsAffected() != 21 {
		t.Fatalf("%d wards, %v", tag.RowsAffected(), err)
	}
	t.Logf("21 wards: grid areas agree with the published ones to %.1e; ellipsoidal ones are %.4f %% to %.4f %% larger", worst, least*100, most*100)
}

// concernsTheReserve judges the answer for the site over Trafford Ecology Park.
func concernsTheReserve(t *testing.T, body string) {
	t.Helper()
	var c openapi.Check
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		t.Fatal(err)
	}
	var wards float64
	for _, w := range c.Townships {
		if !strings.HasPrefix(w.Code, "E05015") || w.SiteM2 <= 0 {
			t.Errorf("ward %+v", w)
		}
		wards += w.SiteM2
	}
	if rest := wards + c.OutsideM2 - c.MultiplyCoveredM2 - c.Site.AreaM2; len(c.Townships) < 2 || math.Abs(rest) > 0.001 || c.County.Code != "E08000009" {
		t.Errorf("%d wards leave %g m² of %g: %s", len(c.Townships), rest, c.Site.AreaM2, body)
	}
	if r := c.Site.AreaM2/c.Site.PlaneAreaM2 - 1; r < 7e-4 || r > 8e-4 {
		t.Errorf("the ellipsoidal area is %.4f %% larger than the grid area", r*100)
	}
	for _, l := range c.Layers {
		if l.Layer != "protected-area" {
			continue
		}
		// Published: 43,942.34 m² on the grid, wholly inside the site.
		if len(l.Features) != 1 || l.Features[0].Name != "Trafford Ecology Park" || math.Abs(l.Features[0].OverlapM2/43942.34-1.00073) > 1e-4 {
			t.Errorf("protected area: %+v", l)
		}
		return
	}
	t.Errorf("no protected areas in the answer: %s", body)
}

// overHTTP asks the same with and without the county.
func overHTTP(t *testing.T, address, site string) {
	t.Helper()
	if status, body := upload(t, address, site, ""); status != http.StatusBadRequest || !strings.Contains(string(body), "county-ambiguous") {
		t.Errorf("without a county: %d %s", status, body)
	}
	for _, path := range []string{"/api/v1/layers", "/tiles/red-line.json", "/tiles/red-line@2022/8/206/104.mvt", "/style.json", "/api/v1/checks"} {
		r, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		if r.Body.Close(); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s without a county: %d", path, r.StatusCode)
		}
	}
	for _, path := range []string{"/api/v1/layers?county=500237", "/style.json?county=E08000009", "/api/v1/checks?county=E08000009"} {
		fetch(t, address, path)
	}
	for _, path := range []string{"/tiles/E08000009.protected-area@2023/12/2021/1325.mvt", "/tiles/500237.red-line@2022/8/206/104.mvt"} {
		if len(fetch(t, address, path)) == 0 {
			t.Errorf("%s is empty", path)
		}
	}
	r, err := http.Post(address+"/api/v1/checks?county=E08000009", "application/geo+json", strings.NewReader(geojson(ecologyPark)))
	if err != nil {
		t.Fatal(err)
	}
	if r.Body.Close(); r.StatusCode != http.StatusCreated && r.StatusCode != http.StatusOK {
		t.Errorf("with the county: %d", r.StatusCode)
	}
}
