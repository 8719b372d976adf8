package rule

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hongxian/geodata"
)

// ExampleResult (样例结果) is the outcome of one example of a rule file.
type ExampleResult struct {
	Rule string // its id; empty for an example of all rules together
	Name string
	Want string // what the example expects, one line
	Got  string // what came out, one line
	Pass bool
}

// RunExamples runs every example the file carries, in the order of the file.
// Without a rule's own examples there is a result that does not pass: an example
// is what shows that a rule does what its author meant.
func (s *Set) RunExamples(ctx context.Context) []ExampleResult {
	if s == nil {
		return nil
	}
	var results []ExampleResult
	for _, r := range s.rules {
		if len(r.Examples) == 0 {
			results = append(results, ExampleResult{Rule: r.ID, Name: "缺少样例 no example"})
		}
		for i, e := range r.Examples {
			results = append(results, s.runSingle(ctx, r, i, e))
		}
	}
	for i, e := range s.examples {
		results = append(results, s.runWhole(ctx, i, e))
	}
	return results
}

func (s *Set) runSingle(ctx context.Context, r *compiled, i int, e singleExample) ExampleResult {
	facts := s.complete(e.Facts, e.Choices)
	var own result
	for _, one := range s.run(ctx, &facts) {
		if one.rule == r {
			own = one
		}
	}
	applies := e.Expect.Applies == nil || *e.Expect.Applies
	want, got := "不适用 silent", "不适用 silent"
	if applies {
		want = described(nil, e.Expect.Outcome, e.Expect.Sentences) + counted(e, e.Expect.Requirements, e.Expect.NotEntered)
	}
	if len(own.findings) > 0 {
		var asked []Requirement
		for _, f := range own.findings {
			asked = append(asked, f.Requirements...)
		}
		all, open := len(asked), missing(asked)
		got = described(nil, worst(own.findings), own.sentences) + counted(e, &all, &open)
	}
	return ExampleResult{Rule: r.ID, Name: titled(e.Name, i), Want: want, Got: got, Pass: want == got}
}

func (s *Set) runWhole(ctx context.Context, i int, e wholeExample) ExampleResult {
	j := s.Judge(ctx, s.complete(e.Facts, e.Choices))
	var ids []string
	for _, f := range j.Findings {
		ids = append(ids, f.ID)
	}
	want := described(e.Expect.Applies, e.Expect.Outcome, e.Expect.Sentences)
	got := described(ids, j.Outcome, j.Sentences)
	return ExampleResult{Name: titled(e.Name, i), Want: want, Got: got, Pass: want == got}
}

// counted puts the numbers on a line that the example speaks of.
func counted(e singleExample, requirements, notEntered *int) string {
	var text string
	if e.Expect.Requirements != nil {
		text += fmt.Sprintf(" 要求 %d", *requirements)
	}
	if e.Expect.NotEntered != nil {
		text += fmt.Sprintf(" 待录入 %d", *notEntered)
	}
	return text
}

// titled is the example's name, its number where it has none.
func titled(name string, i int) string {
	if name == "" {
		return fmt.Sprintf("样例 %d", i+1)
	}
	return name
}

// described puts what is compared on one line.
func described(ids []string, o Outcome, sentences []string) string {
	text := string(o)
	if len(ids) > 0 {
		ids = slices.Sorted(slices.Values(ids))
		text += " [" + strings.Join(ids, " ") + "]"
	}
	for _, s := range sentences {
		text += " “" + s + "”"
	}
	return text
}

// complete puts what an example says on top of a calm site: one hectare within
// the county that concerns none of the layers the file speaks of.
func (s *Set) complete(e exampleFacts, choices map[string]string) Facts {
	f := Facts{Site: SiteFacts{AreaM2: 10_000, Form: "polygon"}, Layers: map[geodata.LayerKey]LayerFacts{},
		Combinations: map[string]float64{}, Choices: choices, Schematic: e.Schematic}
	if e.Site != nil {
		f.Site = *e.Site
	}
	for _, key := range s.layers {
		f.Layers[geodata.LayerKey(key)] = LayerFacts{Status: NotConcerned}
	}
	for _, r := range s.rules {
		if r.Layer != "" {
			f.Layers[geodata.LayerKey(r.Layer)] = LayerFacts{Status: NotConcerned}
		}
	}
	for _, label := range s.combinations {
		f.Combinations[label] = 0
	}
	for key, l := range e.Layers {
		f.Layers[geodata.LayerKey(key)] = l
	}
	maps.Copy(f.Combinations, e.Combinations)
	return f
}
