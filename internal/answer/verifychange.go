package answer

import (
	"context"
	"encoding/json"
	"fmt"

	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// verifyChange compares the versions of a kept comparison again.
func (v *Verifier) verifyChange(ctx context.Context, out *Verification) error {
	was, err := report.ReadChange(out.Kept.Body)
	if err != nil {
		return err
	}
	out.Change = &was
	var asked AskedChange
	if err := json.Unmarshal(out.Kept.Inputs, &asked); err != nil {
		return fmt.Errorf("read question: %w", err)
	}
	r, err := asked.Request()
	if err != nil {
		return err
	}
	again, err := v.Comparer.Compare(ctx, r)
	if err != nil {
		return fmt.Errorf("compare again: %w", err)
	}
	body, err := report.ChangeJSON(again)
	if err != nil {
		return err
	}
	is, err := report.ReadChange(body)
	out.Deviations = changeDeviations(was, is)
	return err
}

// changeDeviations compares a kept comparison with the same versions compared again.
func changeDeviations(was, is openapi.Change) []string {
	var d deviations
	d.replaced(changeVersions(was), changeVersions(is))
	d.area("基期面积", was.BeforeM2, is.BeforeM2)
	d.area("现状面积", was.AfterM2, is.AfterM2)
	d.area("调入", was.GainedM2, is.GainedM2)
	d.area("调出", was.LostM2, is.LostM2)
	d.area("边界误差", was.Noise.GainedM2+was.Noise.LostM2, is.Noise.GainedM2+is.Noise.LostM2)
	d.area("无批准文件的调出", was.Verdict.LostWithoutApprovalM2, is.Verdict.LostWithoutApprovalM2)
	d.area("类别变化", was.Verdict.ReclassifiedM2, is.Verdict.ReclassifiedM2)
	d.area("受限转移", was.Verdict.RestrictedM2, is.Verdict.RestrictedM2)
	if len(was.Pieces) != len(is.Pieces) {
		return append(d, fmt.Sprintf("变化图斑：%d → %d 块", len(was.Pieces), len(is.Pieces)))
	}
	for i, p := range was.Pieces {
		d.area(fmt.Sprintf("变化图斑 %d", p.Number), p.AreaM2, is.Pieces[i].AreaM2)
	}
	return d
}

func changeVersions(c openapi.Change) map[string]string {
	digests := map[string]string{}
	for _, v := range c.Versions {
		digests[v.Ref] = v.Digest
	}
	return digests
}
