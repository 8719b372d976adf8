package schematic

import "math"

// settle brings the red line in force to the published share on the areas as
// finally drawn: whole cells at its rim, highest or lowest ground first, and at
// last the exchange of two that leaves the least residue. Cells of known changes,
// protected areas and farmland keep their side, and a cell that joins lies in an
// 优先 unit already, so no other layer has to follow.
func (z *zoning) settle() {
	residue := redLineShare * z.total(z.cells)
	for _, c := range z.cells {
		if z.red[c] != none {
			residue -= z.area[c]
		}
	}
	for step := 0; math.Abs(residue) > 0.2e6 && step < 3000; step++ {
		chosen, best := none, math.Inf(-1)
		for _, c := range z.movable() {
			h := z.height[c]
			if red := z.red[c] != none; red {
				h = -h
			}
			if (z.red[c] != none) == (residue < 0) && h > best {
				chosen, best = c, h
			}
		}
		if chosen == none {
			return
		}
		residue += z.flip(chosen)
	}
	z.exchange(residue)
}

// movable lists the cells that may change sides: those with two or three
// neighbours of their own side in a row, so that no patch parts or joins.
func (z *zoning) movable() (cells []int) {
	fixed := make([]bool, len(z.site))
	for _, a := range z.zones {
		for _, c := range a.all() {
			fixed[c] = true
		}
	}
	changing := make([]bool, len(z.site))
	for _, ch := range z.changes {
		for _, c := range ch.cells {
			changing[c] = true
		}
	}
	for _, c := range z.cells {
		free := !fixed[c] && !z.farmland[c] && !z.touches(changing, c) && z.urban[c] == none && !z.water(c) && !z.rimmed(c)
		if free && z.units[z.unit[c]].class == 1 && z.atRim(c) {
			cells = append(cells, c)
		}
	}
	return cells
}

// atRim reports whether a cell's neighbours of its own side are two or three and
// lie side by side.
func (z *zoning) atRim(c int) bool {
	var like [6]bool
	n, turns := 0, 0
	for d := range 6 {
		like[d] = (z.red[z.neighbour(c, d)] != none) == (z.red[c] != none)
		if like[d] {
			n++
		}
	}
	for d := range 6 {
		if like[d] != like[(d+1)%6] {
			turns++
		}
	}
	return turns == 2 && (n == 2 || n == 3)
}

// flip moves a cell to the other side, in both versions, and gives what that adds
// to the residue.
func (z *zoning) flip(c int) float64 {
	if z.red[c] != none {
		z.red[c], z.redThen[c] = none, none
		return z.area[c]
	}
	for d := range 6 {
		if t := z.red[z.neighbour(c, d)]; t != none {
			z.red[c], z.redThen[c] = t, t
			break
		}
	}
	return -z.area[c]
}

// exchange swaps the pair of cells, not next to each other, that brings the
// residue nearest to zero.
func (z *zoning) exchange(residue float64) {
	var in, out []int
	for _, c := range z.movable() {
		if z.red[c] != none {
			in = append(in, c)
		} else {
			out = append(out, c)
		}
	}
	best, add, drop := math.Abs(residue), none, none
	for _, a := range out {
		for _, d := range in {
			if r := math.Abs(residue - z.area[a] + z.area[d]); r < best && z.apart(a, d) > 3*spacing {
				best, add, drop = r, a, d
			}
		}
	}
	if add != none {
		z.flip(add)
		z.flip(drop)
	}
}
