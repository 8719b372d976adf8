package schematic

import (
	"math"

	"github.com/paulmach/orb"
)

// heritageArea is the published part of the World Heritage property in 五里坡: 6306 ha.
const heritageArea = 6306e4

// solve finds the size at which a family of shapes, growing with size, has an
// ellipsoidal area; high must be too large. Coordinates stay unrounded, so the
// area is met to better than 0.001 m² per hectare.
func solve(area, high float64, shape func(size float64) orb.Polygon) orb.Polygon {
	low := 0.0
	for range 80 {
		middle := (low + high) / 2
		if float64(Measure(shape(middle))) < area {
			low = middle
		} else {
			high = middle
		}
	}
	return shape(high)
}

// blob is a star-shaped outline about a point: an uneven circle of a mean radius.
func (s seed) blob(at orb.Point, vertices, number int) func(radius float64) orb.Polygon {
	return func(radius float64) orb.Polygon {
		ring := make(orb.Ring, 0, vertices+1)
		for i := range vertices {
			ring = append(ring, s.ray(at, radius, number, 2*math.Pi*float64(i)/float64(vertices)))
		}
		return orb.Polygon{append(ring, ring[0])}
	}
}

// ray is a blob's point in a direction.
func (s seed) ray(at orb.Point, radius float64, number int, turn float64) orb.Point {
	sin, cos := math.Sincos(turn)
	r := radius * (1 + 0.38*s.fractal(purposeShape, 2*cos+float64(40*number), 2*sin, 1.6))
	return orb.Point{at[0] + r*cos, at[1] + r*sin}
}

// band is a strip of a half-width along a line.
func band(line orb.LineString) func(half float64) orb.Polygon {
	return func(half float64) orb.Polygon {
		n := len(line)
		ring := make(orb.Ring, 2*n, 2*n+1)
		for i, p := range line {
			a, b := line[max(i-1, 0)], line[min(i+1, n-1)]
			dx, dy := b[0]-a[0], b[1]-a[1]
			length := math.Hypot(dx, dy)
			ring[i] = orb.Point{p[0] + half*dy/length, p[1] - half*dx/length}
			ring[2*n-1-i] = orb.Point{p[0] - half*dy/length, p[1] + half*dx/length}
		}
		return orb.Polygon{append(ring, ring[0])}
	}
}

// winding is a road of a length from a to b that swings to both sides, a point
// every 40 m or so.
func winding(a, b orb.Point, swings int, length float64) (line orb.LineString) {
	steps := int(length / 40)
	dx, dy := b[0]-a[0], b[1]-a[1]
	d := math.Hypot(dx, dy)
	draw := func(swing float64) (road orb.LineString, along float64) {
		for i := range steps + 1 {
			t := float64(i) / float64(steps)
			o := swing * math.Sin(2*math.Pi*float64(swings)*t) * (0.8 + 0.2*math.Cos(5*t)) / d
			road = append(road, orb.Point{a[0] + t*dx - o*dy, a[1] + t*dy + o*dx})
			if i > 0 {
				along += math.Hypot(road[i][0]-road[i-1][0], road[i][1]-road[i-1][1])
			}
		}
		return road, along
	}
	low, high := 0.0, length
	for range 60 {
		middle := (low + high) / 2
		if road, along := draw(middle); along < length {
			low, line = middle, road
		} else {
			high = middle
		}
	}
	return line
}

// layHeritage draws the heritage part of 五里坡: an uneven blob about the
// reserve's innermost cell, held back wherever it would leave the reserve.
func (z *zoning) layHeritage() orb.Polygon {
	cells := z.zones[wulipo].all()
	depth := z.depth(cells)
	centre := cells[0]
	for _, c := range cells {
		if depth[c] > depth[centre] {
			centre = c
		}
	}
	at := z.site[centre]
	const vertices = 360
	reach := make([]float64, vertices)
	for i := range reach {
		reach[i] = z.reach(at, 2*math.Pi*float64(i)/vertices, depth)
	}
	return solve(heritageArea, 12000, func(radius float64) orb.Polygon {
		ring := make(orb.Ring, 0, vertices+1)
		for i := range vertices {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / vertices)
			p := z.seed.ray(at, radius, 0, 2*math.Pi*float64(i)/vertices)
			r := min(math.Hypot(p[0]-at[0], p[1]-at[1]), reach[i])
			ring = append(ring, orb.Point{at[0] + r*cos, at[1] + r*sin})
		}
		return orb.Polygon{append(ring, ring[0])}
	})
}

// reach is how far a ray may go and stay a full cell inside a set, judged by the
// depth of the cells about it.
func (z *zoning) reach(at orb.Point, turn float64, depth []int) float64 {
	sin, cos := math.Sincos(turn)
	for r := 0.0; ; r += 60 {
		for side := -400.0; side <= 400; side += 200 {
			p := orb.Point{at[0] + r*cos - side*sin, at[1] + r*sin + side*cos}
			if depth[z.cellOf(p)] < 2 {
				return max(0, r-60)
			}
		}
	}
}

// cellOf is the cell of the lattice whose centre is nearest to a point.
func (m *mesh) cellOf(p orb.Point) (nearest int) {
	row := int(math.Round((p[1] - originNorth) / (spacing * math.Sqrt(3) / 2)))
	col := int(math.Round((p[0]-originEast)/spacing - 0.5*float64(row&1)))
	best := math.Inf(1)
	for r := row - 2; r <= row+2; r++ {
		for k := col - 2; k <= col+2; k++ {
			if r < 0 || k < 0 || r >= m.rows || k >= m.cols {
				continue
			}
			q := m.site[r*m.cols+k]
			if d := math.Hypot(q[0]-p[0], q[1]-p[1]); d < best {
				best, nearest = d, r*m.cols+k
			}
		}
	}
	return nearest
}
