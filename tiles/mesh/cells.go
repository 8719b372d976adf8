package mesh

import "math"

// cells files things by the square cell of the plane they lie in, to find what is
// near a place. It is filled once, in two passes over the same items.
type cells[T any] struct {
	shift uint
	mask  uint32
	start []uint32 // of each bucket's items; the last ends them
	items []T
}

// newCells prepares cells of 2^shift units for about n items.
func newCells[T any](shift uint, n int) *cells[T] {
	size := uint32(16)
	for int(size) < n {
		size *= 2
	}
	return &cells[T]{shift: shift, mask: size - 1, start: make([]uint32, size+2)}
}

func (c *cells[T]) bucket(cx, cy int32) uint32 {
	h := uint32(cx)*0x9E3779B1 ^ uint32(cy)*0x85EBCA77
	h ^= h >> 15
	h *= 0x2C1B3C6D
	return (h ^ h>>13) & c.mask
}

// count announces an item for a cell; after all counts comes layOut, then put.
func (c *cells[T]) count(cx, cy int32) { c.start[c.bucket(cx, cy)+2]++ }

func (c *cells[T]) layOut() {
	for i := 2; i < len(c.start); i++ {
		c.start[i] += c.start[i-1]
	}
	c.items = make([]T, c.start[len(c.start)-1])
}

func (c *cells[T]) put(cx, cy int32, item T) {
	b := c.bucket(cx, cy) + 1
	c.items[c.start[b]] = item
	c.start[b]++
}

// at gives the items of a cell, and strangers that share its bucket.
func (c *cells[T]) at(cx, cy int32) []T {
	b := c.bucket(cx, cy)
	return c.items[c.start[b]:c.start[b+1]]
}

// along calls visit for every cell that the segment from a to b, grown by margin
// on each side, touches; it may visit a neighbouring cell more.
func along(a, b Point, margin int32, shift uint, visit func(cx, cy int32)) {
	x0, x1 := (min(a.X, b.X)-margin)>>shift, (max(a.X, b.X)+margin)>>shift
	y0, y1 := (min(a.Y, b.Y)-margin)>>shift, (max(a.Y, b.Y)+margin)>>shift
	if int64(x1-x0+1)*int64(y1-y0+1) <= 4 || a.Y == b.Y {
		for cy := y0; cy <= y1; cy++ {
			for cx := x0; cx <= x1; cx++ {
				visit(cx, cy)
			}
		}
		return
	}
	slope := float64(b.X-a.X) / float64(b.Y-a.Y)
	for cy := y0; cy <= y1; cy++ {
		top, bottom := float64(cy<<shift)-float64(margin)-1, float64((cy+1)<<shift)+float64(margin)+1
		top = max(top, float64(min(a.Y, b.Y)))
		bottom = min(bottom, float64(max(a.Y, b.Y)))
		at1 := float64(a.X) + (top-float64(a.Y))*slope
		at2 := float64(a.X) + (bottom-float64(a.Y))*slope
		from := int32(math.Floor(min(at1, at2))) - margin - 1
		to := int32(math.Ceil(max(at1, at2))) + margin + 1
		for cx := max(x0, from>>shift); cx <= min(x1, to>>shift); cx++ {
			visit(cx, cy)
		}
	}
}

// cellShift chooses cells of about the mean length of the segments, at least 2^least.
func cellShift(segments []segment, least uint) uint {
	var sum float64
	for _, s := range segments {
		sum += math.Abs(float64(s.b.X-s.a.X)) + math.Abs(float64(s.b.Y-s.a.Y))
	}
	shift := least
	for mean := sum / float64(max(1, len(segments))); shift < 24 && float64(int64(1)<<shift) < mean; {
		shift++
	}
	return shift
}
