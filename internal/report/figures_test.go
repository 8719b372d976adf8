package report_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/report"
	"hongxian/internal/report/stats"
	"hongxian/internal/township"
)

// Published figures as they are printed beside the computed ones.
func TestFigures(t *testing.T) {
	table := randomTable(rand.New(rand.NewPCG(7, 7)))
	table.Plan, table.Schematic = true, true
	area := func(a geodata.Area) *geodata.Area { return &a }
	number := 25
	was := func(value, tolerance geodata.Area) township.Compared {
		return township.Compared{Figure: township.Figure{Key: "k", Unit: geodata.Hectare, Baseline: "2018", Tolerance: tolerance, Source: "规划", Place: "指标17"},
			Area: &value, Against: area(100_000), AgainstRef: "500237.red-line@2018"}
	}
	table.Figures = []township.Compared{
		{Figure: township.Figure{Key: "area", Value: 2958, Unit: geodata.SquareKilometre, Source: "规划"}, Area: area(2_958_400_000)},
		{Figure: township.Figure{Key: "area", Value: 2958, Unit: geodata.SquareKilometre, Source: "规划"}, Area: area(2_958_500_000)},
		{Figure: township.Figure{Key: "share", Value: 36.43, Percent: true, Source: "规划"}, Area: area(1), Share: 0.364349},
		{Figure: township.Figure{Key: "number", Name: "=乡", Value: 26, Count: true, Source: "规划"}, Number: &number},
		was(99_999.5, 1), was(99_998, 1), was(100_001, 0),
		{Figure: township.Figure{Key: "none", Value: 6306, Unit: geodata.Hectare, Source: "规划"}},
	}
	s, err := report.Stats(table, report.StatsForm{Unit: geodata.Hectare, Decimals: 2}, "id")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2958|2958.40|0.40|一致", "2958|2958.50|0.50|不一致", "36.43|36.4349|0.0049|一致", "26|25|-1|不一致",
		"10.0000|10.0000|0.0000|未减少", "10.0000|9.9998|-0.0002|减少", "10.0000|10.0001|0.0001|未减少", "6306|||未计算"}
	given := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	for i, f := range s.Figures {
		if got := strings.Join([]string{stats.FigurePublished(f), given(f.Computed), given(f.Difference), stats.FigureStatus(f)}, "|"); got != want[i] {
			t.Errorf("figure %d: %s, want %s", i, got, want[i])
		}
	}
	if source := stats.FigureSource(s.Figures[4]); source != "规划，指标17；“公布”为基准版本 500237.red-line@2018 的计算值" {
		t.Error(source)
	}
	var b bytes.Buffer
	if err := report.StatsCSV(&b, s); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(b.String()), "\r\n"); len(lines) != 9 || lines[4] != "'=乡,个,,26,25,-1,不一致,规划,示意数据" {
		t.Errorf("%q", lines)
	}
	if text := report.StatsTable(s); !strings.Contains(text, "规划数据对照表") || strings.Contains(text, "占乡镇") {
		t.Error(text)
	}
}
