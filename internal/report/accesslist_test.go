package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/rule"
)

// unitSample is a check of a site in two control units, judged by a rule file
// whose access list stacks; its texts are made up (示例).
func unitSample(t *testing.T, choices map[string]string) *overlap.Report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "rule", "testdata", "access.rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rule.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	r := fullSample()
	units := []overlap.FeatureOverlap{{Code: "U1", Name: "一号单元", Class: "重点管控单元", Overlap: 100000, ShareOfSite: 0.81},
		{Code: "U2", Name: "二号单元", Class: "一般管控单元", Overlap: 23456.78905, ShareOfSite: 0.19}}
	r.Layers = append(r.Layers, overlap.LayerOverlap{Layer: geodata.ControlUnit, TitleZH: "环境管控单元", Ref: "500237.control-unit@2023",
		Status: overlap.Concerned, Overlap: 123456.78905, ShareOfSite: 1, Features: units})
	facts := rule.Facts{Site: rule.SiteFacts{AreaM2: 123456.78905}, Choices: choices, Layers: map[geodata.LayerKey]rule.LayerFacts{}}
	layer := rule.LayerFacts{Status: rule.Concerned, OverlapM2: 123456.78905}
	for _, u := range units {
		layer.Features = append(layer.Features, rule.FeatureFacts{Code: u.Code, Name: u.Name, Class: u.Class, OverlapM2: float64(u.Overlap)})
	}
	facts.Layers[geodata.ControlUnit] = layer
	j := set.Judge(t.Context(), facts)
	r.Verdict.Rules = append(r.Verdict.Rules[:1:1], append(j.Findings, r.Verdict.Rules[1])...)
	return r
}

func TestAccessListJSON(t *testing.T) {
	body := string(encode(t, unitSample(t, nil)))
	for what, want := range map[string]string{
		"entered":     `"unit":"U1","requirements":[{"level":"全市","group":"空间布局约束","text":"示例：全市第一条。","entered":true,"verified":true,"basis":"示例文件甲","source":"测试"}`,
		"not entered": `{"level":"区县","group":"空间布局约束","text":"待录入","entered":false,"verified":false}`,
		"unread":      `"text":"示例：全县重点单元污水集中处理。","entered":true,"verified":false`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s: %s is missing in\n%s", what, want, body)
		}
	}
	_, check, err := ReadChecks([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	again, err := JSON(check)
	if err != nil || string(again) != body {
		t.Errorf("it reads back as\n%s\n%v", again, err)
	}
}

// An answer kept before lists were data has no requirements, and prints as ever.
func TestAnswerKeptBeforeAccessLists(t *testing.T) {
	body := encode(t, fullSample())
	if strings.Contains(string(body), "requirements") || strings.Contains(string(body), `"unit"`) {
		t.Fatalf("a rule without a list speaks of one: %s", body)
	}
	table, err := ChecksTable(body)
	if err != nil || strings.Contains(table, "准入清单") {
		t.Errorf("%v\n%s", err, table)
	}
	if whole := plain(readBack(t, toPDF(t, document(t, fullSample())))); strings.Contains(whole, "准入清单") {
		t.Error("the report prints a list that is not there")
	}
}

func TestAccessListTable(t *testing.T) {
	table, err := ChecksTable(encode(t, unitSample(t, map[string]string{"conclusion.U1": "符合"})))
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(table, "准入清单：U1")
	if at < 0 {
		t.Fatalf("no list in\n%s", table)
	}
	golden(t, "access-list.txt", []byte(table[at:strings.Index(table, "对照版本")]))
}

// Each unit's list follows its finding, the answer stands below the whole list.
func TestAccessListPDF(t *testing.T) {
	whole := plain(readBack(t, toPDF(t, document(t, unitSample(t, map[string]string{"conclusion.U1": "符合"})))))
	at := strings.Index(whole, "九、规则与待定事项")
	for _, want := range []string{"涉及一号单元。示例清单按", "其中3项待录入", "准入清单：U1一号单元（重点管控单元），涉及10.0000公顷，占地块81.0000%",
		"管控要求层级", "项目相关情况", "示例：全市第一条。（依据：示例文件甲）", "【待核】", "示例：一号单元不新建码头。", "本单元符合性结论（由人工判断）符合",
		"涉及二号单元。", "准入清单：U2", "空间布局约束、", "待录入", "本单元符合性结论（由人工判断）", "核心保护区原则上禁止人为活动。"} {
		i := strings.Index(whole[at:], plain(want))
		if i < 0 {
			t.Fatalf("%s is missing or out of order", want)
		}
		at += i
	}
	if strings.Contains(whole[:at], "示例：一号单元不新建码头。（依据：示例文件丙）符合") {
		t.Error("the answer on the whole list stands beside one requirement")
	}
}
