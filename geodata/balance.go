package geodata

import (
	"cmp"
	"fmt"
	"slices"
)

// Cell (表格单元) is an area as a table prints it.
type Cell struct {
	Text     string
	Balanced bool // 平差: its last digit was moved so that the table closes
}

// Balance prints the parts of a total so that the printed parts add up to the
// total as it is printed itself (total.In(u, decimals)): each part is rounded
// half-up, and what is then missing or too much is made good one last digit at a
// time on the parts that rounding moved most (largest remainder). Ties go to the
// larger part, then to the earlier; parts that are zero stay zero. Parts may be
// negative (what is counted twice and taken off).
//
// The error is Internal: the parts do not add up to the total, which is never to
// be hidden by rounding.
func Balance(total Area, parts []Area, u Unit, decimals int) ([]Cell, error) {
	return BalanceTo(total.In(u, decimals), parts, u, decimals)
}

// BalanceTo is Balance under a total that is printed already, perhaps balanced
// itself: the parts then add up to what is printed.
func BalanceTo(total string, parts []Area, u Unit, decimals int) ([]Cell, error) {
	gap, ok := LastDigits(total, decimals)
	if !ok {
		return nil, fmt.Errorf("the total %q is no number with %d decimals", total, decimals)
	}
	printed := make([]part, len(parts))
	for i, p := range parts {
		printed[i].size, _ = p.tenThousandths()
		printed[i].size = max(printed[i].size, -printed[i].size)
		if printed[i].digits, printed[i].taken, ok = p.lastDigits(u, decimals); !ok {
			return nil, fmt.Errorf("the part of %v m² cannot be printed in %s", float64(p), u)
		}
		gap -= printed[i].digits
	}
	step := int64(1)
	if gap < 0 {
		step = -1
	}
	order := byRemainder(printed, step)
	if gap*step > int64(len(order)) {
		return nil, fmt.Errorf("the parts do not add up to %s: %s %s is missing", total, FromLastDigits(gap, decimals), u)
	}
	for _, i := range order[:gap*step] {
		printed[i].digits += step
		printed[i].moved = true
	}
	cells := make([]Cell, len(parts))
	for i, p := range printed {
		cells[i] = Cell{Text: FromLastDigits(p.digits, decimals), Balanced: p.moved}
	}
	return cells, nil
}

// part is an area being printed: its size in 0.0001 m² without the sign, its last
// digits, and what rounding took from it.
type part struct {
	size, digits, taken int64
	moved               bool
}

// byRemainder orders the parts that are not zero by what rounding took from them
// (step above zero) or gave to them, the most first.
func byRemainder(parts []part, step int64) []int {
	order := make([]int, 0, len(parts))
	for i, p := range parts {
		if p.size != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := parts[a], parts[b]
		return cmp.Or(cmp.Compare(step*y.taken, step*x.taken), cmp.Compare(y.size, x.size))
	})
	return order
}
