package intake_test

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// one is a stream of one feature.
func one(f geodata.Feature) func(func(geodata.Feature, error) bool) {
	return func(yield func(geodata.Feature, error) bool) { yield(f, nil) }
}

// An approval that cannot be used refuses the whole import, with its record.
func TestApprovals(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	box := orb.Polygon{{{400000, 3440000}, {400100, 3440000}, {400100, 3440100}, {400000, 3440100}, {400000, 3440000}}}
	bow := orb.Polygon{{{400000, 3440000}, {400100, 3440100}, {400100, 3440000}, {400000, 3440100}, {400000, 3440000}}}
	far := orb.Polygon{{{900000, 3440000}, {900100, 3440000}, {900100, 3440100}, {900000, 3440100}, {900000, 3440000}}}
	load := func(g orb.Geometry, attributes map[string]any) (*intake.Report, error) {
		return (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: geodata.VersionRef{Layer: geodata.RedLine, Label: "1"},
			Delivery:  geodata.Delivery{Name: "a", SRID: 4546, Features: one(geodata.Feature{Record: 1, Code: "A", Geometry: box})},
			Approvals: &geodata.Delivery{Name: "b", SRID: 4546, Features: one(geodata.Feature{Record: 7, Geometry: g, Attributes: attributes})}})
	}
	for _, c := range []struct {
		code       string
		geometry   orb.Geometry
		attributes map[string]any
	}{
		{"", box, map[string]any{"WHLX": "3", "批准文号": "文1"}},
		{"", box, map[string]any{"WHLX": 3.0, "批准文号": "文1", "批准日期": "20220310"}},
		{"", box, map[string]any{"维护类型": "调出", "PZWH": "文1", "PZRQ": "2022/3/10"}},
		{"approval-kind-unknown", box, map[string]any{"WHLX": "4", "批准文号": "文1"}},
		{"approval-kind-unknown", box, map[string]any{"批准文号": "文1"}},
		{"approval-number-missing", box, map[string]any{"WHLX": "3", "批准文号": "  "}},
		{"approval-number-missing", box, map[string]any{"WHLX": "3", "WHLY": "文1；无批准文件"}}, // a comparison's own export
		{"approval-day-malformed", box, map[string]any{"WHLX": "3", "批准文号": "文1", "批准日期": "三月"}},
		{"self-intersection", bow, map[string]any{"WHLX": "3", "批准文号": "文1"}},
		{"crs-far-away", far, map[string]any{"WHLX": "3", "批准文号": "文1"}},
		{"geometry-missing", nil, map[string]any{"WHLX": "3", "批准文号": "文1"}},
		{"not-a-polygon", orb.LineString{{400000, 3440000}, {400100, 3440000}}, map[string]any{"WHLX": "3", "批准文号": "文1"}},
	} {
		r, err := load(c.geometry, c.attributes)
		if c.code == "" {
			if err != nil || r.Approvals != 1 {
				t.Errorf("%v: %v", c.attributes, err)
			}
			continue
		}
		if e := geodata.AsError(err); e.Code != c.code || e.Record != 7 || e.Kind != geodata.Invalid {
			t.Errorf("%v: %v, want %s", c.attributes, err, c.code)
		}
	}
	var held int
	var area float64
	if err := db.QueryRow(context.Background(), "select count(*), max(area_m2) from approval").Scan(&held, &area); err != nil || held != 1 || area < 9990 || area > 10000 {
		t.Errorf("%d approvals are held, %.4f m², %v", held, area, err)
	}
}
