package answer

import (
	"context"
	"slices"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
)

// A site within the townships one may ask about is answered; one that reaches into
// another, or out of all, is refused, whatever there is.
func TestSitesBeyondOnesTownshipsAreRefused(t *testing.T) {
	report := func(outside float64, codes ...string) *overlap.Report {
		r := &overlap.Report{Outside: geodata.Area(outside)}
		for _, c := range codes {
			r.Townships = append(r.Townships, overlap.TownshipPart{Code: c})
		}
		return r
	}
	limited := geodata.WithSight(context.Background(), geodata.Sight{Townships: []string{"101", "102"}})
	for i, c := range []struct {
		r       *overlap.Report
		within  []string
		refused bool
	}{
		{report(0, "101"), []string{"101"}, false},
		{report(0.005, "101", "102"), []string{"101", "102"}, false},
		{report(0, "101", "103"), []string{"101", "103"}, true},
		{report(5, "101"), nil, true},
		{report(0), nil, true}, // no townships are held, or they may not be seen
	} {
		got, err := withinSight(limited, c.r)
		if (err != nil) != c.refused || err != nil && geodata.AsError(err).Code != "site-outside-sight" {
			t.Errorf("%d: %v", i, err)
		}
		if err == nil && !slices.Equal(got, c.within) {
			t.Errorf("%d: lies in %v", i, got)
		}
		if got, err := withinSight(context.Background(), c.r); err != nil || !slices.Equal(got, c.within) {
			t.Errorf("%d, for whoever sees everything: %v, %v", i, got, err)
		}
	}
}

// What was asked of every layer by somebody who sees them all tells that there is no
// other: it is marked, and kept from those who are limited.
func TestAnswersOfEverythingAreMarked(t *testing.T) {
	r := overlap.Report{Versions: []overlap.VersionUsed{{Ref: "500237.red-line@2022"}, {Ref: "500237.township@2023"}},
		Layers: []overlap.LayerOverlap{{Layer: "red-line"}, {Layer: "heritage"}}}
	want := []string{"red-line", "township", "heritage"}
	for i, c := range []struct{ named, limited, marked bool }{{false, false, true}, {true, false, false}, {false, true, false}, {true, true, false}} {
		r.Named, r.Limited = c.named, c.limited
		got := checkedLayers(&r)
		if slices.Contains(got, record.EveryLayer) != c.marked || !slices.Equal(got[:3], want) {
			t.Errorf("%d: %v", i, got)
		}
	}
}
