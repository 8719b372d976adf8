package postgis

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Holding (馆藏) is a version as an operator counts it, whatever anybody may see of it.
type Holding struct {
	County, Layer, Label, State string
	Features                    int
	Published                   *time.Time // nil of a draft
	// What was drawn of it, if it is in force: tiles, their bytes compressed, and how
	// many of them are larger than they should be.
	Tiles, Bytes, TooLarge int64
}

//go:embed sql/holdings.sql
var holdingsSQL string

// Holdings lists every version.
func Holdings(ctx context.Context, db Querier) ([]Holding, error) {
	rows, err := db.Query(ctx, holdingsSQL)
	if err != nil {
		return nil, fmt.Errorf("list holdings: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Holding])
	if err != nil {
		return nil, fmt.Errorf("list holdings: %w", err)
	}
	return found, nil
}
