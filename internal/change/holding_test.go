package change_test

import (
	"math"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// landUse is a layer that says what the ground is used for, and activities one that
// says where people are active; neither is checked against.
var (
	landUse    = geodata.Layer{Key: "land-use", TitleZH: "土地利用", TitleEN: "Land use"}
	activities = geodata.Layer{Key: "activity", TitleZH: "人为活动", TitleEN: "Human activity"}
)

// Natural land, and ground where people are active, inside the red line before and
// after, in units of a kilometre:
//
//	1 ┌───────────┬─────┐          red line: 0–3 before, 0–2 after
//	  │  forest   │field│grass     forest 0–1.5, field 1.5–2.5, grass 2.5–4
//	  │     ▒▒▒▒▒▒▒▒    │          quarry and road lie on each other: 1–1.75 and 1.5–2.25,
//	0 └───────────┴─────┘          in the lower half, 0–0.5
//	  0     1    1.5   2.5   4
//
// Ground that two activities cover counts once. A layer that is not held, or not
// named, is no data, and no figure.
func TestNaturalLandAndActivity(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, append([]geodata.Layer{landUse, activities}, holding.Layers...))
	put := func(ref string, features ...holding.Feature) { holding.InForce(t, db, ref, 4546, features...) }
	box := func(class string, x1, y1, x2, y2 float64) holding.Feature {
		return holding.Feature{Class: class, WKT: holding.BoxWKT(400_000+1000*x1, 3_440_000+1000*y1, 400_000+1000*x2, 3_440_000+1000*y2)}
	}
	put("red-line@1", box("", 0, 0, 3, 1))
	put("red-line@2", box("", 0, 0, 2, 1))
	rules := change.Rules{NaturalLand: change.LayerClasses{Layer: landUse.Key, Classes: []string{"林地", "草地"}}, Activity: change.LayerClasses{Layer: activities.Key}}

	unheld := compare(t, &change.Comparer{DB: db, Rules: rules}, "red-line@1", "red-line@2").Verdict
	unnamed := compare(t, &change.Comparer{DB: db}, "red-line@1", "red-line@2").Verdict
	for what, h := range map[string]change.Holding{"natural land, not held": unheld.NaturalLand, "activity, not held": unheld.Activity,
		"natural land, not named": unnamed.NaturalLand, "activity, not named": unnamed.Activity} {
		if h.Held || h.Before != 0 || h.After != 0 || !strings.Contains(h.Reason, "未计算") {
			t.Errorf("%s: %+v", what, h)
		}
	}

	put("land-use@1", box("林地", 0, 0, 1.5, 1), box("耕地", 1.5, 0, 2.5, 1), box("草地", 2.5, 0, 4, 1))
	put("activity@1", box("采石场", 1, 0, 1.75, 0.5), box("道路", 1.5, 0, 2.25, 0.5))
	c := &change.Comparer{DB: db, Rules: rules}
	held := compare(t, c, "red-line@1", "red-line@2").Verdict
	km2 := func(what string, got geodata.Area, want float64) {
		t.Helper()
		// The ellipsoidal area is 0.06 % larger here than that in the grid.
		if math.Abs(float64(got)/1e6-want) > 0.002*want {
			t.Errorf("%s: %.6f km², want %.6f", what, float64(got)/1e6, want)
		}
	}
	km2("natural land before", held.NaturalLand.Before, 2) // forest 1.5 and grass 0.5
	km2("natural land after", held.NaturalLand.After, 1.5)
	km2("activity before", held.Activity.Before, 0.625) // 1 to 2.25
	km2("activity after", held.Activity.After, 0.5)
	if !held.NaturalLand.Held || held.NaturalLand.Ref != "500237.land-use@1" || held.NaturalLand.Reason != "" || !held.Activity.Held {
		t.Errorf("%+v", held)
	}
	// The same classes of the same ground, by an overlay that knows no faces.
	var natural float64
	if err := db.QueryRow(t.Context(), `
		select st_area(st_intersection(r.plane, (select st_union(plane) from feature f join version v on v.id = f.version_id
			where v.layer = 'land-use' and f.class in ('林地', '草地'))))
		from feature r join version v on v.id = r.version_id where v.layer = 'red-line' and v.label = '1'`).Scan(&natural); err != nil || math.Abs(natural-float64(held.NaturalLand.Before)) > 0.01 {
		t.Errorf("natural land %.4f m², by overlay %.4f; %v", float64(held.NaturalLand.Before), natural, err)
	}
	// Another land use is another answer.
	before := compare(t, c, "red-line@1", "red-line@2").ID
	put("land-use@2", box("林地", 0, 0, 4, 1))
	if again := compare(t, c, "red-line@1", "red-line@2"); again.ID == before || again.Verdict.NaturalLand.Ref != "500237.land-use@2" {
		t.Errorf("with another land use: the same answer, by %s", again.Verdict.NaturalLand.Ref)
	}
}
