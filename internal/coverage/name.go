package coverage

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

//go:embed sql/features.sql
var featuresSQL string

// nameMembers names the features that take part in an overlap.
func (w *work) nameMembers(ctx context.Context) error {
	w.names = map[owner]Member{}
	var versions []int64
	var features []int32
	place := map[int64]int{}
	for i, v := range w.versions {
		place[v.ID] = i
	}
	for _, s := range w.sets {
		if s.towns == nil {
			continue
		}
		for _, o := range s.members {
			if _, ok := w.names[o]; !ok {
				w.names[o] = Member{}
				versions, features = append(versions, w.versions[o.version].ID), append(features, o.feature)
			}
		}
	}
	rows, err := w.db.Query(ctx, featuresSQL, pgx.StrictNamedArgs{"county": w.county.Code,
		"versions": append([]int64{}, versions...), "features": append([]int32{}, features...)})
	if err != nil {
		return fmt.Errorf("name features: %w", err)
	}
	var version int64
	var feature int32
	var m Member
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&version, &feature, &m.Code, &m.Name, &m.Class, &area}, func() error {
		v := w.versions[place[version]]
		m.Layer, m.Ref, m.Area = v.Key, v.ref(w.county.Code), geodata.Area(area)
		w.names[owner{place[version], feature}] = m
		return nil
	})
	if err != nil {
		return fmt.Errorf("name features: %w", err)
	}
	return nil
}

//go:embed sql/townships.sql
var townshipsSQL string

func (w *work) nameTownships(ctx context.Context) error {
	w.places = map[int32]TownshipPart{}
	if w.township == nil {
		return nil
	}
	rows, err := w.db.Query(ctx, townshipsSQL, pgx.StrictNamedArgs{"county": w.county.Code, "version": w.township.ID})
	if err != nil {
		return fmt.Errorf("name townships: %w", err)
	}
	var id int32
	var t TownshipPart
	_, err = pgx.ForEachRow(rows, []any{&id, &t.Code, &t.Name}, func() error {
		w.places[id] = t
		return nil
	})
	if err != nil {
		return fmt.Errorf("name townships: %w", err)
	}
	return nil
}
