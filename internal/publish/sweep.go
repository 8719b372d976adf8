package publish

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

//go:embed sql/lock.sql
var lockSQL string

//go:embed sql/unlock.sql
var unlockSQL string

// lock takes the version for this process. The lock lives in a session of its
// own, apart from the pool: the death of the process frees it, and publications
// that wait for connections cannot hold each other's.
func (p *Publisher) lock(ctx context.Context, v geodata.Version) (release func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, p.DB.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", v.Ref(), err)
	}
	release = func() {
		// Closing the session frees the lock too, but only once the server notices.
		_, _ = conn.Exec(context.WithoutCancel(ctx), unlockSQL, pgx.StrictNamedArgs{"version": v.ID})
		_ = conn.Close(context.WithoutCancel(ctx))
	}
	var mine bool
	err = conn.QueryRow(ctx, lockSQL, pgx.StrictNamedArgs{"version": v.ID}).Scan(&mine)
	if err == nil && !mine {
		err = &geodata.Error{Kind: geodata.Conflict, Code: "publish-running",
			ZH: fmt.Sprintf("版本 %s 正在由另一个进程发布，请等待其完成。", v.Ref()),
			EN: fmt.Sprintf("Version %s is being published by another process; wait for it to finish.", v.Ref())}
	}
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

//go:embed sql/forget_prepared.sql
var forgetPreparedSQL string

// backToDraft removes everything prepared and makes the version a draft again.
func (p *Publisher) backToDraft(ctx context.Context, v geodata.Version) error {
	err := pgx.BeginFunc(ctx, p.DB, func(tx pgx.Tx) error {
		for _, prep := range p.Preparers {
			if err := prep.Undo(ctx, tx, v); err != nil {
				return fmt.Errorf("undo %s: %w", prep.Name(), err)
			}
		}
		if _, err := tx.Exec(ctx, forgetPreparedSQL, pgx.StrictNamedArgs{"version": v.ID}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, setStateSQL, pgx.StrictNamedArgs{
			"version": v.ID, "from": []geodata.State{geodata.Preparing}, "to": geodata.Draft})
		return err
	})
	if err != nil {
		return fmt.Errorf("take %s back to draft: %w", v.Ref(), err)
	}
	return nil
}

//go:embed sql/preparing.sql
var preparingSQL string

// Sweep takes back to draft every version that a killed process left under
// preparation, and names them. Those being published right now are left alone.
func (p *Publisher) Sweep(ctx context.Context) ([]geodata.VersionRef, error) {
	rows, err := p.DB.Query(ctx, preparingSQL)
	if err != nil {
		return nil, fmt.Errorf("find leftovers: %w", err)
	}
	refs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[geodata.VersionRef])
	if err != nil {
		return nil, fmt.Errorf("find leftovers: %w", err)
	}
	var swept []geodata.VersionRef
	for _, ref := range refs {
		err := p.sweepOne(ctx, ref)
		switch {
		case err == nil:
			swept = append(swept, ref)
		case !geodata.IsKind(err, geodata.Conflict):
			return swept, errors.Join(fmt.Errorf("sweep %s", ref), err)
		}
	}
	return swept, nil
}

func (p *Publisher) sweepOne(ctx context.Context, ref geodata.VersionRef) error {
	v, err := (&postgis.Catalogue{DB: p.DB}).Resolve(ctx, ref)
	if err != nil {
		return err
	}
	release, err := p.lock(ctx, v)
	if err != nil {
		return err
	}
	defer release()
	return p.backToDraft(ctx, v)
}
