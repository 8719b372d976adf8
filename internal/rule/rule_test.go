package rule_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/rule"
)

// least is the smallest rule file; tests change it.
const least = `title: 样例规则
rules:
  - id: red-line
    layer: red-line
    when: layers["red-line"].concerned
    outcome: conditional
    basis: 某号文
    verified: true
    source: 某处
    text: 涉及{ha}公顷。
`

// asking is a file whose rule asks a question of each feature.
const asking = `title: 样例规则
rules:
  - id: park
    layer: protected-area
    each: layers["protected-area"].features.filter(f, f.class == "园")
    basis: 某号文
    verified: true
    source: 某处
    text: 涉及{name}（{code}，{class}）{ha}公顷。
    question:
      key: park_case
      ask: 哪种情形？
      options:
        - {value: a, label: 甲, verified: true, outcome: clear, sentence: "{name}：{ha}公顷，{m2}平方米，{park_case}。"}
        - {value: b, label: 乙, verified: false, outcome: conditional, sentence: "{name}：{park_case}。"}
        - {value: c, label: 丙, verified: true, outcome: clear, when: 'combinations["red_line_in_core"] <= 0.01'}
  - id: agency
    when: choices["park_case"] == "a"
    outcome: clear
    basis: 某号文
    verified: true
    source: 某处
    text: 须写明单位。
    sentence: 由{agency}办理。
    question: {key: agency, ask: 哪个单位？, unanswered: conditional}
`

