package overlap

import (
	"context"
	"fmt"

	"hongxian/geodata"
	"hongxian/internal/rule"
)

// judge has the county's rules say what follows. Without rules only this can be
// said: clear when every layer was checked and none is concerned, else review.
func (c *Checker) judge(ctx context.Context, k *check, r *Report, choices map[string]string) (Verdict, error) {
	if c.Rules == nil {
		return unruled(r.Layers), nil
	}
	j := c.Rules.Judge(ctx, k.facts(r, choices))
	if err := ctx.Err(); err != nil { // a judgement that was cut off must not be kept
		return Verdict{}, fmt.Errorf("judge %q: %w", r.Site.Name, err)
	}
	return Verdict{Outcome: j.Outcome, Rules: j.Findings, Sentences: j.Sentences, Choices: choices}, nil
}

// LimitedSight is said in every answer to somebody who may not see every layer, whether
// or not there is one that they may not see: the answer must not tell.
const LimitedSight = "本次核查仅限查询人可见的图层，其余图层（如有）未核查，结论至多为“需人工研判”。"

// limit makes a verdict one of visible layers only: at best review.
func limit(v *Verdict) {
	v.Outcome = rule.Worse(v.Outcome, rule.Review)
	v.Sentences = append(v.Sentences[:len(v.Sentences):len(v.Sentences)], LimitedSight)
}

func unruled(layers []LayerOverlap) Verdict {
	for _, l := range layers {
		if l.Status != NotConcerned {
			return Verdict{Outcome: rule.Review}
		}
	}
	if len(layers) == 0 {
		return Verdict{Outcome: rule.Review}
	}
	return Verdict{Outcome: rule.Clear}
}

// facts is what the check found, as rules look at it.
func (k *check) facts(r *Report, choices map[string]string) rule.Facts {
	f := rule.Facts{
		Site:   rule.SiteFacts{AreaM2: float64(r.Site.Area), OutsideCountyM2: float64(r.Site.OutsideCounty), Form: string(r.Site.Form)},
		Layers: map[geodata.LayerKey]rule.LayerFacts{}, Combinations: k.combined,
		Choices: choices, Schematic: r.Schematic,
	}
	for _, l := range r.Layers {
		layer := rule.LayerFacts{Status: string(l.Status), Reason: l.Reason, OverlapM2: float64(l.Overlap), SliverOnly: l.SliverOnly}
		for _, t := range l.Features {
			layer.Features = append(layer.Features, rule.FeatureFacts{Code: t.Code, Name: t.Name, Class: t.Class, OverlapM2: float64(t.Overlap)})
		}
		f.Layers[l.Layer] = layer
	}
	return f
}
