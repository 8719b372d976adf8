package intake

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Reports finds the reports that versions were stored with.
type Reports struct {
	DB postgis.Querier
}

//go:embed sql/read_report.sql
var readReportSQL string

// Find gives the report of a version, its findings placed. NotFound where the
// version is not held, or was not delivered in a file.
func (r *Reports) Find(ctx context.Context, ref geodata.VersionRef) (*Report, error) {
	var found *Report
	var srid int
	err := r.DB.QueryRow(ctx, readReportSQL, pgx.StrictNamedArgs{"county": ref.County, "layer": ref.Layer, "label": ref.Label}).Scan(&found, &srid)
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && (found == nil || found.Ref == ""):
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "intake-unknown",
			ZH: fmt.Sprintf("版本 %s 没有入库报告。", ref), EN: fmt.Sprintf("Version %s has no intake report.", ref)}
	case err != nil:
		return nil, fmt.Errorf("intake report of %s: %w", ref, err)
	}
	found.SRID = srid
	return found, r.Place(ctx, ref.County, found)
}

//go:embed sql/finding_places.sql
var findingPlacesSQL string

// Place fills in where a report's findings are in longitude and latitude. A place
// that cannot be the county's stays without.
func (r *Reports) Place(ctx context.Context, county string, report *Report) error {
	xs, ys, placed := []float64{}, []float64{}, []*Finding{}
	for i := range report.Findings {
		if f := &report.Findings[i]; f.At != nil {
			xs, ys, placed = append(xs, f.At[0]), append(ys, f.At[1]), append(placed, f)
		}
	}
	rows, err := r.DB.Query(ctx, findingPlacesSQL, pgx.StrictNamedArgs{"county": county, "srid": report.SRID, "x": xs, "y": ys})
	if err != nil {
		return fmt.Errorf("places of %s: %w", report.Ref, err)
	}
	var lon, lat *float64
	i := 0
	_, err = pgx.ForEachRow(rows, []any{&lon, &lat}, func() error {
		if lon != nil && lat != nil {
			placed[i].LonLat = &orb.Point{*lon, *lat}
		}
		i++
		return nil
	})
	if err != nil {
		return fmt.Errorf("places of %s: %w", report.Ref, err)
	}
	return nil
}
