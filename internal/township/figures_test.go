package township_test

import (
	"math"
	"testing"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/township"
)

// The plan's figures: townships by type, names of a layer, and a layer beside the
// version that later ones are held against.
func TestFiguresOfThePlan(t *testing.T) {
	db := newCounty(t)
	inForce(t, db, "township@2023", townships...)
	inForce(t, db, "red-line@2018", redLine...)
	inForce(t, db, "red-line@2022", redLine[0])
	inForce(t, db, "protected-area@2022", feature("P1", "核心保护区", box(3, 2, 5, 3)), feature("P1", "一般控制区", box(5, 2, 6, 3)), feature("P2", "", box(6, 2, 7, 3)))

	with := settings
	with.Figures = []township.Figure{
		{Key: "towns", Count: true, Of: geodata.Township, Type: "镇"},
		{Key: "areas", Count: true, Of: geodata.ProtectedArea},
		{Key: "kept", Unit: geodata.Hectare, Of: geodata.RedLine, Baseline: "2018", Tolerance: 1},
		{Key: "lost", Unit: geodata.Hectare, Of: geodata.RedLine, Baseline: "1999"}}
	s := statistician(db)
	s.Describe = func(postgis.County) (township.County, error) { return with, nil }
	got, err := s.Table(t.Context(), township.Request{Plan: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Columns) != 2 || !got.Plan || len(got.Figures) != 4 {
		t.Fatalf("%+v", got.Columns)
	}
	if n := got.Figures[0].Number; n == nil || *n != 2 {
		t.Errorf("towns: %v", n)
	}
	if n := got.Figures[1].Number; n == nil || *n != 2 { // the zones of one are one
		t.Errorf("protected areas: %v", n)
	}
	kept := got.Figures[2]
	if kept.Against == nil || kept.AgainstRef != "500237.red-line@2018" || kept.Area == nil {
		t.Fatalf("baseline: %+v", kept)
	}
	if lost := float64(*kept.Against - *kept.Area); math.Abs(lost-0.5e6) > 2000 { // H2 is 0.5 km² of the grid
		t.Errorf("%.0f m² less than the baseline, want about 500,000", lost)
	}
	if got.Figures[3].Against != nil {
		t.Errorf("a baseline that is not held: %+v", got.Figures[3])
	}

	if _, err := s.Table(t.Context(), township.Request{Plan: true, Layers: refs("red-line")}); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("a plan with columns of one's own: %v", err)
	}
	with.Figures = nil
	if _, err := s.Table(t.Context(), township.Request{Plan: true}); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("a plan of nothing: %v", err)
	}
}
