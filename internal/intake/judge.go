package intake

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// millimetre is one millimetre on a meridian, in degrees.
const millimetre = 9e-9

// shortestBow is about 55 m on a meridian, in degrees: shorter edges are straight
// in every plane to 0.04 mm.
const shortestBow = 0.0005

//go:embed sql/near.sql
var nearSQL string

// findNear places the county in the delivery's reference system. Where that
// cannot be done, the system cannot be the one of the county's data.
func (w *load) findNear(ctx context.Context) error {
	srid := w.request.Delivery.SRID
	err := w.tx.QueryRow(ctx, nearSQL, pgx.StrictNamedArgs{"county": w.county.Code, "srid": srid}).Scan(&w.near)
	if postgis.IsProjectionFailure(err) {
		return &geodata.Error{Kind: geodata.Invalid, Code: "crs-impossible", Err: err,
			ZH: fmt.Sprintf("坐标系 EPSG:%d 不能用于%s，请核对坐标系。", srid, w.county.NameZH),
			EN: fmt.Sprintf("EPSG:%d cannot be used for this county; check the coordinate system.", srid)}
	}
	return err
}

//go:embed sql/judge.sql
var judgeSQL string

// judge finds out, chunk by chunk, which records are valid polygons near the county.
func (w *load) judge(ctx context.Context) error {
	return w.chunks(func(first, last int) error {
		_, err := w.tx.Exec(ctx, judgeSQL, pgx.StrictNamedArgs{
			"plane": w.county.PlaneSRID, "near": w.near, "first": first, "last": last})
		return err
	})
}

// chunks calls f for every chunk of record numbers.
func (w *load) chunks(f func(first, last int) error) error {
	for first := 0; first <= w.last; first += chunk {
		if err := f(first, first+chunk-1); err != nil {
			return err
		}
	}
	return nil
}

//go:embed sql/doubtful.sql
var doubtfulSQL string

//go:embed sql/refuse.sql
var refuseSQL string

// doubt is a record that is not simply kept.
type doubt struct {
	Record    int
	Judgement string
	Reason    string
	X, Y      *float64
	EffectM2  float64 `db:"effect_m2"`
}

// takeOutDoubtful reports repaired and refused records and removes the latter.
func (w *load) takeOutDoubtful(ctx context.Context) error {
	rows, err := w.tx.Query(ctx, doubtfulSQL, pgx.StrictNamedArgs{
		"near": w.near, "tolerance_m2": float64(RepairTolerance), "tolerance_share": RepairToleranceShare})
	if err != nil {
		return err
	}
	doubts, err := pgx.CollectRows(rows, pgx.RowToStructByName[doubt])
	if err != nil {
		return err
	}
	var refused []int
	for _, d := range doubts {
		f := d.finding(w.county.NameZH)
		w.report.add(f)
		if f.Fate == Refused {
			refused = append(refused, d.Record)
		}
	}
	if len(refused) == w.staged {
		return w.report.nothingKept()
	}
	if len(refused) > 0 {
		_, err = w.tx.Exec(ctx, refuseSQL, pgx.StrictNamedArgs{"records": refused})
	}
	return err
}

// finding words a doubt.
func (d doubt) finding(county string) Finding {
	f := Finding{Fate: Refused, Record: d.Record, Effect: geodata.Area(d.EffectM2)}
	if d.X != nil && d.Y != nil {
		f.At = &orb.Point{*d.X, *d.Y}
	}
	switch d.Judgement {
	case "no-polygon":
		f.Code = "no-area"
		f.ZH = fmt.Sprintf("第 %d 条记录的图形没有面积。", d.Record)
		f.EN = fmt.Sprintf("The geometry of record %d encloses no area.", d.Record)
	case "far-away":
		f.Code = "crs-far-away"
		f.ZH = fmt.Sprintf("第 %d 条记录有界址点在%s以外一度以上，坐标系（中央子午线、坐标顺序）可能不对。", d.Record, county)
		f.EN = fmt.Sprintf("Record %d reaches more than a degree outside the county; its coordinate system (central meridian, axis order) is probably not the declared one.", d.Record)
	case "ambiguous":
		f.Code = "self-intersection"
		f.ZH = fmt.Sprintf("第 %d 条记录的图形有误（%s），修复会使面积改变 %s 平方米，请在原软件中改正后重新导入。", d.Record, postgis.DefectChinese(d.Reason), f.Effect.In(geodata.SquareMetre, 2))
		f.EN = fmt.Sprintf("The boundary of record %d crosses itself (%s); repairing it would change its area by %s m². Correct it at the source.", d.Record, d.Reason, f.Effect.In(geodata.SquareMetre, 2))
	default:
		f.Fate, f.Code = Repaired, "repaired"
		f.ZH = fmt.Sprintf("第 %d 条记录的图形有误（%s），已修复，面积改变 %s 平方米。", d.Record, postgis.DefectChinese(d.Reason), f.Effect.In(geodata.SquareMetre, 4))
		f.EN = fmt.Sprintf("The geometry of record %d was invalid (%s) and has been repaired; its area changed by %s m².", d.Record, d.Reason, f.Effect.In(geodata.SquareMetre, 4))
	}
	return f
}

//go:embed sql/geographic.sql
var geographicSQL string

//go:embed sql/vertices.sql
var verticesSQL string

//go:embed sql/vertices_point.sql
var verticesPointSQL string

//go:embed sql/borrow_vertices.sql
var borrowVerticesSQL string

// borrowVertices makes neighbours of a longitude/latitude delivery share every
// vertex of their common borders, so that they stay neighbours in the plane.
func (w *load) borrowVertices(ctx context.Context) error {
	var geographic bool
	err := w.tx.QueryRow(ctx, geographicSQL, pgx.StrictNamedArgs{"srid": w.request.Delivery.SRID}).Scan(&geographic)
	if err != nil || !geographic {
		return err
	}
	for _, sql := range []string{verticesSQL, verticesPointSQL, "analyze vertex"} {
		if _, err := w.tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	_, err = w.tx.Exec(ctx, borrowVerticesSQL, pgx.StrictNamedArgs{"millimetre": millimetre, "shortest": shortestBow})
	return err
}

//go:embed sql/keep.sql
var keepSQL string

// keep turns the staged records into features, chunk by chunk.
func (w *load) keep(ctx context.Context) error {
	kept := 0
	return w.chunks(func(first, last int) error {
		rows, err := w.tx.Query(ctx, keepSQL, pgx.StrictNamedArgs{
			"county": w.county.Code, "version": w.version, "plane": w.county.PlaneSRID,
			"before": kept, "first": first, "last": last})
		if err != nil {
			return err
		}
		var record int
		var sound bool
		_, err = pgx.ForEachRow(rows, []any{&record, &sound}, func() error {
			kept++
			if !sound {
				w.report.add(Finding{Fate: Noted, Code: "repaired-in-plane", Record: record,
					ZH: fmt.Sprintf("第 %d 条记录投影到量算平面后有细微自相交，已修正。", record),
					EN: fmt.Sprintf("Record %d crossed itself minutely once projected to the measuring plane; mended.", record)})
			}
			return nil
		})
		w.report.Kept = kept
		w.request.Progress(w.staged, kept)
		return err
	})
}
