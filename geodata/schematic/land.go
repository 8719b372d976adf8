package schematic

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// countyArea is the published area of the county, m².
const countyArea = 2958e6

// border is the invented outline before noise: fractions of the published
// longitude and latitude range, from the north point clockwise. It is a sketch,
// not a survey.
var border = []orb.Point{
	{.70, .985}, {.775, .955}, {.80, .905}, {.895, .87}, {.955, .80}, {.94, .72}, {.975, .645}, {.96, .56},
	{.905, .52}, {.895, .455}, {.955, .40}, {.945, .33}, {.885, .255}, {.895, .18}, {.84, .105}, {.765, .055},
	{.715, .115}, {.685, .20}, {.59, .225}, {.485, .185}, {.395, .115}, {.29, .085}, {.215, .022}, {.14, .06},
	{.055, .155}, {.085, .25}, {.03, .315}, {.045, .40}, {.13, .425}, {.215, .465}, {.30, .535}, {.265, .605},
	{.15, .605}, {.05, .645}, {.035, .735}, {.115, .785}, {.245, .775}, {.305, .845}, {.425, .865}, {.55, .93}, {.625, .955},
}

// The plane box in which border is drawn: inside 109°33′15″–110°11′45″E,
// 30°45′05″–31°28′42″N with room for the noise.
const (
	boxWest, boxEast   = 362700.0, 422700.0
	boxSouth, boxNorth = 3404600.0, 3484200.0
)

// River (河流) is a water course of the schematic county, which the layers follow.
type River struct {
	Name string
	Line orb.LineString // EPSG:4546
	// Main marks the river that is wide enough to stay free of the red line.
	Main bool
}

// courses are the rivers before meanders, kilometres of the plane less 3000 km
// of northing, in the direction of flow.
var courses = []struct {
	name string
	at   []orb.Point
}{
	{"长江", []orb.Point{{360, 434.6}, {366, 433.2}, {370.5, 434.8}, {376, 432.6}, {382, 435.4}, {388, 436.9}, {393.6, 438.9}, {399, 437.6}, {404.5, 436.2}, {408.8, 433}, {414.6, 434.4}, {419, 433.4}, {424, 435}}},
	{"大宁河", []orb.Point{{375.5, 469.5}, {379, 466}, {383.6, 462.4}, {388, 458.8}, {387.2, 454.6}, {390.8, 451}, {390.2, 446.2}, {393, 443}, {393.6, 438.9}}},
	{"马渡河", []orb.Point{{409, 476}, {407.5, 470}, {403, 464.5}, {400.6, 459.5}, {395.2, 455}, {390.8, 451}}},
	{"官渡河", []orb.Point{{389.5, 421.5}, {394, 424.5}, {397.2, 429}, {398.6, 433.5}, {399, 437.6}}},
	{"抱龙河", []orb.Point{{409.5, 408.5}, {407.6, 415}, {405.6, 421}, {407.5, 427.5}, {408.8, 433}}},
	{"大溪河", []orb.Point{{380, 412}, {374.6, 417.4}, {371, 423}, {369.2, 429}, {370.5, 434.8}}},
}

// land is what the ground looks like, cell by cell.
type land struct {
	*mesh
	cells   []int     // of the county, ascending
	inside  []bool    // by cell
	toMain  []float64 // metres to the Yangtze
	toWater []float64 // metres to the nearest river
	height  []float64 // 0 at the river to about 1 on the crests
	rivers  []River
}

// newLand shapes the county and its ground.
func newLand(s seed) *land {
	l := &land{mesh: newMesh(s)}
	l.chooseCells()
	l.layRivers()
	l.raise()
	return l
}

// chooseCells takes the connected, hole-free cells whose distance inside the
// border, made uneven by noise, is largest, about as many as fill the county.
func (l *land) chooseCells() {
	var ring orb.Ring
	for _, p := range append(slices.Clone(border), border[0]) {
		ring = append(ring, orb.Point{lerp(boxWest, boxEast, p[0]), lerp(boxSouth, boxNorth, p[1])})
	}
	score := make([]float64, len(l.site))
	var cells []int
	for c, p := range l.site {
		warp := 1900 * l.seed.fractal(purposeOutline, p[0], p[1], 10000)
		weft := 1900 * l.seed.fractal(purposeOutline, p[1], p[0], 10000)
		q := orb.Point{p[0] + warp + 900*l.seed.fractal(purposeOutline, p[0], -p[1], 3600), p[1] + weft + 900*l.seed.fractal(purposeOutline, -p[1], p[0], 3600)}
		d := planar.DistanceFrom(orb.LineString(ring), q)
		if !planar.RingContains(ring, q) {
			d = -d
		}
		if score[c] = d; d > -2500 && !l.nearEdgeOfLattice(c) {
			cells = append(cells, c)
		}
	}
	cells = l.best(cells, score, countyArea)
	l.cells = l.fillHoles(l.largest(cells))
	l.inside = make([]bool, len(l.site))
	for _, c := range l.cells {
		l.inside[c] = true
	}
}

