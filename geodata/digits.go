package geodata

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// LastDigits (末位数) is a printed figure counted in units of its last digit: 12.34
// with two decimals is 1234. Tables are summed and balanced in them, so that no sum
// of printed figures is ever a binary fraction. ok is false for what is not printed
// with exactly so many decimals, or has more than 18 digits.
func LastDigits(text string, decimals int) (n int64, ok bool) {
	whole, fraction, pointed := strings.Cut(text, ".")
	if whole == "" || len(fraction) != decimals || pointed != (decimals > 0) || len(whole)+len(fraction) > 19 {
		return 0, false
	}
	digits := whole + fraction
	if strings.IndexFunc(strings.TrimPrefix(digits, "-"), func(r rune) bool { return r < '0' || r > '9' }) >= 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// FromLastDigits prints a figure that is counted in units of its last digit.
func FromLastDigits(n int64, decimals int) string {
	var b [24]byte
	text := strconv.AppendInt(b[:0], n, 10)
	if decimals == 0 {
		return string(text)
	}
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	if missing := decimals + 1 - len(text); missing > 0 {
		return sign + "0." + strings.Repeat("0", missing-1) + string(text)
	}
	point := len(text) - decimals
	return sign + string(text[:point]) + "." + string(text[point:])
}

// tenThousandths counts the area in 0.0001 m², rounded half-up on the exact binary
// value: the decimal that every figure derives from. ok is false for what has more
// than 18 digits, which is more than the Earth's surface, and for no number.
func (a Area) tenThousandths() (n int64, ok bool) {
	// Twice the count is exact enough to round by: rounding is monotone and whole
	// numbers are numbers, so it lies on the same side of them as the true value; only
	// on an odd one, where the true value may lie on either side, is it asked exactly.
	doubled := 2e4 * float64(a)
	if whole := math.Trunc(doubled); math.Abs(doubled) < 1<<52 && (whole != doubled || math.Mod(whole, 2) == 0) {
		twice := int64(whole)
		return (twice + twice%2) / 2, true
	}
	if !a.Valid() {
		return 0, false
	}
	counted := new(big.Rat).Mul(a.canonical(), big.NewRat(10_000, 1)).Num()
	return counted.Int64(), counted.IsInt64()
}

// lastDigits is the area as it is printed, in units of the last digit, and what
// rounding took from it, as a whole number of parts that are as large for all areas
// printed alike. ok is false where machine numbers do not hold them.
func (a Area) lastDigits(u Unit, decimals int) (rounded, taken int64, ok bool) {
	n, ok := a.tenThousandths()
	if !ok || decimals > 12 {
		return 0, 0, false
	}
	of, by := perSquareMetre[u].Num().Int64(), perSquareMetre[u].Denom().Int64()
	for range decimals - 4 {
		of *= 10
	}
	for range 4 - decimals {
		by *= 10
	}
	if n > math.MaxInt64/4/of || n < -math.MaxInt64/4/of {
		return 0, 0, false
	}
	n *= of
	rounded = (2*max(n, -n) + by) / (2 * by)
	if n < 0 {
		rounded = -rounded
	}
	return rounded, n - rounded*by, true
}
