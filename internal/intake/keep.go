package intake

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"hongxian/geodata"
)

//go:embed sql/derive.sql
var deriveSQL string

// derived is a chunk as features, and what is told of them.
type derived struct {
	rows    wire
	ids     []int // where in rows each feature's number goes
	areas   []float64
	digests []byte // one after another
	mended  []int  // records whose plane geometry was made valid again
}

// keep turns the staged records into features: every lane derives the next chunk, and
// they are stored in the order of the delivery, in the import's transaction.
func (w *load) keep(ctx context.Context) error {
	work, quit := errgroup.WithContext(ctx)
	queue := make(chan chan *derived, 2*len(w.lanes))
	work.Go(func() error {
		defer close(queue)
		return w.deriveAll(ctx, quit, work, queue)
	})
	work.Go(func() error {
		return w.storeAll(ctx, quit, queue)
	})
	if err := work.Wait(); err != nil {
		return err
	}
	if w.report.Kept != w.staging.Records-len(w.refused) {
		return fmt.Errorf("%d of %d staged records became features and %d are refused", w.report.Kept, w.staging.Records, len(w.refused))
	}
	return nil
}

// deriveAll has the chunks derived, as many at a time as there are lanes; the queue
// holds them in their order.
func (w *load) deriveAll(ctx, quit context.Context, work *errgroup.Group, queue chan<- chan *derived) error {
	for i, s := range w.staging.Spans {
		done := make(chan *derived, 1)
		select {
		case queue <- done:
		case <-quit.Done():
			return quit.Err()
		}
		work.Go(func() error {
			return w.lanes[i%len(w.lanes)].use(func(conn *pgx.Conn) error {
				d, err := w.derive(ctx, conn, s)
				if err == nil {
					done <- d
				}
				return err
			})
		})
	}
	return nil
}

// The columns that derive.sql gives, and how many of them feature takes as they are.
const (
	derivedRecord  = 0
	derivedArea    = 8
	derivedDigest  = 10
	derivedSound   = 11
	derivedColumns = 11
)

const copyFeatureSQL = `copy feature (county, version_id, id, record, code, name, class, attributes,
	delivery, geom, plane, area_m2, grid_m2, digest) from stdin (format binary)`

// derive has a chunk's features computed.
func (w *load) derive(ctx context.Context, conn *pgx.Conn, s span) (*derived, error) {
	args := pgx.StrictNamedArgs{"staging": w.staging.id, "plane": w.county.PlaneSRID, "first": s.First, "last": s.Last,
		"refused": within(w.refused, s), "repaired": within(w.repaired, s), "unsure": slices.Concat(within(w.staging.Unsure, s), within(w.borrowing, s)), "millimetre": millimetre}
	args["borrowers"], args["xs"], args["ys"] = w.borrowers(s)
	rows, err := conn.Query(ctx, deriveSQL, pgx.QueryResultFormats{pgx.BinaryFormatCode}, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	d := &derived{}
	for rows.Next() {
		d.add(w, rows.RawValues())
	}
	return d, rows.Err()
}

// borrowers are the vertices that a span's records get, as three columns.
func (w *load) borrowers(s span) (records []int, xs, ys []float64) {
	records, xs, ys = []int{}, []float64{}, []float64{}
	for _, record := range within(w.borrowing, s) {
		for _, p := range w.borrowed[record] {
			records, xs, ys = append(records, record), append(xs, p[0]), append(ys, p[1])
		}
	}
	return records, xs, ys
}

func (d *derived) add(w *load, values [][]byte) {
	d.rows.row(derivedColumns + 3)
	d.rows.text(w.county.Code)
	d.rows.int8(w.version)
	d.rows.int4(0)
	d.ids = append(d.ids, len(d.rows.bytes)-4)
	for _, v := range values[:derivedColumns] {
		d.rows.field(v)
	}
	d.areas = append(d.areas, math.Float64frombits(binary.BigEndian.Uint64(values[derivedArea])))
	d.digests = append(d.digests, values[derivedDigest]...)
	if values[derivedSound][0] == 0 {
		d.mended = append(d.mended, int(int32(binary.BigEndian.Uint32(values[derivedRecord]))))
	}
}

// storeAll numbers and stores the features, and sums their areas and digests up.
func (w *load) storeAll(ctx, quit context.Context, queue <-chan chan *derived) error {
	digest := sha256.New()
	var area float64
	for next := range queue {
		var d *derived
		select {
		case d = <-next:
		case <-quit.Done():
			return quit.Err()
		}
		for _, at := range d.ids {
			w.report.Kept++
			binary.BigEndian.PutUint32(d.rows.bytes[at:], uint32(w.report.Kept))
		}
		if err := w.own.use(func(conn *pgx.Conn) error { return d.rows.send(ctx, conn, copyFeatureSQL) }); err != nil {
			return err
		}
		for _, a := range d.areas {
			area += a
		}
		digest.Write(d.digests)
		for _, record := range d.mended {
			w.report.add(Finding{Fate: Noted, Code: "repaired-in-plane", Record: record,
				ZH: fmt.Sprintf("第 %d 条记录投影到量算平面后有细微自相交，已修正。", record),
				EN: fmt.Sprintf("Record %d crossed itself minutely once projected to the measuring plane; mended.", record)})
		}
		w.request.Progress(w.staging.Records, w.report.Kept)
	}
	w.report.Area, w.report.Digest = geodata.Area(area), hex.EncodeToString(digest.Sum(nil))
	return nil
}
