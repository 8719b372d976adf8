package schematic

import (
	"slices"

	"github.com/paulmach/orb"
)

// none marks a cell that a layer does not cover.
const none = -1

// zoning says for every cell what the layers make of it. It is the same at every
// scale: scale only draws edges finer and cuts features smaller.
type zoning struct {
	*land
	township []int8 // index in seats
	urban    []int8 // index in urbanClasses
	zones    []zone // the protected areas, in the catalogue's order
	scenic   []int8 // index in scenicClasses
	red      []int8 // red-line type in force, index in redLineTypes
	redThen  []int8 // red-line type of 2018
	changes  []change
	farmland []bool
	unit     []int16 // index in units
	units    []unit
}

// newZoning decides in the order in which each layer binds the next: towns and
// reserves first, then the red line around them, then what may be farmed, then
// the control units over all of it.
func newZoning(s seed) *zoning {
	z := &zoning{land: newLand(s)}
	z.township = z.townships()
	z.layUrban()
	z.layProtected()
	z.layScenic()
	z.layRedLine()
	z.layChanges()
	z.layFarmland()
	z.layUnits()
	z.finish()
	return z
}

// blank is a class for every cell, none to begin with.
func (l *land) blank() []int8 {
	a := make([]int8, len(l.site))
	for c := range a {
		a[c] = none
	}
	return a
}

// where lists the county's cells that satisfy a condition, ascending.
func (l *land) where(holds func(c int) bool) (cells []int) {
	for _, c := range l.cells {
		if holds(c) {
			cells = append(cells, c)
		}
	}
	return cells
}

// water cells lie in the Yangtze, which stays free of towns and fields.
func (l *land) water(c int) bool { return l.toMain[c] < 330 }

// scores computes a number for every listed cell.
func (l *land) scores(cells []int, score func(c int) float64) []float64 {
	a := make([]float64, len(l.site))
	for _, c := range cells {
		a[c] = score(c)
	}
	return a
}

// The zones of an urban boundary (城镇开发边界).
var urbanClasses = []string{"城镇集中建设区", "城镇弹性发展区", "特别用途区"}

// townArea is how much a township's own centre takes, m²; the three inner ones
// share the county town instead.
var townArea = map[string]float64{
	"500237001": 0, "500237002": 0, "500237111": 0,
	"500237102": 1.5e6, "500237107": 1.4e6, "500237109": 1.3e6, "500237101": 1.0e6,
}

// layUrban draws the county town at the confluence and a small centre at every
// other seat.
func (z *zoning) layUrban() {
	z.urban = z.blank()
	dry := z.where(func(c int) bool { return !z.water(c) && z.toWater[c] > 150 })
	score := z.scores(dry, func(c int) float64 {
		p := z.site[c]
		place := max(z.near(c, orb.Point{392.6, 440.6}, 5, 1.25), z.near(c, orb.Point{387.6, 441.6}, 2.4, 1.2)-0.1)
		return place + 0.28*z.seed.fractal(purposeUrban, p[0], p[1], 1800) - 0.5*z.height[c]
	})
	town := z.best(dry, score, 23e6)
	rim := z.best(town, score, 17e6)
	for _, c := range town {
		switch {
		case z.toMain[c] < 800:
			z.urban[c] = 2
		case slices.Contains(rim, c):
			z.urban[c] = 0
		default:
			z.urban[c] = 1
		}
	}
	for _, seat := range seats {
		area, named := townArea[seat.code]
		if !named {
			area = 0.5e6
		}
		score := z.scores(dry, func(c int) float64 {
			p := z.site[c]
			return z.near(c, seat.at, 3, 1.1) + 0.1*z.seed.fractal(purposeUrban, p[0], p[1], 900)
		})
		for _, c := range z.best(dry, score, area) {
			if z.urban[c] == none {
				z.urban[c] = 0
			}
		}
	}
}

// fillWith adds enclosed cells that satisfy a condition to a set.
func (l *land) fillWith(cells []int, allowed func(c int) bool) []int {
	in := make([]bool, len(l.site))
	for _, c := range cells {
		in[c] = true
	}
	return slices.DeleteFunc(l.fillHoles(slices.Clone(cells)), func(c int) bool { return !in[c] && !allowed(c) })
}

// grow is a patch of about an area: the best cells of a condition without specks,
// its holes filled where the condition allows.
func (l *land) grow(area float64, allowed func(c int) bool, score func(c int) float64) []int {
	cells := l.where(allowed)
	patch := l.keepParts(l.best(cells, l.scores(cells, score), area), 20)
	return l.fillWith(patch, allowed)
}
