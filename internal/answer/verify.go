package answer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"hongxian/geodata"
	"hongxian/internal/openapi"
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

// Verifier confirms kept answers of every kind.
type Verifier struct {
	Records      Records
	Checker      Checker
	Comparer     Comparer
	Measurer     OverlapMeasurer
	Statistician Statistician
}

// Verification (核验结果) says whether a printed report is what was answered: the
// kept answer, and the same computation done again against the same versions. By
// the record's kind one of Check, Change, Overlaps and Stats is there.
type Verification struct {
	Kept record.Kept
	// Deviations names figures that come out differently today by more than 0.01 m²,
	// against the same versions: none confirms the answer.
	Deviations []string
	// NotRecomputed says why the answer could not be computed again; nil where it was.
	NotRecomputed *geodata.Error

	Check *openapi.Check // of several parcels their whole
	// Parcels is of how many parcels of one file a check is the answer; 0 for one.
	Parcels int
	// Changes are the layers of a check that would answer differently against the
	// versions in force today.
	Changes  []Change
	Change   *openapi.Change
	Overlaps *openapi.Overlaps
	Stats    *openapi.Stats
}

// Verify finds the answer with this identity, or first digits of one, and computes
// it again. What cannot be computed again, because a version it names is not held
// any more, or is a draft that is being worked on, is found nevertheless, and not
// confirmed.
func (v *Verifier) Verify(ctx context.Context, id string) (*Verification, error) {
	kept, err := v.Records.Get(ctx, "", id)
	if err != nil {
		return nil, err
	}
	out := &Verification{Kept: kept}
	switch kept.Kind {
	case KindCheck, KindSet:
		err = v.verifyCheck(ctx, out)
	case KindChange:
		err = v.verifyChange(ctx, out)
	case KindOverlaps:
		err = v.verifyOverlaps(ctx, out)
	case KindStats:
		err = v.verifyStats(ctx, out)
	default:
		err = fmt.Errorf("record %s is of kind %q, which nothing confirms", kept.ID, kept.Kind)
	}
	if gone := (*geodata.Error)(nil); errors.As(err, &gone) && (gone.Kind == geodata.NotFound || gone.Kind == geodata.Conflict) {
		out.NotRecomputed, err = gone, nil
	}
	if err != nil {
		return nil, fmt.Errorf("verify %s %s: %w", kept.Kind, kept.ID, err)
	}
	return out, nil
}

// Confirmed says that the answer is kept and comes out the same today against the
// same versions.
func (v *Verification) Confirmed() bool { return v.NotRecomputed == nil && len(v.Deviations) == 0 }

// JSON is the verification as it is answered.
func (v *Verification) JSON() openapi.Verification {
	out := openapi.Verification{Id: v.Kept.ID, Code: report.Code(v.Kept.ID), Kind: openapi.RecordKind(v.Kept.Kind),
		Confirmed: v.Confirmed(), Recomputed: v.NotRecomputed == nil,
		Deviations: append([]string{}, v.Deviations...), Changes: []openapi.VerificationChange{},
		Check: v.Check, Change: v.Change, Overlaps: v.Overlaps, Stats: v.Stats}
	if v.NotRecomputed != nil {
		note := v.NotRecomputed.ZH + v.NotRecomputed.EN
		out.Note = &note
	}
	for _, c := range v.Changes {
		out.Changes = append(out.Changes, openapi.VerificationChange{Layer: c.Layer, Title: c.Title, Was: c.Was, Is: c.Is,
			WasRef: c.WasRef, IsRef: c.IsRef, WasM2: c.WasArea.Rounded(), IsM2: c.IsArea.Rounded(), VersionOnly: c.RefOnly})
	}
	return out
}

// deviations (不一致) collects what comes out differently.
type deviations []string

// area compares areas, m².
func (d *deviations) area(what string, was, is float64) {
	if !(math.Abs(was-is) <= verifyTolerance) {
		*d = append(*d, fmt.Sprintf("%s：%.4f → %.4f 平方米", what, was, is))
	}
}

// replaced compares the digests of versions, by their references: a draft may have
// been imported again under its label.
func (d *deviations) replaced(was, is map[string]string) {
	for _, ref := range slices.Sorted(maps.Keys(was)) {
		if digest, ok := is[ref]; ok && digest != was[ref] {
			*d = append(*d, fmt.Sprintf("版本 %s 已重新导入，内容不同", ref))
		}
	}
}
