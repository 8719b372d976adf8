package intake

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

//go:embed sql/staging.sql
var stagingSQL string

//go:embed sql/staging_key.sql
var stagingKeySQL string

var stagingColumns = []string{"record", "code", "name", "class", "attributes", "delivery"}

// stage copies the delivery into the staging table as it streams in.
func (w *load) stage(ctx context.Context) error {
	if _, err := w.tx.Exec(ctx, stagingSQL); err != nil {
		return err
	}
	next, stop := iter.Pull2(w.request.Delivery.Features)
	defer stop()
	var unread error // the copy's own error carries only its text
	source := pgx.CopyFromFunc(func() (row []any, err error) {
		row, unread = w.nextRow(next)
		return row, unread
	})
	if _, err := w.tx.CopyFrom(ctx, pgx.Identifier{"staging"}, stagingColumns, source); err != nil {
		if unread != nil {
			return unread
		}
		return err
	}
	if w.staged == 0 {
		return w.report.nothingKept()
	}
	_, err := w.tx.Exec(ctx, stagingKeySQL)
	return err
}

// nextRow gives the next record worth staging; those refused on the way are
// reported.
func (w *load) nextRow(next func() (geodata.Feature, error, bool)) ([]any, error) {
	for {
		f, err, ok := next()
		if !ok {
			return nil, nil
		}
		refused, isRefusal := geodata.RefusedRecord(err)
		switch {
		case isRefusal:
		case err != nil:
			return nil, err
		default:
			refused = unusable(f)
		}
		w.report.Read++
		if refused != nil {
			w.report.add(refusal(refused))
			continue
		}
		return w.row(f)
	}
}

func (w *load) row(f geodata.Feature) ([]any, error) {
	if f.Attributes == nil {
		f.Attributes = map[string]any{}
	}
	attributes, err := json.Marshal(f.Attributes)
	if err != nil {
		return nil, fmt.Errorf("attributes of record %d: %w", f.Record, err)
	}
	w.staged++
	w.last = max(w.last, f.Record)
	if w.staged%chunk == 0 {
		w.request.Progress(w.staged, 0)
	}
	return []any{f.Record, f.Code, f.Name, f.Class, json.RawMessage(attributes),
		postgis.Geometry{SRID: w.request.Delivery.SRID, Geometry: f.Geometry}}, nil
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
