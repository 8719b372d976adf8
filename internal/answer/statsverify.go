package answer

import (
	"context"
	"fmt"
	"math"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/stats"
)

// StatsVerification (核验结果) says whether a printed township table is what was
// answered: the kept table, and the same versions added up again.
type StatsVerification struct {
	Kept  record.Kept
	Table openapi.Stats
	// Deviations names what comes out differently: areas by more than 0.01 m², counts,
	// versions that hold other data by now. None confirms the table.
	Deviations []string
}

// Confirmed says that the table is kept, adds up as it is printed, and comes out the
// same again.
func (v *StatsVerification) Confirmed() bool { return len(v.Deviations) == 0 }

// Verify finds the table with this identity, or first digits of one, and computes
// it again from the versions it names, with the zones and official areas it was
// given. Errors: NotFound, and Invalid for a table over zones that were not kept.
func (t *Tables) Verify(ctx context.Context, id string) (*StatsVerification, error) {
	kept, s, err := t.get(ctx, "", id)
	if err != nil {
		return nil, err
	}
	request, err := askedAgain(kept, s)
	if err != nil {
		return nil, err
	}
	table, err := t.Statistician.Table(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("compute table %s again: %w", kept.ID, err)
	}
	again, err := report.Stats(table, report.StatsForm{Unit: geodata.Unit(s.Unit), Decimals: s.Decimals}, s.Id)
	if err != nil {
		return nil, err
	}
	v := &StatsVerification{Kept: kept, Table: s, Deviations: statsDeviations(s, again)}
	if err := stats.Closes(s); err != nil {
		v.Deviations = append(v.Deviations, fmt.Sprintf("印出的数相加不符：%v", err))
	}
	return v, nil
}

// statsDeviations compares a kept table with the same computed again.
func statsDeviations(was, is openapi.Stats) (out []string) {
	for i, v := range was.Versions {
		if i >= len(is.Versions) || is.Versions[i].Ref != v.Ref && !was.Zones || is.Versions[i].Digest != v.Digest {
			out = append(out, fmt.Sprintf("版本 %s 已不是原来的数据", v.Ref))
		}
	}
	a, b := stats.Lines(was), stats.Lines(is)
	if len(a) != len(b) || len(was.Columns) != len(is.Columns) {
		return append(out, fmt.Sprintf("原为 %d 行 %d 列，现为 %d 行 %d 列", len(a), len(was.Columns), len(b), len(is.Columns)))
	}
	for i := range a {
		out = append(out, lineDeviations(was, a[i], b[i])...)
	}
	return out
}

// lineDeviations compares a line: its areas and its counts.
func lineDeviations(s openapi.Stats, was, is stats.Line) (out []string) {
	differ := func(what string, a, b float64) {
		if x, y := squareMetres(a, s), squareMetres(b, s); !(math.Abs(float64(x-y)) <= verifyTolerance) {
			out = append(out, fmt.Sprintf("%s %s：%s → %s 平方米", was.Label, what, x.In(geodata.SquareMetre, 4), y.In(geodata.SquareMetre, 4)))
		}
	}
	if was.Code != is.Code {
		return []string{fmt.Sprintf("%s 的代码 %s → %s", was.Label, was.Code, is.Code)}
	}
	differ("面积", was.Area, is.Area)
	for i, c := range s.Columns {
		title := strings.TrimSpace(stats.Title(c))
		differ(title, was.Values[i], is.Values[i])
		if c.Counted && *was.Counts[i] != *is.Counts[i] {
			out = append(out, fmt.Sprintf("%s %s图斑数：%d → %d", was.Label, title, *was.Counts[i], *is.Counts[i]))
		}
	}
	return out
}
