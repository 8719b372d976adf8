package change

import (
	"slices"
	"strings"

	"hongxian/geodata"
)

// classes are the classes of the features on a piece of ground, each once, in order.
func (k *comparison) classes(s side, features []int32) []string {
	out := make([]string, 0, len(features))
	for _, id := range features {
		out = append(out, k.features[s][id].Class)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// classKey joins the classes of one piece of ground.
func classKey(classes []string) string { return strings.Join(classes, "＋") }

// classPair is common ground's class before and after.
type classPair struct{ from, to string }

// transitions are the common ground by class before and after, with the rules that
// restrict a change.
func (k *comparison) transitions() []Transition {
	sums := map[classPair]float64{}
	restricted := map[classPair]*RestrictedTransition{}
	for _, g := range k.ground {
		from, to := k.classes(older, g.before), k.classes(newer, g.after)
		pair := classPair{classKey(from), classKey(to)}
		sums[pair] += g.area
		if _, known := restricted[pair]; !known && pair.from != pair.to {
			restricted[pair] = k.comparer.Rules.restricted(k.layer.Key, from, to)
		}
	}
	out := make([]Transition, 0, len(sums))
	for pair, area := range sums {
		if area > listed {
			out = append(out, Transition{From: pair.from, To: pair.to, Area: geodata.Area(area), Restricted: restricted[pair]})
		}
	}
	slices.SortFunc(out, func(a, b Transition) int {
		return strings.Compare(a.From+"\x00"+a.To, b.From+"\x00"+b.To)
	})
	return out
}

// classChanges are the layer's ground by class, before and after.
func (k *comparison) classChanges() []ClassChange {
	var sums [2]map[string]float64
	sums[older], sums[newer] = map[string]float64{}, map[string]float64{}
	for _, g := range k.ground {
		sums[older][classKey(k.classes(older, g.before))] += g.area
		sums[newer][classKey(k.classes(newer, g.after))] += g.area
	}
	for class, area := range k.exclusive[older] {
		sums[older][class] += area
	}
	for class, area := range k.exclusive[newer] {
		sums[newer][class] += area
	}
	var names []string
	for _, s := range sums {
		for class := range s {
			names = append(names, class)
		}
	}
	slices.Sort(names)
	var out []ClassChange
	for _, class := range slices.Compact(names) {
		before, after := geodata.Area(sums[older][class]), geodata.Area(sums[newer][class])
		out = append(out, ClassChange{Class: class, Before: before, After: after, Net: after - before})
	}
	return out
}
