package tiles

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
	"hongxian/tiles/bake"
	"hongxian/tiles/pmtiles"
)

//go:embed sql/baked_tile.sql
var bakedTileSQL string

//go:embed sql/baked_zooms.sql
var bakedZoomsSQL string

//go:embed sql/absent.sql
var absentSQL string

//go:embed sql/archive.sql
var archiveSQL string

// Database is what a Store needs of a pool.
type Database interface {
	Querier
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Store gives the tiles that publishing has drawn. Drafts, and versions that were
// published before tiles were drawn beforehand, are drawn live.
type Store struct {
	db    Database
	live  *LiveSource
	baked sync.Map // version id → []Zoom, of versions that cannot change
}

// NewStore reads from db.
func NewStore(db Database) *Store { return &Store{db: db, live: NewLiveSource(db)} }

// Tile implements Source: one indexed read.
func (s *Store) Tile(ctx context.Context, v geodata.Version, t maptile.Tile) ([]byte, error) {
	zooms, err := s.Zooms(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(zooms) == 0 {
		mvt, err := s.live.Tile(ctx, v, t)
		if err != nil || len(mvt) == 0 {
			return nil, err
		}
		return encode(mvt, Gzip)
	}
	var body []byte
	err = s.db.QueryRow(ctx, bakedTileSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID, "id": int64(pmtiles.ID(t))}).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("tile %s %d/%d/%d: %w", v.Ref(), t.Z, t.X, t.Y, err)
	}
	return body, nil
}

// Bounds implements Source.
func (s *Store) Bounds(ctx context.Context, v geodata.Version) (orb.Bound, bool, error) {
	return s.live.Bounds(ctx, v)
}

// Zoom (已绘级别) tells what the tiles of a zoom hold.
type Zoom struct {
	bake.Zoom
	AbsentCount int      `json:"absent_count,omitempty"` // features too small to be drawn themselves
	AbsentCodes []string `json:"absent_codes,omitempty"` // the codes of the first of them
}

// listedAbsent is how many absent features of a zoom are listed by code.
const listedAbsent = 200

// Zooms implements Source: what publishing has drawn, the lowest zoom first.
func (s *Store) Zooms(ctx context.Context, v geodata.Version) ([]Zoom, error) {
	if !Immutable(v) {
		return nil, nil
	}
	if known, ok := s.baked.Load(v.ID); ok {
		return known.([]Zoom), nil
	}
	rows, err := s.db.Query(ctx, bakedZoomsSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID})
	if err != nil {
		return nil, fmt.Errorf("zooms of %s: %w", v.Ref(), err)
	}
	zooms, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (z Zoom, err error) {
		var b []byte
		if err := row.Scan(&b); err != nil {
			return z, err
		}
		return z, json.Unmarshal(b, &z.Zoom)
	})
	for i := range zooms {
		if err == nil && len(zooms[i].Absent) > 0 {
			zooms[i].AbsentCodes, err = s.codes(ctx, v, zooms[i].Absent)
			zooms[i].AbsentCount, zooms[i].Absent = len(zooms[i].Absent), nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("zooms of %s: %w", v.Ref(), err)
	}
	s.baked.Store(v.ID, zooms)
	return zooms, nil
}

func (s *Store) codes(ctx context.Context, v geodata.Version, ids []int32) ([]string, error) {
	rows, err := s.db.Query(ctx, absentSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID, "ids": ids, "most": listedAbsent})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// All gives a version's drawn tiles in the order of an archive.
func (s *Store) All(ctx context.Context, v geodata.Version) iter.Seq2[pmtiles.Content, error] {
	return func(yield func(pmtiles.Content, error) bool) {
		rows, err := s.db.Query(ctx, archiveSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID})
		if err != nil {
			yield(pmtiles.Content{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var body []byte
			if err := rows.Scan(&id, &body); !yield(pmtiles.Content{ID: uint64(id), Gzip: body}, err) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(pmtiles.Content{}, err)
		}
	}
}
