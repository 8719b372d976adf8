package rule

import (
	"maps"
	"math"
	"slices"

	"hongxian/geodata"
)

// Facts (核查事实) is what a check found out and what a person decided: all that
// rules may look at. All areas are square metres in the measuring plane.
type Facts struct {
	Site SiteFacts `yaml:"site"`
	// Layers holds every layer the check was asked about, also those that could
	// not be checked. A layer that was not asked about is absent.
	Layers map[geodata.LayerKey]LayerFacts `yaml:"layers"`
	// Combinations holds what several things cover of the site at once, by
	// label: RedLineInCore, RedLineOutsideCore, and "a&b" for two protected areas
	// of those names. A combination that could not be computed is absent.
	Combinations map[string]float64 `yaml:"combinations"`
	// Choices is what a person decided, by question key; a question that is asked
	// of several things at once has keys like reserve_case.五里坡自然保护区.
	Choices   map[string]string `yaml:"choices"`
	Schematic bool              `yaml:"schematic"` // 示意数据 took part
}

// The labels of the combinations every check computes.
const (
	RedLineInCore      = "red_line_in_core"      // 红线与核心保护区重叠部分
	RedLineOutsideCore = "red_line_outside_core" // 红线在核心保护区以外部分
)

// combined says from which layers a combination is computed: it means nothing
// where one of them was not checked.
var combined = map[string][]geodata.LayerKey{
	RedLineInCore:      {geodata.RedLine, geodata.ProtectedArea},
	RedLineOutsideCore: {geodata.RedLine, geodata.ProtectedArea},
}

// SiteFacts (地块事实) is the site as a whole.
type SiteFacts struct {
	AreaM2          float64 `yaml:"area_m2" cel:"area_m2"`                     // ellipsoidal area, m²
	OutsideCountyM2 float64 `yaml:"outside_county_m2" cel:"outside_county_m2"` // of it outside the county, m²
	Form            string  `yaml:"form" cel:"form"`                           // polygon, corridor or circle
}

// The three answers about a layer. Any other word means not checked.
const (
	Concerned    = "concerned"     // 涉及
	NotConcerned = "not_concerned" // 不涉及
	NotChecked   = "not_checked"   // 未核查
)

// LayerFacts (图层事实) is the answer for one layer.
type LayerFacts struct {
	Status     string         `yaml:"status"`
	Reason     string         `yaml:"reason"`      // why not checked, a Chinese sentence
	OverlapM2  float64        `yaml:"overlap_m2"`  // union area within the site, m²
	SliverOnly bool           `yaml:"sliver_only"` // every connected piece is a sliver
	Features   []FeatureFacts `yaml:"features"`    // those the site touches, largest overlap first
}

func (l LayerFacts) checked() bool { return l.Status == Concerned || l.Status == NotConcerned }

// FeatureFacts (图斑事实) is one feature the site touches.
type FeatureFacts struct {
	Code      string  `yaml:"code" cel:"code"`
	Name      string  `yaml:"name" cel:"name"`
	Class     string  `yaml:"class" cel:"class"`
	OverlapM2 float64 `yaml:"overlap_m2" cel:"overlap_m2"` // m²
}

// sound reports whether every area is a number a rule can compare: a comparison
// with NaN is false, and would read as "nothing there".
func (f *Facts) sound() bool {
	area := func(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }
	for _, l := range f.Layers {
		if !area(l.OverlapM2) || slices.ContainsFunc(l.Features, func(t FeatureFacts) bool { return !area(t.OverlapM2) }) {
			return false
		}
	}
	for _, v := range f.Combinations {
		if !area(v) {
			return false
		}
	}
	return area(f.Site.AreaM2) && area(f.Site.OutsideCountyM2)
}

// unchecked lists the layers that were asked about and could not be checked.
func (f *Facts) unchecked() []geodata.LayerKey {
	var keys []geodata.LayerKey
	for _, key := range slices.Sorted(maps.Keys(f.Layers)) {
		if !f.Layers[key].checked() {
			keys = append(keys, key)
		}
	}
	return keys
}

// known reports whether a combination may be looked at.
func (f *Facts) known(combination string) bool {
	for _, key := range combined[combination] {
		if !f.Layers[key].checked() {
			return false
		}
	}
	_, there := f.Combinations[combination]
	return there
}
