package outline

import (
	"math"

	"github.com/paulmach/orb"
)

// apart is the distance between two segments in a plane, in its unit. Where they do
// not cross, an end of one is nearest.
func apart(a, b, c, d orb.Point) float64 {
	if cross(a, b, c, d) {
		return 0
	}
	return min(toSegment(a, c, d), toSegment(b, c, d), toSegment(c, a, b), toSegment(d, a, b))
}

// cross reports whether two segments cross in their interiors. Ends that touch are
// found by their distance.
func cross(a, b, c, d orb.Point) bool {
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}

// side tells by its sign on which side of the line from a to b a point lies.
func side(a, b, p orb.Point) float64 {
	v := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// toSegment is the distance from a point to a segment. It goes the way of PostGIS
// (lw_dist2d_pt_seg), to end in the same last digit: by the foot of the
// perpendicular, not by an area. The conversions keep the compiler from joining a
// product and a sum, which rounds otherwise.
func toSegment(p, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	if dx == 0 && dy == 0 {
		return toPoint(p, a)
	}
	r := (float64((p[0]-a[0])*dx) + float64((p[1]-a[1])*dy)) / (float64(dx*dx) + float64(dy*dy))
	switch {
	case r < 0:
		return toPoint(p, a)
	case r > 1:
		return toPoint(p, b)
	}
	return toPoint(p, orb.Point{a[0] + float64(r*dx), a[1] + float64(r*dy)})
}

func toPoint(p, q orb.Point) float64 {
	dx, dy := q[0]-p[0], q[1]-p[1]
	return math.Sqrt(float64(dx*dx) + float64(dy*dy))
}

// box is a rectangle along the axes.
type box struct{ low, high [2]float64 }

func boxOf(points []orb.Point) box {
	b := box{[2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}}
	for _, p := range points {
		b.low[0], b.high[0] = min(b.low[0], p[0]), max(b.high[0], p[0])
		b.low[1], b.high[1] = min(b.low[1], p[1]), max(b.high[1], p[1])
	}
	return b
}

// grown is the box with a margin.
func (b box) grown(by float64) box {
	return box{[2]float64{b.low[0] - by, b.low[1] - by}, [2]float64{b.high[0] + by, b.high[1] + by}}
}

// apart is the distance between two boxes, 0 where they meet: no less than that of
// what lies in them.
func (b box) apart(c box) float64 {
	dx := max(0, c.low[0]-b.high[0], b.low[0]-c.high[0])
	dy := max(0, c.low[1]-b.high[1], b.low[1]-c.high[1])
	return math.Sqrt(dx*dx + dy*dy)
}

// middle is the box's centre.
func (b box) middle() orb.Point {
	return orb.Point{(b.low[0] + b.high[0]) / 2, (b.low[1] + b.high[1]) / 2}
}

// passes reports whether a line from p, to the east or else to the west, passes a
// segment; ends on the line count as above it.
func passes(p, a, b orb.Point, east bool) bool {
	if (a[1] >= p[1]) == (b[1] >= p[1]) {
		return false
	}
	if a[1] > b[1] {
		a, b = b, a
	}
	west := side(a, b, p) > 0 // of the segment, which runs north
	return west == east
}

// within reports whether a point lies in a polygon: whether a line from it crosses
// its rings an odd number of times. On a ring the answer is either.
func within(p orb.Point, rings orb.Polygon) bool {
	odd := false
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			if passes(p, ring[i-1], ring[i], true) {
				odd = !odd
			}
		}
	}
	return odd
}
