package main

import (
	"fmt"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/pgtest"
)

// A delivery that is cancelled in its midst leaves neither a draft nor a county behind;
// one with its approvals becomes a draft that has been looked over.
func TestADeliveryOverHTTPIsWholeOrNotAtAll(t *testing.T) {
	d := &database{pool: pgtest.New(t)}
	imports := d.imports()
	defer imports.Stop()
	ref := geodata.VersionRef{County: "500237", Layer: geodata.RedLine, Label: "2026"}
	run := func(w answer.Delivery, cancelAt int) answer.Import {
		t.Helper()
		w.Ref = ref
		begun, err := imports.Begin(w, func() {})
		for err == nil {
			i, moved, lost := imports.Find(begun.ID)
			if err = lost; i.HasEnded() {
				return i
			}
			if cancelAt > 0 && i.Staged >= cancelAt {
				err = imports.Cancel(begun.ID)
			}
			<-moved
		}
		t.Fatal(err)
		return begun
	}
	var many []string
	for i := range 6000 {
		x, y := float64(i%100)/50, float64(i/100)/50
		many = append(many, square(x, y, x+0.01, y+0.01, fmt.Sprintf(`"code":"R%d"`, i)))
	}
	if i := run(answer.Delivery{Path: squares(t, "many.geojson", many...), Filename: "many.geojson"}, 2000); i.State != answer.ImportCancelled {
		t.Fatalf("%+v", i)
	}
	var left int
	if err := d.pool.QueryRow(t.Context(), "select (select count(*) from version) + (select count(*) from feature) + (select count(*) from county)").Scan(&left); err != nil || left != 0 {
		t.Errorf("left behind: %d, %v", left, err)
	}
	var code string
	if err := d.pool.QueryRow(t.Context(), "select detail->>'code' from audit_entry where outcome = 'failed'").Scan(&code); err != nil || code != "cancelled" {
		t.Errorf("noted as %q, %v", code, err)
	}
	w := answer.Delivery{Path: squares(t, "a", square(0, 0, 1, 1, `"code":"R1"`)), Filename: "a.geojson",
		Approvals: squares(t, "b", square(1, 0, 2, 1, `"WHLX":"3","批准文号":"某府〔2026〕7号"`)), ApprovalsName: "b.geojson"}
	if i := run(w, 0); i.State != answer.ImportDone || i.Report.Approvals != 1 {
		t.Errorf("%+v", i)
	}
	var examined bool
	if err := d.pool.QueryRow(t.Context(), "select exists (select from quality)").Scan(&examined); err != nil || !examined {
		t.Errorf("looked over: %v, %v", examined, err)
	}
}