func parse(t testing.TB, text string) *rule.Set {
	t.Helper()
	s, err := rule.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func replaced(text, old, new string) string {
	if !strings.Contains(text, old) {
		panic("nothing to replace: " + old)
	}
	return strings.Replace(text, old, new, 1)
}

type layers = map[geodata.LayerKey]rule.LayerFacts

// facts are those of a site of 10,000 m².
func facts(l layers) rule.Facts {
	return rule.Facts{Site: rule.SiteFacts{AreaM2: 10_000, Form: "polygon"}, Layers: l}
}

// judged is the outcome, the ids of the findings, and the sentences.
func judged(j rule.Judgement) string {
	text := string(j.Outcome)
	for _, f := range j.Findings {
		text += " " + f.ID + "=" + string(f.Outcome)
	}
	for _, s := range j.Sentences {
		text += " “" + s + "”"
	}
	return text
}

func TestJudge(t *testing.T) {
	red := func(area float64) rule.LayerFacts { return rule.LayerFacts{Status: rule.Concerned, OverlapM2: area} }
	free := rule.LayerFacts{Status: rule.NotConcerned}
	unchecked := rule.LayerFacts{Status: rule.NotChecked, Reason: "该图层没有现行版本。"}
	second := `  - {id: core, layer: red-line, when: 'layers["red-line"].concerned && layers["protected-area"].concerned', outcome: prohibited, basis: b, verified: true, source: s, text: t}` + "\n"
	note := `  - {id: remark, layer: red-line, note: true, when: 'layers["red-line"].sliver_only', outcome: clear, basis: b, verified: true, source: s, text: t}` + "\n"
	for _, c := range []struct {
		name, rules string
		layers      layers
		want        string
	}{
		{"all free, rules silent", least, layers{"red-line": free, "farmland": free}, "clear"},
		{"concerned", least, layers{"red-line": red(50)}, "conditional red-line=conditional"},
		{"concerned without a rule", least, layers{"red-line": free, "farmland": red(50)}, "review no-rule.farmland=review"},
		{"not checked", least, layers{"red-line": unchecked}, "review not-checked.red-line=review"},
		{"a status nobody knows", least, layers{"red-line": {Status: "涉及", OverlapM2: 5}}, "review not-checked.red-line=review"},
		{"its layer not asked about", least, layers{"farmland": free}, "clear"},
		{"nothing checked", least, layers{}, "review nothing-checked=review"},
		{"unchecked layer matters", least + second, layers{"red-line": red(5), "protected-area": unchecked},
			"review red-line=conditional not-checked.protected-area=review"},
		{"unchecked layer does not matter to the rule", least + second, layers{"red-line": free, "protected-area": unchecked}, "review not-checked.protected-area=review"},
		{"layer not asked about matters", least + second, layers{"red-line": red(5)}, "review red-line=conditional core=review"},
		{"layer not asked about does not matter", least + second, layers{"red-line": free}, "clear"},
		{"a remark is no rule", replaced(least, "concerned\n", "overlap_m2 > 100.0\n") + note, layers{"red-line": {Status: rule.Concerned, OverlapM2: 0.5, SliverOnly: true}},
			"review remark=clear no-rule.red-line=review"},
		{"no such key", replaced(least, `layers["red-line"].concerned`, `layers["red-" + "lane"].concerned`), layers{"red-line": free}, "review red-line=review"},
		{"division by nothing", replaced(least, `layers["red-line"].concerned`, `1 / size(layers["red-line"].features) > 0`), layers{"red-line": free}, "review red-line=review"},
		{"outcome by expression", replaced(least, "outcome: conditional", `outcome_expr: 'layers["red-line"].overlap_m2 > 100.0 ? "prohibited" : "clear"'`), layers{"red-line": red(101)}, "prohibited red-line=prohibited"},
		{"outcome that is none", replaced(least, "outcome: conditional", `outcome_expr: '"fine"'`), layers{"red-line": red(101)}, "review red-line=review"},
		{"area that is none", replaced(least, "outcome: conditional", "outcome: clear\n    area: site.area_m2 - 20000.0"), layers{"red-line": red(101)}, "review red-line=review"},
		{"not a number", least, layers{"red-line": red(math.NaN())}, "review facts-invalid=review"},
		{"negative area", least, layers{"red-line": free, "farmland": red(-1)}, "review facts-invalid=review"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judged(parse(t, c.rules).Judge(t.Context(), facts(c.layers))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFindingSaysWhatAndWhy(t *testing.T) {
	s := parse(t, least)
	j := s.Judge(t.Context(), facts(layers{"red-line": {Status: rule.Concerned, OverlapM2: 12345.5}}))
	if f := j.Findings[0]; f.Text != "涉及1.2346公顷。" || f.Basis != "某号文" || !f.Verified || f.Layer != "red-line" {
		t.Errorf("%+v", f)
	}
	j = s.Judge(t.Context(), facts(layers{"red-line": {Status: rule.NotChecked, Reason: "该图层没有现行版本。"}}))
	if f := j.Findings[0]; !strings.Contains(f.Text, "没有现行版本") || f.Layer != "red-line" {
		t.Errorf("%+v", f)
	}
	if len(s.Digest()) != 64 || s.Digest() == parse(t, least+"# 改\n").Digest() {
		t.Errorf("digest %q", s.Digest())
	}
}

func TestCountyWithoutRules(t *testing.T) {
	var none *rule.Set
	for status, want := range map[string]rule.Outcome{rule.Concerned: rule.Review, rule.NotConcerned: rule.Clear, rule.NotChecked: rule.Review} {
		if got := none.Judge(t.Context(), facts(layers{"red-line": {Status: status}})); got.Outcome != want {
			t.Errorf("%s: %s", status, judged(got))
		}
	}
	if none.Digest() != "" || none.ValidateChoices(map[string]string{"a": "b"}) == nil || none.RunExamples(t.Context()) != nil {
		t.Error("no rules ask for nothing")
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := judged(parse(t, least).Judge(ctx, facts(layers{"red-line": {Status: rule.NotConcerned}}))); got != "review interrupted=review" {
		t.Error(got)
	}
}

// A dear expression stops at the cost limit, and the rule gives review.
func TestCostLimit(t *testing.T) {
	dear := replaced(least, `layers["red-line"].concerned`,
		`layers["red-line"].features.all(a, layers["red-line"].features.all(b, a.overlap_m2 + b.overlap_m2 >= 0.0))`)
	l := rule.LayerFacts{Status: rule.Concerned, OverlapM2: 1}
	for i := range 2000 {
		l.Features = append(l.Features, rule.FeatureFacts{Code: fmt.Sprint(i), OverlapM2: 1})
	}
	if got := judged(parse(t, dear).Judge(t.Context(), facts(layers{"red-line": l}))); got != "review red-line=review" {
		t.Error(got)
	}
}

func TestQuestionOfEach(t *testing.T) {
	s := parse(t, asking)
	a := rule.FeatureFacts{Code: "1", Name: "东园", Class: "园", OverlapM2: 5000}
	b := rule.FeatureFacts{Code: "2", Name: "西园", Class: "园", OverlapM2: 20}
	other := rule.FeatureFacts{Code: "3", Name: "北苑", Class: "苑", OverlapM2: 20}
	of := func(choices map[string]string, features ...rule.FeatureFacts) rule.Judgement {
		f := facts(layers{"protected-area": {Status: rule.Concerned, OverlapM2: 5000, Features: features}, "red-line": {Status: rule.NotConcerned}})
		f.Choices, f.Combinations = choices, map[string]float64{rule.RedLineInCore: 0}
		return s.Judge(t.Context(), f)
	}
	for _, c := range []struct {
		name string
		j    rule.Judgement
		want string
	}{
		{"open", of(nil, a), "review park=review"},
		{"answered; the agency is open", of(map[string]string{"park_case": "a"}, a), "conditional park=clear agency=conditional “东园：0.5000公顷，5000.00平方米，甲。”"},
		{"all answered", of(map[string]string{"park_case": "a", "agency": "林业局"}, a), "clear park=clear agency=clear “东园：0.5000公顷，5000.00平方米，甲。” “由林业局办理。”"},
		{"unread option", of(map[string]string{"park_case": "b"}, a), "conditional park=conditional “东园：乙（待核）。（待核）”"},
		{"no such option", of(map[string]string{"park_case": "x"}, a), "review park=review"},
		{"by its own key", of(map[string]string{"park_case.东园": "b"}, a), "conditional park=conditional “东园：乙（待核）。（待核）”"},
		{"one answer does not stand for two", of(map[string]string{"park_case": "b"}, a, b), "review park.东园=review park.西园=review"},
		{"two answers", of(map[string]string{"park_case.东园": "b", "park_case.西园": "a"}, a, b),
			"conditional park.东园=conditional park.西园=clear “东园：乙（待核）。（待核）” “西园：0.0020公顷，20.00平方米，甲。”"},
		{"a feature no rule speaks of", of(map[string]string{"park_case": "b"}, a, other), "review park=conditional no-rule.protected-area=review “东园：乙（待核）。（待核）”"},
		{"none of them", of(nil, other), "review no-rule.protected-area=review"},
	} {
		if got := judged(c.j); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
	j := of(map[string]string{"park_case.东园": "b"}, a, b)
	if f := j.Findings[0]; f.Verified || f.Question.Answer != "b" || f.Question.Key != "park_case.东园" || f.Text != "涉及东园（1，园）0.5000公顷。" {
		t.Errorf("%+v %+v", f, f.Question)
	}
	if j := of(nil, a, other); !strings.Contains(j.Findings[1].Text, "北苑") {
		t.Errorf("%+v", j.Findings[1])
	}
}

// An option that the findings rule out is not offered; one that cannot be judged
// is offered, and review follows.
func TestOptionThatCannotBe(t *testing.T) {
	s := parse(t, asking)
	judge := func(inCore map[string]float64) rule.Finding {
		f := facts(layers{"red-line": {Status: rule.NotConcerned}, "protected-area": {Status: rule.Concerned, OverlapM2: 5,
			Features: []rule.FeatureFacts{{Code: "1", Name: "东园", Class: "园", OverlapM2: 5}}}})
		f.Choices, f.Combinations = map[string]string{"park_case": "c"}, inCore
		return s.Judge(t.Context(), f).Findings[0]
	}
	offered := func(f rule.Finding) bool {
		return slices.ContainsFunc(f.Question.Options, func(o rule.Option) bool { return o.Value == "c" })
	}
	if f := judge(map[string]float64{rule.RedLineInCore: 0}); f.Outcome != rule.Clear || !offered(f) || f.Question.Answer != "c" {
		t.Errorf("possible: %+v", f)
	}
	if f := judge(map[string]float64{rule.RedLineInCore: 5}); f.Outcome != rule.Review || offered(f) || f.Question.Answer != "" || !strings.Contains(f.Text, "不符") {
		t.Errorf("ruled out: %+v", f)
	}
	if f := judge(nil); f.Outcome != rule.Review || !offered(f) || f.Question.Answer != "c" {
		t.Errorf("unknown: %+v", f)
	}
}

func TestValidateChoices(t *testing.T) {
	s := parse(t, asking)
	for choice, code := range map[[2]string]string{
		{"park_case", "a"}: "", {"park_case.东园", "b"}: "", {"agency", "林业局"}: "",
		{"park_case", "x"}: "choice-invalid", {"park_case.", "a"}: "choice-unknown", {"agency.东园", "林业局"}: "choice-unknown",
		{"case", "a"}: "choice-unknown", {"agency", strings.Repeat("林", 61)}: "choice-invalid", {"agency", "a\nb"}: "choice-invalid",
	} {
		err := s.ValidateChoices(map[string]string{choice[0]: choice[1]})
		if code == "" && err != nil || code != "" && (!geodata.IsKind(err, geodata.Invalid) || geodata.AsError(err).Code != code) {
			t.Errorf("%q: %v", choice, err)
		}
	}
}

// refused fails unless the text is no rule file, for a reason in both languages.
func refused(t *testing.T, text string) {
	t.Helper()
	_, err := rule.Parse([]byte(text))
	if !geodata.IsKind(err, geodata.Invalid) {
		t.Fatalf("got %v", err)
	}
	if e := geodata.AsError(err); e.Code != "rules-invalid" || e.ZH == "" || e.EN == "" {
		t.Errorf("error is %+v", e)
	}
}

func TestParseRefuses(t *testing.T) {
	change := func(old, new string) string { return replaced(least, old, new) }
	question := func(old, new string) string { return replaced(asking, old, new) }
	for name, text := range map[string]string{
		"nothing":                   "",
		"not yaml":                  "rules: [",
		"not UTF-8":                 least + "#\xff",
		"NUL":                       least + "#\x00",
		"no rules":                  "title: 空\nrules: []\n",
		"no title":                  change("title: 样例规则\n", ""),
		"unknown key":               least + "    colour: red\n",
		"repeated key":              least + "    layer: farmland\n",
		"two documents":             least + "---\n" + least,
		"too large":                 least + strings.Repeat("#", 1<<20),
		"id":                        change("id: red-line", "id: Red Line"),
		"id twice":                  least + strings.SplitAfter(least, "rules:\n")[1],
		"layer key":                 change("layer: red-line", "layer: Red"),
		"no condition":              change(`    when: layers["red-line"].concerned`+"\n", ""),
		"no outcome":                change("    outcome: conditional\n", ""),
		"outcome":                   change("outcome: conditional", "outcome: fine"),
		"two outcomes":              least + `    outcome_expr: '"clear"'` + "\n",
		"no basis":                  change("    basis: 某号文\n", ""),
		"no verified":               change("    verified: true\n", ""),
		"no source":                 change("    source: 某处\n", ""),
		"no text":                   change("    text: 涉及{ha}公顷。\n", ""),
		"syntax of CEL":             change(`layers["red-line"].concerned`, "layers["),
		"type of CEL":               change(`layers["red-line"].concerned`, "site.area_m2"),
		"dynamic type":              change(`layers["red-line"].concerned`, "dyn(1)"),
		"unknown variable":          change(`layers["red-line"].concerned`, "now > 0"),
		"unknown field":             change(`layers["red-line"].concerned`, `layers["red-line"].area > 0.0`),
		"unknown function":          change(`layers["red-line"].concerned`, `fetch("x")`),
		"malformed key in CEL":      change(`layers["red-line"].concerned`, `layers["Red"].concerned`),
		"unasked question in CEL":   change(`layers["red-line"].concerned`, `choices["x"] == "1"`),
		"long CEL":                  change(`layers["red-line"].concerned`, "'"+strings.Repeat("true && ", 300)+"true'"),
		"deep CEL":                  change(`layers["red-line"].concerned`, strings.Repeat("(", 500)+"true"+strings.Repeat(")", 500)),
		"unknown placeholder":       change("{ha}", "{acres}"),
		"lone brace":                change("{ha}", "{ha"),
		"by without each":           least + "    by: code\n",
		"note that is not clear":    least + "    note: true\n",
		"text asks":                 question("（{code}", "（{agency}"),
		"sentence asks what nobody": question("由{agency}", "由{office}"),
		"sentence asks of each":     question("由{agency}", "由{park_case}"),
		"each without layer":        question("    layer: protected-area\n", ""),
		"each of numbers":           question(`layers["protected-area"].features.filter(f, f.class == "园")`, "'[1.0]'"),
		"open question gives clear": question("unanswered: conditional", "unanswered: clear"),
		"question asked twice":      question("key: agency", "key: park_case"),
		"question named ha":         question("key: agency", "key: ha"),
		"question without outcome":  question("    outcome: clear\n    basis", "    basis"),
		"option without outcome":    question("verified: true, outcome: clear, sentence", "verified: true, sentence"),
		"option without verified":   question("label: 乙, verified: false", "label: 乙"),
		"option twice":              question("value: b", "value: a"),
		"option's condition":        question(`combinations["red_line_in_core"] <= 0.01`, `"no"`),
		"alias bomb": "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n" +
			"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n" +
			"g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]\nrules: *h\n",
		"example with unknown facts": least + "    examples: [{facts: {weather: fine}}]\n",
	} {
		t.Run(name, func(t *testing.T) { refused(t, text) })
	}
	_, err := rule.Parse([]byte(change("outcome: conditional", "outcome: fine")))
	if e := geodata.AsError(err); !strings.Contains(e.ZH, "red-line") || !strings.Contains(e.EN, "red-line") {
		t.Errorf("the rule is not named: %v", err)
	}
}

func TestExampleMissing(t *testing.T) {
	for _, r := range parse(t, least).RunExamples(t.Context()) {
		if r.Pass || r.Rule != "red-line" {
			t.Errorf("%+v", r)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte(asking))
	f.Add([]byte("title: &a [*a]"))
	data, err := os.ReadFile("../../geodata/county/profiles/500237.rules.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(stacking(f)))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := rule.Parse(data)
		if err != nil {
			if !geodata.IsKind(err, geodata.Invalid) {
				t.Fatalf("not an Invalid error: %v", err)
			}
			return
		}
		for _, status := range []string{rule.Concerned, rule.NotConcerned, rule.NotChecked} {
			j := s.Judge(t.Context(), facts(layers{"red-line": {Status: status}, "protected-area": {Status: status},
				"control-unit": {Status: status, Features: []rule.FeatureFacts{{Code: "U1", Class: "重点管控单元", OverlapM2: 1}}}}))
			if status == rule.NotChecked && rule.Worse(j.Outcome, rule.Review) != j.Outcome {
				t.Fatalf("not checked, and %s", j.Outcome)
			}
		}
		s.RunExamples(t.Context())
	})
}
