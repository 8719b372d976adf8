package report

import (
	"strconv"
	"strings"

	"hongxian/internal/indicator"
	"hongxian/internal/openapi"
)

// IndicatorList encodes a county's indicators with all their values; compared is nil
// where no baseline was named.
func IndicatorList(county openapi.County, list []indicator.Definition, values []indicator.Value, compared []indicator.Comparison) openapi.IndicatorList {
	out := openapi.IndicatorList{County: county, Indicators: []openapi.IndicatorEntry{}}
	findings := map[string]indicator.Comparison{}
	for _, c := range compared {
		findings[c.Key], out.Baseline = c, &c.BaselineYear
	}
	for _, d := range list {
		e := openapi.IndicatorEntry{Key: d.Key, Domain: d.Domain, Task: d.Task, Name: d.Name, Unit: d.Unit, Direction: openapi.IndicatorEntryDirection(d.Direction),
			Standard: d.Standard, Kind: d.Kind, Value2021: d.Value2021, Target2024: d.Target2024, Target2027: d.Target2027, Lead: d.Lead, Applies: d.Applies,
			Values: []openapi.IndicatorValue{}}
		for _, v := range values {
			if v.Key == d.Key {
				e.Values = append(e.Values, indicatorValue(v))
			}
		}
		if c, ok := findings[d.Key]; ok {
			finding := openapi.IndicatorEntryFinding(c.Finding)
			e.Finding = &finding
		}
		out.Indicators = append(out.Indicators, e)
	}
	return out
}

func indicatorValue(v indicator.Value) openapi.IndicatorValue {
	out := openapi.IndicatorValue{Year: v.Year, Value: v.Value, Text: v.Text, Source: v.Source, SetAt: v.Set.UTC(), Earlier: []openapi.IndicatorEarlier{}}
	for _, e := range v.Earlier {
		out.Earlier = append(out.Earlier, openapi.IndicatorEarlier{Value: e.Value, Text: e.Text, Source: e.Source, SetAt: e.Set.UTC()})
	}
	return out
}

// IndicatorTable is the terminal's view of a county's indicators and values.
func IndicatorTable(list []indicator.Definition, values []indicator.Value) string {
	var b strings.Builder
	g := newGrid(allLeft, "编号 key", "指标 name", "单位 unit", "性质 kind", "指标值 standard", "2024 目标", "2027 目标", "年度值 values")
	for _, d := range list {
		var held []string
		for _, v := range values {
			if v.Key == d.Key {
				held = append(held, strconv.Itoa(v.Year)+"："+valueText(&v)+earlierText(v))
			}
		}
		kind := d.Kind
		if !d.Applies {
			kind = "不涉及"
		}
		g.row(d.Key, d.Name, d.Unit, kind, d.Standard, d.Target2024, d.Target2027, strings.Join(held, "；"))
	}
	section(&b, "指标 Indicators", len(list), g)
	return b.String()
}

// IndicatorComparison is the terminal's view of a comparison with a baseline year.
func IndicatorComparison(compared []indicator.Comparison) string {
	var b strings.Builder
	g := newGrid(allLeft, "编号 key", "指标 name", "单位 unit", "基准年 baseline", "比较年 year", "结论 finding", "来源 source")
	counts := map[indicator.Finding]int{}
	for _, c := range compared {
		counts[c.Finding]++
		year, source := dash, ""
		if c.Current != nil {
			year, source = strconv.Itoa(c.Current.Year)+"："+valueText(c.Current), c.Current.Source
		}
		g.row(c.Key, c.Name, c.Unit, strconv.Itoa(c.BaselineYear)+"："+valueText(c.Baseline), year, c.Finding.Chinese(c.Direction), source)
	}
	section(&b, "指标比较 Indicators compared", len(compared), g)
	b.WriteString("\n  未变差 not worse " + strconv.Itoa(counts[indicator.Held]) + "　变差 worse " + strconv.Itoa(counts[indicator.Worse]) +
		"　未提供数据 no data " + strconv.Itoa(counts[indicator.NoData]) + "　文字指标 in words " + strconv.Itoa(counts[indicator.NotComparable]) +
		"　不涉及 not concerned " + strconv.Itoa(counts[indicator.NotConcerned]) + "\n")
	return b.String()
}

func valueText(v *indicator.Value) string {
	switch {
	case v == nil:
		return "未提供数据"
	case v.Value == nil:
		return v.Text
	}
	return strings.TrimSpace(strconv.FormatFloat(*v.Value, 'f', -1, 64) + " " + v.Text)
}

// earlierText says what a value replaced: （原 67.6）.
func earlierText(v indicator.Value) string {
	if len(v.Earlier) == 0 {
		return ""
	}
	var texts []string
	for _, e := range v.Earlier {
		texts = append(texts, valueText(&e))
	}
	return "（原 " + strings.Join(texts, "、") + "）"
}
