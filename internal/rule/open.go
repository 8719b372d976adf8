package rule

import (
	"maps"
	"slices"

	"hongxian/geodata"
)

// coverage remembers what of a layer a rule has spoken of.
type coverage struct {
	all      bool
	features []FeatureFacts
}

// cover notes that a rule speaks of its layer, or of some features of it.
func (j *judging) cover(r *compiled, it item) {
	if r.Note || r.Layer == "" {
		return
	}
	key := geodata.LayerKey(r.Layer)
	if j.covered[key] == nil {
		j.covered[key] = &coverage{}
	}
	if len(it.features) == 0 {
		j.covered[key].all = true
	}
	j.covered[key].features = append(j.covered[key].features, it.features...)
}

// leftOpen says what fails closed whatever the rules are: layers that were not
// checked, layers and features that are concerned and no rule speaks of.
func (j *judging) leftOpen() []Finding {
	var findings []Finding
	for _, key := range slices.Sorted(maps.Keys(j.facts.Layers)) {
		l := j.facts.Layers[key]
		switch {
		case !l.checked():
			reason := l.Reason
			if reason == "" {
				reason = "原因不明。"
			}
			findings = append(findings, ownFinding("not-checked."+string(key), key, "该图层未核查，需人工研判："+reason))
		case l.Status == Concerned && !j.covered[key].speaksOf(l):
			text := "涉及该图层，而规则没有相应规定，需人工研判。"
			if names := j.covered[key].without(l); names != "" {
				text = "涉及" + names + "，而规则没有相应规定，需人工研判。"
			}
			findings = append(findings, ownFinding("no-rule."+string(key), key, text))
		}
	}
	if len(j.facts.Layers) == 0 {
		findings = append(findings, ownFinding("nothing-checked", "", "没有核查任何图层，需人工研判。"))
	}
	return findings
}

// speaksOf reports whether rules spoke of the layer and of all its features.
func (c *coverage) speaksOf(l LayerFacts) bool {
	return c != nil && (c.all || len(l.Features) > 0 && c.without(l) == "")
}

// without names the features no rule spoke of; nothing when none was spoken of.
func (c *coverage) without(l LayerFacts) string {
	if c == nil || c.all || len(c.features) == 0 {
		return ""
	}
	var names string
	for _, f := range l.Features {
		if !slices.Contains(c.features, f) {
			name := f.Name + f.Class
			if name == "" {
				name = "图斑 " + f.Code
			}
			names = listed(names, name)
		}
	}
	return names
}

// ownFinding is one that quotes no document: it says what the program could not do.
func ownFinding(id string, layer geodata.LayerKey, text string) Finding {
	return Finding{ID: id, Layer: string(layer), Outcome: Review, Verified: true, Text: text}
}
