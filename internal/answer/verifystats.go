package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
	"hongxian/internal/report/stats"
)

// verifyStats adds a kept township table up as it is printed, and computes it again
// from the versions that it names, with the zones that were kept with it.
func (v *Verifier) verifyStats(ctx context.Context, out *Verification) error {
	var was openapi.Stats
	if err := json.Unmarshal(out.Kept.Body, &was); err != nil {
		return fmt.Errorf("read table: %w", err)
	}
	out.Stats = &was
	if err := stats.Closes(was); err != nil {
		out.Deviations = append(out.Deviations, "留存的表相加不符："+err.Error())
	}
	request, err := askedAgain(out.Kept, was)
	if err != nil {
		return err
	}
	table, err := v.Statistician.Table(ctx, request)
	if err != nil {
		return fmt.Errorf("compute again: %w", err)
	}
	is, err := report.Stats(table, report.StatsForm{Unit: geodata.Unit(was.Unit), Decimals: was.Decimals}, was.Id)
	out.Deviations = append(out.Deviations, tableDeviations(was, is)...)
	return err
}

// controlsOf are the official areas that a table was adjusted to, by township; never
// nil, for those of the county's settings may be others by now.
func controlsOf(s openapi.Stats) map[string]geodata.Area {
	controls := map[string]geodata.Area{}
	for _, r := range s.Rows {
		if r.Control == nil || *r.Control <= 0 {
			continue
		}
		name := r.Code
		if name == "" {
			name = r.Name
		}
		controls[name] = squareMetres(s, *r.Control)
	}
	return controls
}

// squareMetres is a figure of a table as an area.
func squareMetres(s openapi.Stats, figure float64) geodata.Area {
	const large = 1e9 // m², a whole number of 0.0001 m² in every unit
	return geodata.Area(figure / geodata.Area(large).Value(geodata.Unit(s.Unit)) * large)
}

// tableDeviations compares a kept table, cell by cell, with the same table computed
// again.
func tableDeviations(was, is openapi.Stats) []string {
	var d deviations
	d.replaced(tableVersions(was), tableVersions(is))
	columns := map[string]int{}
	for i, c := range is.Columns {
		columns[columnKey(c)] = i
	}
	again := map[string]openapi.StatsRow{}
	for _, r := range tableRows(is) {
		again[rowKey(r)] = r
	}
	for _, r := range tableRows(was) {
		now, ok := again[rowKey(r)]
		if !ok {
			d = append(d, fmt.Sprintf("%s：重新计算的表中没有这一行", rowKey(r)))
			continue
		}
		d.area(rowKey(r), float64(squareMetres(was, r.Area)), float64(squareMetres(is, now.Area)))
		for i, c := range was.Columns {
			k, ok := columns[columnKey(c)]
			if !ok {
				d = append(d, fmt.Sprintf("%s：重新计算的表中没有这一列", stats.Title(c)))
				return slices.Compact(d)
			}
			if n, m := r.Counts[i], now.Counts[k]; n != nil && m != nil && *n != *m {
				d = append(d, fmt.Sprintf("%s %s图斑数：%d → %d", rowKey(r), stats.Title(c), *n, *m))
			}
			d.area(rowKey(r)+" "+stats.Title(c), float64(squareMetres(was, r.Values[i])), float64(squareMetres(is, now.Values[k])))
		}
	}
	return d
}

func columnKey(c openapi.StatsColumn) string {
	return fmt.Sprintf("%s|%s|%s|%s|%s|%t", c.Kind, c.Ref, deref(c.Other), c.Class, c.Title, c.Adjusted)
}

// tableRows are the townships and what is printed below them, each under its name.
func tableRows(s openapi.Stats) []openapi.StatsRow {
	var rows []openapi.StatsRow
	for _, l := range stats.Lines(s) {
		r := l.StatsRow
		if l.Sum {
			r.Code, r.Name = "", l.Label
		}
		rows = append(rows, r)
	}
	return rows
}

func rowKey(r openapi.StatsRow) string {
	if r.Code == "" {
		return r.Name
	}
	return r.Name + "（" + r.Code + "）"
}

func tableVersions(s openapi.Stats) map[string]string {
	digests := map[string]string{}
	for _, v := range s.Versions {
		digests[v.Ref] = v.Digest
	}
	return digests
}
