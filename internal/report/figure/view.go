package figure

import (
	"math"

	"github.com/paulmach/orb"
)

// Margin is how far the map reaches beyond the site's box on each side, as a part
// of its larger extent, at the least.
const Margin = 0.35

// smallest is the least a map shows across, metres.
const smallest = 120

// View gives what a map of a size in millimetres shows of the plane around a
// site's box: the box with its margin, in the middle, at the largest round scale
// (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × 10ⁿ). Scale is metres of the plane per
// metre of paper.
func View(site orb.Bound, width, height float64) (view orb.Bound, scale float64) {
	pad := Margin * max(site.Max[0]-site.Min[0], site.Max[1]-site.Min[1])
	wide := max(site.Max[0]-site.Min[0]+2*pad, smallest)
	high := max(site.Max[1]-site.Min[1]+2*pad, smallest)
	scale = roundUp(1000 * max(wide/width, high/height))
	middle := site.Center()
	half := orb.Point{scale * width / 2000, scale * height / 2000}
	return orb.Bound{Min: orb.Point{middle[0] - half[0], middle[1] - half[1]},
		Max: orb.Point{middle[0] + half[0], middle[1] + half[1]}}, scale
}

// Reach gives what the figure's map shows around a site's box: the layers of a
// picture should be cut no closer.
func Reach(site orb.Bound) orb.Bound {
	view, _ := View(site, 132, 99)
	return view
}

// roundUp is the next round number.
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
