package office

import (
	"fmt"

	"hongxian/internal/openapi"
)

// townshipTable is the site's distribution over townships (乡镇分布) and, of it,
// what each concerned layer covers: Σ townships + outside + what is taken
// off as multiply covered = total, in every column, to the last printed digit.
func (p Paper) townshipTable() (table, error) {
	c := p.Check
	t := table{columns: []column{{"代码", words, 22}, {"乡镇（街道）", words, 24}, {"地块（平方米）", squareMetres, 24}, {"公顷", hectares, 18}, {"亩", mu, 18}}}
	var parts []float64
	for _, m := range c.Townships {
		parts = append(parts, m.SiteM2)
	}
	site, err := balanced(c.Site.AreaM2, append(parts, c.OutsideM2, -c.MultiplyCoveredM2))
	if err != nil {
		return t, fmt.Errorf("townships of the site: %w", err)
	}
	var columns [][]cell
	for i, total := range areas(c.Site.AreaM2) {
		columns = append(columns, append(site[i], total))
	}
	shown := inTownships(c)
	for _, l := range shown {
		t.columns = append(t.columns, column{l.Title + "（平方米）", squareMetres, 25})
		cells, err := layerColumn(c.Townships, l)
		if err != nil {
			return t, fmt.Errorf("townships of %s: %w", l.Layer, err)
		}
		columns = append(columns, cells)
	}
	for i := range len(c.Townships) + 3 {
		var r row
		switch i - len(c.Townships) {
		case 0:
			r.cells = []cell{{}, word("乡镇范围外")}
		case 1:
			r.cells = []cell{{}, word("重复覆盖（扣减）")}
		case 2:
			r.cells, r.total = []cell{word("合计"), {}}, true
		default:
			r.cells = []cell{word(c.Townships[i].Code), word(c.Townships[i].Name)}
		}
		for _, column := range columns {
			r.cells = append(r.cells, column[i])
		}
		t.rows = append(t.rows, r)
	}
	if len(shown) > 0 {
		t.notes = append(t.notes, "图层各列的“乡镇范围外”“重复覆盖”为两者相抵后的净值。")
	}
	return t, nil
}

// inTownships are the concerned layers, which have a column each.
func inTownships(c openapi.Check) []openapi.CheckLayer {
	var out []openapi.CheckLayer
	for _, l := range concerned(c) {
		for _, t := range c.Townships {
			if _, ok := t.OverlapM2[l.Layer]; ok {
				out = append(out, l)
				break
			}
		}
	}
	return out
}

// layerColumn is what a layer covers in the townships, outside, less what is
// covered twice, and in all. How much lies outside and how much is covered twice
// is not known apart, only what they make together: the rest to the total.
func layerColumn(ts []openapi.CheckTownship, l openapi.CheckLayer) ([]cell, error) {
	var parts []float64
	var out []cell
	sum, printed := 0.0, int64(0)
	for _, t := range ts {
		a := t.OverlapM2[l.Layer]
		parts, sum = append(parts, a), sum+a
		out = append(out, area(squareMetres, a))
		printed += lastDigits(out[len(out)-1])
	}
	total, zero := area(squareMetres, l.OverlapM2), area(squareMetres, 0)
	rest := fromLastDigits(squareMetres, lastDigits(total)-printed)
	switch {
	case closes(sum, l.OverlapM2, len(parts)):
		cells, err := balance(squareMetres, l.OverlapM2, parts)
		return append(cells, zero, zero, total), err
	case lastDigits(rest) > 0:
		return append(out, rest, zero, total), nil
	}
	return append(out, zero, rest, total), nil
}

// onPaper cuts a table of townships into tables as wide as a page: the site, and
// the layers beside it or, when they are many, in tables of their own.
func onPaper(t table) []table {
	const names, site, beside, each = 2, 5, 2, 4
	if len(t.columns) <= site+beside {
		return []table{t}
	}
	out := []table{t.part(0, 0, site)}
	for from := site; from < len(t.columns); from += each {
		out = append(out, t.part(names, from, min(from+each, len(t.columns))))
	}
	for i := range out[:len(out)-1] {
		out[i].notes = nil
	}
	return out
}

// part is a table of the first names columns and those from–to.
func (t table) part(names, from, to int) table {
	out := table{columns: cut(t.columns, names, from, to), notes: t.notes}
	for _, r := range t.rows {
		r.cells = cut(r.cells, names, from, to)
		out.rows = append(out.rows, r)
	}
	return out
}

func cut[T any](all []T, names, from, to int) []T {
	return append(append([]T{}, all[:names]...), all[from:to]...)
}
