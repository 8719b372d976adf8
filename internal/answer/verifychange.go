package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// ChangeVerification (核验结果) says whether a printed comparison is what was answered:
// the kept answer, and the same versions compared again.
type ChangeVerification struct {
	Kept   record.Kept
	Change openapi.Change
	// Deviations names figures that come out differently by more than 0.01 m².
	Deviations []string
}

// Confirmed says that the comparison is kept and comes out the same again.
func (v *ChangeVerification) Confirmed() bool { return len(v.Deviations) == 0 }

// JSON is the verification as it is answered.
func (v *ChangeVerification) JSON() openapi.ChangeVerification {
	return openapi.ChangeVerification{Id: v.Kept.ID, Code: report.Code(v.Kept.ID), Confirmed: v.Confirmed(),
		Deviations: append([]string{}, v.Deviations...), Change: v.Change}
}

// Verify finds the comparison with this identity, or first digits of one, and
// compares its versions again. What was compared with a draft that has been imported
// again since cannot be confirmed and says so.
func (c *Changes) Verify(ctx context.Context, id string) (*ChangeVerification, error) {
	kept, err := getChange(ctx, c.Records, "", id)
	if err != nil {
		return nil, err
	}
	out := &ChangeVerification{Kept: kept}
	if out.Change, err = report.ReadChange(kept.Body); err != nil {
		return nil, fmt.Errorf("record %s: %w", kept.ID, err)
	}
	var asked AskedChange
	if err := json.Unmarshal(kept.Inputs, &asked); err != nil {
		return nil, fmt.Errorf("read question of change %s: %w", kept.ID, err)
	}
	r, err := asked.Request()
	if err != nil {
		return nil, err
	}
	again, err := c.Comparer.Compare(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("compare %s again: %w", kept.ID, err)
	}
	body, err := report.ChangeJSON(again)
	if err != nil {
		return nil, err
	}
	is, err := report.ReadChange(body)
	if err != nil {
		return nil, err
	}
	out.Deviations = changeDeviations(out.Change, is)
	return out, nil
}

// changeDeviations compares a kept comparison with the same versions compared again.
func changeDeviations(was, is openapi.Change) []string {
	var out []string
	differ := func(what string, a, b float64) {
		if !(math.Abs(a-b) <= verifyTolerance) {
			out = append(out, fmt.Sprintf("%s：%.4f → %.4f 平方米", what, a, b))
		}
	}
	for i, v := range was.Versions {
		if i < len(is.Versions) && is.Versions[i].Digest != v.Digest {
			out = append(out, fmt.Sprintf("版本 %s 已重新导入，内容不同", v.Ref))
		}
	}
	differ("基期面积", was.BeforeM2, is.BeforeM2)
	differ("现状面积", was.AfterM2, is.AfterM2)
	differ("调入", was.GainedM2, is.GainedM2)
	differ("调出", was.LostM2, is.LostM2)
	differ("边界误差", was.Noise.GainedM2+was.Noise.LostM2, is.Noise.GainedM2+is.Noise.LostM2)
	differ("无批准文件的调出", was.Verdict.LostWithoutApprovalM2, is.Verdict.LostWithoutApprovalM2)
	differ("类别变化", was.Verdict.ReclassifiedM2, is.Verdict.ReclassifiedM2)
	differ("受限转移", was.Verdict.RestrictedM2, is.Verdict.RestrictedM2)
	if len(was.Pieces) != len(is.Pieces) {
		out = append(out, fmt.Sprintf("变化图斑：%d → %d 块", len(was.Pieces), len(is.Pieces)))
		return out
	}
	for i, p := range was.Pieces {
		differ(fmt.Sprintf("变化图斑 %d", p.Number), p.AreaM2, is.Pieces[i].AreaM2)
	}
	return out
}
