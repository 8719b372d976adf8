package schematic

import (
	"math"
	"slices"
)

// ChangeKind (维护类型) is the WHLX of the yearly maintenance exchange.
type ChangeKind int

// The kinds, with the exchange's own numbers.
const (
	Gained       ChangeKind = 1 // 调入
	Reclassified ChangeKind = 2 // 属性变更
	Lost         ChangeKind = 3 // 调出
)

// change is a piece of ground whose red line differs between the versions.
type change struct {
	kind     ChangeKind
	township string
	area     float64 // asked for, m²; whole cells come near it
	alone    bool    // a feature of its own rather than the rim of another
	approval string  // number of the schematic approval, empty without one
	cells    []int
	was      int8 // type of 2018 for lost and reclassified ground
}

// plannedChanges tell red-line@2018 from red-line@2022.
func plannedChanges() []change {
	return []change{
		{kind: Gained, township: "500237229", area: 6.2e6, approval: "示意〔2022〕第1号"},
		{kind: Gained, township: "500237106", area: 4.1e6, approval: "示意〔2022〕第1号"},
		{kind: Gained, township: "500237200", area: 2.4e6, alone: true, approval: "示意〔2021〕第7号"},
		{kind: Gained, township: "500237110", area: 1.3e6},
		{kind: Lost, township: "500237107", area: 3.6e6, approval: "示意〔2022〕第2号"},
		{kind: Lost, township: "500237208", area: 1.9e6, alone: true, approval: "示意〔2020〕第3号"},
		{kind: Lost, township: "500237105", area: 0.8e6},
		{kind: Lost, township: "500237108", area: 0.45e6},
		{kind: Reclassified, township: "500237222", area: 5.0e6, approval: "示意〔2022〕第2号"},
		{kind: Reclassified, township: "500237231", area: 1.8e6},
	}
}

// layChanges derives the superseded red line from the one in force.
func (z *zoning) layChanges() {
	z.redThen = slices.Clone(z.red)
	fixed := make([]bool, len(z.site)) // protected ground does not change
	for _, a := range z.zones {
		for _, c := range a.all() {
			fixed[c] = true
		}
	}
	taken := make([]bool, len(z.site))
	for _, ch := range plannedChanges() {
		ch.cells = z.pick(ch, func(c int) bool { return !fixed[c] && !z.touches(taken, c) })
		for _, c := range ch.cells {
			taken[c] = true
			switch ch.kind {
			case Gained:
				z.redThen[c] = none
			case Lost:
				z.redThen[c] = z.lostType(ch.cells)
			case Reclassified:
				z.redThen[c] = (z.red[ch.cells[0]] + 2) % int8(len(redLineTypes))
			}
		}
		if len(ch.cells) > 0 {
			ch.was = z.redThen[ch.cells[0]]
			ch.township = seats[z.township[ch.cells[0]]].code
			z.changes = append(z.changes, ch)
		}
	}
}

// touches reports whether a cell or one next to it is marked.
func (z *zoning) touches(mark []bool, c int) bool {
	for d := range 6 {
		if mark[z.neighbour(c, d)] {
			return true
		}
	}
	return mark[c]
}

// lostType is the type lost ground had: that of red line next to it, else 水土保持.
func (z *zoning) lostType(cells []int) int8 {
	for _, c := range cells {
		for d := range 6 {
			if t := z.red[z.neighbour(c, d)]; t != none {
				return t
			}
		}
	}
	return 2
}

// pick finds the ground of one planned change: a connected patch in its township,
// grown from the cell that suits best.
func (z *zoning) pick(ch change, free func(c int) bool) []int {
	if ch.kind == Gained && ch.alone {
		return z.pickPart(ch, free)
	}
	in := z.member(ch, free)
	start := none
	best := math.Inf(-1)
	for _, c := range z.cells {
		if !in(c) {
			continue
		}
		red := z.redAround(c)
		if ch.kind != Reclassified && !ch.alone && (red == 0 || red == 6) {
			continue
		}
		if s := z.seed.at(purposeRedLine, c, int(ch.kind)) + z.roominess(c, in); s > best {
			start, best = c, s
		}
	}
	if start == none {
		return nil
	}
	within := in
	if ch.kind == Reclassified { // from one type to one other
		within = func(c int) bool { return in(c) && z.red[c] == z.red[start] }
	}
	return z.spread(start, ch.area, within)
}

// member says which cells a change may consist of.
func (z *zoning) member(ch change, free func(c int) bool) func(c int) bool {
	return func(c int) bool {
		t := z.township[c]
		if t == none || seats[t].code != ch.township || !free(c) || z.water(c) {
			return false
		}
		switch {
		case ch.kind != Lost:
			return z.red[c] != none
		case ch.alone:
			return z.red[c] == none && z.redAround(c) == 0 && z.urban[c] == none
		}
		return z.red[c] == none
	}
}

// redAround counts the neighbours under the red line in force.
func (z *zoning) redAround(c int) (n int) {
	for d := range 6 {
		if z.red[z.neighbour(c, d)] != none {
			n++
		}
	}
	return n
}

// roominess counts the cells within two steps that a change may use.
func (z *zoning) roominess(c int, in func(c int) bool) (n float64) {
	for d := range 6 {
		k := z.neighbour(c, d)
		for e := range 6 {
			if in(z.neighbour(k, e)) {
				n += 0.25
			}
		}
	}
	return n
}

// spread takes the connected cells nearest to a start until an area is reached.
func (z *zoning) spread(start int, area float64, in func(c int) bool) []int {
	cells, known := []int{}, map[int]bool{start: true}
	rim := []int{start}
	for sum := 0.0; len(rim) > 0 && sum < area; {
		slices.SortFunc(rim, func(a, b int) int {
			if d := z.apart(start, a) - z.apart(start, b); d != 0 {
				return int(math.Copysign(1, d))
			}
			return a - b
		})
		c := rim[0]
		rim = rim[1:]
		cells = append(cells, c)
		sum += z.area[c]
		for d := range 6 {
			if k := z.neighbour(c, d); !known[k] && in(k) {
				known[k] = true
				rim = append(rim, k)
			}
		}
	}
	slices.Sort(cells)
	return cells
}

func (z *zoning) apart(a, b int) float64 {
	return math.Hypot(z.site[a][0]-z.site[b][0], z.site[a][1]-z.site[b][1])
}

// pickPart finds a whole patch of red line of about the asked area that lies in
// one township, the change's own where it has one.
func (z *zoning) pickPart(ch change, free func(c int) bool) (best []int) {
	nearest := math.Inf(1)
	for _, part := range newRegion(z.mesh).components(z.where(func(c int) bool { return z.red[c] != none })) {
		home := z.township[part[0]]
		whole := !slices.ContainsFunc(part, func(c int) bool { return z.township[c] != home || !free(c) })
		if !whole {
			continue
		}
		miss := math.Abs(math.Log(z.total(part) / ch.area))
		if seats[home].code != ch.township {
			miss += 1
		}
		if miss < nearest {
			nearest, best = miss, part
		}
	}
	return best
}
