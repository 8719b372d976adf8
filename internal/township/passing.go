package township

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
)

// inPassing answers where something is not prepared: it is divided now, by the
// statements that publishing uses. What only versions that were once in force take
// part in is kept, for it will be asked for again; the rest leaves nothing behind.
func (s *Statistician) inPassing(ctx context.Context, p *plan) (t *Table, err error) {
	db, err := s.own(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tx, err := db.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer func() { err = errors.Join(err, ignoreClosed(tx.Rollback(context.WithoutCancel(ctx)))) }()
	if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
		return nil, err // the caller's context bounds it
	}
	if err := s.settleTownships(ctx, tx, p); err != nil {
		return nil, err
	}
	have, err := p.sources(ctx, tx)
	if err != nil {
		return nil, err
	}
	lack := p.missing(have)
	p.steps = max(p.steps, len(lack))
	for _, v := range p.all() {
		if others, ok := lack[v.ID]; ok {
			p.computed = append(p.computed, v.Ref().String())
			if err := s.divideOne(ctx, tx, p, v, others); err != nil {
				return nil, fmt.Errorf("divide %s: %w", v.Ref(), err)
			}
		}
	}
	if have, err = p.sources(ctx, tx); err != nil {
		return nil, err
	}
	t, err = p.assemble(ctx, tx, have)
	if err == nil && p.lasting() {
		err = tx.Commit(ctx)
	}
	return t, err
}

// own is a connection of this question's own. Statements are parsed anew each
// time on it: a prepared one would not notice the draft's faces that stand before
// the real ones.
func (s *Statistician) own(ctx context.Context) (*pgxpool.Pool, error) {
	config := s.DB.Config()
	config.MaxConns, config.MinConns = 1, 0
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	db, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return db, nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, pgx.ErrTxClosed) {
		return nil
	}
	return err
}

// lasting says that nothing took part that may still change.
func (p *plan) lasting() bool {
	for _, v := range append(p.all(), p.townships) {
		if v.Published == nil {
			return false
		}
	}
	return true
}

// settleTownships takes zones in and cuts rows that were never in force. There are
// few of them, so their faces may stand among the others until the transaction is
// rolled back.
func (s *Statistician) settleTownships(ctx context.Context, tx pgx.Tx, p *plan) error {
	if p.request.Zones != nil {
		v, findings, err := s.Load(ctx, tx, p.held.Code, *p.request.Zones)
		if err != nil {
			return err
		}
		if notes := p.request.Zones.Notes; notes != nil {
			p.findings = append(p.findings, notes()...)
		}
		p.townships, p.findings = v, append(p.findings, findings...)
	}
	if p.townships.Published != nil {
		return nil
	}
	p.steps = 1 + len(p.all())
	if err := s.Cut(ctx, tx, p.townships, p.progress("townships")); err != nil {
		return fmt.Errorf("cut %s: %w", p.townships.Ref(), err)
	}
	p.done++
	warnings, err := warnings(ctx, tx, p.townships)
	for _, w := range warnings {
		p.findings = append(p.findings, w.ZH)
	}
	return err
}

// progress tells how far all of the work is, while one step of it goes on.
func (p *plan) progress(what string) func(float64) {
	return func(share float64) {
		p.request.Progress(what, (float64(p.done)+share)/float64(max(1, p.steps)))
	}
}

// divideOne divides one version; a draft is cut first.
func (s *Statistician) divideOne(ctx context.Context, tx pgx.Tx, p *plan, v geodata.Version, others []int64) error {
	progress, cut := p.progress(v.Ref().String()), 0.0
	progress(0)
	var drafts []geodata.Version
	beside := []int64{p.townships.ID}
	for _, o := range p.all() {
		switch {
		case o.ID != v.ID && !slices.Contains(others, o.ID):
		case o.Published == nil:
			drafts = append(drafts, o)
		default:
			beside = append(beside, o.ID)
		}
	}
	if len(drafts) > 0 {
		cut = 0.6
		if err := s.shadow(ctx, tx, drafts, beside, func(share float64) { progress(cut * share) }); err != nil {
			return err
		}
	}
	d := division{tx: tx, county: p.held.Code, version: v.ID, townships: p.townships.ID,
		progress: func(share float64) { progress(cut + (1-cut)*share) }}
	err := d.divide(ctx, others)
	if err == nil && len(drafts) > 0 {
		_, err = tx.Exec(ctx, "drop table pg_temp.fragment, pg_temp.fragment_grid")
	}
	progress(1)
	p.done++
	return err
}

var (
	//go:embed sql/shadow.sql
	shadowSQL string
	//go:embed sql/shadow_grid.sql
	shadowGridSQL string
	//go:embed sql/shadow_key.sql
	shadowKeySQL string
	//go:embed sql/shadow_plane.sql
	shadowPlaneSQL string
	//go:embed sql/shadow_copy.sql
	shadowCopySQL string
)

// shadow cuts drafts into faces of the session's own, and puts those of the
// versions that are needed with them beside.
func (s *Statistician) shadow(ctx context.Context, tx pgx.Tx, drafts []geodata.Version, beside []int64, progress func(float64)) error {
	for _, sql := range []string{shadowSQL, shadowGridSQL} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	for _, v := range drafts {
		if err := s.Cut(ctx, tx, v, progress); err != nil {
			return fmt.Errorf("cut %s: %w", v.Ref(), err)
		}
	}
	for _, id := range beside {
		if _, err := tx.Exec(ctx, shadowCopySQL, pgx.StrictNamedArgs{"county": drafts[0].County, "version": id}); err != nil {
			return err
		}
	}
	for _, sql := range []string{shadowKeySQL, shadowPlaneSQL, "analyze pg_temp.fragment"} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}
