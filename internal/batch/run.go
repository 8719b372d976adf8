package batch

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
)

// Desk (受理) answers parcels.
type Desk interface {
	// Open begins a session against the versions in force, or those named.
	Open(ctx context.Context, county string, against []geodata.VersionRef) (Session, error)
	// Continue begins a session that answers as an earlier one did, whose versions
	// these are.
	Continue(ctx context.Context, county string, versions []geodata.VersionRef) (Session, error)
}

// Session answers the parcels of one batch, from several goroutines.
type Session interface {
	Versions() []geodata.VersionRef
	// Answer gives what is to be kept for a parcel; it keeps nothing.
	Answer(ctx context.Context, site overlap.Site) (record.Kept, error)
	// Answers gives the same for several parcels, sooner. An error says nothing of a
	// single one.
	Answers(ctx context.Context, sites []overlap.Site) ([]Answer, error)
}

// Answer (地块答复) is what is to be kept for a parcel, or why there is nothing.
type Answer struct {
	Kept record.Kept
	Err  error
}

const (
	// chunk is how many parcels one transaction answers: what a kill can cost.
	chunk = 32
	// parallel is how many chunks are worked on at a time: one computes in the
	// database while another is encoded or kept.
	parallel = 3
)

// Runner works on batches. A chunk takes two connections, one for its transaction
// and one to ask by; a pool must have more than one for each chunk at a time.
type Runner struct {
	DB       *pgxpool.Pool
	Desk     Desk
	Parallel int           // chunks at a time, of all batches; 0 is 3, or what the pool allows
	Slice    time.Duration // how long one Work may take; 0: until nothing is left
	Log      *slog.Logger  // nil: the default

	once  sync.Once
	turns *semaphore.Weighted // of Parallel
}

// width is how many chunks this runner works on at a time. Never so many that
// their transactions could take every connection of the pool.
func (r *Runner) width() int {
	fit := int(r.DB.Config().MaxConns-1) / 2
	return max(1, min(cmp.Or(r.Parallel, parallel), fit))
}

// turn runs a chunk when its turn has come.
func (r *Runner) turn(ctx context.Context, do func() (int, error)) (int, error) {
	r.once.Do(func() { r.turns = semaphore.NewWeighted(int64(r.width())) })
	if err := r.turns.Acquire(ctx, 1); err != nil {
		return 0, err
	}
	defer r.turns.Release(1)
	return do()
}

