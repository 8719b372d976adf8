package office

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// table writes a table's rows. A total row holds formulas over the rows since the
// last header, each with the printed total as its value; a total that is not the
// sum of the printed cells is an error. before are cells put before each row.
func (s *sheet) table(t table, before ...cell) {
	first := s.row + 1
	var above []row
	for _, r := range t.rows {
		cells := append(append([]cell{}, before...), r.cells...)
		cells = append(cells, blanks(len(before)+len(t.columns)-len(cells))...)
		line := s.cells(cells, r.total)
		if r.total {
			s.formulas(line, r, above, sumAt{first: first, shift: len(before)})
		} else {
			above = append(above, r)
		}
		s.write(line, s.height(line))
	}
	if t.adjusted() {
		s.banner(adjustedNote, look{plain: true})
	}
	for _, n := range t.notes {
		s.banner(n, look{plain: true})
	}
}

// sumAt is where the rows of a sum stand: their first row, and how many columns
// were put before the table's own.
type sumAt struct{ first, shift int }

// formulas puts sums of the rows above into the areas of a total row.
func (s *sheet) formulas(line []excelize.Cell, total row, above []row, at sumAt) {
	if len(above) == 0 {
		return
	}
	for j, c := range total.cells {
		if _, isArea := unitOf[c.kind]; !isArea || total.skip[j] {
			continue
		}
		n := int64(0)
		for _, r := range above {
			n += lastDigits(r.cells[j])
		}
		if n != lastDigits(c) {
			s.book.keep(fmt.Errorf("sheet %s: the cells above %s do not add up to it", s.name, c.text))
		}
		line[at.shift+j].Formula = sumFormula(at.shift+j+1, at.first, at.first+len(above)-1)
	}
}

// sumFormula adds the rows first to last of a column.
func sumFormula(column, first, last int) string {
	name, _ := excelize.ColumnNumberToName(column)
	return fmt.Sprintf("SUM(%s%d:%s%d)", name, first, name, last)
}
