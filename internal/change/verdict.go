package change

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// verdict says what follows for the three requirements.
func (k *comparison) verdict(ctx context.Context, r *Report) (Verdict, error) {
	v := Verdict{NotDecreased: r.Whole.Net >= -r.Tolerance.Decrease}
	for _, p := range r.Pieces {
		if p.Kind == Lost && p.Unapproved > 0 {
			v.LostWithoutApproval += p.Unapproved
			v.LostPieces++
		}
	}
	v.Swapped = v.NotDecreased && r.Whole.Lost > r.Tolerance.Decrease
	for _, t := range r.Transitions {
		if t.From == t.To {
			continue
		}
		v.Reclassified += t.Area
		if t.Restricted != nil {
			v.Restricted += t.Area
		}
	}
	var err error
	if v.NaturalLand, err = k.holding(ctx, k.rules().NaturalLand, "土地利用"); err != nil {
		return v, err
	}
	if v.Activity, err = k.holding(ctx, k.rules().Activity, "人为活动"); err != nil {
		return v, err
	}
	// Yearly indicators are of all layers: whoever may not see all of them has none.
	if k.comparer.Indicators != nil && geodata.SightOf(ctx).Unlimited() {
		if v.Function, err = k.comparer.Indicators(ctx, k.from, k.to); err != nil {
			return v, fmt.Errorf("compare indicators: %w", err)
		}
		k.function = v.Function
	}
	return v, nil
}

//go:embed sql/within.sql
var withinSQL string

// holding measures what another layer's classes cover of both versions.
func (k *comparison) holding(ctx context.Context, other LayerClasses, what string) (Holding, error) {
	if other.Layer == "" {
		return Holding{Reason: fmt.Sprintf("未配置%s图层，未计算。", what)}, nil
	}
	v, err := (&postgis.Catalogue{DB: k.tx}).Resolve(ctx, geodata.VersionRef{County: k.county.Code, Layer: other.Layer})
	if geodata.IsKind(err, geodata.NotFound) {
		return Holding{Reason: fmt.Sprintf("未持有%s数据（图层 %s 没有现行版本），未计算。", what, other.Layer)}, nil
	}
	if err != nil {
		return Holding{}, err
	}
	h := Holding{Held: true, Ref: v.Ref().String()}
	k.holdings = append(k.holdings, h.Ref+" "+v.Digest)
	for _, m := range []struct {
		version geodata.Version
		out     *geodata.Area
	}{{k.from, &h.Before}, {k.to, &h.After}} {
		var area float64
		err := k.tx.QueryRow(ctx, withinSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": m.version.ID,
			"other": v.ID, "classes": append([]string{}, other.Classes...)}).Scan(&area)
		if err != nil {
			return Holding{}, fmt.Errorf("measure %s within %s: %w", v.Ref(), m.version.Ref(), err)
		}
		*m.out = geodata.Area(area)
	}
	return h, nil
}
