package change

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

//go:embed sql/exclusive.sql
var exclusiveSQL string

// findExclusive adds up, by class, the ground that only one version covers.
func (k *comparison) findExclusive(ctx context.Context) error {
	k.exclusive = [2]map[string]float64{{}, {}}
	rows, err := k.tx.Query(ctx, exclusiveSQL)
	if err != nil {
		return fmt.Errorf("find ground of one version: %w", err)
	}
	var kind PieceKind
	var features []int32
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&kind, &features, &area}, func() error {
		s := newer
		if kind == Lost {
			s = older
		}
		k.exclusive[s][classKey(k.classes(s, features))] += area
		return nil
	})
	if err != nil {
		return fmt.Errorf("find ground of one version: %w", err)
	}
	return nil
}

//go:embed sql/perimeters.sql
var perimetersSQL string

// measureBorders measures the borders of features that are not the same record in
// both versions, and orders the pieces.
func (k *comparison) measureBorders(ctx context.Context) error {
	k.numberPieces()
	k.perimeters = [2]map[int32]float64{{}, {}}
	for s, v := range []geodata.Version{k.from, k.to} {
		differ := k.differing(side(s))
		if len(differ) == 0 {
			continue
		}
		rows, err := k.tx.Query(ctx, perimetersSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": v.ID,
			"features": differ, "plane": k.county.PlaneSRID})
		if err != nil {
			return fmt.Errorf("measure borders: %w", err)
		}
		var id int32
		var metres float64
		if _, err := pgx.ForEachRow(rows, []any{&id, &metres}, func() error { k.perimeters[s][id] = metres; return nil }); err != nil {
			return fmt.Errorf("measure borders: %w", err)
		}
	}
	return nil
}

// differing are the features of a side whose record the other does not have.
func (k *comparison) differing(s side) []int32 {
	held := map[string]bool{}
	for _, f := range k.features[1-s] {
		held[f.digest] = true
	}
	var out []int32
	for id, f := range k.features[s] {
		if !held[f.digest] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// numberPieces puts the pieces in the order of reports: lost, reclassified, gained,
// the largest first; and notes which features they belong to.
func (k *comparison) numberPieces() {
	slices.SortStableFunc(k.pieces, func(a, b piece) int {
		return cmp.Or(-cmp.Compare(a.kind, b.kind), -cmp.Compare(a.area, b.area), cmp.Compare(a.id, b.id))
	})
	k.numbers, k.grown = [2]map[int32][]int{{}, {}}, [2]map[int32][]int{{}, {}}
	for i, p := range k.pieces {
		s := older
		if p.kind == Gained {
			s = newer
		}
		for _, f := range k.pieceFeatures[p.pieceKey] {
			k.numbers[s][f.feature] = append(k.numbers[s][f.feature], i+1)
			if p.kind != Reclassified {
				k.grown[s][f.feature] = append(k.grown[s][f.feature], i+1)
			}
		}
	}
}

// piecesOf are the numbers of the pieces that belong to features of both sides.
func (k *comparison) piecesOf(before, after []int32) []int {
	var out []int
	for s, ids := range [2][]int32{before, after} {
		for _, id := range ids {
			out = append(out, k.numbers[s][id]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// report puts together what was found.
func (k *comparison) report(ctx context.Context) (*Report, error) {
	r := &Report{CountyCode: k.county.Code, CountyName: k.county.NameZH, Layer: k.layer.Key,
		TitleZH: k.layer.TitleZH, TitleEN: k.layer.TitleEN, From: versionOf(k.from), To: versionOf(k.to),
		Tolerance: k.tolerance, Whole: k.whole(), CountyArea: geodata.Area(k.countyArea),
		Classes: k.classChanges(), Transitions: k.transitions(), Approvals: k.approvals, Fates: map[Fate]int{},
		Schematic: k.from.Schematic || k.to.Schematic}
	if k.township.ID != 0 {
		t := versionOf(k.township)
		r.Township, r.Schematic = &t, r.Schematic || t.Schematic
	}
	r.ShareBefore, r.ShareAfter = r.Whole.Before.ShareOf(r.CountyArea), r.Whole.After.ShareOf(r.CountyArea)
	r.Townships, r.Outside, r.MultiplyCovered = k.townshipChanges()
	for i, p := range k.pieces {
		r.Pieces = append(r.Pieces, k.reportPiece(i+1, p))
	}
	r.Features, r.Kept = k.featureChanges()
	for _, f := range r.Features {
		r.Fates[f.Fate]++
	}
	var err error
	if r.Verdict, err = k.verdict(ctx, r); err != nil {
		return nil, err
	}
	r.ID = k.identity()
	return r, nil
}

func (k *comparison) reportPiece(number int, p piece) Piece {
	out := Piece{Number: number, Kind: p.kind, Area: geodata.Area(p.area), Townships: k.pieceTownships(p),
		From: p.from, To: p.to, Unapproved: k.unapprovedOf(p), Approvals: k.covered[p.id]}
	if p.perimeter > 0 {
		out.MeanWidth = 2 * p.area / p.perimeter
	}
	out.Approved = out.Area - out.Unapproved
	s := older
	if p.kind == Gained {
		s = newer
	}
	for _, f := range k.pieceFeatures[p.pieceKey] {
		if f.area > listed {
			g := k.features[s][f.feature]
			out.Features = append(out.Features, PieceFeature{Code: g.Code, Name: g.Name, Class: g.Class, Area: geodata.Area(f.area)})
		}
	}
	if p.kind == Reclassified {
		out.Restricted = k.comparer.Rules.restricted(k.layer.Key, splitClasses(p.from), splitClasses(p.to))
	}
	return out
}
