package report

import (
	"fmt"
	"strings"

	"hongxian/internal/rule"
)

// RulesTable is the terminal's view of a rule file's examples: a line each, and
// below an example that fails what it expects and what came out.
func RulesTable(source string, s *rule.Set, results []rule.ExampleResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\nSHA-256 %s\n", printable(source), printable(s.Title()), s.Digest())
	g := newGrid(allLeft, "规则 rule", "样例 example", "结果 result")
	failed := 0
	for _, r := range results {
		id, outcome := r.Rule, "通过 pass"
		if id == "" {
			id = "（全部 all）"
		}
		if !r.Pass {
			outcome = "不符 FAIL"
			failed++
		}
		g.row(id, r.Name, outcome)
	}
	g.write(&b)
	for _, r := range results {
		if !r.Pass && r.Want != "" {
			fmt.Fprintf(&b, "\n%s\n  应为 want: %s\n  实为 got:  %s\n", printable(strings.TrimSpace(r.Rule+" "+r.Name)), printable(r.Want), printable(r.Got))
		}
	}
	fmt.Fprintf(&b, "\n共 %d 个样例，%d 个不符。%d examples, %d failed.\n", len(results), failed, len(results), failed)
	return b.String()
}
