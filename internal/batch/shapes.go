package batch

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Shape (地块图形) is where a parcel lies, drawn coarsely; no figure comes from it.
type Shape struct {
	Number   int
	Name     string
	State    string
	Record   string          // identity of the kept answer, empty when there is none
	Outcome  string          // of that answer
	Geometry json.RawMessage // GeoJSON, EPSG:4490
}

//go:embed sql/shapes.sql
var shapesSQL string

// Shapes gives where the parcels of a batch lie whose numbers follow after, at most
// limit of them. Parcels without a place are left out.
func (s *Store) Shapes(ctx context.Context, k Key, after, limit int) ([]Shape, error) {
	rows, err := s.DB.Query(ctx, shapesSQL, pgx.StrictNamedArgs{"county": k.County, "id": k.ID, "after": after, "limit": limit})
	if err != nil {
		return nil, fmt.Errorf("shapes of batch %s: %w", k.ID, err)
	}
	shapes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Shape])
	if err != nil {
		return nil, fmt.Errorf("shapes of batch %s: %w", k.ID, err)
	}
	return shapes, nil
}
