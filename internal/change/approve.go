package change

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

//go:embed sql/approvals.sql
var approvalsSQL string

// countApprovals says what approvals the newer version came with.
func (k *comparison) countApprovals(ctx context.Context) error {
	var area float64
	err := k.tx.QueryRow(ctx, approvalsSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": k.to.ID}).
		Scan(&k.approvals.Count, &area, &k.approvals.Digest)
	if err != nil {
		return fmt.Errorf("count approvals: %w", err)
	}
	k.approvals.Area, k.approvals.Basis = geodata.Area(area), k.to.Basis
	return nil
}

//go:embed sql/piece_approvals.sql
var pieceApprovalsSQL string

//go:embed sql/unapproved.sql
var unapprovedSQL string

// approve finds what the newer version's approvals cover of each piece.
func (k *comparison) approve(ctx context.Context) error {
	k.covered, k.unapproved = map[int32][]PieceApproval{}, map[int32]float64{}
	if k.approvals.Count == 0 {
		for _, p := range k.pieces {
			k.unapproved[p.id] = p.area
		}
		return nil
	}
	pieces := make([]int32, len(k.pieces))
	for i, p := range k.pieces {
		pieces[i] = p.id
	}
	rows, err := k.tx.Query(ctx, pieceApprovalsSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": k.to.ID, "pieces": pieces})
	if err != nil {
		return fmt.Errorf("find approvals: %w", err)
	}
	var id int32
	var number string
	var day *time.Time
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&id, &number, &day, &area}, func() error {
		if area > listed {
			k.covered[id] = append(k.covered[id], PieceApproval{Number: number, Day: day, Area: geodata.Area(area)})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("find approvals: %w", err)
	}
	rows, err = k.tx.Query(ctx, unapprovedSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": k.to.ID, "pieces": pieces,
		"plane": k.county.PlaneSRID, "noise_m2": float64(k.tolerance.Area), "noise_width": k.tolerance.Width})
	if err != nil {
		return fmt.Errorf("find unapproved ground: %w", err)
	}
	_, err = pgx.ForEachRow(rows, []any{&id, &area}, func() error { k.unapproved[id] = area; return nil })
	if err != nil {
		return fmt.Errorf("find unapproved ground: %w", err)
	}
	return nil
}

// unapprovedOf is the part of a piece that no approval covers: all of it where none
// covers any, so that the two agree to the last digit.
func (k *comparison) unapprovedOf(p piece) geodata.Area {
	if len(k.covered[p.id]) == 0 {
		return geodata.Area(p.area)
	}
	return geodata.Area(min(k.unapproved[p.id], p.area))
}
