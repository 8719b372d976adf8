package pieces

import (
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// BoundaryPoint (界址点) is a line of a coordinate table.
type BoundaryPoint struct {
	Number string  // 点号: J1; the closing point repeats its ring's first
	Ring   int     // 地块圈号, from 1, through all parts and holes
	X, Y   float64 // north, east: metres, to the millimetre
}

// Boundary numbers the points of a parcel in a Gauss-Krüger plane as surveyors
// do: to the millimetre, each ring from its north-western point, outer rings
// clockwise and holes counterclockwise, numbers running on from ring to ring,
// the closing point repeating its ring's first. A ring that is less than three
// points to the millimetre has no table; lost counts them.
func Boundary(mp orb.MultiPolygon) (points []BoundaryPoint, lost int) {
	ring, number := 0, 0
	for _, polygon := range mp {
		for i, r := range polygon {
			corners := surveyed(r, i == 0)
			if len(corners) < 3 {
				lost++
				if i == 0 {
					lost += len(polygon) - 1
					break // what has no outline has no holes
				}
				continue
			}
			ring++
			first := number + 1
			for _, c := range corners {
				number++
				points = append(points, BoundaryPoint{Number: pointName(number), Ring: ring, X: c[1], Y: c[0]})
			}
			points = append(points, BoundaryPoint{Number: pointName(first), Ring: ring, X: corners[0][1], Y: corners[0][0]})
		}
	}
	return points, lost
}

func pointName(n int) string { return "J" + strconv.Itoa(n) }

// surveyed is the open ring to the millimetre, without repeated points, turned
// and rotated into a surveyor's order.
func surveyed(r orb.Ring, outer bool) []orb.Point {
	var open []orb.Point
	for _, p := range r {
		m := orb.Point{millimetre(p[0]), millimetre(p[1])}
		if len(open) == 0 || open[len(open)-1] != m {
			open = append(open, m)
		}
	}
	for len(open) > 1 && open[0] == open[len(open)-1] {
		open = open[:len(open)-1]
	}
	if len(open) < 3 {
		return nil
	}
	if area := signedArea(append(slices.Clone(open), open[0])); area == 0 {
		return nil
	} else if (area < 0) != outer {
		slices.Reverse(open)
	}
	k := northWest(open)
	return append(slices.Clone(open[k:]), open[:k]...)
}

func millimetre(v float64) float64 { return math.Round(v*1000) / 1000 }

// northWest is the point nearest to the north-western corner of the points' box;
// of equally near ones the northernmost.
func northWest(points []orb.Point) int {
	corner := orb.Point{math.Inf(1), math.Inf(-1)}
	for _, p := range points {
		corner[0], corner[1] = min(corner[0], p[0]), max(corner[1], p[1])
	}
	best, nearest := 0, math.Inf(1)
	for i, p := range points {
		d := math.Hypot(p[0]-corner[0], p[1]-corner[1])
		if d < nearest || (d == nearest && p[1] > points[best][1]) {
			best, nearest = i, d
		}
	}
	return best
}
