package schematic

import "math"

// seed makes every random number of the county: numbers are a pure function of
// the seed, a purpose and a place, so nothing depends on the order of drawing.
type seed uint64

// purposes keep the noise fields apart.
const (
	purposeJitter = iota + 1
	purposeEdge
	purposeFine
	purposeOutline
	purposeRiver
	purposeRelief
	purposeRidge
	purposeRedLine
	purposeType
	purposeTownship
	purposeZone
	purposeFarmland
	purposeUrban
	purposeControl
	purposeShape
	purposeSample
)

// at is a uniform number in [-1, 1): a splitmix64 finaliser over its arguments.
func (s seed) at(purpose, x, y int) float64 {
	h := uint64(s) ^ uint64(purpose)*0x9e3779b97f4a7c15
	for _, v := range [2]int{x, y} {
		h += uint64(v)*0xbf58476d1ce4e5b9 + 0x94d049bb133111eb
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return float64(int64(h)>>11) / (1 << 52)
}

// value is smooth value noise in [-1, 1] on the unit lattice.
func (s seed) value(purpose int, x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	i, j := int(fx), int(fy)
	u, v := ease(x-fx), ease(y-fy)
	low := lerp(s.at(purpose, i, j), s.at(purpose, i+1, j), u)
	high := lerp(s.at(purpose, i, j+1), s.at(purpose, i+1, j+1), u)
	return lerp(low, high, v)
}

// fractal is five octaves of value noise, about [-1, 1], whose largest features
// are size metres wide.
func (s seed) fractal(purpose int, x, y, size float64) (sum float64) {
	amplitude, f := 0.55, 1/size
	for octave := range 5 {
		shift := 17.3 * float64(octave)
		sum += amplitude * s.value(purpose, x*f+shift, y*f-shift)
		amplitude, f = amplitude*0.52, f*2.03
	}
	return sum
}

// ridged is noise with sharp crests in [0, 1], stretched along the mountains,
// which run from the south-west to the north-east.
func (s seed) ridged(x, y, size float64) float64 {
	const cos, sin = 0.7660, 0.6428 // 40° north of east
	along, across := x*cos+y*sin, y*cos-x*sin
	bend := 0.35 * size * s.fractal(purposeRelief, x, y, 3*size)
	return 1 - math.Abs(s.fractal(purposeRidge, along/2.6, across+bend, size))*1.6
}

func ease(t float64) float64       { return t * t * t * (t*(t*6-15) + 10) }
func lerp(a, b, t float64) float64 { return a + (b-a)*t }
