package township_test

import (
	"math"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/report"
	"hongxian/internal/report/stats"
	"hongxian/internal/township"
)

// Official areas of two of the three townships: their cells grow or shrink with them,
// what lies in 丙镇, outside and twice stays, and the total is the sum.
func TestControlAreas(t *testing.T) {
	db := newCounty(t)
	inForce(t, db, "township@2023", townships...)
	inForce(t, db, "red-line@2022", redLine...)
	controls := map[string]geodata.Area{"500237001": 9_500_000, "乙镇": 9_000_000}
	got := table(t, db, township.Request{Layers: refs("red-line"), ByClass: true, Controls: controls})
	before, after := column(got, "生态保护红线"), column(got, "生态保护红线 平差")
	if !got.Adjusted || before != 0 || after != 1 || len(got.Columns) != 6 {
		t.Fatalf("%+v", got.Columns)
	}
	want := 0.0
	for i, r := range got.Rows {
		factor := 1.0
		if c := []float64{9_500_000, 9_000_000, 0}[i]; c > 0 {
			factor = c / float64(r.Area)
		}
		if float64(r.Control) != []float64{9_500_000, 9_000_000, 0}[i] {
			t.Errorf("%s: control area %v", r.Name, r.Control)
		}
		for j := 0; j < len(r.Cells); j += 2 {
			if expect := float64(r.Cells[j].Area) * factor; math.Abs(float64(r.Cells[j+1].Area)-expect) > 1e-6 {
				t.Errorf("%s, column %d: adjusted %v, want %v", r.Name, j, r.Cells[j+1].Area, expect)
			}
		}
		want += float64(r.Cells[before].Area) * factor
	}
	want += float64(got.Outside.Cells[before].Area) - float64(got.Multiply.Cells[before].Area)
	if math.Abs(float64(got.Total.Cells[after].Area)-want) > 1e-6 {
		t.Errorf("total adjusted to %v, want %v", got.Total.Cells[after].Area, want)
	}
	if sub := got.Subtotals[1]; math.Abs(float64(sub.Cells[after].Area-got.Rows[1].Cells[after].Area-got.Rows[2].Cells[after].Area)) > 1e-6 {
		t.Errorf("subtotal of the towns: %+v", sub.Cells[after])
	}
	for _, u := range []geodata.Unit{geodata.Hectare, geodata.Mu, geodata.SquareKilometre} {
		s, err := report.Stats(got, report.StatsForm{Unit: u, Decimals: 2}, "id")
		if err == nil {
			err = stats.Closes(s)
		}
		if err != nil {
			t.Errorf("in %s: %v", u, err)
		}
	}

	refused := func(code string, controls map[string]geodata.Area) {
		t.Helper()
		_, err := statistician(db).Table(t.Context(), township.Request{Layers: refs("red-line"), Controls: controls})
		if err == nil || geodata.AsError(err).Code != code {
			t.Errorf("%v: %v", controls, err)
		}
	}
	refused("control-unknown", map[string]geodata.Area{"丁镇": 1})
	refused("control-repeated", map[string]geodata.Area{"500237101": 1, "乙镇": 2})
}
