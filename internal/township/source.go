package township

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// source is a division as it was kept.
type source struct {
	id       int64
	area     float64 // of the undivided faces
	shares   []share
	presence []presenceRow
}

type share struct {
	Towns           []int32
	Classes, Others []string
	Features        []int32
	Area            float64
}

type presenceRow struct {
	Towns    []int32
	Class    string
	Features int
}

var (
	//go:embed sql/divisions.sql
	divisionsSQL string
	//go:embed sql/part_rows.sql
	shareRowsSQL string
	//go:embed sql/presence_rows.sql
	presenceRowsSQL string
)

// sources finds what is kept of the plan's versions and of the townships
// themselves, by version and other version (0: alone), without the rows.
func (p *plan) sources(ctx context.Context, db postgis.Querier) (map[[2]int64]*source, error) {
	rows, err := db.Query(ctx, divisionsSQL, pgx.StrictNamedArgs{
		"county": p.held.Code, "versions": append(identities(p.all()), p.townships.ID), "townships": p.townships.ID})
	if err != nil {
		return nil, err
	}
	have := map[[2]int64]*source{}
	var id, version, other int64
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&id, &version, &other, &area}, func() error {
		have[[2]int64{version, other}] = &source{id: id, area: area}
		return nil
	})
	return have, err
}

// fill reads the rows of sources.
func fill(ctx context.Context, db postgis.Querier, county string, have map[[2]int64]*source) error {
	byID := map[int64]*source{}
	var ids []int64
	for _, s := range have {
		byID[s.id], ids = s, append(ids, s.id)
	}
	slices.Sort(ids)
	args := pgx.StrictNamedArgs{"county": county, "divisions": ids}
	rows, err := db.Query(ctx, shareRowsSQL, args)
	if err != nil {
		return fmt.Errorf("read shares: %w", err)
	}
	var id int64
	var s share
	_, err = pgx.ForEachRow(rows, []any{&id, &s.Towns, &s.Classes, &s.Others, &s.Features, &s.Area}, func() error {
		byID[id].shares = append(byID[id].shares, s)
		s = share{} // the next row must not write into these lists
		return nil
	})
	if err != nil {
		return fmt.Errorf("read shares: %w", err)
	}
	if rows, err = db.Query(ctx, presenceRowsSQL, args); err != nil {
		return fmt.Errorf("read feature counts: %w", err)
	}
	var n presenceRow
	_, err = pgx.ForEachRow(rows, []any{&id, &n.Towns, &n.Class, &n.Features}, func() error {
		byID[id].presence = append(byID[id].presence, n)
		n = presenceRow{}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read feature counts: %w", err)
	}
	return nil
}

// pairOf is the division of what two versions have in common, whichever of them
// was divided.
func pairOf(have map[[2]int64]*source, two [2]geodata.Version) *source {
	if s := have[[2]int64{two[0].ID, two[1].ID}]; s != nil {
		return s
	}
	return have[[2]int64{two[1].ID, two[0].ID}]
}

// missing are the divisions that have to be made first: by version, those it is to
// be paired with.
func (p *plan) missing(have map[[2]int64]*source) map[int64][]int64 {
	lack := map[int64][]int64{}
	for _, v := range p.all() {
		if have[[2]int64{v.ID, 0}] == nil {
			lack[v.ID] = nil
		}
	}
	for _, two := range slices.Concat(p.pairs, p.unions) {
		if pairOf(have, two) == nil {
			a, b := two[0].ID, two[1].ID
			_, dividesA := lack[a]
			if _, dividesB := lack[b]; dividesB && !dividesA {
				a, b = b, a
			}
			if !slices.Contains(lack[a], b) && !slices.Contains(lack[b], a) {
				lack[a] = append(lack[a], b)
			}
		}
	}
	return lack
}

func identities(versions []geodata.Version) (ids []int64) {
	for _, v := range versions {
		ids = append(ids, v.ID)
	}
	return ids
}