// best takes cells by descending score while they fit into an area, and gives
// them in ascending order.
func (m *mesh) best(cells []int, score []float64, area float64) []int {
	sorted := slices.Clone(cells)
	slices.SortStableFunc(sorted, func(a, b int) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return a - b
	})
	var sum float64
	for i, c := range sorted {
		if sum += m.area[c]; sum > area {
			sorted = sorted[:i]
			break
		}
	}
	slices.Sort(sorted)
	return sorted
}

// largest is the connected component with the most cells.
func (m *mesh) largest(cells []int) []int {
	parts := newRegion(m).components(cells)
	return slices.MaxFunc(parts, func(a, b []int) int { return len(a) - len(b) })
}

// fillHoles adds the cells that a set encloses.
func (m *mesh) fillHoles(cells []int) []int {
	in := make([]bool, len(m.site))
	for _, c := range cells {
		in[c] = true
	}
	var outside []int
	for c := range m.site {
		if !in[c] && !m.nearEdgeOfLattice(c) {
			outside = append(outside, c)
		}
	}
	parts := newRegion(m).components(outside)
	open := slices.MaxFunc(parts, func(a, b []int) int { return len(a) - len(b) })
	for _, part := range parts {
		if part[0] != open[0] {
			cells = append(cells, part...)
		}
	}
	slices.Sort(cells)
	return cells
}

// layRivers bends the courses and keeps each cell's distance to them.
func (l *land) layRivers() {
	l.toMain, l.toWater = make([]float64, len(l.site)), make([]float64, len(l.site))
	for i, course := range courses {
		l.rivers = append(l.rivers, River{Name: course.name, Main: i == 0, Line: l.meander(course.at, i)})
	}
	for _, c := range l.cells {
		l.toWater[c] = math.Inf(1)
		for i, river := range l.rivers {
			d := planar.DistanceFrom(river.Line, l.site[c])
			if i == 0 {
				l.toMain[c] = d
			}
			l.toWater[c] = min(l.toWater[c], d)
		}
	}
}

// meander draws a Catmull-Rom curve through a course's points and sways it, less
// towards its ends, so that tributaries still meet their river.
func (l *land) meander(at []orb.Point, river int) (line orb.LineString) {
	const steps = 24
	n := len(at) - 1
	for i := range n {
		p0, p1, p2, p3 := at[max(i-1, 0)], at[i], at[i+1], at[min(i+2, n)]
		for j := range steps {
			t := float64(j) / steps
			p := orb.Point{catmullRom([4]float64{p0[0], p1[0], p2[0], p3[0]}, t), catmullRom([4]float64{p0[1], p1[1], p2[1], p3[1]}, t)}
			along := (float64(i) + t) / float64(n)
			sway := 1.1 * math.Sin(math.Pi*along)
			k := float64(i) + t
			line = append(line, orb.Point{
				1000 * (p[0] + sway*l.seed.value(purposeRiver, 1.7*k, float64(10*river))),
				1000 * (3000 + p[1] + sway*l.seed.value(purposeRiver, 1.7*k, float64(10*river+5))),
			})
		}
	}
	last := at[n]
	return append(line, orb.Point{1000 * last[0], 1000 * (3000 + last[1])})
}

// catmullRom interpolates between the two middle values.
func catmullRom(v [4]float64, t float64) float64 {
	return v[1] + t/2*(v[2]-v[0]+t*(2*v[0]-5*v[1]+4*v[2]-v[3]+t*(3*(v[1]-v[2])+v[3]-v[0])))
}

// raise gives every cell a height: crests between the valleys, higher in the
// north (大巴山) and the south-east (巫山), lower along the rivers.
func (l *land) raise() {
	l.height = make([]float64, len(l.site))
	for _, c := range l.cells {
		p := l.site[c]
		valley := 1 - math.Exp(-l.toWater[c]/2600)
		north := (p[1] - 3439e3) / 45e3
		crest := l.seed.ridged(p[0], p[1], 8200)
		l.height[c] = valley * (0.34 + 0.42*crest + 0.24*math.Abs(north))
	}
}

// near is a bump of 1 at a place (kilometres as in courses) falling to 0 with
// distance in kilometres, stretched along the mountains by a factor.
func (l *land) near(c int, at orb.Point, radius, stretch float64) float64 {
	x, y := l.site[c][0]/1000-at[0], l.site[c][1]/1000-3000-at[1]
	const cos, sin = 0.7660, 0.6428
	u, v := (x*cos+y*sin)/stretch, (y*cos-x*sin)*stretch
	return 1 - math.Hypot(u, v)/radius
}
