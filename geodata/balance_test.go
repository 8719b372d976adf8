package geodata

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBalance(t *testing.T) {
	texts := func(total Area, parts []Area, u Unit, decimals int) (out []string) {
		t.Helper()
		cells, err := Balance(total, parts, u, decimals)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			text := c.Text
			if c.Balanced {
				text += "*"
			}
			out = append(out, text)
		}
		return out
	}
	same := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	same("nothing to do", texts(3, []Area{1, 2}, SquareMetre, 2), "1.00", "2.00")
	same("three thirds, the first of equals", texts(1, []Area{0.3333, 0.3333, 0.3334}, SquareMetre, 2), "0.33", "0.33", "0.34*")
	same("too much is taken where rounding gave most", texts(0.03, []Area{0.0151, 0.0149, 0}, SquareMetre, 2), "0.02", "0.01", "0.00")
	same("halves, the first of equals", texts(1, []Area{0.5, 0.5}, SquareMetre, 0), "0*", "1")
	same("zero stays zero", texts(0.01, []Area{0, 0.0049, 0, 0.0051}, SquareMetre, 2), "0.00", "0.00", "0.00", "0.01")
	same("what is counted twice", texts(10, []Area{6.006, 4.006, -0.012}, SquareMetre, 2), "6.00*", "4.01", "-0.01")
	same("mu", texts(2000, []Area{1000, 1000}, Mu, 2), "1.50", "1.50")
}

func TestBalanceRefusesWhatDoesNotClose(t *testing.T) {
	refused := func(total Area, parts ...Area) {
		t.Helper()
		if cells, err := Balance(total, parts, SquareMetre, 2); err == nil {
			t.Errorf("%v: %v", parts, cells)
		}
	}
	refused(4, 1, 2)
	refused(4)
	refused(0.01, 0, 0) // a zero is never made something
}

// Whatever the parts are, the printed cells add up to the printed total, and none
// is more than a last digit away from its own rounding.
func TestBalanceCloses(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		parts := make([]Area, 1+random.IntN(30))
		var total Area
		for i := range parts {
			parts[i] = Area(Area(random.Float64() * 1e5).Rounded())
			total += parts[i]
		}
		for _, u := range []Unit{SquareMetre, Hectare, Mu} {
			cells, err := Balance(total, parts, u, 2)
			if err != nil {
				t.Fatal(err)
			}
			sum := new(big.Rat)
			for i, c := range cells {
				v, _ := new(big.Rat).SetString(c.Text)
				sum.Add(sum, v)
				if c.Balanced == (c.Text == parts[i].In(u, 2)) {
					t.Fatalf("%v: marked %v, printed %s", parts[i], c.Balanced, c.Text)
				}
			}
			if sum.FloatString(2) != total.In(u, 2) {
				t.Fatalf("%s against %s", sum.FloatString(2), total.In(u, 2))
			}
		}
	}
}
