package publish

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// Below these an overlap or a difference is rounding, not land.
const (
	// borderNoise is what two pieces that share a border may seem to overlap by, m².
	borderNoise = 1e-4
	// A feature's faces must add up to it within closingM2 + closingShare of its area.
	closingM2    = 1e-3
	closingShare = 1e-9
)

// Faces (不相交面) cuts a version's features into small disjoint faces, each
// naming the features on it. Sums over them are union areas; sums over those of
// one feature are that feature's.
type Faces struct{}

// Name implements Preparer.
func (Faces) Name() string { return "faces" }

//go:embed sql/plane_srid.sql
var planeSRIDSQL string

//go:embed sql/pieces.sql
var piecesSQL string

//go:embed sql/piece_key.sql
var pieceKeySQL string

//go:embed sql/piece_plane.sql
var piecePlaneSQL string

//go:embed sql/contests.sql
var contestsSQL string

//go:embed sql/contest_higher.sql
var contestHigherSQL string

//go:embed sql/contest_lower.sql
var contestLowerSQL string

//go:embed sql/lone_fragments.sql
var loneFragmentsSQL string

//go:embed sql/shared_fragments.sql
var sharedFragmentsSQL string

//go:embed sql/fragment_grids.sql
var fragmentGridsSQL string

// Prepare implements Preparer.
func (Faces) Prepare(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]Warning, error) {
	var plane int
	if err := tx.QueryRow(ctx, planeSRIDSQL, pgx.StrictNamedArgs{"county": v.County}).Scan(&plane); err != nil {
		return nil, err
	}
	version := pgx.StrictNamedArgs{"county": v.County, "version": v.ID}
	measured := pgx.StrictNamedArgs{"county": v.County, "version": v.ID, "plane": plane}
	steps := []struct {
		sql  string
		args pgx.StrictNamedArgs
		done float64 // rough share of the work, seen on real layers
	}{
		{piecesSQL, version, 0.15},
		{pieceKeySQL, nil, 0.15},
		{piecePlaneSQL, nil, 0.17},
		{"analyze piece", nil, 0.18},
		{contestsSQL, pgx.StrictNamedArgs{"noise": borderNoise}, 0.75},
		{contestHigherSQL, nil, 0.75},
		{contestLowerSQL, nil, 0.75},
		{"analyze contest", nil, 0.76},
		{loneFragmentsSQL, measured, 0.9},
		{sharedFragmentsSQL, measured, 0.96},
		{fragmentGridsSQL, measured, 0.98},
		{"drop table contest, piece", nil, 0.98}, // another version may be cut in the same transaction
	}
	for _, s := range steps {
		var args []any
		if s.args != nil {
			args = []any{s.args}
		}
		if _, err := tx.Exec(ctx, s.sql, args...); err != nil {
			return nil, err
		}
		progress(s.done)
	}
	return nil, closeFaces(ctx, tx, v)
}

// Fills names the table of faces, which townships, tiles and comparisons read.
func (Faces) Fills() []string { return []string{"fragment"} }

//go:embed sql/unclosed.sql
var unclosedSQL string

// closeFaces proves that the faces add up to the features they were cut from.
func closeFaces(ctx context.Context, tx pgx.Tx, v geodata.Version) error {
	rows, err := tx.Query(ctx, unclosedSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID,
		"tolerance_m2": closingM2, "tolerance_share": closingShare})
	if err != nil {
		return err
	}
	var errs []error
	var record int
	var area, faces float64
	_, err = pgx.ForEachRow(rows, []any{&record, &area, &faces}, func() error {
		errs = append(errs, fmt.Errorf("record %d has %.6f m², its faces %.6f m²", record, area, faces))
		return nil
	})
	return errors.Join(append(errs, err)...)
}

//go:embed sql/drop_fragments.sql
var dropFragmentsSQL string

// Undo implements Preparer.
func (Faces) Undo(ctx context.Context, tx pgx.Tx, v geodata.Version) error {
	_, err := tx.Exec(ctx, dropFragmentsSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID})
	return err
}
