package schematic

import "github.com/paulmach/orb"

// unit is an environmental control unit (环境管控单元).
type unit struct {
	class int // 1 优先, 2 重点, 3 一般
	name  string
	cells []int
}

// controlClasses are the official class names by ZHGKDYFL.
var controlClasses = [4]string{"", "优先保护单元", "重点管控单元", "一般管控单元"}

// planRegions are the five regions of the plan (两带五区) by township.
var planRegions = []struct {
	name  string
	codes []string
}{
	{"中部核心发展区", []string{"500237001", "500237002", "500237111", "500237208", "500237210"}},
	{"大宁河文旅协同发展区", []string{"500237102", "500237103", "500237104", "500237105", "500237214"}},
	{"大巴山生态保育区", []string{"500237106", "500237216", "500237219", "500237222"}},
	{"产业绿色转型发展区", []string{"500237107", "500237207", "500237225", "500237227"}},
	{"江南农文旅融合发展区", []string{
		"500237101", "500237108", "500237109", "500237110", "500237200", "500237211", "500237229", "500237231"}},
}

// layUnits tiles the county: 优先 over the red line, the scenic area and the best
// of the other high ground, 重点 about the towns, 一般 over the rest.
func (z *zoning) layUnits() {
	class := z.controlClass()
	z.unit = make([]int16, len(z.site))
	number := map[string]int{}
	for _, c := range z.cells {
		name := z.unitName(c, class[c])
		n, known := number[name]
		if !known {
			n = len(z.units)
			number[name] = n
			z.units = append(z.units, unit{class: class[c], name: name})
		}
		z.unit[c] = int16(n)
		z.units[n].cells = append(z.units[n].cells, c)
	}
}

// controlClass decides 1, 2 or 3 for every cell.
func (z *zoning) controlClass() []int {
	class := make([]int, len(z.site))
	var open []int
	for _, c := range z.cells {
		switch {
		case z.red[c] != none || z.scenic[c] != none && z.urban[c] == none:
			class[c] = 1
		case z.urban[c] != none:
			class[c] = 2
		default:
			class[c] = 3
			open = append(open, c)
		}
	}
	high := z.smooth(open, z.scores(open, func(c int) float64 {
		p := z.site[c]
		return z.height[c] + 0.4*z.seed.fractal(purposeControl, p[0], p[1], 4500) + 0.08*float64(z.redAround(c))
	}), 3)
	for _, c := range z.best(open, high, 0.05*z.total(z.cells)) {
		class[c] = 1
	}
	busy := z.smooth(open, z.scores(open, func(c int) float64 {
		p := z.site[c]
		s := z.near(c, orb.Point{391.5, 440.4}, 9, 1.2)
		for i, seat := range seats {
			if i > 1 {
				s = max(s, z.near(c, seat.at, 4, 1.1)-0.15)
			}
		}
		return s + 0.3*z.seed.fractal(purposeControl, p[1], p[0], 4200)
	}), 2)
	for _, c := range z.best(open, busy, 0.10*z.total(z.cells)) {
		if class[c] == 3 {
			class[c] = 2
		}
	}
	return class
}

// unitName says which unit a cell belongs to: its protected area's, else its
// class's within its region.
func (z *zoning) unitName(c, class int) string {
	region := z.region(c)
	switch {
	case class == 2:
		return "巫山县重点管控单元—" + region
	case class == 3:
		return "巫山县一般管控单元—" + region
	}
	for _, a := range z.zones {
		if a.has(c) {
			return "巫山县优先保护单元—" + a.name
		}
	}
	switch {
	case z.red[c] != none:
		return "巫山县优先保护单元—生态保护红线—" + region
	case z.scenic[c] != none:
		return "巫山县优先保护单元—长江三峡国家级风景名胜区"
	}
	return "巫山县优先保护单元—一般生态空间—" + region
}

// region is the plan's region of a cell's township.
func (z *zoning) region(c int) string {
	for _, r := range planRegions {
		for _, code := range r.codes {
			if seats[z.township[c]].code == code {
				return r.name
			}
		}
	}
	return "其他"
}
