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
	id      int64
	Unsure  []int     `json:"unsure"` // records that are not sound and near beyond doubt
	Report  Report    `json:"report"` // what reading said: counts, refusals
	Notes   []Finding `json:"notes"`
	SRID    int       `json:"srid"`
	Records int       `json:"records"`
	Spans   []span    `json:"spans"`
	Edges   int       `json:"edges"` // long ones, see borrow.go
	resumed bool
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
	var id int64
	err := w.tx.QueryRow(ctx, findStagingSQL, pgx.StrictNamedArgs{"key": w.request.StagingKey}).Scan(&id, &w.staging)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	w.staging.id, w.staging.resumed = id, true
	w.takeOver(w.staging.Report)
	w.report.SRID, w.request.Delivery.SRID = w.staging.SRID, w.staging.SRID
	w.report.add(Finding{Fate: Noted, Code: "staged-copy-used",
		ZH: "上次导入在读完文件后中断，本次沿用其暂存的记录，未再读取文件。",
		EN: "An import of this file was cut off after reading it; its staged records were used and the file was not read again."})
	return nil
}

// takeOver goes on with what reading the file said. Which other versions came of it is
// as it is now: it may have been imported again meanwhile.
func (w *load) takeOver(read Report) {
	w.report.Read, w.report.Refused, w.report.Unlisted = read.Read, read.Refused, read.Unlisted
	for _, f := range read.Findings {
		if f.Code != fileKnown {
			w.report.Findings = append(w.report.Findings, f)
		}
	}
}

