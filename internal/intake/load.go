package intake

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/audit"
)

// Loader turns deliveries into drafts.
type Loader struct {
	DB Beginner
}

// Beginner begins the transaction of an import: a pool, or a transaction within
// which a delivery is only wanted for a moment.
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Request says what to load and as what.
type Request struct {
	Ref          geodata.VersionRef // county and label filled in
	Delivery     geodata.Delivery
	Effective    *time.Time
	Basis        string // 依据文号
	SourceDigest string // SHA-256 of the delivered file, hex
	// StagingKey tells what is read and how it is read: an import that is cut off after
	// reading leaves its staged records to the next one with the same key. Empty: none.
	StagingKey string
	// Approvals (批准文件) come with the version: ground whose change was approved, in
	// the shape of the yearly maintenance exchange; nil without any.
	Approvals *geodata.Delivery
	// Notes, when not nil, are what reading the file noted; asked after the last record.
	Notes func() []Finding
	// Register, when not nil, registers the county in the import's transaction, so
	// that a refused first delivery leaves no county behind either.
	Register func(ctx context.Context, db postgis.Querier) error
	// Progress, when not nil, is told how many records are staged and how many
	// of them are kept so far.
	Progress func(staged, kept int)
}

// Load stores a delivery as a draft and reports on every record that was not
// simply kept. Nothing is stored when an error is returned. A draft of the same
// label is replaced; a label that was ever in force is refused (Conflict), as is
// one that another import is writing or that is being published.
func (l *Loader) Load(ctx context.Context, r Request) (*Report, error) {
	if r.Progress == nil {
		r.Progress = func(int, int) {}
	}
	tx, err := l.DB.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin intake of %s: %w", r.Ref, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	// The statements here work on a whole delivery; the caller's context bounds them.
	// Its own connection waits while others read and judge.
	if _, err := tx.Exec(ctx, "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"); err != nil {
		return nil, fmt.Errorf("lift statement timeout: %w", err)
	}
	if r.Register != nil {
		if err := r.Register(ctx, tx); err != nil {
			return nil, err
		}
	}
	county, err := (&postgis.Catalogue{DB: tx}).County(ctx, r.Ref.County)
	if err != nil {
		return nil, err
	}
	r.Ref.County = county.Code
	own := &lane{conn: tx.Conn()}
	w := &load{db: l.DB, tx: tx, own: own, lanes: []*lane{own}, request: r, county: county, report: &Report{Ref: r.Ref.String(), SRID: r.Delivery.SRID, Tolerance: RepairTolerance}}
	defer w.closeLanes(ctx)
	if err = w.run(ctx); err == nil {
		// From here on it is stored or not, whoever gives up meanwhile.
		if err = tx.Commit(context.WithoutCancel(ctx)); err != nil {
			err = fmt.Errorf("commit intake of %s: %w", r.Ref, err)
		}
	}
	if err != nil {
		_ = tx.Rollback(context.WithoutCancel(ctx)) // its locks go before the copy can
		w.abandon(ctx, err)
		return nil, err
	}
	return w.report, nil
}

// load is the work of one Load, inside its transaction.
type load struct {
	db      Beginner
	tx      pgx.Tx
	request Request
	county  postgis.County
	report  *Report
	version int64
	own     *lane            // the import's own transaction
	lanes   []*lane          // what works on the staged copy
	near    postgis.Geometry // the county and a degree around, in the delivery's coordinates
	staging staging
	last    int // record number read last

	geographic        bool // the delivery is in longitudes and latitudes
	doubts            []doubt
	refused, repaired []int // record numbers, ascending
	edges             loose // of a delivery that was read now, where they are few; else nil
	borrowed          map[int][]orb.Point
	borrowing         []int // the records that get vertices, ascending
}

func (w *load) run(ctx context.Context) error {
	steps := []struct {
		what string
		do   func(context.Context) error
	}{
		{"start draft", w.startDraft},
		{"look for the same file", w.findSameFile},
		{"look for a staged copy", w.findStaged},
		{"place the county", w.findNear},
		{"look at the reference system", w.findKind},
		{"stage and judge records", w.stage},
		{"weigh doubtful records", w.weighDoubts},
		{"borrow neighbours' vertices", w.borrowVertices},
		{"keep records", w.keep},
		{"find duplicate codes", w.findDuplicates},
		{"keep approvals", w.keepApprovals},
		{"finish draft", w.finish},
		{"remove the staged copy", w.dropStaging},
	}
	for _, s := range steps {
		if err := s.do(ctx); err != nil {
			if ctx.Err() != nil { // what broke then is only the connection
				err = context.Cause(ctx)
			}
			return fmt.Errorf("%s of %s: %w", s.what, w.request.Ref, err)
		}
	}
	return nil
}

//go:embed sql/lock_label.sql
var lockLabelSQL string

//go:embed sql/drop_draft.sql
var dropDraftSQL string

