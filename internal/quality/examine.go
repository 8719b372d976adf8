package quality

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// Examiner examines versions.
type Examiner struct {
	DB Beginner
	// Progress, when not nil, is told the share done, 0…1.
	Progress func(share float64)
}

// Beginner begins the transaction of an examination.
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// examined is the version under examination.
type examined struct {
	ID                      int64
	Digest                  string
	Features                int
	Area                    geodata.Area
	State                   geodata.State
	Schematic               bool
	Tiles, Overlaps         bool
	Plane                   int
	Read, Refused, Repaired int
	Townships               int64
	TownshipLabel           string
}

// work is one examination, inside its transaction.
type work struct {
	tx       pgx.Tx
	ref      geodata.VersionRef
	version  examined
	rules    Rules
	report   *Report
	progress func(float64)
}

// Examine looks a version over and keeps the report with it. NotFound for one that is
// not held.
func (e *Examiner) Examine(ctx context.Context, ref geodata.VersionRef, rules Rules) (*Report, error) {
	w := &work{ref: ref, rules: rules, progress: e.Progress}
	if w.progress == nil {
		w.progress = func(float64) {}
	}
	err := pgx.BeginFunc(ctx, e.DB, func(tx pgx.Tx) error {
		w.tx = tx
		return w.run(ctx)
	})
	if err != nil {
		if ctx.Err() != nil { // what broke then is only the connection
			err = context.Cause(ctx)
		}
		return nil, fmt.Errorf("examine %s: %w", ref, err)
	}
	return w.report, nil
}

//go:embed sql/version.sql
var versionSQL string

//go:embed sql/lock.sql
var lockSQL string

//go:embed sql/drop.sql
var dropSQL string

func (w *work) run(ctx context.Context) error {
	// The statements here work on a whole layer; the caller's context bounds them.
	if _, err := w.tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
		return err
	}
	if err := w.find(ctx); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, lockSQL, pgx.StrictNamedArgs{"version": w.version.ID}); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, dropSQL, w.key()); err != nil {
		return err
	}
	w.begin()
	for _, step := range []func(context.Context) error{w.examineGround, w.examineWords, w.keep} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) find(ctx context.Context) error {
	v := &w.version
	err := w.tx.QueryRow(ctx, versionSQL, pgx.StrictNamedArgs{"county": w.ref.County, "layer": w.ref.Layer, "label": w.ref.Label}).Scan(
		&v.ID, &v.Digest, &v.Features, &v.Area, &v.State, &v.Schematic, &v.Tiles, &v.Overlaps, &v.Plane,
		&v.Read, &v.Refused, &v.Repaired, &v.Townships, &v.TownshipLabel)
	if errors.Is(err, pgx.ErrNoRows) {
		return versionUnknown(w.ref)
	}
	return err
}

func versionUnknown(ref geodata.VersionRef) error {
	return &geodata.Error{Kind: geodata.NotFound, Code: "version-unknown",
		ZH: fmt.Sprintf("库中没有版本 %s。", ref), EN: fmt.Sprintf("Version %s is not held.", ref)}
}

func (w *work) key() pgx.StrictNamedArgs {
	return pgx.StrictNamedArgs{"county": w.ref.County, "version": w.version.ID}
}

// begin starts the report with what is known of the delivery.
func (w *work) begin() {
	v := w.version
	w.report = &Report{Ref: w.ref.String(), Digest: v.Digest, Schematic: v.Schematic, Features: v.Features, Area: v.Area,
		Read: v.Read, Townships: v.TownshipLabel, Checks: []Check{},
		Thresholds: Thresholds{Sliver: geodata.Area(w.rules.SliverM2), SliverWidth: w.rules.SliverM,
			AreaShare: w.rules.AreaShare, AreaM2: geodata.Area(w.rules.AreaM2), NoiseM2: Noise, HairlineM: Hairline,
			BlockingOver: w.rules.Blocking}}
	w.add(Check{Kind: Refused, Count: v.Refused})
	w.add(Check{Kind: Repaired, Count: v.Repaired})
}

// add decides what a check came to, and adds it to the report.
func (w *work) add(c Check) {
	limit, isLimited := w.rules.Blocking[c.Kind]
	if limit < 0 || c.Kind == Duplicate && w.version.Overlaps {
		isLimited = false
	}
	measure := float64(c.Count)
	if c.Kind.HasGround() {
		measure = float64(c.Area)
	}
	switch {
	case c.Status == NotChecked:
		isLimited = false
	case isLimited && c.Count > 0 && measure > limit:
		c.Status = Blocking
	case c.Count > 0:
		c.Status = Found
	default:
		c.Status = Passed
	}
	if isLimited {
		c.Limit = &limit
	}
	c.Examples = c.Examples[:min(len(c.Examples), maxExamples)]
	w.report.Checks = append(w.report.Checks, c)
}

//go:embed sql/put.sql
var putSQL string

//go:embed sql/keep_places.sql
var keepPlacesSQL string

func (w *work) keep(ctx context.Context) error {
	sortChecks(w.report.Checks)
	_, err := w.tx.Exec(ctx, putSQL, pgx.StrictNamedArgs{"county": w.ref.County, "version": w.version.ID, "digest": w.version.Digest,
		"report": w.report, "blocking": w.report.Blocking()})
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(ctx, keepPlacesSQL, pgx.StrictNamedArgs{"county": w.ref.County, "version": w.version.ID, "most": maxPlaces})
	return err
}
