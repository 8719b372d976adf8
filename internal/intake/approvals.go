package intake

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// MaxApprovals is how many approvals may come with a version.
const MaxApprovals = 20_000

// Names under which approval files carry what an approval says, best first: those
// of the yearly maintenance exchange (维护层 WHCX) and the plain words.
var (
	approvalKinds   = []string{"WHLX", "维护类型", "kind"}
	approvalNumbers = []string{"批准文号", "PZWH", "PFWH", "WHLY", "number"}
	approvalDays    = []string{"批准日期", "PZRQ", "PFRQ", "day", "date"}
)

//go:embed sql/keep_approval.sql
var keepApprovalSQL string

// keepApprovals stores the approvals that came with the delivery. Unlike a record, an
// approval that cannot be used refuses the whole: a loss would otherwise stand
// without its approval, or with half of one.
func (w *load) keepApprovals(ctx context.Context) error {
	if w.request.Approvals == nil {
		return nil
	}
	id := 0
	for f, err := range w.request.Approvals.Features {
		if err != nil {
			return fmt.Errorf("read approvals: %w", err)
		}
		if id++; id > MaxApprovals {
			return &geodata.Error{Kind: geodata.TooLarge, Code: "too-many-approvals",
				ZH: fmt.Sprintf("批准文件超过 %d 个图斑的限制。", MaxApprovals), EN: fmt.Sprintf("There are more than %d approvals.", MaxApprovals)}
		}
		a, err := readApproval(f)
		if err == nil {
			err = w.keepApproval(ctx, id, a)
		}
		if err != nil {
			return err
		}
	}
	w.report.Approvals = id
	return nil
}

// approval is one approval as it is stored.
type approval struct {
	feature geodata.Feature
	kind    int
	number  string
	day     *time.Time
}

// readApproval reads what an approval's record says.
func readApproval(f geodata.Feature) (approval, error) {
	a := approval{feature: f, number: attribute(f, approvalNumbers)}
	switch attribute(f, approvalKinds) {
	case "1", "调入":
		a.kind = 1
	case "2", "属性变更":
		a.kind = 2
	case "3", "调出":
		a.kind = 3
	default:
		return a, invalidApproval(f, "approval-kind-unknown", "维护类型 WHLX 应为 1（调入）、2（属性变更）或 3（调出）", "its kind (WHLX) must be 1, 2 or 3")
	}
	// A comparison's own export says 无批准文件 where there is none.
	if a.number == "" || len(a.number) > 200 || strings.Contains(a.number, "无批准") {
		return a, invalidApproval(f, "approval-number-missing", "缺少批准文号", "the approval's number (批准文号) is missing")
	}
	if text := attribute(f, approvalDays); text != "" {
		day, ok := parseApprovalDay(text)
		if !ok {
			return a, invalidApproval(f, "approval-day-malformed", "批准日期应写成 2022-03-10 或 20220310", "write its day as 2022-03-10 or 20220310")
		}
		a.day = &day
	}
	if e := unusable(f); e != nil {
		return a, invalidApproval(f, e.Code, strings.TrimSuffix(e.ZH, "。"), strings.TrimSuffix(e.EN, "."))
	}
	return a, nil
}

func invalidApproval(f geodata.Feature, code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, Record: f.Record,
		ZH: "批准文件有误：" + zh + "。", EN: "An approval cannot be used: " + en + "."}
}

// attribute is the text of the first of some attributes that is there.
func attribute(f geodata.Feature, names []string) string {
	for _, n := range names {
		switch v := f.Attributes[n].(type) {
		case nil:
		case float64:
			return fmt.Sprint(v)
		default:
			if text := strings.TrimSpace(fmt.Sprint(v)); text != "" {
				return text
			}
		}
	}
	return ""
}

func parseApprovalDay(text string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "20060102", "2006/01/02", "2006/1/2"} {
		if day, err := time.Parse(layout, text); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}

// judgedApproval is what the database says of an approval's shape.
type judgedApproval struct {
	Near, Valid bool
	Reason      string
	X, Y        *float64
	EffectM2    float64 `db:"effect_m2"`
}

func (w *load) keepApproval(ctx context.Context, id int, a approval) error {
	srid := w.request.Approvals.SRID
	rows, err := w.tx.Query(ctx, keepApprovalSQL, pgx.StrictNamedArgs{"county": w.county.Code, "version": w.version, "id": id,
		"record": a.feature.Record, "kind": a.kind, "number": a.number, "day": a.day, "plane": w.county.PlaneSRID,
		"delivery": postgis.Geometry{SRID: srid, Geometry: a.feature.Geometry}, "tolerance": float64(RepairTolerance)})
	if err != nil {
		return err
	}
	j, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[judgedApproval])
	switch {
	case postgis.IsProjectionFailure(err) || err == nil && !j.Near:
		return invalidApproval(a.feature, "crs-far-away", fmt.Sprintf("图形在本县一度以外，坐标系可能不是 EPSG:%d", srid),
			fmt.Sprintf("it lies more than a degree outside the county; its coordinate system is probably not EPSG:%d", srid))
	case err != nil:
		return fmt.Errorf("approval %d: %w", a.feature.Record, err)
	case !j.Valid && math.Abs(j.EffectM2) > float64(RepairTolerance):
		e := invalidApproval(a.feature, "self-intersection", "图形有误（"+postgis.DefectChinese(j.Reason)+"）", "its boundary crosses itself ("+j.Reason+")")
		if j.X != nil && j.Y != nil {
			e.At = &orb.Point{*j.X, *j.Y}
		}
		return e
	}
	return nil
}
