package office

import (
	"fmt"
	"math/big"
	"slices"

	"hongxian/geodata"
)

// closes is how far a sum of areas, each rounded to 0.0001 m², may be from its
// total before it is no rounding any more: m² for each part.
const closes = 0.0002

// balance prints parts so that the printed ones, each with its sign (+1 or −1),
// add up to the printed total: each is rounded half-up, and what is then missing
// is given, one unit of the last digit each, to those whose rounding was furthest
// from it (largest remainder). The total is never touched; adjusted cells say so.
//
// Parts that do not add up to the total by more than rounding are an error: a
// result that does not close is no figure for a report.
func balance(k kind, total float64, parts []float64, signs []int) ([]cell, error) {
	sum := 0.0
	for i, p := range parts {
		sum += float64(signs[i]) * p
	}
	if gap := sum - total; gap > closes*float64(len(parts)+1) || -gap > closes*float64(len(parts)+1) {
		return nil, fmt.Errorf("parts make %.4f m² of %.4f m²", sum, total)
	}
	cells := make([]cell, len(parts))
	missing := lastDigits(area(k, total))
	for i, p := range parts {
		cells[i] = area(k, p)
		missing -= int64(signs[i]) * lastDigits(cells[i])
	}
	for _, i := range byRemainder(k, parts, signs, cells, missing > 0) {
		if missing == 0 {
			break
		}
		step := int64(signs[i])
		if missing < 0 {
			step = -step
		}
		cells[i] = cell{kind: k, adjusted: true,
			text: new(big.Rat).SetFrac64(lastDigits(cells[i])+step, pow10(decimals[k])).FloatString(decimals[k])}
		if missing > 0 {
			missing--
		} else {
			missing++
		}
	}
	if missing != 0 {
		return nil, fmt.Errorf("%d parts cannot take up %d last digits", len(parts), missing)
	}
	return cells, nil
}

// byRemainder orders the parts by how much of the missing their rounding took.
// A part of nothing stays nothing.
func byRemainder(k kind, parts []float64, signs []int, cells []cell, wanting bool) []int {
	lost := make([]*big.Rat, len(parts))
	var order []int
	for i, p := range parts {
		exact, _ := new(big.Rat).SetString(geodata.Area(p).In(unitOf[k], 12))
		printed, _ := new(big.Rat).SetString(cells[i].text)
		lost[i] = exact.Sub(exact, printed)
		if (signs[i] > 0) != wanting {
			lost[i].Neg(lost[i])
		}
		if p != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return lost[b].Cmp(lost[a]) })
	return order
}

// lastDigits is a printed figure counted in units of its last digit.
func lastDigits(c cell) int64 {
	r, ok := new(big.Rat).SetString(c.text)
	if !ok {
		return 0
	}
	r.Mul(r, new(big.Rat).SetInt64(pow10(decimals[c.kind])))
	return r.Num().Int64()
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
