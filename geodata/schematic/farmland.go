package schematic

// farmlandShare is an invented share of the county under 永久基本农田.
const farmlandShare = 0.105

// layFarmland tills the gentle ground between river and crest, near the seats,
// in patches; never under the red line, in a town or in the Yangtze.
func (z *zoning) layFarmland() {
	open := z.where(func(c int) bool { return z.red[c] == none && z.urban[c] == none && z.toMain[c] > 500 })
	score := z.scores(open, func(c int) float64 {
		p := z.site[c]
		settled := 0.0
		for _, seat := range seats {
			settled = max(settled, z.near(c, seat.at, 7, 1.1))
		}
		slope := z.height[c] - 0.33
		return 0.4*settled - 2.2*slope*slope + 0.95*z.seed.fractal(purposeFarmland, p[0], p[1], 1900)
	})
	z.farmland = make([]bool, len(z.site))
	for _, c := range z.best(open, score, farmlandShare*z.total(z.cells)) {
		z.farmland[c] = true
	}
}

// paddy ground (水田) lies low; the rest of the farmland is dry (旱地).
func (z *zoning) paddy(cells []int) bool {
	var sum float64
	for _, c := range cells {
		sum += z.height[c]
	}
	return sum < 0.24*float64(len(cells))
}
