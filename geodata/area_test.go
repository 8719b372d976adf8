package geodata_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"hongxian/geodata"
)

func TestAreaIsPrintedHalfUpOnExactDecimals(t *testing.T) {
	in := func(a geodata.Area, u geodata.Unit, decimals int, want string) {
		t.Helper()
		if got := a.In(u, decimals); got != want {
			t.Errorf("%v in %s with %d decimals: %s, want %s", float64(a), u, decimals, got, want)
		}
	}
	in(0.125, geodata.SquareMetre, 2, "0.13") // Go's own formatting says 0.12
	in(2.675, geodata.SquareMetre, 2, "2.68") // in binary 2.67499…
	in(12345.675, geodata.SquareMetre, 2, "12345.68")
	in(1.005, geodata.SquareMetre, 2, "1.01")
	in(0.5, geodata.SquareMetre, 0, "1")
	in(2.5, geodata.SquareMetre, 0, "3")
	in(0.00005, geodata.SquareMetre, 4, "0.0001")
	in(0.00004999, geodata.SquareMetre, 4, "0.0000")

	in(-0.125, geodata.SquareMetre, 2, "-0.13") // away from zero
	in(-2.675, geodata.SquareMetre, 2, "-2.68")
	in(-0.004, geodata.SquareMetre, 2, "0.00") // never -0.00
	in(geodata.Area(math.Copysign(0, -1)), geodata.SquareMetre, 0, "0")
	in(-10, geodata.SquareMetre, 0, "-10")

	in(2000.0/3, geodata.Mu, 2, "1.00")
	in(666.6667, geodata.Mu, 4, "1.0000") // 1.00000005
	in(666.6666, geodata.Mu, 7, "0.9999999")
	in(2000, geodata.Mu, 20, "3.00000000000000000000")
	in(20_000_000, geodata.TenThousandMu, 2, "3.00")
	in(12345, geodata.Hectare, 4, "1.2345")
	in(12345.5, geodata.Hectare, 4, "1.2346") // 1.23455
	in(2_958_000_000, geodata.SquareKilometre, 2, "2958.00")
	// One quantity, one figure: hectares come from the 0.0001 m² decimal, not from
	// the binary number behind it.
	in(49.99999999, geodata.Hectare, 2, "0.01")
	in(49.9999, geodata.Hectare, 2, "0.00")
}

func TestAreaRounded(t *testing.T) {
	rounded := func(a, want float64) {
		t.Helper()
		if got := geodata.Area(a).Rounded(); got != want {
			t.Errorf("%v rounded is %v, want %v", a, got, want)
		}
	}
	rounded(29991.484357127, 29991.4844)
	rounded(0.00005, 0.0001)
	rounded(-0.00005, -0.0001)
	rounded(1.23455, 1.2346)
	rounded(0, 0)
	rounded(4933197369.43236, 4933197369.4324)
	rounded(math.NaN(), 0)
	if geodata.Area(math.NaN()).Valid() || geodata.Area(math.Inf(1)).Valid() || !geodata.Area(-1).Valid() {
		t.Error("Valid takes NaN or infinity for an area, or refuses a loss")
	}
}

func TestAreaShareAndUnits(t *testing.T) {
	if got := geodata.Area(1).ShareOf(4); got != 0.25 {
		t.Errorf("share %v", got)
	}
	if got := geodata.Area(1).ShareOf(0); got != 0 {
		t.Errorf("share of nothing %v", got)
	}
	if got := geodata.Area(1.005).String(); got != "1.01 m²" {
		t.Errorf("String: %s", got)
	}
	for _, u := range []geodata.Unit{geodata.SquareMetre, geodata.Hectare, geodata.Mu, geodata.SquareKilometre, geodata.TenThousandMu} {
		if got, err := geodata.ParseUnit(string(u)); err != nil || got != u || u.Chinese() == "" || u.English() == "" {
			t.Errorf("unit %s: %v %v", u, got, err)
		}
	}
	for _, s := range []string{"", "HA", "acre", "m²"} {
		if _, err := geodata.ParseUnit(s); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("unit %q: %v", s, err)
		}
	}
}

