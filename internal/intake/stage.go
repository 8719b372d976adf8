package intake

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"golang.org/x/sync/errgroup"

	"hongxian/geodata"
)

// A chunk is worked on in one statement: small enough to show progress, to be
// cancelled soon and to be held in memory, also once its edges are divided.
const (
	cleanupTime = 10 * time.Second

	chunkRecords  = 2000
	chunkVertices = 1 << 18 // after the division of edges
)

// span is a chunk of record numbers, inclusive.
type span struct {
	First int `json:"first"`
	Last  int `json:"last"`
}

// staging (暂存) is a delivery's records as they were read.
type staging struct {
	id       int64
	Report   Report    `json:"report"` // what reading said: counts, refusals
	Notes    []Finding `json:"notes"`
	SRID     int       `json:"srid"`
	Records  int       `json:"records"`
	Spans    []span    `json:"spans"`
	Edges    int       `json:"edges"` // long ones, see borrow.go
	resumed  bool
	vertices float64 // of the chunk that is being filled, after the division
	inChunk  int
}

//go:embed sql/find_staging.sql
var findStagingSQL string

//go:embed sql/sweep_stagings.sql
var sweepStagingsSQL string

//go:embed sql/staging_id.sql
var stagingIDSQL string

//go:embed sql/new_staging.sql
var newStagingSQL string

//go:embed sql/complete_staging.sql
var completeStagingSQL string

//go:embed sql/drop_staging.sql
var dropStagingSQL string

// findStaged takes over what an import that was cut off had staged of the same file,
// read in the same way.
func (w *load) findStaged(ctx context.Context) error {
	if _, err := w.tx.Exec(ctx, sweepStagingsSQL); err != nil {
		return err
	}
	err := w.tx.QueryRow(ctx, findStagingSQL, pgx.StrictNamedArgs{"key": w.request.StagingKey}).Scan(&w.staging.id, &w.staging)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	w.staging.resumed = true
	read := w.staging.Report
	w.report.Read, w.report.Refused, w.report.Findings, w.report.Unlisted = read.Read, read.Refused, read.Findings, read.Unlisted
	w.report.SRID, w.request.Delivery.SRID = w.staging.SRID, w.staging.SRID
	w.report.add(Finding{Fate: Noted, Code: "staged-copy-used",
		ZH: "上次导入在读完文件后中断，本次沿用其暂存的记录，未再读取文件。",
		EN: "An import of this file was cut off after reading it; its staged records were used and the file was not read again."})
	return nil
}

// stage copies the delivery into the staging table as it streams in, and has every
// chunk judged as soon as it is there. A copy that was taken over is only judged.
func (w *load) stage(ctx context.Context) error {
	if len(w.staging.Spans) > 1 {
		if err := w.openLanes(ctx); err != nil {
			return err
		}
	}
	work, ctx := errgroup.WithContext(ctx)
	read, copied := make(chan chunk, 1), make(chan span, 1)
	work.Go(func() error {
		defer close(read)
		if w.staging.resumed {
			return nil
		}
		return w.read(ctx, read)
	})
	work.Go(func() error {
		defer close(copied)
		return w.copyChunks(ctx, read, copied)
	})
	work.Go(func() error { return w.judgeSpans(ctx, copied) })
	if err := work.Wait(); err != nil {
		return err
	}
	if w.staging.Records == 0 {
		return w.report.nothingKept()
	}
	return nil
}

// startStaging makes room for a copy. The number is locked before anybody can see it.
func (w *load) startStaging(ctx context.Context) error {
	return w.own.use(func(*pgx.Conn) error {
		var locked bool
		return w.tx.QueryRow(ctx, stagingIDSQL).Scan(&w.staging.id, &locked)
	})
}

// showStaging makes the copy known, once it is settled over which connection it goes.
func (w *load) showStaging(ctx context.Context, several bool) error {
	if several {
		if err := w.openLanes(ctx); err != nil {
			return err
		}
	}
	return w.lanes[0].use(func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, newStagingSQL, pgx.StrictNamedArgs{"staging": w.staging.id, "key": w.request.StagingKey})
		return err
	})
}

// dropStaging removes the copy, in the transaction in which it became a draft.
func (w *load) dropStaging(ctx context.Context) error {
	_, err := w.tx.Exec(ctx, dropStagingSQL, pgx.StrictNamedArgs{"staging": w.staging.id})
	return err
}

// abandon removes the copy of an import that was refused or given up. One that was cut
// off, by a broken connection for one, leaves it to the next import of the file.
func (w *load) abandon(ctx context.Context, cause error) {
	_, pooled := w.db.(*pgxpool.Pool)
	if !pooled || w.staging.id == 0 || ctx.Err() == nil && geodata.AsError(cause).Kind == geodata.Internal {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer stop()
	// What fails here is swept by the next import.
	_ = pgx.BeginFunc(ctx, w.db, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, dropStagingSQL, pgx.StrictNamedArgs{"staging": w.staging.id})
		return err
	})
}

// chunk is a span's records, ready to be copied.
type chunk struct {
	span span
	rows *wire
}

