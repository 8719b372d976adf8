package intake

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"

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
	source := pgx.CopyFromFunc(func() ([]any, error) { return w.nextRow(next) })
	if _, err := w.tx.CopyFrom(ctx, pgx.Identifier{"staging"}, stagingColumns, source); err != nil {
		return err
	}
	if w.staged == 0 {
		return w.report.nothingKept()
	}
	_, err := w.tx.Exec(ctx, stagingKeySQL)
	return err
}

// nextRow gives the next record worth staging; those refused on the way are
// reported. An error about one record (it carries the record's number) does not
// end the stream, any other does.
func (w *load) nextRow(next func() (geodata.Feature, error, bool)) ([]any, error) {
	for {
		f, err, ok := next()
		if !ok {
			return nil, nil
		}
		var refused *geodata.Error
		if err != nil {
			if !errors.As(err, &refused) || refused.Record == 0 {
				return nil, err
			}
		} else {
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
	refuse := func(code, zh, en string, at *orb.Point) *geodata.Error {
		return &geodata.Error{Kind: geodata.Invalid, Code: code, Record: f.Record, At: at, ZH: zh, EN: en}
	}
	switch g := f.Geometry.(type) {
	case nil:
		return refuse("geometry-missing", fmt.Sprintf("第 %d 条记录没有图形。", f.Record),
			fmt.Sprintf("Record %d has no geometry.", f.Record), nil)
	case orb.Polygon, orb.MultiPolygon:
		if p := notFinite(g); p != nil {
			return refuse("coordinate-not-finite", fmt.Sprintf("第 %d 条记录含有无效坐标值。", f.Record),
				fmt.Sprintf("Record %d has a coordinate that is not a finite number.", f.Record), nil)
		}
		return nil
	default:
		return refuse("not-a-polygon", fmt.Sprintf("第 %d 条记录不是面（%s）。", f.Record, g.GeoJSONType()),
			fmt.Sprintf("Record %d is not a polygon but a %s.", f.Record, g.GeoJSONType()), firstPoint(g))
	}
}

func notFinite(g orb.Geometry) *orb.Point {
	var found *orb.Point
	eachPoint(g, func(p orb.Point) {
		if s := p[0] + p[1]; found == nil && (math.IsNaN(s) || math.IsInf(s, 0)) {
			found = &p
		}
	})
	return found
}

func eachPoint(g orb.Geometry, f func(orb.Point)) {
	polygons, ok := g.(orb.MultiPolygon)
	if p, one := g.(orb.Polygon); one {
		polygons, ok = orb.MultiPolygon{p}, true
	}
	if !ok {
		return
	}
	for _, p := range polygons {
		for _, ring := range p {
			for _, point := range ring {
				f(point)
			}
		}
	}
}

func firstPoint(g orb.Geometry) *orb.Point {
	b := g.Bound()
	if b.IsEmpty() {
		return nil
	}
	return &b.Min
}
