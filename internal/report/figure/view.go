package figure

import (
	"math"

	"github.com/paulmach/orb"
)

// How far the map reaches beyond the site's box, as a part of its larger extent
// and in metres. It stays within what a picture's layers are cut to (half the
// extent, at least 300 m and at most 20 km), with room for the angle between the
// plane and the one they are cut in: a cut edge would look like a border.
const (
	wanted, most           = 0.2, 0.45
	leastWanted, leastMost = 20, 270
	limit                  = 18_000
)

// View gives what a map of at most so many millimetres shows of the plane around
// a site's box: the box in the middle, at the largest round scale at which it has
// its wanted margin. The map is smaller where it would reach too far. Scale is
// metres of the plane per metre of paper.
func View(site orb.Bound, width, height float64) (view orb.Bound, scale float64) {
	wide, high := site.Max[0]-site.Min[0], site.Max[1]-site.Min[1]
	size := max(wide, high)
	far := min(max(most*size, leastMost), limit)
	near := min(max(wanted*size, leastWanted), far)
	scale = roundUp(1000 * max((wide+2*near)/width, (high+2*near)/height))
	middle := site.Center()
	half := orb.Point{min(scale*width/2000, wide/2+far), min(scale*height/2000, high/2+far)}
	return orb.Bound{Min: orb.Point{middle[0] - half[0], middle[1] - half[1]},
		Max: orb.Point{middle[0] + half[0], middle[1] + half[1]}}, scale
}

// roundUp is the next round scale: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × 10ⁿ.
func roundUp(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if step*power >= v*(1-1e-9) {
			return step * power
		}
	}
	return 10 * power
}

// roundDown is the next of 1, 2, 5 × 10ⁿ that is not larger: grids and scale bars.
func roundDown(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{5, 2} {
		if step*power <= v {
			return step * power
		}
	}
	return power
}