// The fast way must be the exact one, halves above all.
func TestRoundHalfUpIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	check := func(f float64, decimals int) {
		t.Helper()
		decimal, _ := new(big.Rat).SetString(new(big.Rat).SetFloat64(f).FloatString(decimals)) // halves away from zero
		want, _ := decimal.Float64()
		if got := geodata.RoundHalfUp(f, decimals); got != want || math.Signbit(got) && got == 0 {
			t.Fatalf("%v to %d decimals is %v, not %v", f, decimals, got, want)
		}
	}
	for range 20_000 {
		f := (random.Float64() - 0.5) * math.Pow(10, float64(random.IntN(24)-8))
		for _, decimals := range []int{0, 3, 4, 8} {
			check(f, decimals)
		}
		half := float64(random.IntN(1<<20)-1<<19) / 32 // 0.03125: a half of the fourth decimal
		check(half, 4)
		check(math.Nextafter(half, 0), 4)
		check(math.Nextafter(half, 1e9), 4)
		check(half/8, 3)
	}
	check(-1e-9, 4)
	check(0.00005, 4)
	check(1e300, 4)
}

// Printing with machine numbers must be printing with exact ones, halves above all.
func TestAreaIsPrintedExactly(t *testing.T) {
	perSquareMetre := map[geodata.Unit]*big.Rat{geodata.SquareMetre: big.NewRat(1, 1), geodata.Hectare: big.NewRat(1, 10_000), geodata.Mu: big.NewRat(3, 2_000),
		geodata.SquareKilometre: big.NewRat(1, 1_000_000), geodata.TenThousandMu: big.NewRat(3, 20_000_000)}
	check := func(f float64) {
		t.Helper()
		decimal, _ := new(big.Rat).SetString(new(big.Rat).SetFloat64(f).FloatString(4)) // halves away from zero
		for u, per := range perSquareMetre {
			exact := new(big.Rat).Mul(decimal, per)
			for _, decimals := range []int{0, 2, 4, 6, 10} {
				want := exact.FloatString(decimals)
				if rounded, _ := new(big.Rat).SetString(want); rounded.Sign() == 0 {
					want = new(big.Rat).FloatString(decimals)
				}
				if got := geodata.Area(f).In(u, decimals); got != want {
					t.Fatalf("%v in %s with %d decimals is %s, not %s", f, u, decimals, got, want)
				}
			}
			if want, _ := exact.Float64(); geodata.Area(f).Value(u) != want {
				t.Fatalf("%v in %s is %v, not %v", f, u, geodata.Area(f).Value(u), want)
			}
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		check((random.Float64() - 0.5) * math.Pow(10, float64(random.IntN(26)-6)))
		half := (float64(random.IntN(1<<20)-1<<19) + 0.5) / 1e4
		check(half)
		check(math.Nextafter(half, 0))
		check(math.Nextafter(half, 1e9))
		check(float64(random.IntN(1<<20)-1<<19) / 32)
	}
	check(9e14)
	check(-1e300)
}

func TestLastDigits(t *testing.T) {
	both := func(text string, decimals int, n int64) {
		t.Helper()
		if got, ok := geodata.LastDigits(text, decimals); !ok || got != n {
			t.Errorf("%s is %d %v, want %d", text, got, ok, n)
		}
		if got := geodata.FromLastDigits(n, decimals); got != text {
			t.Errorf("%d is %s, want %s", n, got, text)
		}
	}
	both("12.34", 2, 1234)
	both("-0.05", 2, -5)
	both("0.00", 2, 0)
	both("-17", 0, -17)
	both("0", 0, 0)
	both("0.000123", 6, 123)
	for _, bad := range []string{"", "12", "12.3", "12.345", "-", ".12", "1e.23", "+1.23", "1.-2", "１.23", "99999999999999999999.00", "1.2.3"} {
		if n, ok := geodata.LastDigits(bad, 2); ok {
			t.Errorf("%q is %d", bad, n)
		}
	}
}
