package rule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hongxian/geodata"
)

// Judgement (研判结果) is what follows from a check.
type Judgement struct {
	Outcome   Outcome // the worst of all findings; Clear when there is none
	Findings  []Finding
	Sentences []string // for approval documents, Chinese, in the order of the rules
}

// Judge applies every rule to the facts. It is a pure function of the set and the
// facts, except that a context that ends makes it stop, say so and give Review:
// such a judgement must not be kept.
//
// A rule about a layer that was not asked about is passed over. An open question
// gives what the rule says for that case, Review unless it says otherwise.
func (s *Set) Judge(ctx context.Context, f Facts) Judgement {
	var j Judgement
	for _, r := range s.run(ctx, &f) {
		j.Findings = append(j.Findings, r.findings...)
		j.Sentences = append(j.Sentences, r.sentences...)
	}
	j.Outcome = worst(j.Findings)
	return j
}

func worst(findings []Finding) Outcome {
	o := Clear
	for _, f := range findings {
		o = Worse(o, f.Outcome)
	}
	return o
}

// result is what one rule came to.
type result struct {
	rule      *compiled // nil for what needs no rule
	findings  []Finding
	sentences []string
}

// judging is one evaluation of a set.
type judging struct {
	set     *Set
	facts   *Facts
	known   any // for expressions
	covered map[geodata.LayerKey]*coverage
}

// run evaluates all rules in their order, then says what they leave open.
func (s *Set) run(ctx context.Context, f *Facts) []result {
	if s == nil {
		s = &Set{}
	}
	if !f.sound() {
		return []result{{findings: []Finding{ownFinding("facts-invalid", "", "核查数据中有无效的面积，需人工研判。")}}}
	}
	known, err := s.activation(f)
	if err != nil {
		return []result{{findings: []Finding{ownFinding("facts-invalid", "", "核查数据无法交给规则计算，需人工研判。")}}}
	}
	j := &judging{set: s, facts: f, known: known, covered: map[geodata.LayerKey]*coverage{}}
	var results []result
	for _, r := range s.rules {
		if ctx.Err() != nil {
			return []result{{findings: []Finding{ownFinding("interrupted", "", "规则计算被中断，需重新核查。")}}}
		}
		if _, asked := f.Layers[geodata.LayerKey(r.Layer)]; r.Layer != "" && !asked {
			continue
		}
		results = append(results, j.apply(r))
	}
	return append(results, result{findings: j.leftOpen()})
}

// apply evaluates one rule.
func (j *judging) apply(r *compiled) result {
	out := result{rule: r}
	applies, err := r.when.truth(j.known)
	if err == nil && !applies {
		return out
	}
	items, several := []item{{}}, false
	if err == nil {
		items, err = j.items(r)
		several = len(items) > 1
	}
	for _, it := range items {
		var base Outcome
		if err == nil {
			base, err = r.base(j.known)
		}
		if err == nil {
			err = j.measure(r, &it)
		}
		if err != nil {
			break
		}
		j.cover(r, it)
		finding, sentences := j.finding(r, it, several, base)
		out.findings = append(out.findings, finding)
		out.sentences = append(out.sentences, sentences...)
	}
	if err != nil {
		out.findings, out.sentences = j.undecided(r, err), nil
	}
	return out
}

// base is the outcome without the question.
func (r *compiled) base(known any) (Outcome, error) {
	switch {
	case r.outcome != nil:
		return r.outcome.outcome(known)
	case r.Outcome != "":
		return r.Outcome, nil
	}
	return Clear, nil // the options say
}

// item is one thing a rule applies to: the site, or a group of features.
type item struct {
	subject
	suffix   string // of ids and question keys, where there are several
	features []FeatureFacts
	given    string // what the person answered to the rule's own question
}

// items lists what the rule applies to.
func (j *judging) items(r *compiled) ([]item, error) {
	if r.each == nil {
		return []item{{}}, nil
	}
	features, err := r.each.features(j.known)
	if err != nil {
		return nil, err
	}
	var items []item
	for _, f := range features {
		suffix := f.Name
		if r.By == "code" || suffix == "" {
			suffix = f.Code
		}
		i := slices.IndexFunc(items, func(it item) bool { return it.suffix == suffix })
		if i < 0 {
			i = len(items)
			items = append(items, item{suffix: suffix, subject: subject{name: f.Name}})
		}
		items[i].add(f)
	}
	return items, nil
}

