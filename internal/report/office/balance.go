package office

import (
	"fmt"
	"math"

	"hongxian/geodata"
)

// closes says whether n parts, each rounded to 0.0001 m², make up a total, m².
func closes(sum, total float64, n int) bool { return math.Abs(sum-total) <= 0.0001*float64(n+1) }

// balance prints parts so that they add up to the total as it is printed itself;
// adjusted cells say so. Parts that do not make up the total are an error: a
// result that does not close is no figure for a report.
func balance(k kind, total float64, parts []float64) ([]cell, error) {
	sum := 0.0
	exact := make([]geodata.Area, len(parts))
	for i, p := range parts {
		sum += p
		exact[i] = geodata.Area(p)
	}
	if !closes(sum, total, len(parts)) {
		return nil, fmt.Errorf("parts make %.4f m² of %.4f m²", sum, total)
	}
	printed, err := geodata.Balance(geodata.Area(total), exact, unitOf[k], decimals[k])
	if err != nil {
		return nil, err
	}
	cells := make([]cell, len(parts))
	for i, p := range printed {
		cells[i] = cell{kind: k, text: p.Text, adjusted: p.Balanced}
	}
	return cells, nil
}

// lastDigits is a printed figure counted in units of its last digit.
func lastDigits(c cell) int64 {
	n, _ := geodata.LastDigits(c.text, decimals[c.kind]) // what is no figure counts as nothing
	return n
}

// fromLastDigits is the figure of so many units of the last digit.
func fromLastDigits(k kind, n int64) cell {
	return cell{kind: k, text: geodata.FromLastDigits(n, decimals[k])}
}
