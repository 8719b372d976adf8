package schematic

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// The zones of a protected area (自然保护地).
const (
	coreZone    = "核心保护区"
	generalZone = "一般控制区"
)

// zone is a protected area: its cells, and which of them are its core.
type zone struct {
	name, level, kind string
	core, general     []int // ascending
}

// The protected areas of the plan, in its order. Their places and shapes are
// invented; they overlap each other and the scenic area, as the plan deplores.
const (
	wulipo = iota
	jiangnan
	xiaosanxia
	dachanghu
	liziping
	shennv
)

// layProtected draws the six areas; no town lies in one.
func (z *zoning) layProtected() {
	z.zones = []zone{
		{name: "重庆五里坡国家级自然保护区", level: "国家级", kind: "自然保护区"},
		{name: "重庆江南市级自然保护区", level: "市级", kind: "自然保护区"},
		{name: "重庆巫山小三峡国家级湿地自然公园", level: "国家级", kind: "自然公园"},
		{name: "重庆巫山大昌湖国家级湿地自然公园", level: "国家级", kind: "自然公园"},
		{name: "重庆巫山梨子坪市级森林自然公园", level: "市级", kind: "自然公园"},
		{name: "重庆巫山神女市级地质自然公园", level: "市级", kind: "自然公园"},
	}
	z.reserve(wulipo, 352e6, func(c int) float64 {
		return max(z.near(c, orb.Point{405.5, 466.5}, 13, 1.15), z.near(c, orb.Point{399, 457.5}, 7, 1.1)-0.15)
	})
	z.reserve(jiangnan, 196e6, func(c int) float64 {
		return max(z.near(c, orb.Point{405, 419.5}, 11, 1.35), z.near(c, orb.Point{402.5, 429.5}, 6.5, 1.2)-0.12)
	})
	z.park(xiaosanxia, 42e6, func(c int) float64 {
		return 1 - z.toRiver(c, 1, 2)/2500 + 0.6*min(0, z.near(c, orb.Point{391, 450}, 7.5, 1))
	})
	z.park(dachanghu, 26e6, func(c int) float64 {
		return 1 - z.toRiver(c, 1)/2500 + 0.6*min(0, z.near(c, orb.Point{384.6, 460.4}, 5.2, 1))
	})
	z.park(liziping, 38e6, func(c int) float64 { return z.near(c, orb.Point{405.6, 455.2}, 5, 1.25) })
	z.park(shennv, 64e6, func(c int) float64 {
		return 1 - z.toMain[c]/4500 + min(0, z.near(c, orb.Point{405, 433.2}, 6.5, 1.1))
	})
}

// toRiver is the distance in metres to the nearest of some rivers.
func (l *land) toRiver(c int, rivers ...int) float64 {
	d := math.Inf(1)
	for _, i := range rivers {
		for _, p := range l.rivers[i].Line {
			d = min(d, math.Hypot(p[0]-l.site[c][0], p[1]-l.site[c][1]))
		}
	}
	return d
}

// territory is a patch where a score, made uneven by noise, is highest.
func (z *zoning) territory(index int, area float64, score func(c int) float64) []int {
	shift := 31000 * float64(index)
	return z.grow(area, func(c int) bool { return z.urban[c] == none && !z.water(c) }, func(c int) float64 {
		p := z.site[c]
		return score(c) + 0.34*z.seed.fractal(purposeZone, p[0]+shift, p[1]-shift, 5200)
	})
}

// park has a general-control zone only.
func (z *zoning) park(index int, area float64, score func(c int) float64) {
	z.zones[index].general = z.territory(index, area, score)
}

// reserve has a core of its most inward, highest ground, about half of it.
func (z *zoning) reserve(index int, area float64, score func(c int) float64) {
	cells := z.territory(index, area, score)
	depth := z.depth(cells)
	inward := z.scores(cells, func(c int) float64 {
		p := z.site[c]
		return min(float64(depth[c]), 7)/7 + 0.5*z.height[c] + 0.5*z.seed.fractal(purposeZone, p[1], p[0], 4200)
	})
	core := z.keepParts(z.best(cells, inward, 0.47*z.total(cells)), 12)
	isCore := make([]bool, len(z.site))
	for _, c := range core {
		isCore[c] = true
	}
	z.zones[index].core = core
	for _, c := range cells {
		if !isCore[c] {
			z.zones[index].general = append(z.zones[index].general, c)
		}
	}
}

// keepParts drops components of fewer than least cells.
func (m *mesh) keepParts(cells []int, least int) (kept []int) {
	in := make([]bool, len(m.site))
	for _, part := range newRegion(m).components(cells) {
		for _, c := range part {
			in[c] = len(part) >= least
		}
	}
	for _, c := range cells {
		if in[c] {
			kept = append(kept, c)
		}
	}
	return kept
}

// depth counts the steps from each cell of a set to the outside, by cell.
func (m *mesh) depth(cells []int) []int {
	steps := make([]int, len(m.site))
	for _, c := range cells {
		steps[c] = -1
	}
	for n, left := 0, len(cells); left > 0; n++ {
		var reached []int
		for _, c := range cells {
			for d := 0; d < 6 && steps[c] == -1; d++ {
				if steps[m.neighbour(c, d)] == n {
					reached = append(reached, c)
					break
				}
			}
		}
		for _, c := range reached {
			steps[c] = n + 1
		}
		left -= len(reached)
	}
	return steps
}

// has reports whether a cell lies in the protected area.
func (a zone) has(c int) bool {
	_, core := slices.BinarySearch(a.core, c)
	_, general := slices.BinarySearch(a.general, c)
	return core || general
}

// all are a protected area's cells.
func (a zone) all() []int { return append(append([]int(nil), a.core...), a.general...) }

// The zones of the scenic area (风景名胜区).
var scenicClasses = []string{"核心景区", "一般景区"}

// layScenic draws 长江三峡风景名胜区 along the gorge below the town and up the
// Daning, across the parks and into the reserves.
func (z *zoning) layScenic() {
	z.scenic = z.blank()
	score := func(c int) float64 {
		gorge := 1 - z.toMain[c]/3600
		if z.site[c][0] < 395e3 {
			gorge -= (395e3 - z.site[c][0]) / 5000
		}
		daning := 1 - z.toRiver(c, 1, 2)/3000 + min(0, z.near(c, orb.Point{392, 452}, 10, 1))
		p := z.site[c]
		return max(gorge, daning) + 0.3*z.seed.fractal(purposeZone, p[0]+9e5, p[1], 4600)
	}
	cells := z.grow(232e6, func(c int) bool { return z.urban[c] == none }, score)
	core := z.keepParts(z.best(cells, z.scores(cells, score), 0.42*z.total(cells)), 6)
	for _, c := range cells {
		z.scenic[c] = 1
	}
	for _, c := range core {
		z.scenic[c] = 0
	}
}