// add puts a feature into a group.
func (it *item) add(f FeatureFacts) {
	it.features = append(it.features, f)
	it.area += f.OverlapM2
	it.code = listed(it.code, f.Code)
	it.class = listed(it.class, f.Class)
}

// listed adds a word to a Chinese list, once.
func listed(list, word string) string {
	switch {
	case list == "":
		return word
	case word == "" || slices.Contains(strings.Split(list, "、"), word):
		return list
	}
	return list + "、" + word
}

// measure says which area the rule speaks of.
func (j *judging) measure(r *compiled, it *item) error {
	switch {
	case r.area != nil:
		area, err := r.area.area(j.known)
		it.area = area
		return err
	case r.each != nil:
		return nil
	case r.Layer != "":
		it.area = j.facts.Layers[geodata.LayerKey(r.Layer)].OverlapM2
	default:
		it.area = j.facts.Site.AreaM2
	}
	return nil
}

// finding words what follows from a rule for one item.
func (j *judging) finding(r *compiled, it item, several bool, base Outcome) (Finding, []string) {
	f := Finding{ID: r.ID, Layer: r.Layer, Outcome: base, Basis: r.Basis, Verified: r.verified, Text: it.say(r.text)}
	if several {
		f.ID += "." + it.suffix
	}
	if r.list != nil {
		f.Unit, f.Requirements = it.suffix, r.list.stacked(it)
		f.Text += r.list.told(f.Requirements)
	}
	if r.question != nil {
		it.given = j.choice(r.question, it, several)
	}
	var sentences []string
	if text, ok := j.sentence(r, r.sentence, it, r.verified); ok {
		sentences = append(sentences, text)
	}
	if r.question != nil {
		if text, ok := j.ask(r, it, several, &f); ok {
			sentences = append(sentences, text)
		}
	}
	return f, sentences
}

// say fills a finding's text; what has no name is shown as a dash.
func (it item) say(t *template) string {
	text, _ := t.fill(func(placeholder string) (string, bool) {
		if w := it.word(placeholder); w != "" {
			return w, true
		}
		return "—", true
	})
	return text
}

// sentence fills a sentence; ok is false while a word of it is still open.
func (j *judging) sentence(r *compiled, t *template, it item, verified bool) (text string, ok bool) {
	text, ok = t.fill(func(placeholder string) (string, bool) {
		switch {
		case isSubject(placeholder):
			return it.word(placeholder), true
		case r.question != nil && r.question.Key == placeholder:
			return r.question.answer(it.given)
		}
		return j.set.questions[placeholder].answer(j.facts.Choices[placeholder])
	})
	if ok && !verified {
		text += toVerify
	}
	return text, ok
}

// undecided says that a rule could not be evaluated. Where that is because its
// layers were not checked, the finding about them says it already.
func (j *judging) undecided(r *compiled, err error) []Finding {
	reason := "该规则无法计算，需人工研判："
	if errors.Is(err, errUndetermined) {
		missing := j.missing(r)
		if r.Note || missing == "" {
			return nil
		}
		reason = fmt.Sprintf("缺少%s的核查结果，该规则无法判断，需人工研判：", missing)
	}
	j.cover(r, item{})
	return []Finding{{ID: r.ID, Layer: r.Layer, Outcome: Review, Basis: r.Basis, Verified: r.verified, Text: reason + item{}.say(r.text)}}
}

// missing names what a rule looks up and no finding about an unchecked layer explains.
func (j *judging) missing(r *compiled) string {
	var names string
	for _, key := range r.looksUp.layers {
		if _, asked := j.facts.Layers[geodata.LayerKey(key)]; !asked {
			names = listed(names, key)
		}
	}
	unchecked := j.facts.unchecked()
	for _, key := range r.looksUp.combinations {
		explained := slices.ContainsFunc(combined[key], func(l geodata.LayerKey) bool { return slices.Contains(unchecked, l) })
		if !j.facts.known(key) && !explained {
			names = listed(names, key)
		}
	}
	if names == "" && len(unchecked) == 0 {
		return "所需图层"
	}
	return names
}