// stage copies the delivery into the staging table as it streams in, and has every
// chunk judged as soon as it is there. A copy that was taken over is only judged. What
// one at work fails by ends the others between their statements, not within: a
// connection that is broken off holds its locks a moment longer.
func (w *load) stage(ctx context.Context) error {
	if len(w.staging.Spans) > 1 {
		if err := w.openLanes(ctx); err != nil {
			return err
		}
	}
	work, quit := errgroup.WithContext(ctx)
	read, packed, copied := make(chan []geodata.Feature, 4), make(chan chunk, 1), make(chan chunk, 1)
	if !w.staging.resumed {
		work.Go(func() error {
			defer close(read)
			return w.read(quit, read)
		})
		work.Go(func() error {
			defer close(packed)
			return w.pack(ctx, quit, read, packed)
		})
	}
	work.Go(func() error {
		defer close(copied)
		return w.copyChunks(ctx, quit, packed, copied)
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
	span   span
	unsure []int // records
	rows   *wire
}

// batchRecords is how many records pass from reading to packing at a time.
const batchRecords = 64

// read streams the delivery's usable records.
func (w *load) read(quit context.Context, out chan<- []geodata.Feature) error {
	var batch []geodata.Feature
	pass := func() error {
		select {
		case out <- batch:
			batch = make([]geodata.Feature, 0, batchRecords)
			return nil
		case <-quit.Done():
			return quit.Err()
		}
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
		if f.Record <= w.last {
			return fmt.Errorf("record %d comes after record %d", f.Record, w.last)
		}
		w.last = f.Record
		if batch = append(batch, f); len(batch) == batchRecords {
			if err := pass(); err != nil {
				return err
			}
		}
	}
	if err := pass(); err != nil {
		return err
	}
	w.staging.SRID, w.staging.Report = w.request.Delivery.SRID, *w.report
	if w.request.Notes != nil {
		w.staging.Notes = w.request.Notes()
	}
	return nil
}

// packer makes chunks of records.
type packer struct {
	*load
	soundness
	nearer   orb.Bound
	chunk    chunk
	records  int
	vertices float64 // once edges are divided
	met      int     // long edges
	out      chan<- chunk
	quit     context.Context // ends when any of those at work has failed
}

// pack makes chunks of what is read.
func (w *load) pack(ctx, quit context.Context, in <-chan []geodata.Feature, out chan<- chunk) error {
	if err := w.startStaging(ctx); err != nil {
		return err
	}
	p := &packer{load: w, soundness: soundness{metre: 1, narrow: 1}, nearer: w.nearer(), chunk: chunk{rows: &wire{}}, out: out, quit: quit}
	if w.geographic {
		p.metre, p.narrow = 1/111e3, leastParallel
		w.edges = loose{}
	}
	for batch := range in {
		for _, f := range batch {
			if err := p.add(ctx, f); err != nil {
				return err
			}
		}
	}
	return p.flush(ctx, false)
}

// leastParallel is a degree of longitude at 60°, as a share of one at the equator:
// counties lie nearer to it.
const leastParallel = 0.5

// add puts a record into the chunk, or begins the next one with it.
func (p *packer) add(ctx context.Context, f geodata.Feature) error {
	vertices := p.measure(f)
	if p.records == chunkRecords || p.vertices+vertices > chunkVertices {
		if err := p.flush(ctx, true); err != nil {
			return err
		}
	}
	if !p.nearer.Contains(f.Geometry.Bound().Min) || !p.nearer.Contains(f.Geometry.Bound().Max) || !p.sure(f.Geometry) {
		p.staging.Unsure, p.chunk.unsure = append(p.staging.Unsure, f.Record), append(p.chunk.unsure, f.Record)
	}
	if p.records == 0 {
		p.chunk.span.First = f.Record
	}
	p.chunk.span.Last = f.Record
	p.records++
	p.vertices += vertices
	p.staging.Records++
	return p.encode(p.chunk.rows, f)
}

// flush passes the chunk on; more says that another one follows.
func (p *packer) flush(ctx context.Context, more bool) error {
	if p.records == 0 {
		return nil
	}
	if len(p.staging.Spans) == 0 {
		if err := p.showStaging(ctx, more); err != nil {
			return err
		}
	}
	p.staging.Spans = append(p.staging.Spans, p.chunk.span)
	select {
	case p.out <- p.chunk:
	case <-p.quit.Done():
		return p.quit.Err()
	}
	p.chunk, p.records, p.vertices = chunk{rows: &wire{}}, 0, 0
	p.request.Progress(p.staging.Records, 0)
	return nil
}

// measure estimates how many vertices a geometry has once its edges are divided to
// 70 m, and meets the long edges of longitudes and latitudes.
func (p *packer) measure(f geodata.Feature) (vertices float64) {
	metre := 1.0
	if p.geographic {
		metre = 1 / 111e3
	}
	for _, ring := range ringsOf(f.Geometry) {
		vertices += float64(len(ring))
		for i := 1; i < len(ring); i++ {
			vertices += (math.Abs(ring[i][0]-ring[i-1][0]) + math.Abs(ring[i][1]-ring[i-1][1])) / (70 * metre)
			if !p.geographic {
				continue
			}
			if e := edgeOf(ring[i-1], ring[i]); e.long() {
				p.met++
				if p.edges != nil {
					p.edges.meet(e.bits(), f.Record)
				}
			}
		}
	}
	p.staging.Edges = max(p.staging.Edges, len(p.edges))
	if p.edges == nil || len(p.edges) > edgesAtATime { // they are looked for part by part
		p.edges, p.staging.Edges = nil, p.met
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
func (w *load) copyChunks(ctx, quit context.Context, in <-chan chunk, out chan<- chunk) error {
	pass := func(c chunk) error {
		select {
		case out <- c:
			return nil
		case <-quit.Done():
			return quit.Err()
		}
	}
	if w.staging.resumed {
		for _, s := range w.staging.Spans {
			if err := pass(chunk{span: s, unsure: within(w.staging.Unsure, s)}); err != nil {
				return err
			}
		}
		return nil
	}
	for c := range in {
		if err := w.lanes[0].use(func(conn *pgx.Conn) error { return c.rows.send(ctx, conn, copyStagedSQL) }); err != nil {
			return err
		}
		if err := pass(chunk{span: c.span, unsure: c.unsure}); err != nil {
			return err
		}
	}
	if quit.Err() != nil { // reading broke off
		return quit.Err()
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
