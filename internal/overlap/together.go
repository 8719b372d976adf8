package overlap

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
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

// findThing resolves a thing; ok is false when nothing of it is touched.
func (k *check) findThing(name string) (t thing, ok bool) {
	key, class, hasClass := strings.Cut(name, ":")
	for _, l := range k.layers {
		if string(l.Key) == key && l.VersionID != 0 && k.total[l.VersionID] > noise {
			t.version, ok = l.VersionID, true
		}
	}
	if !ok || !hasClass {
		return t, ok
	}
	for o := range k.feature {
		if o.version == t.version && k.names[o].class == class {
			t.features = append(t.features, o.feature)
		}
	}
	slices.Sort(t.features)
	return t, len(t.features) > 0
}

// combine measures the combinations that are asked for. One that needs a layer
// which the site does not touch has no area and is left out.
func (k *check) combine(ctx context.Context) error {
	if k.rules == nil && k.pairs == nil {
		return nil
	}
	k.combinations = []Combination{}
	for _, r := range k.rules {
		area, ok, err := k.measureCombination(ctx, r)
		if err != nil {
			return fmt.Errorf("combination %s: %w", r.Key, err)
		}
		if ok && area > noise {
			all := append(slices.Clone(r.All), prefixed("!", r.Except)...)
			k.combinations = append(k.combinations, Combination{Key: r.Key, All: all, TitleZH: r.TitleZH, Area: geodata.Area(area)})
		}
	}
	for _, key := range k.pairs {
		k.combinations = append(k.combinations, k.pairsOf(key)...)
	}
	return nil
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

func (k *check) measureCombination(ctx context.Context, r CombinationRule) (area float64, ok bool, err error) {
	first, ok := k.findThing(r.All[0])
	if !ok {
		return 0, false, nil
	}
	area = k.total[first.version]
	if len(r.All) > 1 {
		second, ok := k.findThing(r.All[1])
		if !ok {
			return 0, false, nil
		}
		if area, err = k.common(ctx, first, second); err != nil {
			return 0, false, err
		}
	}
	if len(r.Except) > 0 {
		if off, ok := k.findThing(r.Except[0]); ok {
			taken, err := k.common(ctx, first, off)
			return area - taken, true, err
		}
	}
	return area, true, nil
}

//go:embed sql/combination.sql
var combinationSQL string

func (k *check) common(ctx context.Context, a, b thing) (area float64, err error) {
	list := func(ids []int32) []int32 { return append([]int32{}, ids...) } // never null
	err = k.db.QueryRow(ctx, combinationSQL, pgx.StrictNamedArgs{"version_a": a.version, "features_a": list(a.features),
		"version_b": b.version, "features_b": list(b.features), "site": k.site.Plane}).Scan(&area)
	return area, err
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
			out = append(out, Combination{Key: a.code + "&" + b.code, TitleZH: a.name + " ∩ " + b.name,
				All: []string{string(key) + "#" + a.code, string(key) + "#" + b.code}, Area: geodata.Area(area)})
		}
	}
	slices.SortFunc(out, func(a, b Combination) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

//go:embed sql/crossings.sql
var crossingsSQL string

// cross finds where a corridor's axis runs through the features it touches.
func (k *check) cross(ctx context.Context) error {
	if k.form != AsCorridor {
		return nil
	}
	k.crossings = map[owner][]Crossing{}
	rows, err := k.db.Query(ctx, crossingsSQL, pgx.StrictNamedArgs{
		"versions": k.versions(), "axis": postgis.Geometry{SRID: k.srid, Geometry: k.axis}, "plane": k.site.PlaneSRID})
	if err != nil {
		return fmt.Errorf("find crossings: %w", err)
	}
	var o owner
	var length float64
	var entry, exit orb.Point
	_, err = pgx.ForEachRow(rows, []any{&o.version, &o.feature, &length, &entry[0], &entry[1], &exit[0], &exit[1]}, func() error {
		k.crossings[o] = append(k.crossings[o], Crossing{Length: length, Entry: entry, Exit: exit})
		return nil
	})
	if err != nil {
		return fmt.Errorf("find crossings: %w", err)
	}
	return nil
}
