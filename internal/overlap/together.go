package overlap

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// CombinationRule (叠加组合定义) names things whose common area with the site is
// asked for in every check. A thing is a layer's key, or layer:class.
type CombinationRule struct {
	Key     string // stable: red_line_in_core
	TitleZH string
	All     []string // one or two things
	Except  []string // at most one thing, taken off
}

// thing is a version in force, or its features of one class.
type thing struct {
	version  int64
	features []int32 // empty: all
}

// findThing resolves a thing. touched is false when the site does not meet it;
// known is false when its layer was not checked, so that nobody can say.
func (k *check) findThing(name string) (t thing, touched, known bool) {
	key, class, hasClass := strings.Cut(name, ":")
	for _, l := range k.layers {
		if string(l.Key) == key {
			known = k.unchecked(l) == "" || k.total[l.VersionID] > noise
			t.version, touched = l.VersionID, known && k.total[l.VersionID] > noise
		}
	}
	if !touched || !hasClass {
		return t, touched, known
	}
	for o := range k.feature {
		if o.version == t.version && k.names[o].class == class {
			t.features = append(t.features, o.feature)
		}
	}
	slices.Sort(t.features)
	return t, len(t.features) > 0, known
}

// askedCombination is a combination whose layers are known. Its area is that of
// the first thing, or what it and the second have in common, less what is taken off.
type askedCombination struct {
	rule        CombinationRule
	area, taken float64
}

// combine asks for the combinations. One whose layers were not all checked is
// unknown and left out.
func (k *check) combine(turn *pgx.Batch) {
	for _, r := range k.rules {
		if c, known := k.askCombination(turn, r); known {
			k.asked = append(k.asked, c)
		}
	}
}

// sumCombinations notes what was asked for. A combination of no area is known, but
// not listed.
func (k *check) sumCombinations() {
	if k.rules == nil && k.pairs == nil {
		return
	}
	k.combinations, k.combined = []Combination{}, map[string]float64{}
	for _, c := range k.asked {
		area := max(c.area-c.taken, 0)
		k.combined[c.rule.Key] = area
		if area > noise {
			all := append(slices.Clone(c.rule.All), prefixed("!", c.rule.Except)...)
			k.combinations = append(k.combinations, Combination{Key: c.rule.Key, All: all, TitleZH: c.rule.TitleZH, Area: geodata.Area(area)})
		}
	}
	for _, key := range k.pairs {
		for _, c := range k.pairsOf(key) {
			k.combined[c.Key] = float64(c.Area)
			k.combinations = append(k.combinations, c)
		}
	}
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

// askCombination asks for the area of a combination, if it can be known.
func (k *check) askCombination(turn *pgx.Batch, r CombinationRule) (c *askedCombination, known bool) {
	things := make([]thing, 0, len(r.All)+len(r.Except))
	met := make([]bool, 0, cap(things))
	for _, name := range slices.Concat(r.All, r.Except) {
		t, touched, known := k.findThing(name)
		if !known {
			return nil, false
		}
		things, met = append(things, t), append(met, touched)
	}
	c = &askedCombination{rule: r}
	if slices.Contains(met[:len(r.All)], false) {
		return c, true
	}
	c.area = k.total[things[0].version]
	if len(r.All) > 1 {
		k.askCommon(turn, things[0], things[1], &c.area)
	}
	if last := len(things) - 1; len(r.Except) > 0 && met[last] {
		k.askCommon(turn, things[0], things[last], &c.taken)
	}
	return c, true
}

//go:embed sql/combination.sql
var combinationSQL string

// askCommon asks what of the site two things cover at once; nothing needs to be
// asked where one of them covers it all, and what the other covers is known.
func (k *check) askCommon(turn *pgx.Batch, a, b thing, area *float64) {
	for _, pair := range [2][2]thing{{a, b}, {b, a}} {
		if covered, known := k.areaOf(pair[1]); known && k.isCovered(pair[0]) {
			*area = covered
			return
		}
	}
	list := func(ids []int32) []int32 { return append([]int32{}, ids...) } // never null
	forEachRow(turn, "measure a combination", combinationSQL, pgx.StrictNamedArgs{"version_a": a.version, "features_a": list(a.features),
		"version_b": b.version, "features_b": list(b.features), "site": k.site.Plane}, []any{area}, func() {})
}

// isCovered reports whether a thing covers the site, as a whole or by one feature.
func (k *check) isCovered(t thing) bool {
	if len(t.features) == 0 {
		return k.covers(t.version)
	}
	return slices.ContainsFunc(t.features, func(f int32) bool { return k.feature[owner{t.version, f}] == *k.site.AreaM2 })
}

// areaOf is what a thing covers of the site, if that is known: several features may
// lie on each other.
func (k *check) areaOf(t thing) (area float64, known bool) {
	switch len(t.features) {
	case 0:
		return k.total[t.version], true
	case 1:
		return k.feature[owner{t.version, t.features[0]}], true
	}
	return 0, false
}

// pairsOf lists the features of a layer that lie on each other within the site.
// The faces know: each names the features on it.
func (k *check) pairsOf(key geodata.LayerKey) []Combination {
	var out []Combination
	for _, l := range k.layers {
		if l.Key != key {
			continue
		}
		for p, area := range k.pair {
			if p.version != l.VersionID || area <= noise {
				continue
			}
			a, b := k.names[owner{p.version, p.a}], k.names[owner{p.version, p.b}]
			out = append(out, Combination{Key: a.name + "&" + b.name, TitleZH: a.name + " ∩ " + b.name,
				All: []string{string(key) + "#" + a.code, string(key) + "#" + b.code}, Area: geodata.Area(area)})
		}
	}
	slices.SortFunc(out, func(a, b Combination) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

//go:embed sql/crossings.sql
var crossingsSQL string

// cross finds where a corridor's axis runs through the features it touches.
func (k *check) cross(turn *pgx.Batch) {
	if k.form != AsCorridor {
		return
	}
	k.crossings = map[owner][]Crossing{}
	var o owner
	var length float64
	var entry, exit orb.Point
	forEachRow(turn, "find crossings", crossingsSQL, pgx.StrictNamedArgs{
		"versions": k.versions(), "axis": postgis.Geometry{SRID: k.srid, Geometry: k.axis}, "plane": k.site.PlaneSRID,
	}, []any{&o.version, &o.feature, &length, &entry[0], &entry[1], &exit[0], &exit[1]}, func() {
		k.crossings[o] = append(k.crossings[o], Crossing{Length: length, Entry: entry, Exit: exit})
	})
}
