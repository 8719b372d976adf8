package report

import (
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/rule"
)

// verdict encodes what follows from a check.
func verdict(v overlap.Verdict) openapi.CheckVerdict {
	out := openapi.CheckVerdict{Outcome: openapi.CheckOutcome(v.Outcome),
		Rules: make([]openapi.CheckRule, 0, len(v.Rules)), Sentences: list(v.Sentences)}
	for _, f := range v.Rules {
		out.Rules = append(out.Rules, openapi.CheckRule{Id: f.ID, Layer: f.Layer, Outcome: openapi.CheckOutcome(f.Outcome),
			Basis: f.Basis, Verified: f.Verified, Text: f.Text, Question: question(f.Question),
			Unit: optional(f.Unit), Requirements: requirements(f.Requirements)})
	}
	if len(v.Choices) > 0 {
		out.Choices = &v.Choices
	}
	return out
}

// requirements encodes what an access list asks; nil where a rule prints none.
func requirements(rs []rule.Requirement) *[]openapi.CheckRequirement {
	if len(rs) == 0 {
		return nil
	}
	out := make([]openapi.CheckRequirement, 0, len(rs))
	for _, r := range rs {
		out = append(out, openapi.CheckRequirement{Level: r.Level, Group: r.Group, Text: r.Text, Entered: r.Entered,
			Verified: r.Verified, Basis: optional(r.Basis), Source: optional(r.Source)})
	}
	return &out
}

func question(q *rule.Question) *openapi.CheckQuestion {
	if q == nil {
		return nil
	}
	out := &openapi.CheckQuestion{Key: q.Key, Ask: q.Ask, Answer: optional(q.Answer), Options: make([]openapi.CheckOption, 0, len(q.Options))}
	for _, o := range q.Options {
		out.Options = append(out.Options, openapi.CheckOption{Value: o.Value, Label: o.Label, Verified: o.Verified})
	}
	return out
}

// combinations encodes what several layers cover at once; nil when nothing was
// asked, so that an empty list never claims that there is none.
func (e *encoder) combinations(cs []overlap.Combination) *[]openapi.CheckCombination {
	if cs == nil {
		return nil
	}
	out := make([]openapi.CheckCombination, 0, len(cs))
	for _, c := range cs {
		out = append(out, openapi.CheckCombination{All: c.All, Title: c.TitleZH, AreaM2: e.area("combination", c.Area)})
	}
	return &out
}

// crossings encodes where a corridor's axis runs through a feature.
func (e *encoder) crossings(cs []overlap.Crossing) *[]openapi.CheckCrossing {
	if len(cs) == 0 {
		return nil
	}
	out := make([]openapi.CheckCrossing, 0, len(cs))
	for _, c := range cs {
		out = append(out, openapi.CheckCrossing{LengthM: e.metres("crossing", c.Length),
			Entry: openapi.Position{c.Entry[0], c.Entry[1]}, Exit: openapi.Position{c.Exit[0], c.Exit[1]}})
	}
	return &out
}
