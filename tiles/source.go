package tiles

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
)

// MaxFeatures is how many features a tile holds at most: the largest ones.
const MaxFeatures = 20_000

// detailedZoom is the zoom from which nothing is generalised.
const detailedZoom = 14

// Querier is what a LiveSource needs of a pool, a connection or a transaction.
type Querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

//go:embed sql/tile.sql
var tileSQL string

//go:embed sql/bounds.sql
var boundsSQL string

// LiveSource draws tiles straight from the held features, for drafts and for
// versions whose tiles have not been prepared.
type LiveSource struct {
	db Querier
}

// NewLiveSource draws from db.
func NewLiveSource(db Querier) *LiveSource { return &LiveSource{db: db} }

// Tile draws one tile; the context ends its SQL.
func (s *LiveSource) Tile(ctx context.Context, v geodata.Version, t maptile.Tile) ([]byte, error) {
	var mvt []byte
	err := s.db.QueryRow(ctx, tileSQL, pgx.StrictNamedArgs{
		"county": v.County, "version": v.ID,
		"z": int32(t.Z), "x": int32(t.X), "y": int32(t.Y),
		"layer": string(v.Layer), "detailed": detailedZoom, "max_features": MaxFeatures,
	}).Scan(&mvt)
	if err != nil {
		return nil, fmt.Errorf("draw %s %d/%d/%d: %w", v.Ref(), t.Z, t.X, t.Y, err)
	}
	return mvt, nil
}

// Bounds reads the version's extent.
func (s *LiveSource) Bounds(ctx context.Context, v geodata.Version) (orb.Bound, bool, error) {
	var west, south, east, north *float64
	err := s.db.QueryRow(ctx, boundsSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID}).
		Scan(&west, &south, &east, &north)
	if err != nil {
		return orb.Bound{}, false, fmt.Errorf("bounds of %s: %w", v.Ref(), err)
	}
	if west == nil {
		return orb.Bound{}, false, nil
	}
	return orb.Bound{Min: orb.Point{*west, *south}, Max: orb.Point{*east, *north}}, true, nil
}
