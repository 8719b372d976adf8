package stats

import (
	"fmt"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

// Closes proves that a table adds up as it is printed: the rows with what lies
// outside, less what is taken off, are the total; rows of a type are its subtotal;
// classes are their layer, in every row. A figure that is not printed with the
// table's decimals is an error as well.
func Closes(s openapi.Stats) error {
	c := closing{s: s}
	for i := -1; i < len(s.Columns); i++ {
		c.column(i)
	}
	for _, l := range Lines(s) {
		c.classes(l)
	}
	return c.err
}

// closing proves a table, and remembers the first thing that is wrong.
type closing struct {
	s   openapi.Stats
	err error
}

func (c *closing) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// at is a printed cell in last digits; column -1 is the row's own area.
func (c *closing) at(r openapi.StatsRow, column int) int64 {
	text := r.AreaPrinted.Text
	if column >= 0 {
		text = r.Printed[column].Text
	}
	n, ok := geodata.LastDigits(text, c.s.Decimals)
	if !ok {
		c.fail("column %d says %q, which is no figure with %d decimals", column+1, text, c.s.Decimals)
	}
	return n
}

func (c *closing) column(i int) {
	s := c.s
	sum := c.at(s.Outside, i) - c.at(s.MultiplyCovered, i)
	byType := map[string]int64{}
	for _, r := range s.Rows {
		n := c.at(r, i)
		sum += n
		byType[r.Type] += n
	}
	if total := c.at(s.Total, i); sum != total {
		c.fail("column %d adds up to %s, its total says %s", i+1, geodata.FromLastDigits(sum, s.Decimals), geodata.FromLastDigits(total, s.Decimals))
	}
	for _, r := range s.Subtotals {
		if of, ok := byType[r.Name]; !ok || of != c.at(r, i) {
			c.fail("column %d: the subtotal of %s does not add up", i+1, r.Name)
		}
	}
}

func (c *closing) classes(l Line) {
	sums := map[int]int64{}
	for i, column := range c.s.Columns {
		switch {
		case column.Of == nil:
		case column.Kind == openapi.StatsColumnKindClassOverlap:
			sums[*column.Of] -= c.at(l.StatsRow, i)
		default:
			sums[*column.Of] += c.at(l.StatsRow, i)
		}
	}
	for of, sum := range sums {
		if sum != c.at(l.StatsRow, of) {
			c.fail("%s: the classes of %s add up to %s, the layer says %s", l.Label, c.s.Columns[of].Title, geodata.FromLastDigits(sum, c.s.Decimals), l.Printed[of].Text)
		}
	}
}
