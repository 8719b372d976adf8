package township

import (
	"cmp"
	"slices"
	"strings"

	"hongxian/geodata"
)

// County (县的统计设置) is what tables need of a county's profile.
type County struct {
	Townships []Place
	// Pairs are layers whose common area is a column, and prepared at publication.
	Pairs [][2]geodata.LayerKey
	// Unions are layers that a column counts once where they lie on each other. They
	// are prepared where they are Pairs as well.
	Unions [][2]geodata.LayerKey
	// Overlaps are layers whose features are reported against each other.
	Overlaps []geodata.LayerKey
	Figures  []Figure
}

// Place (乡镇) is a township as the county's profile knows it.
type Place struct {
	Code, Name string
	Type       string // 街道, 镇, 乡 or the local word
	Aliases    []string
	Control    geodata.Area // 控制面积, official; 0: none
}

// Figure (公布数据) is a published number that the table is compared with.
type Figure struct {
	Key     string
	Value   float64
	Unit    geodata.Unit // empty: Percent
	Percent bool         // of the county's area
	// Count says that it is a number of townships, of Type where that is given, or of
	// names of a layer's features.
	Count bool
	Type  string
	// Baseline is the label of the version that the version in force is compared with
	// instead of a published number; it may be smaller by Tolerance, m².
	Baseline  string
	Tolerance geodata.Area
	Source    string
	Name      string           // what tables call it; empty: the key
	Place     string           // where in the source: chapter or page
	Target    string           // what the source asks of it
	Of        geodata.LayerKey // Township stands for the county's area; empty: not computed
}

// town is a township feature of a version.
type town struct {
	ID                int32
	Code, Name, Class string
	Area              float64
}

// place is a row's head: a township with its features.
type place struct {
	Place
	features []int32
}

// places are the rows, in code order, and which row a feature belongs to. A
// version whose features the profile knows has exactly the profile's townships;
// one of other days has its own. own says that the profile is of no account: the
// zones are a planner's.
func places(c County, towns []town, own bool) ([]place, map[int32]int) {
	find := byCode
	if !own && !slices.ContainsFunc(towns, func(t town) bool { return byCode(c, t) >= 0 }) &&
		!slices.ContainsFunc(towns, func(t town) bool { return byName(c, t) < 0 }) {
		find = byName // a delivery whose codes are another list's, as old tables have them
	}
	known := map[int]bool{}
	var rows []place
	index := map[string]int{}
	if !own && slices.ContainsFunc(towns, func(t town) bool { return find(c, t) >= 0 }) {
		for i, p := range c.Townships {
			rows, known[i], index[p.Code] = append(rows, place{Place: p}), true, len(rows)
		}
	}
	for _, t := range towns {
		key := cmp.Or(t.Code, t.Name)
		head := Place{Code: t.Code, Name: cmp.Or(t.Name, t.Code), Type: t.Class}
		if len(known) > 0 {
			if i := find(c, t); i >= 0 {
				key, head = c.Townships[i].Code, c.Townships[i]
			}
		}
		i, ok := index[key]
		if !ok || key == "" {
			i, index[key] = len(rows), len(rows)
			rows = append(rows, place{Place: head})
		}
		rows[i].features = append(rows[i].features, t.ID)
	}
	slices.SortStableFunc(rows, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Name, b.Name))
	})
	rowOf := map[int32]int{}
	for i, r := range rows {
		for _, f := range r.features {
			rowOf[f] = i
		}
	}
	return rows, rowOf
}

// byCode finds a township in the profile by the nine digits or the twelve of
// official tables.
func byCode(c County, t town) int {
	return slices.IndexFunc(c.Townships, func(p Place) bool {
		return t.Code != "" && (p.Code == t.Code || p.Code+"000" == t.Code)
	})
}

// byName finds it by name or alias.
func byName(c County, t town) int {
	name := strings.TrimSpace(t.Name)
	return slices.IndexFunc(c.Townships, func(p Place) bool {
		return name != "" && (p.Name == name || slices.Contains(p.Aliases, name))
	})
}
