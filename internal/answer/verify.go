package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// verifyTolerance is what a figure computed again, perhaps by other library
// versions, may differ by, m².
const verifyTolerance = 0.01

// Records finds kept answers, by identity or its first digits.
type Records interface {
	Get(ctx context.Context, county, id string) (record.Kept, error)
}

// Verifier confirms kept answers.
type Verifier struct {
	Records Records
	Checker Checker
}

// Verification (核验结果) says whether a printed report is what was answered: the
// kept answer, the same computation done again against the same versions, and how
// the answer would be today.
type Verification struct {
	Kept  record.Kept
	Check openapi.Check // the kept answer, of several parcels their whole
	// Parcels is of how many parcels of one file it is the answer; 0 for one.
	Parcels int
	// Deviations names figures that come out differently today by more than 0.01 m²,
	// against the same versions: none confirms the answer.
	Deviations []string
	// Changes are the layers that would answer differently against the versions in
	// force today.
	Changes []Change
	Now     openapi.Check // the answer against the versions in force today
}

// Change (变化) is a layer whose answer is another one today.
type Change struct {
	Layer, Title    string
	Was, Is         openapi.CheckStatus
	WasRef, IsRef   string
	WasArea, IsArea geodata.Area
	RefOnly         bool // another version answers, with the same figures
}

// Verify finds the answer with this identity, or first digits of one, and
// confirms it; of several parcels each, and their whole.
func (v *Verifier) Verify(ctx context.Context, id string) (*Verification, error) {
	k, err := getCheck(ctx, v.Records, "", id)
	if err != nil {
		return nil, err
	}
	out := &Verification{Kept: k.Kept, Check: k.Check, Parcels: len(k.Parcels)}
	for i, p := range k.Parcels {
		again, err := v.ask(ctx, p.Asked, k.County, k.Versions)
		if err != nil {
			return nil, fmt.Errorf("compute parcel %d of %s again: %w", i+1, k.ID, err)
		}
		for _, d := range deviations(p.Check, again) {
			out.Deviations = append(out.Deviations, fmt.Sprintf("地块 %d %s", i+1, d))
		}
	}
	again, err := v.ask(ctx, k.Asked, k.County, k.Versions)
	if err != nil {
		return nil, fmt.Errorf("compute %s again: %w", k.ID, err)
	}
	out.Deviations = append(out.Deviations, deviations(k.Check, again)...)
	if out.Now, err = v.ask(ctx, k.Asked, k.County, nil); err != nil {
		return nil, fmt.Errorf("compute %s against today's versions: %w", k.ID, err)
	}
	out.Changes = changes(k.Check, out.Now)
	return out, nil
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

// deviations compares a kept answer with the same computation done again.
func deviations(was, is openapi.Check) []string {
	var out []string
	differ := func(what string, a, b float64) {
		if !(math.Abs(a-b) <= verifyTolerance) {
			out = append(out, fmt.Sprintf("%s：%.4f → %.4f 平方米", what, a, b))
		}
	}
	differ("地块面积", was.Site.AreaM2, is.Site.AreaM2)
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
			out = append(out, fmt.Sprintf("%s：结论不同", l.Title))
			continue
		}
		differ(l.Title, l.OverlapM2, again.OverlapM2)
		differ(l.Title+"（细碎）", l.SliverM2, again.SliverM2)
	}
	return out
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

// Confirmed says that the answer is kept and comes out the same today against the
// same versions.
func (v *Verification) Confirmed() bool { return len(v.Deviations) == 0 }

// JSON is the verification as it is answered.
func (v *Verification) JSON() openapi.Verification {
	out := openapi.Verification{Id: v.Kept.ID, Code: report.Code(v.Kept.ID), Confirmed: v.Confirmed(),
		Deviations: append([]string{}, v.Deviations...), Changes: []openapi.VerificationChange{}, Check: v.Check}
	for _, c := range v.Changes {
		out.Changes = append(out.Changes, openapi.VerificationChange{Layer: c.Layer, Title: c.Title, Was: c.Was, Is: c.Is,
			WasRef: c.WasRef, IsRef: c.IsRef, WasM2: c.WasArea.Rounded(), IsM2: c.IsArea.Rounded(), VersionOnly: c.RefOnly})
	}
	return out
}
