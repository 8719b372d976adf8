package rule_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/rule"
)

// stacking is a rule file with an access list of three levels and two groups.
func stacking(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/access.rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// unitFacts are those of a site that touches control units.
func unitFacts(units ...rule.FeatureFacts) rule.Facts {
	return facts(layers{geodata.ControlUnit: {Status: rule.Concerned, OverlapM2: 9, Features: units}})
}

// shown puts requirements on lines; ! is entered and unread, ? not entered.
func shown(requirements []rule.Requirement) string {
	var b strings.Builder
	for _, r := range requirements {
		mark := ""
		if !r.Verified {
			mark = "!"
		}
		if !r.Entered {
			mark = "?"
		}
		fmt.Fprintf(&b, "%s/%s%s %s [%s]\n", r.Level, r.Group, mark, r.Text, r.Basis)
	}
	return b.String()
}

func TestAccessListStacks(t *testing.T) {
	s := parse(t, stacking(t))
	first := rule.FeatureFacts{Code: "U1", Name: "一号", Class: "重点管控单元", OverlapM2: 5}
	second := rule.FeatureFacts{Code: "U2", Name: "二号", Class: "一般管控单元", OverlapM2: 4}
	city := "全市/空间布局约束 示例：全市第一条。 [示例文件甲]\n全市/空间布局约束 示例：全市第二条。 [示例文件甲]\n全市/污染物排放管控? 待录入 []\n"
	wantFirst := city + "区县/空间布局约束? 待录入 []\n区县/污染物排放管控! 示例：全县重点单元污水集中处理。 [示例文件乙]\n" +
		"单元/空间布局约束 示例：一号单元不新建码头。 [示例文件丙]\n单元/污染物排放管控? 待录入 []\n"
	wantSecond := city + "区县/空间布局约束? 待录入 []\n区县/污染物排放管控? 待录入 []\n单元/空间布局约束? 待录入 []\n单元/污染物排放管控? 待录入 []\n"
	for _, c := range []struct {
		units []rule.FeatureFacts
		want  []string
	}{{[]rule.FeatureFacts{first}, []string{wantFirst}}, {[]rule.FeatureFacts{first, second}, []string{wantFirst, wantSecond}}} {
		found := s.Judge(t.Context(), unitFacts(c.units...)).Findings
		if len(found) != len(c.want) {
			t.Fatalf("%d findings for %d units", len(found), len(c.units))
		}
		for i, f := range found {
			if got := shown(f.Requirements); got != c.want[i] || f.Unit != c.units[i].Code {
				t.Errorf("unit %s\n%s\nwant\n%s", f.Unit, got, c.want[i])
			}
		}
	}
	text := s.Judge(t.Context(), unitFacts(first)).Findings[0].Text
	if text != "涉及一号。示例清单按全市 → 区县 → 单元叠加，3级×2类共6项，其中3项待录入；待录入不等于没有要求。" {
		t.Errorf("it says %s", text)
	}
}

// A list that is not entered leaves the conclusion to the person, who is told.
func TestAccessListNotEntered(t *testing.T) {
	s, _ := shipped(t)
	f := concerned(geodata.ControlUnit, 10_000)
	f.Layers[geodata.ControlUnit] = rule.LayerFacts{Status: rule.Concerned, OverlapM2: 10_000,
		Features: []rule.FeatureFacts{{Code: "ZH50023730001", Name: "甲单元", Class: "一般管控单元", OverlapM2: 10_000}}}
	f.Choices = map[string]string{"control_unit_conclusion": "符合"}
	for _, found := range s.Judge(t.Context(), f).Findings {
		if found.ID != "control-unit" {
			continue
		}
		if found.Outcome != rule.Clear || found.Question.Answer != "符合" || !strings.Contains(found.Text, "共12项，其中12项待录入") {
			t.Errorf("%+v", found)
		}
		for _, r := range found.Requirements {
			if r.Entered || r.Verified || r.Text != "待录入" || r.Basis != "" {
				t.Errorf("%+v passes for known", r)
			}
		}
		if len(found.Requirements) != 12 {
			t.Errorf("%d requirements", len(found.Requirements))
		}
		return
	}
	t.Error("the unit is not spoken of")
}

func TestAccessListFull(t *testing.T) {
	text := replaced(stacking(t), "groups: [空间布局约束, 污染物排放管控]", "groups: [空间布局约束]")
	text = replaced(text, "污染物排放管控, class: 重点管控单元", "空间布局约束, class: 重点管控单元")
	found := parse(t, text).Judge(t.Context(), unitFacts(rule.FeatureFacts{Code: "U1", Name: "一号", Class: "重点管控单元", OverlapM2: 5})).Findings[0]
	if !strings.HasSuffix(found.Text, "共3项，均有录入。") {
		t.Errorf("it says %s", found.Text)
	}
}

func TestAccessListExamples(t *testing.T) {
	results := parse(t, stacking(t)).RunExamples(t.Context())
	for _, r := range results {
		if !r.Pass {
			t.Errorf("%s\nwant %s\ngot  %s", r.Name, r.Want, r.Got)
		}
	}
	for _, wrong := range [][2]string{{"requirements: 14", "requirements: 13"}, {"not_entered: 8", "not_entered: 7"}} {
		failed := 0
		for _, r := range parse(t, replaced(stacking(t), wrong[0], wrong[1])).RunExamples(t.Context()) {
			if !r.Pass {
				failed++
			}
		}
		if failed != 1 {
			t.Errorf("%s: %d of %d examples fail", wrong[1], failed, len(results))
		}
	}
}

func TestAccessListRefused(t *testing.T) {
	whole := stacking(t)
	change := func(old, new string) string { return replaced(whole, old, new) }
	entry := `      - {level: 全市, group: 空间布局约束, text: 示例：全市第二条。, basis: 示例文件甲, verified: true, source: 测试}` + "\n"
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return change(entry, b.String())
	}
	other := "  - {id: %s, title: 另一份, levels: [全市], groups: [甲]}\n"
	for name, text := range map[string]string{
		"unknown key":             change("title: 示例清单", "title: 示例清单\n    colour: red"),
		"list id":                 change("- id: units", "- id: Units"),
		"list id twice":           change("\nrules:", fmt.Sprintf(other, "units")+"\nrules:"),
		"list that no rule uses":  change("\nrules:", fmt.Sprintf(other, "others")+"\nrules:"),
		"list that is not there":  change("list: units", "list: unit"),
		"list without by code":    change("    by: code\n", ""),
		"list without title":      change("    title: 示例清单\n", ""),
		"no levels":               change("[全市, 区县, 单元]", "[]"),
		"level twice":             change("[全市, 区县, 单元]", "[全市, 区县, 全市, 单元]"),
		"group twice":             change("[空间布局约束, 污染物排放管控]", "[空间布局约束, 污染物排放管控, 空间布局约束]"),
		"long level":              change("[全市,", "["+strings.Repeat("市", 61)+", 全市,"),
		"too many levels":         change("[全市,", "[a, b, c, d, e, f, 全市,"),
		"too many groups":         change("[空间布局约束,", "[a, b, c, d, e, f, g, h, i, j, k, 空间布局约束,"),
		"unknown level":           change("level: 区县", "level: 乡镇"),
		"unknown group":           change("group: 污染物排放管控", "group: 排放"),
		"entry twice":             change(entry, entry+entry),
		"unit's entry, no unit":   change(" unit: U1,", ""),
		"unit's entry of a class": change("unit: U1", "unit: U1, class: 重点管控单元"),
		"city's entry of a unit":  change("class: 重点管控单元", "unit: U1"),
		"long class":              change("class: 重点管控单元", "class: "+strings.Repeat("类", 61)),
		"entry without text":      change(" text: 示例：全市第一条。,", ""),
		"entry of two lines":      change("示例：全市第一条。", `"a\nb"`),
		"long entry":              change("示例：全市第一条。", strings.Repeat("条", 1400)),
		"entry that says nothing": change("示例：全市第一条。", "待录入"),
		"entry without basis":     change(" basis: 示例文件甲,", ""),
		"entry without verified":  change("verified: false, ", ""),
		"entry without source":    change(", source: 测试}", "}"),
		"too many entries":        many(1998, "      - {level: 单元, group: 空间布局约束, unit: U%d, text: 示例。, basis: b, verified: true, source: s}\n"),
		"too many shared entries": many(399, "      - {level: 全市, group: 空间布局约束, text: 示例 %d。, basis: b, verified: true, source: s}\n"),
		"too many lists": func() string {
			var b strings.Builder
			for i := range 20 {
				fmt.Fprintf(&b, other, fmt.Sprint("list-", i))
			}
			return change("\nrules:", b.String()+"\nrules:")
		}(),
	} {
		t.Run(name, func(t *testing.T) { refused(t, text) })
	}
	_, err := rule.Parse([]byte(change("level: 区县", "level: 乡镇")))
	e := geodata.AsError(err)
	if e.ZH != "规则文件有误：准入清单“units”：第 2 条要求：没有层级“乡镇”。" ||
		e.EN != `The rule file is wrong: access list "units": entry 2: there is no level "乡镇".` {
		t.Errorf("%s\n%s", e.ZH, e.EN)
	}
}

// Limits are what the refusals say: just below each of them a file is read.
func TestAccessListLimits(t *testing.T) {
	entry := `      - {level: 全市, group: 空间布局约束, text: 示例：全市第二条。, basis: 示例文件甲, verified: true, source: 测试}` + "\n"
	var b strings.Builder
	for i := range 398 { // with two of the file 400
		fmt.Fprintf(&b, "      - {level: 全市, group: 空间布局约束, text: 示例 %d。, basis: b, verified: true, source: s}\n", i)
	}
	for i := range 1599 { // with one of the file 2000 in all
		fmt.Fprintf(&b, "      - {level: 单元, group: 空间布局约束, unit: V%d, text: 示例。, basis: b, verified: true, source: s}\n", i)
	}
	parse(t, replaced(stacking(t), entry, b.String()))
}
