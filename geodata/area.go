package geodata

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
)

// Area (面积) is an area in square metres on the CGCS2000 ellipsoid, unless the
// field that carries it says that it is a plane (Gauss-Krüger) area. It may be
// negative where it is a change.
type Area float64

// Unit (面积单位) is a unit areas are printed in.
type Unit string

// The units planners use. 1 亩 is exactly 2000/3 m².
const (
	SquareMetre     Unit = "m2"  // 平方米
	Hectare         Unit = "ha"  // 公顷
	Mu              Unit = "mu"  // 亩
	SquareKilometre Unit = "km2" // 平方千米
	TenThousandMu   Unit = "wmu" // 万亩
)

// perSquareMetre is how many of the unit make a square metre, exactly.
var perSquareMetre = map[Unit]*big.Rat{
	SquareMetre:     big.NewRat(1, 1),
	Hectare:         big.NewRat(1, 10_000),
	Mu:              big.NewRat(3, 2_000),
	SquareKilometre: big.NewRat(1, 1_000_000),
	TenThousandMu:   big.NewRat(3, 20_000_000),
}

var unitNames = map[Unit][2]string{
	SquareMetre:     {"平方米", "m²"},
	Hectare:         {"公顷", "ha"},
	Mu:              {"亩", "mu"},
	SquareKilometre: {"平方千米", "km²"},
	TenThousandMu:   {"万亩", "10,000 mu"},
}

// ParseUnit reads a unit's key: m2, ha, mu, km2 or wmu.
func ParseUnit(s string) (Unit, error) {
	u := Unit(s)
	if _, ok := perSquareMetre[u]; !ok {
		return "", &Error{Kind: Invalid, Code: "unit-unknown",
			ZH: fmt.Sprintf("不认识的面积单位“%s”，可用 m2、ha、mu、km2、wmu。", s),
			EN: fmt.Sprintf("Unknown unit of area %q; use m2, ha, mu, km2 or wmu.", s)}
	}
	return u, nil
}

// Chinese is the unit's name as tables print it: 公顷.
func (u Unit) Chinese() string { return unitNames[u][0] }

// English is the unit's name in English text: ha.
func (u Unit) English() string { return unitNames[u][1] }

// Decimals is how many decimals statistics tables print in the unit: 2, and for
// 万亩 4, since 0.01 of it is 66,667 m².
func (u Unit) Decimals() int {
	if u == TenThousandMu {
		return 4
	}
	return 2
}

// canonical is the area as the exact decimal that every figure derives from:
// rounded half-up (away from zero) to 0.0001 m². Deriving all units from one
// decimal makes one quantity print one figure throughout a report.
func (a Area) canonical() *big.Rat {
	r := new(big.Rat)
	if r.SetFloat64(float64(a)) == nil {
		return new(big.Rat) // NaN and Inf are refused by Valid before they get here
	}
	return roundHalfUp(r, 4)
}

// Valid reports whether the area is a number that can be reported.
func (a Area) Valid() bool { return !math.IsNaN(float64(a)) && !math.IsInf(float64(a), 0) }

// Rounded is the area rounded half-up to 0.0001 m², as JSON answers carry it.
func (a Area) Rounded() float64 {
	if !a.Valid() {
		return 0 // refused before it gets here
	}
	return RoundHalfUp(float64(a), 4)
}

// RoundHalfUp rounds the exact value of a finite f to decimals, halves away from
// zero; never to -0.
func RoundHalfUp(f float64, decimals int) float64 {
	if f == 0 { // most figures of an answer
		return 0
	}
	// strconv rounds the exact value as well and is many times as fast, but takes
	// halves to even. Twice a half times the power of ten is an odd number; what may
	// be one, or is too large to tell, is left to rational arithmetic.
	if doubled := 2 * f * math.Pow10(decimals); math.Abs(doubled) < 1<<52 && math.Abs(math.Mod(doubled, 2)) != 1 {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', decimals, 64), 64)
		return rounded + 0 // -0 + 0 is 0
	}
	rounded, _ := roundHalfUp(new(big.Rat).SetFloat64(f), decimals).Float64()
	return rounded
}

// In is the area in unit u with the given number of decimals, rounded half-up
// (四舍五入) on exact decimals: Area(12345.675).In(SquareMetre, 2) is "12345.68".
func (a Area) In(u Unit, decimals int) string {
	if n, _, ok := a.lastDigits(u, decimals); ok {
		return FromLastDigits(n, decimals)
	}
	exact := new(big.Rat).Mul(a.canonical(), perSquareMetre[u])
	return roundHalfUp(exact, decimals).FloatString(decimals) // a rational zero has no sign: never "-0.00"
}

// ShareOf is the fraction of whole that a is, 0 when whole is zero.
func (a Area) ShareOf(whole Area) float64 {
	if whole == 0 {
		return 0
	}
	return float64(a) / float64(whole)
}

// Value is the area's decimal in the unit, as a number.
func (a Area) Value(u Unit) float64 {
	of, by := perSquareMetre[u].Num().Int64(), 10_000*perSquareMetre[u].Denom().Int64()
	if n, ok := a.tenThousandths(); ok && max(n, -n) < 1<<53/of {
		return float64(n*of) / float64(by) // both whole, so that the quotient is rounded once
	}
	f, _ := new(big.Rat).Mul(a.canonical(), perSquareMetre[u]).Float64()
	return f
}

// String prints square metres with the two decimals approval texts use.
func (a Area) String() string { return a.In(SquareMetre, 2) + " m²" }

// roundHalfUp rounds r to the given number of decimals, halves away from zero.
func roundHalfUp(r *big.Rat, decimals int) *big.Rat {
	pow := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(pow))
	twice := new(big.Int).Mul(new(big.Int).Abs(scaled.Num()), big.NewInt(2))
	den := scaled.Denom()
	n := twice.Add(twice, den)
	n.Quo(n, new(big.Int).Mul(den, big.NewInt(2)))
	if r.Sign() < 0 {
		n.Neg(n)
	}
	return new(big.Rat).SetFrac(n, pow)
}
