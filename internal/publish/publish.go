package publish

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/audit"
)

// Preparer works out one thing that answers need of a version in force. Prepare
// runs in a transaction of its own, which also records that it is done; long work
// may also commit pieces on a connection of its own, if it takes them up again
// when it is called anew and Undo removes them. Preparers run at the same time;
// one that looks at what others write says so (Follower).
type Preparer interface {
	// Name is stable: it is stored, to resume after a crash.
	Name() string
	// Prepare writes into tx. It calls progress with the share done, 0…1.
	Prepare(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]Warning, error)
	// Undo removes what Prepare wrote, when the version goes back to draft.
	Undo(ctx context.Context, tx pgx.Tx, v geodata.Version) error
}

// Follower is a Preparer that reads what others have written for the version: it
// begins when they have committed.
type Follower interface {
	Preparer
	// After names them. They stand before it in the Publisher's list, so that none
	// can wait for itself.
	After() []string
}

// Filler is a Preparer that fills tables in which those after it look things up.
type Filler interface {
	Preparer
	Fills() []string
}

// Warning (提示) is something about a published version its users should know.
type Warning struct {
	Code   string
	ZH, EN string
}

// Progress is told what is being prepared and the share done, 0…1.
type Progress func(preparer string, share float64)

// Publisher puts drafts in force. Preparers run side by side, but for Followers.
type Publisher struct {
	DB        *pgxpool.Pool
	Preparers []Preparer
	Inspector Inspector // nil: nothing is examined before
	Gate      Gate      // nil: nothing is compared before
	Consent   Consent
}

// Consent (确认) is what somebody answers for, and on the basis of which document.
type Consent struct {
	Basis    string // 依据文件; empty: nothing is consented to
	Loss     bool   // area decreases, or ground is lost
	Findings bool   // the quality report's blocking findings
}

// Result says what publishing did.
type Result struct {
	Version    geodata.Version
	Superseded string // label of the version that was in force before, or empty
	Warnings   []Warning
	Compared   []Comparison  // what the gate found
	Prepared   []Preparation // in the preparers' order; those that an earlier run finished are left out
	Took       time.Duration
}

// Preparation (准备用时) says how long a preparer took.
type Preparation struct {
	Preparer string
	Took     time.Duration
}

// Publish puts the draft ref names in force, all or nothing. A version already
// in force or superseded is refused (Conflict), as is one that another process
// is publishing. A loss that the gate finds and nobody has confirmed is a *LossError
// (Refused).
func (p *Publisher) Publish(ctx context.Context, ref geodata.VersionRef, progress Progress) (*Result, error) {
	start := time.Now()
	if ref.Label == "" {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "label-missing",
			ZH: "发布时必须写明版本，例如 red-line@2022。", EN: "Name the version to publish, as in red-line@2022."}
	}
	v, err := (&postgis.Catalogue{DB: p.DB}).Resolve(ctx, ref)
	if err != nil {
		return nil, err
	}
	release, err := p.lock(ctx, v)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := p.inspect(ctx, v); err != nil {
		return nil, err
	}
	if err := p.begin(ctx, v); err != nil {
		return nil, err
	}
	result, err := p.prepareAndFlip(ctx, v, progress)
	if err != nil {
		undo := context.WithoutCancel(ctx)
		return nil, errors.Join(fmt.Errorf("publish %s: %w", v.Ref(), err), p.backToDraft(undo, v))
	}
	result.Took = time.Since(start)
	return result, nil
}

//go:embed sql/set_state.sql
var setStateSQL string

// begin moves a draft to preparing; one already preparing is taken up again.
func (p *Publisher) begin(ctx context.Context, v geodata.Version) error {
	var id int64
	err := p.DB.QueryRow(ctx, setStateSQL, pgx.StrictNamedArgs{
		"version": v.ID, "from": []geodata.State{geodata.Draft, geodata.Preparing}, "to": geodata.Preparing}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return &geodata.Error{Kind: geodata.Conflict, Code: "version-not-a-draft",
			ZH: fmt.Sprintf("版本 %s 不是草稿，不能再次发布；修改请以新版本号导入。", v.Ref()),
			EN: fmt.Sprintf("Version %s is not a draft and cannot be published again; import a correction under a new label.", v.Ref())}
	}
	if err != nil {
		return fmt.Errorf("begin publishing %s: %w", v.Ref(), err)
	}
	return nil
}

func (p *Publisher) prepareAndFlip(ctx context.Context, v geodata.Version, progress Progress) (*Result, error) {
	result, err := p.prepareAll(ctx, v, progress)
	if err != nil {
		return nil, err
	}
	if result.Compared, err = p.pass(ctx, v); err != nil {
		return nil, err
	}
	if result.Superseded, err = p.flip(ctx, v, result.Compared); err != nil {
		return nil, err
	}
	result.Version, err = (&postgis.Catalogue{DB: p.DB}).Resolve(ctx, v.Ref())
	return result, err
}

//go:embed sql/prepared.sql
var preparedSQL string

