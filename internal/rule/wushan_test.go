package rule_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/internal/rule"
)

// shipped is the rule set that comes with the program.
func shipped(t testing.TB) (*rule.Set, *county.Profile) {
	t.Helper()
	p, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	s, err := rule.Parse([]byte(p.Rules))
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

func TestShippedExamples(t *testing.T) {
	s, _ := shipped(t)
	results := s.RunExamples(t.Context())
	if len(results) < 60 {
		t.Errorf("only %d examples", len(results))
	}
	for _, r := range results {
		if !r.Pass {
			t.Errorf("%s %s\nwant %s\ngot  %s", r.Rule, r.Name, r.Want, r.Got)
		}
	}
}

func TestBrokenExampleFails(t *testing.T) {
	_, p := shipped(t)
	broken := strings.Replace(p.Rules, "sentences: [项目不涉及占用永久基本农田。]}}", "sentences: [项目占用永久基本农田。]}}", 1)
	s, err := rule.Parse([]byte(broken))
	if err != nil || broken == p.Rules {
		t.Fatal(err)
	}
	failed := 0
	for _, r := range s.RunExamples(t.Context()) {
		if !r.Pass {
			failed++
			if r.Rule != "farmland-none" || !strings.Contains(r.Got, "不涉及占用") {
				t.Errorf("%+v", r)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d examples failed, not 1", failed)
	}
}

// Every checked layer of the county has rules, and rules speak of no other.
func TestShippedRulesFitTheProfile(t *testing.T) {
	s, p := shipped(t)
	f := rule.Facts{Site: rule.SiteFacts{AreaM2: 100}, Layers: map[geodata.LayerKey]rule.LayerFacts{}}
	for _, l := range p.Layers {
		if l.Checked {
			f.Layers[l.Key] = rule.LayerFacts{Status: rule.Concerned, OverlapM2: 100,
				Features: []rule.FeatureFacts{{Code: "1", Name: "甲", Class: "乙", OverlapM2: 100}}}
		}
	}
	f.Combinations = map[string]float64{rule.RedLineInCore: 0, rule.RedLineOutsideCore: 100}
	for _, found := range s.Judge(t.Context(), f).Findings {
		if strings.HasPrefix(found.ID, "no-rule") || strings.Contains(found.Text, "缺少") {
			t.Errorf("%+v", found)
		}
	}
}

// anyFacts makes facts of all sorts, and says whether every layer was checked.
func anyFacts(r *rand.Rand, p *county.Profile) (f rule.Facts, all bool) {
	all = true
	f = rule.Facts{Site: rule.SiteFacts{AreaM2: r.Float64() * 1e5}, Layers: map[geodata.LayerKey]rule.LayerFacts{},
		Combinations: map[string]float64{rule.RedLineInCore: float64(r.IntN(2)) * 500, rule.RedLineOutsideCore: 500}, Schematic: r.IntN(2) == 0}
	if r.IntN(4) == 0 {
		f.Combinations["甲自然公园&乙自然公园"] = 10
	}
	names := []string{"甲自然公园", "乙国家级自然保护区", "丙", ""}
	classes := []string{"核心保护区", "一般控制区", "实验区", "缓冲区", "优先保护单元", ""}
	for _, l := range p.Layers {
		if !l.Checked {
			continue
		}
		status := []string{rule.Concerned, rule.NotConcerned, rule.NotConcerned, rule.NotChecked, "", "涉及"}[r.IntN(6)]
		found := rule.LayerFacts{Status: status, Reason: "该图层没有现行版本。"}
		if status == rule.Concerned {
			found.OverlapM2, found.SliverOnly = r.Float64()*1e4, r.IntN(5) == 0
			for i := range r.IntN(4) {
				found.Features = append(found.Features, rule.FeatureFacts{Code: fmt.Sprint(i), Name: names[r.IntN(4)], Class: classes[r.IntN(6)], OverlapM2: 10})
			}
		}
		all = all && (status == rule.Concerned || status == rule.NotConcerned)
		f.Layers[l.Key] = found
	}
	f.Choices = map[string]string{
		"red_line_case": []string{"", "2", "3", "4", "9"}[r.IntN(5)], "activity": fmt.Sprint(r.IntN(12)),
		"province": []string{"", "重庆市", "某省"}[r.IntN(3)], "reserve_case": []string{"", "2", "3"}[r.IntN(3)],
		"protected_area_conclusion": "符合", "scenic_area_conclusion": "符合", "heritage_conclusion": "符合", "control_unit_conclusion": "符合",
	}
	return f, all
}

// What was not checked is never clear, nor merely conditional; what no one has
// read at its source is never printed as law; a sentence never states what a
// layer that was not checked would have to show.
func TestFailsClosed(t *testing.T) {
	s, p := shipped(t)
	about := map[string]geodata.LayerKey{"生态保护红线": geodata.RedLine, "自然保护区": geodata.ProtectedArea, "永久基本农田": geodata.Farmland}
	r := rand.New(rand.NewPCG(500237, 142))
	seen := map[rule.Outcome]int{}
	for range 5000 {
		f, all := anyFacts(r, p)
		j := s.Judge(t.Context(), f)
		seen[j.Outcome]++
		if !all && rule.Worse(j.Outcome, rule.Review) != j.Outcome {
			t.Fatalf("%s although something was not checked: %+v", j.Outcome, f)
		}
		for key, l := range f.Layers {
			spoken := false
			for _, found := range j.Findings {
				spoken = spoken || found.Layer == string(key)
			}
			if l.Status == rule.Concerned && !spoken {
				t.Fatalf("nothing is said of %s: %+v", key, f)
			}
		}
		for _, sentence := range j.Sentences {
			for word, key := range about {
				if l := f.Layers[key]; strings.Contains(sentence, word) && l.Status != rule.Concerned && l.Status != rule.NotConcerned {
					t.Fatalf("%q although %s was not checked", sentence, key)
				}
			}
			if strings.ContainsAny(sentence, "{}") {
				t.Fatalf("an open placeholder in %q", sentence)
			}
		}
		for _, found := range j.Findings {
			checkVerified(t, found)
		}
	}
	for _, o := range []rule.Outcome{rule.Prohibited, rule.Review} {
		if seen[o] == 0 {
			t.Errorf("no case came out as %s: %v", o, seen)
		}
	}
}

// unread names the rules whose texts nobody has read at the source (domain.md §8).
var unread = []string{"reserve-other-zone", "protected-area-other", "scenic-area", "heritage", "control-unit"}

func checkVerified(t *testing.T, f rule.Finding) {
	t.Helper()
	for _, id := range unread {
		if (f.ID == id || strings.HasPrefix(f.ID, id+".")) && f.Verified {
			t.Fatalf("%s passes for read", f.ID)
		}
	}
	if f.Question == nil {
		return
	}
	for _, o := range f.Question.Options {
		wantRead := f.Question.Key != "activity" || len(o.Value) == 1 && o.Value <= "6"
		if strings.HasPrefix(f.Question.Key, "reserve_case") {
			wantRead = false
		}
		if o.Verified != wantRead {
			t.Fatalf("%s option %s: verified is %v", f.ID, o.Value, o.Verified)
		}
		if o.Value == f.Question.Answer && !o.Verified && f.Verified {
			t.Fatalf("%s passes for read with the unread option %s", f.ID, o.Value)
		}
	}
}

// TestActivities keeps the wording of 142号's first six categories as it was read.
func TestActivities(t *testing.T) {
	s, _ := shipped(t)
	f := concerned(geodata.RedLine, 5000)
	f.Choices = map[string]string{"red_line_case": "3"}
	j := s.Judge(t.Context(), f)
	for _, found := range j.Findings {
		if found.ID != "red-line-activity" {
			continue
		}
		if n := len(found.Question.Options); n != 10 {
			t.Fatalf("%d categories", n)
		}
		if got := found.Question.Options[5].Label; got != "必须且无法避让、符合县级以上国土空间规划的线性基础设施、通讯和防洪、供水设施建设和船舶航行、航道疏浚清淤等活动；已有的合法水利、交通运输等设施运行维护改造" {
			t.Errorf("category 6 reads %s", got)
		}
		return
	}
	t.Error("the category was not asked for")
}

// concerned are facts of which only one layer is concerned; everything was checked.
func concerned(key geodata.LayerKey, area float64) rule.Facts {
	f := rule.Facts{Site: rule.SiteFacts{AreaM2: 10_000, Form: "polygon"}, Layers: map[geodata.LayerKey]rule.LayerFacts{},
		Combinations: map[string]float64{rule.RedLineInCore: 0, rule.RedLineOutsideCore: 0}}
	for _, k := range []geodata.LayerKey{geodata.RedLine, geodata.ProtectedArea, geodata.ScenicArea, geodata.Heritage, geodata.Farmland, geodata.UrbanBoundary} {
		f.Layers[k] = rule.LayerFacts{Status: rule.NotConcerned}
	}
	f.Layers[geodata.ControlUnit] = rule.LayerFacts{Status: rule.Concerned, OverlapM2: 10_000,
		Features: []rule.FeatureFacts{{Code: "ZH50023730001", Name: "甲单元", Class: "一般管控单元", OverlapM2: 10_000}}}
	f.Layers[key] = rule.LayerFacts{Status: rule.Concerned, OverlapM2: area}
	return f
}

// busy are facts of a site that touches a bit of everything.
func busy() rule.Facts {
	f := concerned(geodata.RedLine, 5000)
	f.Layers[geodata.ProtectedArea] = rule.LayerFacts{Status: rule.Concerned, OverlapM2: 3000, Features: []rule.FeatureFacts{
		{Code: "BHD500237011", Name: "重庆五里坡国家级自然保护区", Class: "核心保护区", OverlapM2: 2000},
		{Code: "BHD500237012", Name: "重庆五里坡国家级自然保护区", Class: "一般控制区", OverlapM2: 800},
		{Code: "BHD500237031", Name: "重庆巫山小三峡国家级湿地自然公园", Class: "一般控制区", OverlapM2: 500}}}
	f.Layers[geodata.ScenicArea] = rule.LayerFacts{Status: rule.Concerned, OverlapM2: 3000, Features: []rule.FeatureFacts{
		{Code: "FJQ50023702", Name: "长江三峡国家级风景名胜区", Class: "一般景区", OverlapM2: 3000}}}
	f.Layers[geodata.Farmland] = rule.LayerFacts{Status: rule.Concerned, OverlapM2: 900}
	f.Combinations[rule.RedLineInCore] = 2000
	f.Combinations["重庆五里坡国家级自然保护区&重庆巫山小三峡国家级湿地自然公园"] = 300
	f.Choices = map[string]string{"red_line_case": "2", "reserve_case": "3", "control_unit_conclusion": "符合"}
	f.Schematic = true
	return f
}

// BenchmarkJudge must stay below 300 µs: a check takes a few milliseconds in all.
func BenchmarkJudge(b *testing.B) {
	s, _ := shipped(b)
	for name, f := range map[string]rule.Facts{"quiet": concerned(geodata.UrbanBoundary, 10_000), "busy": busy()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Judge(b.Context(), f)
			}
		})
	}
	f := busy()
	f.Layers[geodata.ProtectedArea] = rule.LayerFacts{Status: rule.NotChecked}
	b.Run("unchecked", func(b *testing.B) {
		for b.Loop() {
			s.Judge(b.Context(), f)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	_, p := shipped(b)
	for b.Loop() {
		if _, err := rule.Parse([]byte(p.Rules)); err != nil {
			b.Fatal(err)
		}
	}
}
