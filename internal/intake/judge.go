package intake

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

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

//go:embed sql/geographic.sql
var geographicSQL string

// findKind tells longitudes and latitudes from plane coordinates.
func (w *load) findKind(ctx context.Context) error {
	return w.tx.QueryRow(ctx, geographicSQL, pgx.StrictNamedArgs{"srid": w.request.Delivery.SRID}).Scan(&w.geographic)
}

//go:embed sql/judge.sql
var judgeSQL string

// doubt is a record that is not simply a polygon near the county.
type doubt struct {
	Record int
	Valid  bool
	Reason string
	Near   bool
	Shaped bool // a repair leaves a polygon
	X, Y   *float64
	Kept   float64 `db:"kept_m2"`   // area after the repair
	Effect float64 `db:"effect_m2"` // what the repair changes it by
}

// nearer is a box within w.near, which is a quadrangle with sides that lie nearly
// north-south and east-west: what lies in the box is near without more ado. It is empty
// where there is none.
func (w *load) nearer() orb.Bound {
	none := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	quadrangle, ok := w.near.Geometry.(orb.Polygon)
	if !ok || len(quadrangle) != 1 || len(quadrangle[0]) != 5 {
		return none
	}
	var xs, ys []float64
	for _, p := range quadrangle[0][:4] {
		xs, ys = append(xs, p[0]), append(ys, p[1])
	}
	slices.Sort(xs)
	slices.Sort(ys)
	return orb.Bound{Min: orb.Point{xs[1], ys[1]}, Max: orb.Point{xs[2], ys[2]}}
}

// judgeSpans finds out, chunk by chunk, which of the unsure records are not valid
// polygons near the county.
func (w *load) judgeSpans(ctx context.Context, in <-chan chunk) error {
	for c := range in {
		if len(c.unsure) == 0 {
			continue
		}
		err := w.lanes[len(w.lanes)-1].use(func(conn *pgx.Conn) error {
			rows, err := conn.Query(ctx, judgeSQL, pgx.StrictNamedArgs{"staging": w.staging.id,
				"plane": w.county.PlaneSRID, "near": w.near, "records": c.unsure})
			if err != nil {
				return err
			}
			w.doubts, err = pgx.AppendRows(w.doubts, rows, pgx.RowToStructByName[doubt])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// weighDoubts reports repaired and refused records and notes which they are.
func (w *load) weighDoubts(context.Context) error {
	for _, d := range w.doubts {
		f := d.finding(w.county.NameZH)
		w.report.add(f)
		if f.Fate == Refused {
			w.refused = append(w.refused, d.Record)
		} else {
			w.repaired = append(w.repaired, d.Record)
		}
	}
	w.doubts = nil
	if len(w.refused) == w.staging.Records {
		return w.report.nothingKept()
	}
	return nil
}

// within are those of ascending record numbers that a span holds; never nil, which
// would be NULL.
func within(records []int, s span) []int {
	if len(records) == 0 {
		return []int{}
	}
	first, _ := slices.BinarySearch(records, s.First)
	last, _ := slices.BinarySearch(records, s.Last+1)
	return records[first:last]
}

// judgement: refused are records without a polygon left, those that lie or reach more
// than a degree outside the county's bounds, and those whose repair changes more than
// the tolerance: then nobody can know which area was meant.
func (d doubt) judgement() string {
	switch {
	case !d.Shaped:
		return "no-polygon"
	case !d.Near:
		return "far-away"
	case math.Abs(d.Effect) > max(float64(RepairTolerance), RepairToleranceShare*d.Kept):
		return "ambiguous"
	}
	return "repaired"
}

// finding words a doubt.
func (d doubt) finding(county string) Finding {
	f := Finding{Fate: Refused, Record: d.Record, Effect: geodata.Area(d.Effect)}
	if d.X != nil && d.Y != nil {
		f.At = &orb.Point{*d.X, *d.Y}
	}
	switch d.judgement() {
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
