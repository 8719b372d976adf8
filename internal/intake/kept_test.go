package intake_test

import (
	"context"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/intake"
)

// The report of a delivery in the county's plane, as it is read again:
//
//	record 1  ▭            kept
//	record 2  ⋈            crosses itself at (392700 3439700): refused, and placed there
//	record 3  ▭ … 40° off  refused; its place cannot be the county's, so it has none
//	the file  a note       stored with the rest
func TestReportIsKeptWithItsPlaces(t *testing.T) {
	db, ctx := newCounty(t), context.Background()
	ref, err := geodata.ParseVersionRef(redLine22)
	if err != nil {
		t.Fatal(err)
	}
	d := deliver(t, 4546, "POLYGON((392600 3439600,392800 3439600,392800 3439750,392600 3439600))",
		"POLYGON((392600 3439600,392800 3439800,392800 3439600,392600 3439800,392600 3439600))",
		"POLYGON((39392600 3439600,39392800 3439600,39392800 3439750,39392600 3439600))")
	loaded, err := (&intake.Loader{DB: db}).Load(ctx, intake.Request{Ref: ref, Delivery: d,
		Notes: func() []intake.Finding {
			return []intake.Finding{{Fate: intake.Noted, Code: "encoding-guessed", ZH: "编码。", EN: "Encoding."}}
		}})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := (&intake.Reports{DB: db}).Find(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	if kept.Digest != loaded.Digest || kept.Kept != 1 || kept.Refused != 2 || kept.SRID != 4546 || len(kept.Findings) != 3 {
		t.Fatalf("kept %+v", kept)
	}
	by := map[string]intake.Finding{}
	for _, f := range kept.Findings {
		by[f.Code] = f
	}
	// 392700 3439700 of EPSG:4546, by gdaltransform.
	if p := by["self-intersection"].LonLat; p == nil || apart(*p, [2]float64{109.875657061, 31.073800233}) > 1e-8 {
		t.Errorf("the crossing is at %v", p)
	}
	if f := by["crs-far-away"]; f.Record != 3 || f.LonLat != nil {
		t.Errorf("the stray record is placed at %v", f.LonLat)
	}
	if by["encoding-guessed"].Code == "" {
		t.Error("what the reader noted is not kept")
	}
	for _, other := range []string{"500237.red-line@1999", "500237.township@2022"} {
		unknown, _ := geodata.ParseVersionRef(other)
		if _, err := (&intake.Reports{DB: db}).Find(ctx, unknown); !geodata.IsKind(err, geodata.NotFound) {
			t.Errorf("%s: %v", other, err)
		}
	}
}
