package rule_test

import (
	"os"
	"testing"

	"hongxian/internal/rule"
)

func TestX(t *testing.T) {
	b, _ := os.ReadFile("../../geodata/county/profiles/500237.rules.yaml")
	s, err := rule.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.RunExamples(t.Context()) {
		if !r.Pass {
			t.Errorf("%+v", r)
		}
	}
}