// Work works on a batch until no parcel waits, its time is up or it is cancelled.
// More is true when parcels are left, also those that another worker has taken. A
// batch that cannot be worked on at all has then failed, and says why.
func (r *Runner) Work(ctx context.Context, county, id string) (more bool, err error) {
	b, err := (&Store{DB: r.DB}).Find(ctx, county, id)
	if err != nil || b.State.Ended() {
		return false, err
	}
	if b.Sight != nil {
		ctx = geodata.WithSight(ctx, *b.Sight)
	}
	session, err := r.resume(ctx, b)
	if err != nil {
		return r.giveUp(ctx, b, err)
	}
	until := time.Now().Add(r.Slice)
	group, working := errgroup.WithContext(ctx)
	for range r.width() {
		group.Go(func() error {
			for r.Slice == 0 || time.Now().Before(until) {
				w := &work{runner: r, batch: b, session: session}
				if n, err := r.turn(working, func() (int, error) { return w.chunk(working) }); err != nil || n == 0 {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return true, fmt.Errorf("batch %s: %w", id, err)
	}
	return r.finish(ctx, b)
}

// resume opens the session that the batch was handed in for.
func (r *Runner) resume(ctx context.Context, b Batch) (Session, error) {
	var versions []geodata.VersionRef
	for _, text := range b.Versions {
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			return nil, err
		}
		versions = append(versions, ref)
	}
	if b.Named {
		return r.Desk.Open(ctx, b.County, versions)
	}
	return r.Desk.Continue(ctx, b.County, versions)
}

// giveUp fails a batch whose versions cannot be answered against; what may pass
// is tried again.
func (r *Runner) giveUp(ctx context.Context, b Batch, err error) (more bool, _ error) {
	if !aboutInput(err) {
		return true, err
	}
	return false, (&Store{DB: r.DB}).stop(ctx, Key{b.County, b.ID}, Failed, reasonOf(err))
}

// aboutInput reports whether an error says what is wrong with what was asked,
// rather than that it could not be done just now.
func aboutInput(err error) bool {
	var e *geodata.Error
	return errors.As(err, &e) && e.Kind != geodata.Internal && e.Kind != geodata.Unavailable
}

//go:embed sql/finish.sql
var finishSQL string

func (r *Runner) finish(ctx context.Context, b Batch) (more bool, err error) {
	if _, err := r.DB.Exec(ctx, finishSQL, pgx.StrictNamedArgs{"county": b.County, "id": b.ID}); err != nil {
		return true, fmt.Errorf("finish batch %s: %w", b.ID, err)
	}
	b, err = (&Store{DB: r.DB}).Find(ctx, b.County, b.ID)
	return !b.State.Ended(), err
}

// work is one chunk of a batch.
type work struct {
	runner  *Runner
	batch   Batch
	session Session

	kept    []record.Kept
	numbers []int32
	records []*string
	errors  []*Reason
}

// claimed is a parcel taken.
type claimed struct {
	Number int32
	Site   json.RawMessage
}

//go:embed sql/claim.sql
var claimSQL string

// errCancelled rolls a chunk back whose batch has ended meanwhile.
var errCancelled = errors.New("the batch has ended")

// chunk answers some parcels in one transaction and says how many.
func (w *work) chunk(ctx context.Context) (n int, err error) {
	err = pgx.BeginFunc(ctx, w.runner.DB, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, claimSQL, pgx.StrictNamedArgs{"county": w.batch.County, "id": w.batch.ID, "limit": chunk})
		if err != nil {
			return fmt.Errorf("take parcels: %w", err)
		}
		parcels, err := pgx.CollectRows(rows, pgx.RowToStructByPos[claimed])
		if err != nil {
			return fmt.Errorf("take parcels: %w", err)
		}
		n = len(parcels)
		if n == 0 {
			return nil
		}
		if err := w.answer(ctx, parcels); err != nil {
			return err
		}
		return w.keep(ctx, tx)
	})
	if errors.Is(err, errCancelled) {
		return 0, nil
	}
	return n, err
}

// answer finds the parcels' answers, or why they have none: all at once, and where
// that fails, one by one.
func (w *work) answer(ctx context.Context, parcels []claimed) error {
	sites := make([]overlap.Site, len(parcels))
	for i, p := range parcels {
		if err := json.Unmarshal(p.Site, &sites[i]); err != nil {
			return fmt.Errorf("read parcel %d: %w", p.Number, err)
		}
		sites[i].Findings = append(sites[i].Findings, w.batch.Findings...)
	}
	answers, err := w.session.Answers(ctx, sites)
	for i, p := range parcels {
		var a Answer
		if err != nil {
			a.Kept, a.Err = w.session.Answer(ctx, sites[i])
		} else {
			a = answers[i]
		}
		if a.Err != nil && !aboutInput(a.Err) {
			a.Kept, a.Err = w.again(ctx, sites[i], a.Err)
		}
		if err := w.note(p.Number, a.Kept, a.Err); err != nil {
			return err
		}
	}
	return nil
}

// note takes down a parcel's answer, or why it has none.
func (w *work) note(number int32, kept record.Kept, err error) error {
	w.numbers = append(w.numbers, number)
	switch {
	case err == nil:
		w.kept = append(w.kept, kept)
		w.records, w.errors = append(w.records, &kept.ID), append(w.errors, nil)
	case aboutInput(err) || geodata.AsError(err).Code == parcelFailed:
		w.records, w.errors = append(w.records, nil), append(w.errors, reasonOf(err))
	default:
		return err
	}
	return nil
}

// parcelFailed is the code of a parcel that failed for no fault of its own.
const parcelFailed = "parcel-failed"

// again asks once more after a failure. One that stays while the database answers
// is the parcel's: it must not stop the others. Anything else is the database's,
// and the whole chunk is for later.
func (w *work) again(ctx context.Context, site overlap.Site, first error) (record.Kept, error) {
	if err := w.runner.DB.Ping(ctx); err != nil {
		return record.Kept{}, first
	}
	kept, err := w.session.Answer(ctx, site)
	if err == nil || aboutInput(err) {
		return kept, err
	}
	if ping := w.runner.DB.Ping(ctx); ping != nil {
		return kept, err
	}
	log := w.runner.Log
	if log == nil {
		log = slog.Default()
	}
	log.ErrorContext(ctx, "a parcel failed", "batch", w.batch.ID, "name", site.Name, "error", err)
	return kept, &geodata.Error{Kind: geodata.Internal, Code: parcelFailed, Err: err,
		ZH: "核查此地块时系统内部出错，未给出结果；详情见服务日志。", EN: "Checking this parcel failed inside the system; no result was given. See the server's log."}
}

//go:embed sql/answer.sql
var answerSQL string

//go:embed sql/advance.sql
var advanceSQL string

// keep writes a chunk's records, its parcels' states and the batch's counters.
func (w *work) keep(ctx context.Context, tx pgx.Tx) error {
	if err := record.PutAll(ctx, tx, w.kept); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, answerSQL, pgx.StrictNamedArgs{"county": w.batch.County, "id": w.batch.ID,
		"numbers": w.numbers, "records": w.records, "errors": w.errors})
	if err != nil {
		return fmt.Errorf("note answers: %w", err)
	}
	tag, err := tx.Exec(ctx, advanceSQL, pgx.StrictNamedArgs{"county": w.batch.County, "id": w.batch.ID,
		"done": len(w.numbers), "failed": len(w.numbers) - len(w.kept)})
	if err != nil {
		return fmt.Errorf("count answers: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return errCancelled
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "batch.answer", Object: w.batch.County + "/" + w.batch.ID,
		Detail: map[string]any{"first": w.numbers[0], "last": w.numbers[len(w.numbers)-1], "answered": len(w.kept)}})
}
