package tiles

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/tiles/bake"
	"hongxian/tiles/pmtiles"
)

//go:embed sql/layer.sql
var layerSQL string

//go:embed sql/features.sql
var featuresSQL string

//go:embed sql/baked_zoom.sql
var bakedZoomSQL string

//go:embed sql/keep_zoom.sql
var keepZoomSQL string

//go:embed sql/drop_tiles.sql
var dropTilesSQL string

// Baking (预绘瓦片) draws all tiles of a version while it is being published. Each
// zoom is committed by itself, so that a run that was cut off goes on where it
// stopped; Undo removes what there is.
type Baking struct {
	DB *pgxpool.Pool
}

// Bake draws the version's tiles, reading its features from tx, tells the share
// done, 0…1, and sums the zooms up, the deepest first. The tiles go through a
// connection of their own: waiting for one of the pool, publications could wait for
// each other.
func (b Baking) Bake(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]bake.Zoom, error) {
	l := bake.Layer{Name: string(v.Layer)}
	err := tx.QueryRow(ctx, layerSQL, pgx.StrictNamedArgs{"county": v.County, "layer": v.Layer}).
		Scan(&l.MinZoom, &l.MaxZoom, &l.Tiling)
	if err != nil {
		return nil, fmt.Errorf("layer of %s: %w", v.Ref(), err)
	}
	baker, err := load(ctx, tx, v, l)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", v.Ref(), err)
	}
	progress(0.1)
	conn, err := pgx.ConnectConfig(ctx, b.DB.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("keep tiles of %s: %w", v.Ref(), err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "set statement_timeout = 0"); err != nil {
		return nil, err
	}
	return baker.Bake(ctx, &keeper{conn, v}, func(share float64) { progress(0.1 + 0.9*share) })
}

// Undo removes what was drawn of the version.
func (Baking) Undo(ctx context.Context, tx pgx.Tx, v geodata.Version) error {
	_, err := tx.Exec(ctx, dropTilesSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID})
	return err
}

// load reads the version's features.
func load(ctx context.Context, tx pgx.Tx, v geodata.Version, l bake.Layer) (*bake.Baker, error) {
	rows, err := tx.Query(ctx, featuresSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID})
	if err != nil {
		return nil, err
	}
	baker := bake.New(l)
	var f bake.Feature
	var g postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&f.ID, &f.Code, &f.Name, &f.Class, &g}, func() error {
		shape, ok := g.Geometry.(orb.MultiPolygon)
		if !ok {
			return fmt.Errorf("feature %d is a %T", f.ID, g.Geometry)
		}
		baker.Add(f, shape)
		return nil
	})
	return baker, err
}

// keeper stores a version's tiles, a transaction a zoom.
type keeper struct {
	conn *pgx.Conn
	v    geodata.Version
}

// Kept implements bake.Keeper.
func (k *keeper) Kept(ctx context.Context, zoom int) (sum bake.Zoom, ok bool, err error) {
	var b []byte
	err = k.conn.QueryRow(ctx, bakedZoomSQL, pgx.StrictNamedArgs{"county": k.v.County, "version": k.v.ID, "zoom": zoom}).Scan(&b)
	if errors.Is(err, pgx.ErrNoRows) {
		return sum, false, nil
	}
	if err != nil {
		return sum, false, err
	}
	return sum, true, json.Unmarshal(b, &sum)
}

// Keep implements bake.Keeper.
func (k *keeper) Keep(ctx context.Context, work func(bake.Put) (bake.Zoom, error)) error {
	return pgx.BeginFunc(ctx, k.conn, func(tx pgx.Tx) error {
		sum, err := k.copy(ctx, tx, work)
		if err != nil {
			return err
		}
		b, err := json.Marshal(sum)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, keepZoomSQL, pgx.StrictNamedArgs{"county": k.v.County, "version": k.v.ID, "zoom": sum.Zoom, "summary": b})
		return err
	})
}

// ahead is how many tiles may wait to be stored.
const ahead = 64

// copy streams what work puts into the table.
func (k *keeper) copy(ctx context.Context, tx pgx.Tx, work func(bake.Put) (bake.Zoom, error)) (sum bake.Zoom, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	tiles := make(chan bake.Tile, ahead)
	var bad error // of work; set before tiles is closed
	go func() {
		defer close(tiles)
		sum, bad = work(func(t bake.Tile) error {
			select {
			case tiles <- t:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}()
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"tile"}, []string{"county", "version_id", "id", "body"},
		pgx.CopyFromFunc(func() ([]any, error) {
			t, more := <-tiles
			if !more {
				return nil, bad
			}
			return []any{k.v.County, k.v.ID, int64(pmtiles.ID(t.At)), t.Gzip}, nil
		}))
	stop(err)
	for range tiles { // until work has ended
	}
	return sum, errors.Join(bad, err)
}
