package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"hongxian/internal/change"
	"hongxian/internal/openapi"
)

// classesChanged is a comparison in which forest became construction land, which the
// plan restricts, and farmland, which is for people to judge.
func classesChanged(t *testing.T) openapi.Change {
	t.Helper()
	rule := &change.RestrictedTransition{From: "林地", Title: "林地转为建设用地", Source: "规划第 3 条"}
	version := change.Version{Ref: "500237.farmland@1", Digest: strings.Repeat("1", 64)}
	r := &change.Report{ID: strings.Repeat("ab", 32), CreatedAt: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), CountyCode: "500237", CountyName: "巫山县",
		Layer: "farmland", TitleZH: "土地利用", From: version, To: version,
		Transitions: []change.Transition{{From: "林地", To: "林地", Area: 50_000}, {From: "林地", To: "建设用地", Area: 10_000, Restricted: rule},
			{From: "林地", To: "耕地", Area: 20_000}, {From: "耕地", To: "耕地", Area: 30_000}, {From: "", To: "耕地", Area: 40_000}},
		Verdict: change.Verdict{NotDecreased: true, Reclassified: 70_000, Restricted: 10_000}}
	body, err := ChangeJSON(r)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ReadChange(body)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The classes are printed as a matrix: a line each before, a column each after, what
// stayed on the diagonal, the restricted cell marked and named with its document.
func TestClassesArePrintedAsMatrix(t *testing.T) {
	var b bytes.Buffer
	if err := ChangePDF(&b, ChangeDocument{Change: classesChanged(t), Plane: "EPSG:4546"}); err != nil {
		t.Fatal(err)
	}
	text := readBack(t, b.Bytes())
	_, matrix, _ := strings.Cut(text, "类别转移矩阵")
	lines := [][]string{}
	for line := range strings.SplitSeq(matrix, "\n") {
		if words := strings.Fields(line); len(words) == 4 {
			lines = append(lines, words)
		}
	}
	want := [][]string{{"林地", "5.0000", "2.0000", restrictedMark + "1.0000"}, {"耕地", dash, "3.0000", dash}, {"（无类别）", dash, "4.0000", dash}}
	for _, line := range want {
		found := false
		for _, l := range lines {
			found = found || strings.Join(l, " ") == strings.Join(line, " ")
		}
		if !found {
			t.Errorf("no line %v in\n%s", line, matrix)
		}
	}
	if n := strings.Count(plain(matrix), restrictedMark); n != 2 { // the cell and what explains the mark
		t.Errorf("%d marks in\n%s", n, matrix)
	}
	if !strings.Contains(plain(matrix), plain("受限转移：林地 → 建设用地，1.0000 公顷，林地转为建设用地。依据：规划第 3 条")) {
		t.Errorf("the restriction is not named:\n%s", matrix)
	}
}
