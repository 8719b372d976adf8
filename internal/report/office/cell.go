package office

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"hongxian/geodata"
)

// kind is what a column holds; it decides how a workbook shows a number.
type kind int

const (
	words kind = iota
	squareMetres
	hectares
	mu
	percents
	metres
	degrees
	count
	parcels // how many parcels a layer concerns
)

// decimals a kind prints.
var decimals = map[kind]int{squareMetres: 2, hectares: 4, mu: 2, percents: 4, metres: 3, degrees: 8}

var unitOf = map[kind]geodata.Unit{squareMetres: geodata.SquareMetre, hectares: geodata.Hectare, mu: geodata.Mu}

// cell is a printed figure or text. A workbook holds the printed figure as its
// number, so that sums of cells are sums of what is seen.
type cell struct {
	kind     kind
	text     string // as printed, without mark
	adjusted bool   // its last digit was adjusted to make a table add up
}

func word(s string) cell { return cell{text: clean(s)} }

func area(k kind, m2 float64) cell {
	return cell{kind: k, text: geodata.Area(m2).In(unitOf[k], decimals[k])}
}

// areas are an area in the three units.
func areas(m2 float64) []cell {
	return []cell{area(squareMetres, m2), area(hectares, m2), area(mu, m2)}
}

// percent prints a fraction rounded half-up on its decimal.
func percent(share float64) cell { return decimal(percents, share, 100) }

func metre(m float64) cell { return decimal(metres, m, 1) }

func degree(d float64) cell { return decimal(degrees, d, 1) }

// tenths are metres where millimetres would claim too much.
func tenths(m float64) string {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(m, 'f', -1, 64))
	if !ok {
		return "–"
	}
	return r.FloatString(1)
}

func whole(n int) cell { return cell{kind: count, text: strconv.Itoa(n)} }

func decimal(k kind, v float64, times int64) cell {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64))
	if !ok {
		return word("–")
	}
	return cell{kind: k, text: r.Mul(r, big.NewRat(times, 1)).FloatString(decimals[k])}
}

// none stands where there is nothing to say: never a zero.
var none = cell{text: "–"}

func blanks(n int) []cell { return make([]cell, n) }

// number is the cell's value in a workbook; ok is false for text.
func (c cell) number() (v float64, ok bool) {
	if c.kind == words {
		return 0, false
	}
	v, err := strconv.ParseFloat(c.text, 64)
	return v, err == nil
}

// marked is the cell as text.
func (c cell) marked() string {
	if c.adjusted {
		return c.text + "*"
	}
	return c.text
}

// clean replaces control characters, which neither XML nor a spreadsheet bears,
// and those that turn the direction of writing: names come from foreign files.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFFFE', r == '\uFFFF':
			return '\uFFFD'
		}
		return r
	}, s)
}
