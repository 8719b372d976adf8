package office

import (
	"fmt"

	"hongxian/internal/openapi"
)

// townshipTable is the site's distribution over townships (乡镇分布) and, of it,
// what each concerned layer covers: Σ townships + outside − multiply covered =
// total, in every column, to the last printed digit.
func (p Paper) townshipTable() (table, error) {
	c := p.Check
	t := table{columns: []column{{"代码", words, 22}, {"乡镇（街道）", words, 24}, {"地块（平方米）", squareMetres, 24}, {"公顷", hectares, 18}, {"亩", mu, 18}}}
	site := townshipColumn{total: c.Site.AreaM2, outside: c.OutsideM2, multiply: c.MultiplyCoveredM2}
	for _, m := range c.Townships {
		site.parts = append(site.parts, m.SiteM2)
	}
	var columns [][]cell
	for _, k := range []kind{squareMetres, hectares, mu} {
		cells, err := site.print(k)
		if err != nil {
			return t, fmt.Errorf("townships of the site: %w", err)
		}
		columns = append(columns, cells)
	}
	shown := inTownships(c)
	for _, l := range shown {
		t.columns = append(t.columns, column{l.Title + "（平方米）", squareMetres, 25})
		cells, err := layerColumn(c.Townships, l).print(squareMetres)
		if err != nil {
			return t, fmt.Errorf("townships of %s: %w", l.Layer, err)
		}
		columns = append(columns, cells)
	}
	for i := range len(c.Townships) + 3 {
		r := row{sign: 1}
		switch i - len(c.Townships) {
		case 0:
			r.cells = []cell{{}, word("乡镇范围外")}
		case 1:
			r.cells, r.sign = []cell{{}, word("减：重复覆盖")}, -1
		case 2:
			r.cells, r.sign, r.total = []cell{word("合计"), {}}, 0, true
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

// townshipColumn is a column of areas, m²: Σ parts + outside − multiply = total.
type townshipColumn struct {
	parts                    []float64
	outside, multiply, total float64
}

// layerColumn is a layer's column. How much of a layer lies outside and how much
// is covered twice is not known apart, only what they make together.
func layerColumn(ts []openapi.CheckTownship, l openapi.CheckLayer) townshipColumn {
	col := townshipColumn{total: l.OverlapM2}
	rest := l.OverlapM2
	for _, t := range ts {
		col.parts = append(col.parts, t.OverlapM2[l.Layer])
		rest -= t.OverlapM2[l.Layer]
	}
	noise := closes * float64(len(ts)+1)
	switch {
	case rest > noise:
		col.outside = rest
	case rest < -noise:
		col.multiply = -rest
	}
	return col
}

// print is the column's cells: the parts, outside, multiply covered, total.
func (c townshipColumn) print(k kind) ([]cell, error) {
	parts := append(append([]float64{}, c.parts...), c.outside, c.multiply)
	signs := make([]int, len(parts))
	for i := range signs {
		signs[i] = 1
	}
	signs[len(signs)-1] = -1
	cells, err := balance(k, c.total, parts, signs)
	if err != nil {
		return nil, err
	}
	return append(cells, area(k, c.total)), nil
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
