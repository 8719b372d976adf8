package quality

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Reports finds the reports that are kept.
type Reports struct {
	DB postgis.Querier
}

//go:embed sql/kept.sql
var keptSQL string

//go:embed sql/kept_places.sql
var keptPlacesSQL string

// Find gives the report of a version with at most so many places; nil where the
// version was not examined yet. NotFound where it is not held.
func (r *Reports) Find(ctx context.Context, ref geodata.VersionRef, places int) (*Report, error) {
	key := pgx.StrictNamedArgs{"county": ref.County, "layer": ref.Layer, "label": ref.Label}
	var found *Report
	var accepted string
	var at *time.Time
	err := r.DB.QueryRow(ctx, keptSQL, key).Scan(&found, &at, &accepted)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, versionUnknown(ref)
	case err != nil:
		return nil, fmt.Errorf("quality of %s: %w", ref, err)
	case found == nil:
		return nil, nil
	}
	found.Accepted, found.ExaminedAt = accepted, *at
	if places == 0 {
		return found, nil
	}
	key["most"] = places
	rows, err := r.DB.Query(ctx, keptPlacesSQL, key)
	if err != nil {
		return nil, fmt.Errorf("places of %s: %w", ref, err)
	}
	found.Places, err = pgx.CollectRows(rows, scanPlace)
	if err != nil {
		return nil, fmt.Errorf("places of %s: %w", ref, err)
	}
	return found, nil
}

func scanPlace(row pgx.CollectableRow) (p Place, err error) {
	var ground postgis.Geometry
	err = row.Scan(&p.Kind, &p.Records, &ground, &p.Area, &p.Width, &p.Names, &p.At[0], &p.At[1])
	p.Ground, _ = ground.Geometry.(orb.MultiPolygon)
	return p, err
}

//go:embed sql/accept.sql
var acceptSQL string

// Accept records on what document a version goes in force in spite of its findings.
func (r *Reports) Accept(ctx context.Context, v geodata.Version, kinds []Kind, basis string) error {
	_, err := r.DB.Exec(ctx, acceptSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID, "kinds": kinds, "basis": basis})
	if err != nil {
		return fmt.Errorf("accept findings of %s: %w", v.Ref(), err)
	}
	return nil
}
