package township

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// withinLimit is how many pairs of features get columns of their own.
const withinLimit = 24

//go:embed sql/features.sql
var featuresSQL string

// within makes a column for each two features of a layer that lie on each other,
// by name: the zones of one protected area are one.
func (a *assembly) within(ctx context.Context, v geodata.Version, s *source) error {
	var ids []int32
	for _, h := range s.shares {
		ids = append(ids, h.Features...)
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := a.db.Query(ctx, featuresSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID, "features": ids})
	if err != nil {
		return fmt.Errorf("name features: %w", err)
	}
	names := map[int32]string{}
	var id int32
	var name string
	if _, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error { names[id] = name; return nil }); err != nil {
		return fmt.Errorf("name features: %w", err)
	}
	tallies := map[[2]string]*tally{}
	for _, h := range s.shares {
		for _, pair := range pairsOf(h.Features, names) {
			if tallies[pair] == nil {
				tallies[pair] = a.tally()
			}
			tallies[pair].add(a.rowsOf(h.Towns), h.Area, h.Area)
		}
	}
	a.putWithin(v, tallies)
	return nil
}

// pairsOf are the pairs of different names among features, each once.
func pairsOf(features []int32, names map[int32]string) (pairs [][2]string) {
	for i, f := range features {
		for _, g := range features[i+1:] {
			two := [2]string{names[f], names[g]}
			if two[0] > two[1] {
				two[0], two[1] = two[1], two[0]
			}
			if two[0] != two[1] && !slices.Contains(pairs, two) {
				pairs = append(pairs, two)
			}
		}
	}
	return pairs
}

// putWithin puts the columns of the largest pairs, and says how many it left out.
func (a *assembly) putWithin(v geodata.Version, tallies map[[2]string]*tally) {
	var pairs [][2]string
	for pair, t := range tallies {
		if t.total > presence {
			pairs = append(pairs, pair)
		}
	}
	slices.SortFunc(pairs, func(x, y [2]string) int {
		return cmp.Or(cmp.Compare(tallies[y].total, tallies[x].total), strings.Compare(x[0], y[0]), strings.Compare(x[1], y[1]))
	})
	if left := len(pairs) - withinLimit; left > 0 {
		a.table.Findings = append(a.table.Findings, fmt.Sprintf("%s 中互相重叠的图斑有 %d 对，只列面积最大的 %d 对。", v.Ref(), len(pairs), withinLimit))
		pairs = pairs[:withinLimit]
	}
	for _, pair := range pairs {
		a.put(Column{Kind: OfFeatures, Layer: v.Layer, Ref: v.Ref().String(), Class: pair[0] + " ∩ " + pair[1],
			TitleZH: pair[0] + " ∩ " + pair[1], TitleEN: pair[0] + " ∩ " + pair[1], Of: -1}, tallies[pair], nil)
	}
}
