package geodata

import (
	"fmt"
	"math/big"
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
	gap, ok := new(big.Rat).SetString(total)
	if !ok {
		return nil, fmt.Errorf("the total %q is no number", total)
	}
	exact, printed := make([]*big.Rat, len(parts)), make([]*big.Rat, len(parts))
	for i, p := range parts {
		exact[i] = new(big.Rat).Mul(p.canonical(), perSquareMetre[u])
		printed[i] = roundHalfUp(exact[i], decimals)
		gap.Sub(gap, printed[i])
	}
	unit := new(big.Rat).Inv(new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
	steps := new(big.Rat).Quo(new(big.Rat).Abs(gap), unit)
	unit.Mul(unit, new(big.Rat).SetInt64(int64(gap.Sign())))

	moved := make([]bool, len(parts))
	order := byRemainder(exact, printed, gap.Sign())
	if !steps.IsInt() || steps.Cmp(new(big.Rat).SetInt64(int64(len(order)))) > 0 {
		return nil, fmt.Errorf("the parts do not add up to %s: %s %s is missing", total, gap.FloatString(decimals), u)
	}
	for _, i := range order[:steps.Num().Int64()] {
		printed[i].Add(printed[i], unit)
		moved[i] = true
	}
	cells := make([]Cell, len(parts))
	for i := range parts {
		cells[i] = Cell{Text: printed[i].FloatString(decimals), Balanced: moved[i]}
	}
	return cells, nil
}

// byRemainder orders the parts that are not zero by what rounding took from them
// (sign above zero) or gave to them, the most first.
func byRemainder(exact, printed []*big.Rat, sign int) []int {
	var order []int
	lost := make([]*big.Rat, len(exact))
	for i := range exact {
		lost[i] = new(big.Rat).Sub(exact[i], printed[i])
		if sign < 0 {
			lost[i].Neg(lost[i])
		}
		if exact[i].Sign() != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if c := lost[b].Cmp(lost[a]); c != 0 {
			return c
		}
		return new(big.Rat).Abs(exact[b]).Cmp(new(big.Rat).Abs(exact[a]))
	})
	return order
}
