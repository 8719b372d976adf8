package bake_test

import (
	"fmt"
	"math"
	"strings"

	"hongxian/tiles/mesh"
)

// wiggly is a ring with n vertices around a place, its radius going in and out.
func wiggly(x, y, radius, by float64, n int) string {
	var points []string
	for i := range n + 1 {
		a := 2 * math.Pi * float64(i%n) / float64(n)
		r := radius + by*math.Sin(17*a)*math.Cos(5*a)
		points = append(points, fmt.Sprintf("%.7f %.7f", x+r*math.Cos(a), y+r*math.Sin(a)))
	}
	return "POLYGON((" + strings.Join(points, ", ") + "))"
}

// areaWithin is the part of a ring's area within the tile proper, in square
// units, holes negative: the ring clipped on one side after the other.
func areaWithin(r mesh.Ring) float64 {
	points := make([][2]float64, len(r))
	for i, p := range r {
		points[i] = [2]float64{float64(p.X), float64(p.Y)}
	}
	for axis := range 2 {
		points = clipped(points, axis, 0, 1)
		points = clipped(points, axis, 4096, -1)
	}
	var sum float64
	for i, p := range points {
		q := points[(i+1)%len(points)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum / 2
}

// clipped keeps what lies beyond a line (Sutherland and Hodgman 1974).
func clipped(points [][2]float64, axis int, line, sign float64) (out [][2]float64) {
	for i, p := range points {
		q := points[(i+1)%len(points)]
		in, next := (p[axis]-line)*sign >= 0, (q[axis]-line)*sign >= 0
		if in {
			out = append(out, p)
		}
		if in != next {
			t := (line - p[axis]) / (q[axis] - p[axis])
			out = append(out, [2]float64{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])})
		}
	}
	return out
}