// read streams the delivery, chunk by chunk.
func (w *load) read(ctx context.Context, out chan<- chunk) error {
	if err := w.startStaging(ctx); err != nil {
		return err
	}
	next := chunk{rows: &wire{}}
	flush := func(more bool) error {
		if w.staging.inChunk == 0 {
			return nil
		}
		if len(w.staging.Spans) == 0 {
			if err := w.showStaging(ctx, more); err != nil {
				return err
			}
		}
		w.staging.Spans = append(w.staging.Spans, next.span)
		select {
		case out <- next:
		case <-ctx.Done():
			return ctx.Err()
		}
		next, w.staging.inChunk, w.staging.vertices = chunk{rows: &wire{}}, 0, 0
		w.request.Progress(w.staging.Records, 0)
		return nil
	}
	for f, err := range w.request.Delivery.Features {
		refused, isRefusal := geodata.RefusedRecord(err)
		if err != nil && !isRefusal {
			return err
		}
		if w.report.Read++; !isRefusal {
			refused = unusable(f)
		}
		if refused != nil {
			w.report.add(refusal(refused))
			continue
		}
		if vertices := w.measure(f.Geometry); w.staging.inChunk == chunkRecords || w.staging.vertices+vertices > chunkVertices {
			if err := flush(true); err != nil {
				return err
			}
			w.staging.vertices = vertices
		} else {
			w.staging.vertices += vertices
		}
		if f.Record <= w.last {
			return fmt.Errorf("record %d comes after record %d", f.Record, w.last)
		}
		w.last = f.Record
		if err := w.encode(next.rows, f); err != nil {
			return err
		}
		if w.staging.inChunk == 0 {
			next.span.First = f.Record
		}
		next.span.Last = f.Record
		w.staging.inChunk++
		w.staging.Records++
	}
	if err := flush(false); err != nil {
		return err
	}
	w.staging.SRID, w.staging.Report = w.request.Delivery.SRID, *w.report
	if w.request.Notes != nil {
		w.staging.Notes = w.request.Notes()
	}
	return nil
}

// measure estimates how many vertices a geometry has once its edges are divided to
// 70 m, and counts the long edges of longitudes and latitudes.
func (w *load) measure(g orb.Geometry) (vertices float64) {
	metre := 1.0
	if w.geographic {
		metre = 1 / 111e3
	}
	for _, ring := range ringsOf(g) {
		vertices += float64(len(ring))
		for i := 1; i < len(ring); i++ {
			length := math.Hypot(ring[i][0]-ring[i-1][0], ring[i][1]-ring[i-1][1])
			vertices += length / (70 * metre)
			if w.geographic && length > shortestBow {
				w.staging.Edges++
			}
		}
	}
	return vertices
}

// encode adds a record to the rows, as staged_record has its columns.
func (w *load) encode(rows *wire, f geodata.Feature) error {
	if f.Attributes == nil {
		f.Attributes = map[string]any{}
	}
	attributes, err := json.Marshal(f.Attributes)
	if err != nil {
		return fmt.Errorf("attributes of record %d: %w", f.Record, err)
	}
	shape, err := ewkb.Marshal(f.Geometry, w.request.Delivery.SRID)
	if err != nil {
		return fmt.Errorf("geometry of record %d: %w", f.Record, err)
	}
	rows.row(7)
	rows.int8(w.staging.id)
	rows.int4(f.Record)
	rows.text(f.Code)
	rows.text(f.Name)
	rows.text(f.Class)
	rows.json(attributes)
	rows.field(shape)
	return nil
}

const copyStagedSQL = "copy staged_record (staging_id, record, code, name, class, attributes, delivery) from stdin (format binary)"

// copyChunks brings chunks into the database and passes their spans on to be judged.
// When the last one is there, the copy is complete.
func (w *load) copyChunks(ctx context.Context, in <-chan chunk, out chan<- span) error {
	pass := func(s span) error {
		select {
		case out <- s:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if w.staging.resumed {
		for _, s := range w.staging.Spans {
			if err := pass(s); err != nil {
				return err
			}
		}
		return nil
	}
	for c := range in {
		if err := w.lanes[0].use(func(conn *pgx.Conn) error { return c.rows.send(ctx, conn, copyStagedSQL) }); err != nil {
			return err
		}
		if err := pass(c.span); err != nil {
			return err
		}
	}
	if ctx.Err() != nil { // reading broke off
		return ctx.Err()
	}
	if w.staging.Records == 0 {
		return nil
	}
	return w.lanes[0].use(func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, completeStagingSQL, pgx.StrictNamedArgs{"staging": w.staging.id, "contents": w.staging})
		return err
	})
}

// unusable says why a record cannot be a polygon, nil when it may be one.
func unusable(f geodata.Feature) *geodata.Error {
	var defect *geodata.Error
	switch g := f.Geometry.(type) {
	case nil:
		defect = &geodata.Error{Code: "geometry-missing", ZH: "没有图形。", EN: "There is no geometry."}
	case orb.Polygon:
		defect = geodata.RingDefect(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		defect = geodata.RingDefect(g)
	default:
		defect = &geodata.Error{Code: "not-a-polygon", At: firstPoint(g),
			ZH: fmt.Sprintf("图形不是面，而是 %s。", g.GeoJSONType()),
			EN: fmt.Sprintf("The geometry is not a polygon but a %s.", g.GeoJSONType())}
	}
	if defect == nil {
		return nil
	}
	defect.Kind, defect.Record = geodata.Invalid, f.Record
	defect.ZH = fmt.Sprintf("第 %d 条记录：%s", f.Record, defect.ZH)
	defect.EN = fmt.Sprintf("Record %d: %s", f.Record, defect.EN)
	return defect
}

// firstPoint is a corner of a geometry's box, nil when it is empty.
func firstPoint(g orb.Geometry) *orb.Point {
	b := g.Bound()
	if b.IsEmpty() {
		return nil
	}
	return &b.Min
}

// ringsOf are the rings of a polygon or of several.
func ringsOf(g orb.Geometry) (rings []orb.Ring) {
	switch g := g.(type) {
	case orb.Polygon:
		return g
	case orb.MultiPolygon:
		for _, p := range g {
			rings = append(rings, p...)
		}
	}
	return rings
}
