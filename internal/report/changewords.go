package report

import (
	"fmt"

	"hongxian/internal/openapi"
)

// ChangeConclusions are the three requirements' verdicts as sentences, each with its
// threshold or what it rests on.
func ChangeConclusions(c openapi.Change) []string {
	return append(areaConclusions(c), append(natureConclusions(c), functionConclusions(c)...)...)
}

func areaConclusions(c openapi.Change) []string {
	v := c.Verdict
	word := "面积不减少：符合"
	if !v.NotDecreased {
		word = "面积不减少：不符合"
	}
	out := []string{fmt.Sprintf("%s。净变化 %s 公顷，判定条件：净变化 ≥ −τ，τ = %s 平方米。",
		word, ha(c.NetM2), m2(v.ToleranceM2))}
	if v.LostWithoutApprovalPieces > 0 {
		out = append(out, fmt.Sprintf("存在无批准文件的调出：%d 处，%s 公顷，逐块见“调出逐块”。", v.LostWithoutApprovalPieces, ha(v.LostWithoutApprovalM2)))
	} else if c.LostM2 > 0 {
		out = append(out, "调出图斑均有批准文件覆盖。")
	}
	if v.Swapped {
		out = append(out, fmt.Sprintf("面积虽未减少，但有调出 %s 公顷，由调入 %s 公顷抵补；占补是否符合规定须另行认定。", ha(c.LostM2), ha(c.GainedM2)))
	}
	if c.Approvals.Count == 0 && c.Approvals.Basis != "" {
		out = append(out, fmt.Sprintf("现状版本的依据文号为“%s”，是整体依据，不能代替逐块批准文件。", c.Approvals.Basis))
	}
	return out
}

func natureConclusions(c openapi.Change) []string {
	v := c.Verdict
	out := []string{}
	switch {
	case v.RestrictedM2 > 0:
		out = append(out, fmt.Sprintf("性质不改变：存在受限的类别转移 %s 公顷（类别变化共 %s 公顷），见“类别转移矩阵”。", ha(v.RestrictedM2), ha(v.ReclassifiedM2)))
	case v.ReclassifiedM2 > 0:
		out = append(out, fmt.Sprintf("性质不改变：共有范围内类别变化 %s 公顷，未涉及规划列明的受限转移，须人工认定。", ha(v.ReclassifiedM2)))
	default:
		out = append(out, "性质不改变：共有范围内类别没有变化。")
	}
	return append(out, holdingSentence("自然用地", v.NaturalLand, c), holdingSentence("人为活动面积", v.Activity, c))
}

func holdingSentence(what string, h openapi.ChangeHolding, c openapi.Change) string {
	if !h.Held || h.BeforeM2 == nil || h.AfterM2 == nil {
		return what + "：" + text(h.Reason)
	}
	return fmt.Sprintf("%s（%s）：基期范围内 %s 公顷（%s %%），现状范围内 %s 公顷（%s %%）。", what, text(h.Ref),
		ha(*h.BeforeM2), percent2(share(*h.BeforeM2, c.BeforeM2)), ha(*h.AfterM2), percent2(share(*h.AfterM2, c.AfterM2)))
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

func functionConclusions(c openapi.Change) []string {
	if len(c.Verdict.Function) == 0 {
		return []string{"功能不降低：无数据。功能不能由图形计算，须录入逐年指标后与基期比较。"}
	}
	out := []string{}
	for _, i := range c.Verdict.Function {
		word := "无数据"
		if i.Held && i.NotDecreased != nil {
			word = "不降低"
			if !*i.NotDecreased {
				word = "降低"
			}
			word += fmt.Sprintf("（%d 年 %v → %d 年 %v %s，来源：%s）", i.BaseYear, *i.BaseValue, i.Year, *i.Value, i.Unit, i.Source)
		}
		out = append(out, fmt.Sprintf("功能不降低·%s：%s。", i.Title, word))
	}
	return out
}
