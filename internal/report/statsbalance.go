package report

import (
	"fmt"
	"slices"

	"hongxian/geodata"
	"hongxian/internal/township"
)

// statsPrint is a table as it is printed.
type statsPrint struct {
	rows, subtotals          []statsLine
	outside, multiply, total statsLine
}

type statsLine struct {
	area  geodata.Cell
	cells []geodata.Cell
}

// balance prints every column so that its printed cells add up to its printed
// total. A layer's column that is divided into classes is the sum of their columns,
// in every row; the classes' totals are balanced to the layer's first.
func (e *statsEncoder) balance() (*statsPrint, error) {
	t, n := e.t, len(e.t.Columns)
	p := &statsPrint{rows: make([]statsLine, len(t.Rows)), subtotals: make([]statsLine, len(t.Subtotals))}
	for i := range p.rows {
		p.rows[i].cells = make([]geodata.Cell, n)
	}
	for i := range p.subtotals {
		p.subtotals[i].cells = make([]geodata.Cell, n)
	}
	for _, l := range []*statsLine{&p.outside, &p.multiply, &p.total} {
		l.cells = make([]geodata.Cell, n)
	}
	totals, err := e.totals()
	if err != nil {
		return nil, err
	}
	for i := range t.Columns {
		if err := e.column(p, i, totals[i]); err != nil {
			return nil, err
		}
	}
	for i, c := range t.Columns {
		if c.Kind == township.OfLayer && slices.ContainsFunc(t.Columns, func(d township.Column) bool { return d.Of == i }) {
			e.sumClasses(p, i)
		}
	}
	if err := e.areas(p); err != nil {
		return nil, err
	}
	e.subtotal(p)
	return p, e.err
}

// totals prints the columns' totals.
func (e *statsEncoder) totals() ([]geodata.Cell, error) {
	out := make([]geodata.Cell, len(e.t.Columns))
	for i, c := range e.t.Columns {
		if c.Of < 0 {
			out[i] = e.print(e.t.Total.Cells[i].Area)
		}
	}
	for i := range e.t.Columns {
		var parts []geodata.Area
		var of []int
		for j, c := range e.t.Columns {
			if c.Of != i {
				continue
			}
			part := e.t.Total.Cells[j].Area
			if c.Kind == township.OfClassOverlap {
				part = -part
			}
			parts, of = append(parts, part), append(of, j)
		}
		if len(parts) == 0 {
			continue
		}
		cells, err := geodata.BalanceTo(out[i].Text, parts, e.form.Unit, e.form.Decimals)
		if err != nil {
			return nil, fmt.Errorf("classes of %s: %w", e.t.Columns[i].Ref, err)
		}
		for k, j := range of {
			out[j] = cells[k]
			if e.t.Columns[j].Kind == township.OfClassOverlap {
				out[j] = e.negated(cells[k])
			}
		}
	}
	return out, nil
}

func (e *statsEncoder) print(a geodata.Area) geodata.Cell {
	return geodata.Cell{Text: a.In(e.form.Unit, e.form.Decimals)}
}

// column balances the cells of a column to its printed total.
func (e *statsEncoder) column(p *statsPrint, i int, total geodata.Cell) error {
	parts := make([]geodata.Area, 0, len(e.t.Rows)+2)
	for _, r := range e.t.Rows {
		parts = append(parts, r.Cells[i].Area)
	}
	parts = append(parts, e.t.Outside.Cells[i].Area, -e.t.Multiply.Cells[i].Area)
	cells, err := geodata.BalanceTo(total.Text, parts, e.form.Unit, e.form.Decimals)
	if err != nil {
		return fmt.Errorf("column %d, %s: %w", i+1, e.t.Columns[i].TitleZH, err)
	}
	for k := range p.rows {
		p.rows[k].cells[i] = cells[k]
	}
	p.outside.cells[i] = cells[len(p.rows)]
	p.multiply.cells[i] = e.negated(cells[len(p.rows)+1])
	p.total.cells[i] = total
	return nil
}

// areas balances the townships' own areas.
func (e *statsEncoder) areas(p *statsPrint) error {
	var parts []geodata.Area
	for _, r := range e.t.Rows {
		parts = append(parts, r.Area)
	}
	p.total.area = e.print(e.t.Total.Area)
	cells, err := geodata.BalanceTo(p.total.area.Text, append(parts, -e.t.Multiply.Area), e.form.Unit, e.form.Decimals)
	if err != nil {
		return fmt.Errorf("areas of townships: %w", err)
	}
	for k := range p.rows {
		p.rows[k].area = cells[k]
	}
	p.outside.area, p.multiply.area = e.print(0), e.negated(cells[len(p.rows)])
	return nil
}

// sumClasses makes a layer's cells the sums of its classes' printed ones.
func (e *statsEncoder) sumClasses(p *statsPrint, layer int) {
	line := func(l *statsLine, raw township.Row) {
		var sum int64
		for j, c := range e.t.Columns {
			switch {
			case c.Of != layer:
			case c.Kind == township.OfClassOverlap:
				sum -= e.digits(l.cells[j])
			default:
				sum += e.digits(l.cells[j])
			}
		}
		l.cells[layer] = e.summed(sum, raw.Cells[layer].Area)
	}
	for k := range p.rows {
		line(&p.rows[k], e.t.Rows[k])
	}
	line(&p.outside, e.t.Outside)
	line(&p.multiply, e.t.Multiply)
}

// subtotal adds printed cells up.
func (e *statsEncoder) subtotal(p *statsPrint) {
	for s, sub := range e.t.Subtotals {
		var area int64
		sums := make([]int64, len(e.t.Columns))
		for k, r := range e.t.Rows {
			if r.Type != sub.Type {
				continue
			}
			area += e.digits(p.rows[k].area)
			for i := range sums {
				sums[i] += e.digits(p.rows[k].cells[i])
			}
		}
		p.subtotals[s].area = e.summed(area, sub.Area)
		for i := range sums {
			p.subtotals[s].cells[i] = e.summed(sums[i], sub.Cells[i].Area)
		}
	}
}

// digits is a cell in its last digits.
func (e *statsEncoder) digits(c geodata.Cell) int64 {
	n, ok := geodata.LastDigits(c.Text, e.form.Decimals)
	if !ok && e.err == nil {
		e.err = fmt.Errorf("%q is no figure with %d decimals", c.Text, e.form.Decimals)
	}
	return n
}

// summed is a sum of printed cells, marked where it is not its own rounding.
func (e *statsEncoder) summed(sum int64, raw geodata.Area) geodata.Cell {
	text := geodata.FromLastDigits(sum, e.form.Decimals)
	return geodata.Cell{Text: text, Balanced: text != e.print(raw).Text}
}

// negated turns a cell's sign.
func (e *statsEncoder) negated(c geodata.Cell) geodata.Cell {
	c.Text = geodata.FromLastDigits(-e.digits(c), e.form.Decimals)
	return c
}
