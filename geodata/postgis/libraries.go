package postgis

import (
	"context"
	_ "embed"
	"fmt"
)

//go:embed sql/libraries.sql
var librariesSQL string

// Libraries names the versions of PostGIS, GEOS and PROJ that compute: part of an
// answer's identity.
func Libraries(ctx context.Context, db Querier) (string, error) {
	var libraries string
	if err := db.QueryRow(ctx, librariesSQL).Scan(&libraries); err != nil {
		return "", fmt.Errorf("ask for library versions: %w", err)
	}
	return libraries, nil
}
