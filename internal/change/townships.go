package change

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// What tables of townships have beside the townships themselves.
const (
	outsideAll      int32 = 0
	multiplyCovered int32 = -1
)

//go:embed sql/towns.sql
var townsSQL string

//go:embed sql/piece_townships.sql
var pieceTownshipsSQL string

// divideVersions divides both versions among the townships.
func (k *comparison) divideVersions(ctx context.Context) error {
	if k.township.ID == 0 {
		return nil
	}
	rows, err := k.tx.Query(ctx, townsSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": k.township.ID})
	if err != nil {
		return fmt.Errorf("list townships: %w", err)
	}
	var t town
	_, err = pgx.ForEachRow(rows, []any{&t.id, &t.code, &t.name}, func() error { k.towns = append(k.towns, t); return nil })
	if err != nil {
		return fmt.Errorf("list townships: %w", err)
	}
	for i, v := range []geodata.Version{k.from, k.to} {
		if k.shares[i], err = k.sharesOf(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// dividePieces divides every piece among the townships.
func (k *comparison) dividePieces(ctx context.Context) error {
	k.pieceTowns = map[pieceKey]map[int32]float64{}
	if k.township.ID == 0 {
		return nil
	}
	rows, err := k.tx.Query(ctx, pieceTownshipsSQL, pgx.StrictNamedArgs{"township": k.township.ID})
	if err != nil {
		return fmt.Errorf("divide pieces among townships: %w", err)
	}
	var key pieceKey
	var id int32
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&key.id, &key.kind, &id, &area}, func() error {
		if k.pieceTowns[key] == nil {
			k.pieceTowns[key] = map[int32]float64{}
		}
		k.pieceTowns[key][id] = area
		return nil
	})
	if err != nil {
		return fmt.Errorf("divide pieces among townships: %w", err)
	}
	return nil
}

//go:embed sql/township_shares.sql
var townshipSharesSQL string

//go:embed sql/held_shares.sql
var heldSharesSQL string

// sharesOf is a version's area by township: what publishing worked out, where it did.
func (k *comparison) sharesOf(ctx context.Context, v geodata.Version) (map[int32]float64, error) {
	for _, sql := range []string{heldSharesSQL, townshipSharesSQL} {
		rows, err := k.tx.Query(ctx, sql, pgx.StrictNamedArgs{"county": k.county.Code, "version": v.ID, "township": k.township.ID})
		if err != nil {
			return nil, fmt.Errorf("divide %s among townships: %w", v.Ref(), err)
		}
		shares := map[int32]float64{}
		var id int32
		var area float64
		if _, err = pgx.ForEachRow(rows, []any{&id, &area}, func() error { shares[id] = area; return nil }); err != nil {
			return nil, fmt.Errorf("divide %s among townships: %w", v.Ref(), err)
		}
		if len(shares) > 0 {
			return shares, nil
		}
	}
	return map[int32]float64{}, nil
}

// townFigures are the figures of one township, or of a row beside them.
func (k *comparison) townFigures(id int32) Figures {
	var by [2][4]float64 // noise or not, kind
	for key, parts := range k.pieceTowns {
		noise := 0
		if !k.real[key] {
			noise = 1
		}
		by[noise][key.kind] += parts[id]
	}
	return figures(k.snapped(k.shares[older][id]), k.snapped(k.shares[newer][id]), by[0], by[1])
}

// snapped takes what is less than rounding as nothing.
func (k *comparison) snapped(area float64) float64 {
	if math.Abs(area) <= rounding(k.before, k.changed) {
		return 0
	}
	return area
}

// figures puts an area's figures together.
func figures(before, after float64, real, noise [4]float64) Figures {
	f := Figures{Before: geodata.Area(before), After: geodata.Area(after), Net: geodata.Area(after - before),
		Gained: geodata.Area(real[Gained]), Lost: geodata.Area(real[Lost]),
		NoiseGained: geodata.Area(noise[Gained]), NoiseLost: geodata.Area(noise[Lost])}
	f.Rate = f.Net.ShareOf(f.Before)
	return f
}

func (k *comparison) townshipChanges() (rows []TownshipChange, outside, multiply Figures) {
	if k.township.ID == 0 {
		return nil, k.whole(), Figures{}
	}
	for _, t := range k.towns {
		rows = append(rows, TownshipChange{Code: t.code, Name: t.name, Figures: k.townFigures(t.id)})
	}
	return rows, k.townFigures(outsideAll), k.townFigures(multiplyCovered)
}

// pieceTownships lists where a piece lies, the largest part first.
func (k *comparison) pieceTownships(p piece) []PieceTownship {
	var out []PieceTownship
	parts := k.pieceTowns[p.pieceKey]
	for _, t := range k.towns {
		if area := parts[t.id]; area > listed {
			out = append(out, PieceTownship{Code: t.code, Name: t.name, Area: geodata.Area(area)})
		}
	}
	outside := parts[outsideAll]
	if k.township.ID == 0 {
		outside = p.area
	}
	if outside > listed {
		out = append(out, PieceTownship{Area: geodata.Area(outside)})
	}
	slices.SortStableFunc(out, func(a, b PieceTownship) int { return descending(a.Area, b.Area) })
	return out
}

// listed is the area in m² from which a part is listed: the last digit areas are
// given with.
const listed = 0.0001

func descending(a, b geodata.Area) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}
