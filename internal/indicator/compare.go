package indicator

import (
	"cmp"
	"slices"
)

// Finding (比较结果) is how an indicator stands against its baseline.
type Finding string

// The findings. Whatever is missing is NoData, never "not lower".
const (
	Held          Finding = "not_worse"      // 不降低 (or 不升高, as the indicator's direction has it)
	Worse         Finding = "worse"          // 降低 (or 升高)
	NoData        Finding = "no_data"        // 未提供数据
	NotComparable Finding = "not_comparable" // 文字指标，不作数值比较
	NotConcerned  Finding = "not_concerned"  // 不涉及: the list says so
)

var findingZH = map[Finding]string{NoData: "未提供数据", NotComparable: "文字指标，不作数值比较", NotConcerned: "不涉及"}

// Chinese is a finding as reports print it for an indicator of a direction.
func (f Finding) Chinese(d Direction) string {
	switch {
	case f == Held && d == NotHigher:
		return "不升高"
	case f == Held:
		return "不降低"
	case f == Worse && d == NotHigher:
		return "升高"
	case f == Worse:
		return "降低"
	}
	return findingZH[f]
}

// Comparison (指标比较) is an indicator in two years.
type Comparison struct {
	Definition
	BaselineYear, Year int
	Baseline, Current  *Value // nil: not provided
	Finding            Finding
}

// Compare compares every indicator of a list with its baseline year. Year 0 means,
// for each, the latest year after the baseline that has a value.
func Compare(list []Definition, values []Value, baseline, year int) []Comparison {
	out := make([]Comparison, 0, len(list))
	for _, d := range list {
		c := Comparison{Definition: d, BaselineYear: baseline, Year: year, Baseline: valueOf(values, d.Key, baseline)}
		if year == 0 {
			c.Current = latest(values, d.Key, baseline)
		} else {
			c.Current = valueOf(values, d.Key, year)
		}
		if c.Current != nil {
			c.Year = c.Current.Year
		}
		c.Finding = c.find()
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Comparison) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

func (c Comparison) find() Finding {
	switch {
	case !c.Applies:
		return NotConcerned
	case c.Baseline == nil || c.Current == nil:
		return NoData
	case c.Direction == InWords || c.Baseline.Value == nil || c.Current.Value == nil:
		return NotComparable
	}
	was, is := *c.Baseline.Value, *c.Current.Value
	if c.Direction == NotHigher {
		was, is = -was, -is
	}
	if is < was {
		return Worse
	}
	return Held
}

func valueOf(values []Value, key string, year int) *Value {
	for i := range values {
		if values[i].Key == key && values[i].Year == year {
			return &values[i]
		}
	}
	return nil
}

func latest(values []Value, key string, after int) (found *Value) {
	for i := range values {
		if v := &values[i]; v.Key == key && v.Year > after && (found == nil || v.Year > found.Year) {
			found = v
		}
	}
	return found
}
