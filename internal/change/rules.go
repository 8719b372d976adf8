package change

import (
	"math"

	"hongxian/geodata"
)

// Rules (核查规则) are what a county decides by: data of its profile.
type Rules struct {
	NoiseArea  geodata.Area // m²; 0 stands for 1
	NoiseWidth float64      // m; 0 stands for 0.02
	// A net loss is a decrease above τ = max(DecreaseArea, DecreaseShare of the area
	// before); 0 stands for 1 m² and 1e-7.
	DecreaseArea  geodata.Area
	DecreaseShare float64
	MatchRate     float64 // 0 stands for 0.9
	Restricted    []RestrictedTransition
	// NaturalLand and Activity name the layers that say which ground is natural and
	// where people are active, and which of their classes count (none: all).
	NaturalLand, Activity LayerClasses
}

// LayerClasses is a layer and some of its classes.
type LayerClasses struct {
	Layer   geodata.LayerKey
	Classes []string
}

// withDefaults fills what the profile left out.
func (r Rules) withDefaults() Rules {
	if r.NoiseArea == 0 {
		r.NoiseArea = 1
	}
	if r.NoiseWidth == 0 {
		r.NoiseWidth = 0.02
	}
	if r.DecreaseArea == 0 {
		r.DecreaseArea = 1
	}
	if r.DecreaseShare == 0 {
		r.DecreaseShare = 1e-7
	}
	if r.MatchRate == 0 {
		r.MatchRate = 0.9
	}
	return r
}

// tolerance is what a comparison of a layer with this area decides by.
func (r Rules) tolerance(before geodata.Area) Tolerance {
	return Tolerance{Area: r.NoiseArea, Width: r.NoiseWidth, MatchRate: r.MatchRate,
		Decrease: geodata.Area(math.Max(float64(r.DecreaseArea), r.DecreaseShare*float64(before)))}
}

// restricted finds the rule against a change of class. Ground with several classes
// is restricted when it had the restricted one and has it no more.
func (r Rules) restricted(layer geodata.LayerKey, from, to []string) *RestrictedTransition {
	for i, rule := range r.Restricted {
		if rule.Layer == layer && has(from, rule.From) && !has(to, rule.From) && (len(rule.To) == 0 || hasAny(to, rule.To)) {
			return &r.Restricted[i]
		}
	}
	return nil
}

func has(classes []string, class string) bool { return hasAny(classes, []string{class}) }

func hasAny(classes, wanted []string) bool {
	for _, c := range classes {
		for _, w := range wanted {
			if c == w {
				return true
			}
		}
	}
	return false
}