// prepareAll runs the preparers that have not finished yet, side by side except
// where one follows others.
func (p *Publisher) prepareAll(ctx context.Context, v geodata.Version, progress Progress) (*Result, error) {
	finished, err := p.finished(ctx, v)
	if err != nil {
		return nil, err
	}
	warnings, times := make([][]Warning, len(p.Preparers)), make([]Preparation, len(p.Preparers))
	done := map[string]chan struct{}{} // by preparer, closed when its work is committed
	group, ctx := errgroup.WithContext(ctx)
	for i, prep := range p.Preparers {
		before, unknown := predecessors(prep, done)
		committed := make(chan struct{})
		done[prep.Name()] = committed
		if slices.Contains(finished, prep.Name()) {
			close(committed)
			continue
		}
		group.Go(func() (err error) {
			if err := errors.Join(unknown, await(ctx, before)); err != nil {
				return err
			}
			start := time.Now()
			if warnings[i], err = p.prepareOne(ctx, prep, v, progress); err != nil {
				return err
			}
			if err := p.refresh(ctx, prep); err != nil {
				return err
			}
			times[i] = Preparation{prep.Name(), time.Since(start)}
			close(committed)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	times = slices.DeleteFunc(times, func(t Preparation) bool { return t.Preparer == "" })
	return &Result{Warnings: slices.Concat(warnings...), Prepared: times}, nil
}

// finished names the preparers that an earlier run, cut off, has finished.
func (p *Publisher) finished(ctx context.Context, v geodata.Version) ([]string, error) {
	rows, err := p.DB.Query(ctx, preparedSQL, pgx.StrictNamedArgs{"version": v.ID})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// predecessors are what a preparer waits for.
func predecessors(prep Preparer, done map[string]chan struct{}) ([]chan struct{}, error) {
	follower, ok := prep.(Follower)
	if !ok {
		return nil, nil
	}
	var before []chan struct{}
	for _, name := range follower.After() {
		committed, ok := done[name]
		if !ok {
			return nil, fmt.Errorf("preparer %s follows %s, which does not stand before it", prep.Name(), name)
		}
		before = append(before, committed)
	}
	return before, nil
}

// await waits until all are closed, or ctx ends: then another preparer has failed.
func await(ctx context.Context, all []chan struct{}) error {
	for _, one := range all {
		select {
		case <-one:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// refresh has the database look at what a preparer filled. Without it the planner
// takes a large version that has just been cut for an empty one, and the preparers
// after it for hours compare everything with everything. It holds a lock that no two
// transactions can have, so it is not part of the preparer's own.
func (p *Publisher) refresh(ctx context.Context, prep Preparer) error {
	filler, ok := prep.(Filler)
	if !ok {
		return nil
	}
	for _, table := range filler.Fills() {
		if _, err := p.DB.Exec(ctx, "analyze "+pgx.Identifier{table}.Sanitize()); err != nil {
			return fmt.Errorf("statistics of %s: %w", table, err)
		}
	}
	return nil
}

//go:embed sql/mark_prepared.sql
var markPreparedSQL string

func (p *Publisher) prepareOne(ctx context.Context, prep Preparer, v geodata.Version, progress Progress) (warnings []Warning, err error) {
	report := func(share float64) {
		if progress != nil {
			progress(prep.Name(), share)
		}
	}
	report(0)
	err = pgx.BeginFunc(ctx, p.DB, func(tx pgx.Tx) error {
		// A preparer works through a whole layer; the caller's context bounds it.
		if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
			return err
		}
		if warnings, err = prep.Prepare(ctx, tx, v, report); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, markPreparedSQL, pgx.StrictNamedArgs{"version": v.ID, "preparer": prep.Name()})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", prep.Name(), err)
	}
	report(1)
	return warnings, nil
}

//go:embed sql/supersede.sql
var supersedeSQL string

//go:embed sql/put_in_force.sql
var putInForceSQL string

// flip puts the prepared version in force and supersedes the one before.
func (p *Publisher) flip(ctx context.Context, v geodata.Version, compared []Comparison) (superseded string, err error) {
	err = pgx.BeginFunc(ctx, p.DB, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, supersedeSQL, pgx.StrictNamedArgs{"county": v.County, "layer": v.Layer}).Scan(&superseded)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if err := p.confirm(ctx, tx, v, compared); err != nil {
			return err
		}
		var at time.Time
		if err := tx.QueryRow(ctx, putInForceSQL, pgx.StrictNamedArgs{"version": v.ID}).Scan(&at); err != nil {
			return err
		}
		return p.note(ctx, tx, v, superseded)
	})
	return superseded, err
}

// note tells the audit trail, in the transaction that puts the version in force.
func (p *Publisher) note(ctx context.Context, tx pgx.Tx, v geodata.Version, superseded string) error {
	detail := map[string]any{"digest": v.Digest, "superseded": superseded}
	if basis := strings.TrimSpace(p.Consent.Basis); basis != "" {
		detail["confirmed_basis"] = basis
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "publish", Object: v.Ref().String(), Detail: detail})
}
