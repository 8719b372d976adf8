package stats

import (
	"fmt"
	"math/big"

	"hongxian/internal/openapi"
)

// Closes proves that a table adds up as it is printed: the rows with what lies
// outside, less what is taken off, are the total; rows of a type are its subtotal;
// classes are their layer, in every row.
func Closes(s openapi.Stats) error {
	for i := -1; i < len(s.Columns); i++ {
		at := func(r openapi.StatsRow) *big.Rat {
			if i < 0 {
				return Number(r.AreaPrinted.Text)
			}
			return Number(r.Printed[i].Text)
		}
		sum := new(big.Rat).Sub(at(s.Outside), at(s.MultiplyCovered))
		byType := map[string]*big.Rat{}
		for _, r := range s.Rows {
			sum.Add(sum, at(r))
			if byType[r.Type] == nil {
				byType[r.Type] = new(big.Rat)
			}
			byType[r.Type].Add(byType[r.Type], at(r))
		}
		if sum.Cmp(at(s.Total)) != 0 {
			return fmt.Errorf("column %d adds up to %s, its total says %s", i+1, sum.FloatString(s.Decimals), at(s.Total).FloatString(s.Decimals))
		}
		for _, r := range s.Subtotals {
			if of := byType[r.Name]; of == nil || of.Cmp(at(r)) != 0 {
				return fmt.Errorf("column %d: the subtotal of %s does not add up", i+1, r.Name)
			}
		}
	}
	return classesClose(s)
}

func classesClose(s openapi.Stats) error {
	for _, l := range Lines(s) {
		sums := map[int]*big.Rat{}
		for i, c := range s.Columns {
			if c.Of == nil {
				continue
			}
			if sums[*c.Of] == nil {
				sums[*c.Of] = new(big.Rat)
			}
			part := Number(l.Printed[i].Text)
			if c.Kind == openapi.StatsColumnKindClassOverlap {
				part.Neg(part)
			}
			sums[*c.Of].Add(sums[*c.Of], part)
		}
		for of, sum := range sums {
			if sum.Cmp(Number(l.Printed[of].Text)) != 0 {
				return fmt.Errorf("%s: the classes of %s add up to %s, the layer says %s", l.Label, s.Columns[of].Title, sum.FloatString(s.Decimals), l.Printed[of].Text)
			}
		}
	}
	return nil
}

// Number is a printed figure; what is none counts as nothing.
func Number(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return new(big.Rat)
	}
	return r
}
