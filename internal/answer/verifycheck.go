package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/report"
)

// Change (变化) is a layer whose answer is another one today.
type Change struct {
	Layer, Title    string
	Was, Is         openapi.CheckStatus
	WasRef, IsRef   string
	WasArea, IsArea geodata.Area
	RefOnly         bool // another version answers, with the same figures
}

// verifyCheck checks the site of a kept answer again, of several parcels each, and
// their whole; and once more against the versions in force today.
func (v *Verifier) verifyCheck(ctx context.Context, out *Verification) error {
	k, err := readCheck(out.Kept)
	if err != nil {
		return err
	}
	out.Check, out.Parcels = &k.Check, len(k.Parcels)
	for i, p := range k.Parcels {
		again, err := v.ask(ctx, p.Asked, k.County, k.Versions)
		if err != nil {
			return fmt.Errorf("compute parcel %d again: %w", i+1, err)
		}
		for _, d := range checkDeviations(p.Check, again) {
			out.Deviations = append(out.Deviations, fmt.Sprintf("地块 %d %s", i+1, d))
		}
	}
	again, err := v.ask(ctx, k.Asked, k.County, k.Versions)
	if err != nil {
		return fmt.Errorf("compute again: %w", err)
	}
	out.Deviations = append(out.Deviations, checkDeviations(k.Check, again)...)
	now, err := v.ask(ctx, k.Asked, k.County, nil)
	if err != nil {
		return fmt.Errorf("compute against today's versions: %w", err)
	}
	out.Changes = changes(k.Check, now)
	return nil
}

// ask checks a site without keeping the answer, and encodes it as a kept one is.
func (v *Verifier) ask(ctx context.Context, a Asked, county string, against []geodata.VersionRef) (openapi.Check, error) {
	var c openapi.Check
	r, err := v.Checker.Check(ctx, overlap.Request{County: county, Site: a.Site, Against: against, Choices: a.Choices})
	if err != nil {
		return c, err
	}
	body, err := report.CheckJSON(r)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(body, &c)
}

// checkDeviations compares a kept answer with the same computation done again.
func checkDeviations(was, is openapi.Check) []string {
	var d deviations
	d.area("地块面积", was.Site.AreaM2, is.Site.AreaM2)
	now := map[string]openapi.CheckLayer{}
	for _, l := range is.Layers {
		now[l.Layer] = l
	}
	for _, l := range was.Layers {
		again, ok := now[l.Layer]
		if l.Ref == nil { // no version answered then, so there is nothing to compute again
			continue
		}
		if !ok || again.Status != l.Status {
			d = append(d, fmt.Sprintf("%s：结论不同", l.Title))
			continue
		}
		d.area(l.Title, l.OverlapM2, again.OverlapM2)
		d.area(l.Title+"（细碎）", l.SliverM2, again.SliverM2)
	}
	return d
}

// changes compares a kept answer with the one of today.
func changes(was, is openapi.Check) []Change {
	now := map[string]openapi.CheckLayer{}
	for _, l := range is.Layers {
		now[l.Layer] = l
	}
	var out []Change
	for _, l := range was.Layers {
		today, ok := now[l.Layer]
		c := Change{Layer: l.Layer, Title: l.Title, Was: l.Status, Is: today.Status, WasRef: deref(l.Ref), IsRef: deref(today.Ref),
			WasArea: geodata.Area(l.OverlapM2), IsArea: geodata.Area(today.OverlapM2)}
		same := c.Was == c.Is && math.Abs(l.OverlapM2-today.OverlapM2) <= verifyTolerance
		c.RefOnly = same && c.WasRef != c.IsRef
		if !ok {
			c.Is = openapi.CheckStatusNotChecked
		}
		if !ok || !same || c.RefOnly {
			out = append(out, c)
		}
	}
	return out
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
