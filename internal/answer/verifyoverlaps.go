package answer

import (
	"context"
	"fmt"

	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// verifyOverlaps measures the versions of a kept answer on overlaps again.
func (v *Verifier) verifyOverlaps(ctx context.Context, out *Verification) error {
	was, err := report.ReadOverlaps(out.Kept.Body)
	if err != nil {
		return err
	}
	out.Overlaps = &was
	r, err := requestOf(out.Kept)
	if err != nil {
		return err
	}
	again, err := v.Measurer.Measure(ctx, r)
	if err != nil {
		return fmt.Errorf("measure again: %w", err)
	}
	body, err := report.OverlapsJSON(again)
	if err != nil {
		return err
	}
	is, err := report.ReadOverlaps(body)
	out.Deviations = overlapDeviations(was, is)
	return err
}

func overlapDeviations(was, is openapi.Overlaps) []string {
	var d deviations
	d.replaced(overlapVersions(was), overlapVersions(is))
	d.area("并集", was.UnionM2, is.UnionM2)
	d.area("重叠范围", was.SharedM2, is.SharedM2)
	if len(was.Pairs) != len(is.Pairs) || len(was.Pieces) != len(is.Pieces) || len(was.Layers) != len(is.Layers) {
		return append(d, fmt.Sprintf("重叠图形 %d → %d 个", len(was.Pieces), len(is.Pieces)))
	}
	for i, l := range was.Layers {
		d.area(l.Title, l.AreaM2, is.Layers[i].AreaM2)
	}
	for i, p := range was.Pairs {
		d.area(p.A+" ∩ "+p.B, p.AreaM2, is.Pairs[i].AreaM2)
	}
	for i, p := range was.Pieces {
		d.area(fmt.Sprintf("重叠图形 %d", p.No), p.AreaM2, is.Pieces[i].AreaM2)
	}
	return d
}

func overlapVersions(o openapi.Overlaps) map[string]string {
	digests := map[string]string{}
	for _, v := range o.Versions {
		digests[v.Ref] = v.Digest
	}
	return digests
}
