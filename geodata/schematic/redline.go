package schematic

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// redLineShare is the published share of the county under the red line in force.
const redLineShare = 0.3643

// The five function types of Chongqing's red line (2018 announcement).
var redLineTypes = []string{
	"水源涵养生态保护红线", "生物多样性维护生态保护红线", "水土保持生态保护红线",
	"水土流失生态保护红线", "石漠化生态保护红线",
}

// layRedLine takes the protected areas and then the highest, least tilled ground
// until the share is met, and gives it types.
func (z *zoning) layRedLine() {
	must := make([]bool, len(z.site))
	for _, a := range z.zones {
		for _, c := range a.all() {
			must[c] = true
		}
	}
	may := z.where(func(c int) bool { return z.urban[c] == none && !z.water(c) })
	score := z.smooth(may, z.scores(may, func(c int) float64 {
		p := z.site[c]
		s := 0.4*z.height[c] + z.seed.ridged(p[0]+4e4, p[1], 3900) + 0.42*z.seed.fractal(purposeRedLine, p[0], p[1], 2300)
		if z.scenic[c] != none {
			s += 0.3
		}
		return s
	}), 1)
	for _, c := range may {
		if must[c] {
			score[c] += 100
		}
	}
	target := redLineShare * z.total(z.cells)
	in := z.tidy(z.best(may, score, target), may, must)
	z.typeRedLine(in)
}

// smooth is the mean of each cell's number and its neighbours', so many times over.
func (l *land) smooth(cells []int, a []float64, times int) []float64 {
	for range times {
		b := slices.Clone(a)
		for _, c := range cells {
			sum := 2 * a[c]
			for d := range 6 {
				sum += a[l.neighbour(c, d)]
			}
			b[c] = sum / 8
		}
		a = b
	}
	return a
}

// tidy drops specks and fills pinholes.
func (z *zoning) tidy(cells, may []int, must []bool) []bool {
	in := make([]bool, len(z.site))
	for _, c := range z.keepParts(cells, 4) {
		in[c] = true
	}
	for c := range must {
		in[c] = in[c] || must[c]
	}
	var gaps []int
	for _, c := range may {
		if !in[c] {
			gaps = append(gaps, c)
		}
	}
	for _, part := range newRegion(z.mesh).components(gaps) {
		if len(part) < 3 {
			for _, c := range part {
				in[c] = true
			}
		}
	}
	return in
}

// typeRedLine gives each cell the type whose ground it is most like, then lets
// neighbours outvote single cells.
func (z *zoning) typeRedLine(in []bool) {
	z.red = z.blank()
	diverse := make([]bool, len(z.site))
	for _, i := range []int{wulipo, jiangnan, shennv} {
		for _, c := range z.zones[i].all() {
			diverse[c] = true
		}
	}
	cells := z.where(func(c int) bool { return in[c] })
	for _, c := range cells {
		p := z.site[c]
		like := [5]float64{
			0.30 + 0.9*z.height[c] + (p[1]-3445e3)/90e3, 0.25, 0.62,
			0.95 * math.Exp(-z.toWater[c]/3800), 0.75 + 0.5*z.near(c, orb.Point{378, 418}, 20, 1),
		}
		if diverse[c] {
			like[1] += 0.75
		}
		best := 0
		for t := range like {
			shift := 47000 * float64(t)
			like[t] += 0.42 * z.seed.fractal(purposeType, p[0]+shift, p[1]-shift, 7000)
			if like[t] > like[best] {
				best = t
			}
		}
		z.red[c] = int8(best)
	}
	for range 3 {
		z.vote(cells, z.red)
	}
}

// vote gives each cell the class that most of its neighbours and itself share.
func (z *zoning) vote(cells []int, class []int8) {
	before := slices.Clone(class)
	for _, c := range cells {
		var votes [5]int
		votes[before[c]] = 2
		for d := range 6 {
			if v := before[z.neighbour(c, d)]; v != none {
				votes[v]++
			}
		}
		for v, n := range votes {
			if n > votes[class[c]] {
				class[c] = int8(v)
			}
		}
	}
}
