package report

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// widths counts a Chinese character as two columns. Ambiguous characters (², ①)
// are one, whatever the locale, so that a table is the same everywhere.
var widths = &runewidth.Condition{EastAsianWidth: false}

// allLeft as newGrid's first argument: no column holds figures.
const allLeft = 1 << 10

// grid is a text table: the first row is the heading; columns of figures are
// aligned to the right.
type grid struct {
	right map[int]bool
	rows  [][]string
}

// newGrid starts a table whose columns from rightFrom on hold figures.
func newGrid(rightFrom int, heading ...string) *grid {
	g := &grid{right: map[int]bool{}}
	for i := rightFrom; i < len(heading); i++ {
		g.right[i] = true
	}
	g.row(heading...)
	return g
}

func (g *grid) row(cells ...string) {
	clean := make([]string, len(cells))
	for i, c := range cells {
		clean[i] = printable(c)
	}
	g.rows = append(g.rows, clean)
}

// write appends the table, indented by two, columns two apart, no trailing blanks.
func (g *grid) write(b *strings.Builder) {
	var columns []int
	for _, row := range g.rows {
		for i, c := range row {
			if i == len(columns) {
				columns = append(columns, 0)
			}
			columns[i] = max(columns[i], widths.StringWidth(c))
		}
	}
	for _, row := range g.rows {
		var line strings.Builder
		for i, c := range row {
			pad := strings.Repeat(" ", columns[i]-widths.StringWidth(c))
			line.WriteString("  ")
			if g.right[i] {
				line.WriteString(pad + c)
			} else {
				line.WriteString(c + pad)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// Printable is a line for a terminal, whatever names of foreign files it holds.
func Printable(s string) string { return printable(s) }

// printable replaces control characters: names come from foreign files, and a
// terminal would obey an escape sequence in one.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