//go:embed sql/new_draft.sql
var newDraftSQL string

func (w *load) startDraft(ctx context.Context) error {
	r := w.request
	key := pgx.StrictNamedArgs{"county": r.Ref.County, "layer": r.Ref.Layer, "label": r.Ref.Label}
	var mine bool
	if err := w.tx.QueryRow(ctx, lockLabelSQL, key).Scan(&mine); err != nil {
		return err
	}
	if !mine {
		return &geodata.Error{Kind: geodata.Conflict, Code: "import-running",
			ZH: fmt.Sprintf("版本 %s 正在由另一次导入写入，请等待其完成。", r.Ref),
			EN: fmt.Sprintf("Another import is writing version %s; wait for it to finish.", r.Ref)}
	}
	if _, err := w.tx.Exec(ctx, dropDraftSQL, key); err != nil {
		return err
	}
	err := w.tx.QueryRow(ctx, newDraftSQL, pgx.StrictNamedArgs{
		"county": r.Ref.County, "layer": r.Ref.Layer, "label": r.Ref.Label,
		"srid": r.Delivery.SRID, "effective": r.Effective, "basis": r.Basis,
		"source": r.Delivery.Name, "source_digest": r.SourceDigest, "schematic": r.Delivery.Schematic,
	}).Scan(&w.version)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return &geodata.Error{Kind: geodata.Conflict, Code: "version-exists",
			ZH: fmt.Sprintf("版本 %s 已经发布或正在发布，不能覆盖；请换一个版本号导入。", r.Ref),
			EN: fmt.Sprintf("Version %s was put in force, or is just being, and cannot be replaced; import under another label.", r.Ref)}
	case postgis.IsForeignKeyViolation(err):
		return &geodata.Error{Kind: geodata.NotFound, Code: "layer-unknown",
			ZH: fmt.Sprintf("县 %s 没有图层 %s。", r.Ref.County, r.Ref.Layer),
			EN: fmt.Sprintf("County %s has no layer %s.", r.Ref.County, r.Ref.Layer), Err: err}
	}
	return err
}

// fileKnown is the finding of a version that came of the very same file.
const fileKnown = "file-known"

//go:embed sql/same_file.sql
var sameFileSQL string

// findSameFile notes versions that the same bytes were imported as before: a file that
// was sent twice, or under a wrong label.
func (w *load) findSameFile(ctx context.Context) error {
	rows, err := w.tx.Query(ctx, sameFileSQL, pgx.StrictNamedArgs{"county": w.county.Code, "layer": w.request.Ref.Layer,
		"version": w.version, "source_digest": w.request.SourceDigest})
	if err != nil {
		return err
	}
	var label string
	var state geodata.State
	_, err = pgx.ForEachRow(rows, []any{&label, &state}, func() error {
		w.report.add(Finding{Fate: Noted, Code: fileKnown,
			ZH: fmt.Sprintf("同一文件（SHA-256 相同）已导入为版本 @%s，请核对是否重复提交。", label),
			EN: fmt.Sprintf("The very same file (by its SHA-256) was imported as version @%s; check whether it was sent twice.", label)})
		return nil
	})
	return err
}

//go:embed sql/duplicate_codes.sql
var duplicateCodesSQL string

func (w *load) findDuplicates(ctx context.Context) error {
	rows, err := w.tx.Query(ctx, duplicateCodesSQL, pgx.StrictNamedArgs{"county": w.county.Code, "version": w.version})
	if err != nil {
		return err
	}
	var code string
	var records []int
	_, err = pgx.ForEachRow(rows, []any{&code, &records}, func() error {
		w.report.add(Finding{Fate: Noted, Code: "code-duplicate", Record: records[0],
			ZH: fmt.Sprintf("编码“%s”重复出现在 %d 条记录中（记录号 %v）。", code, len(records), short(records)),
			EN: fmt.Sprintf("Code %q occurs in %d records (%v).", code, len(records), short(records))})
		return nil
	})
	return err
}

// short lists at most five record numbers.
func short(records []int) []int { return records[:min(len(records), 5)] }

//go:embed sql/finish_draft.sql
var finishDraftSQL string

func (w *load) finish(ctx context.Context) error {
	for _, f := range w.staging.Notes {
		w.report.add(f)
	}
	_, err := w.tx.Exec(ctx, finishDraftSQL, pgx.StrictNamedArgs{
		"county": w.county.Code, "version": w.version, "intake": w.report,
		"features": w.report.Kept, "area_m2": float64(w.report.Area), "digest": w.report.Digest,
	})
	if err != nil {
		return err
	}
	return audit.Write(ctx, w.tx, audit.Entry{Action: "import", Object: w.request.Ref.String(),
		Detail: map[string]any{"digest": w.report.Digest, "source_digest": w.request.SourceDigest, "kept": w.report.Kept}})
}
