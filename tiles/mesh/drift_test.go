package mesh_test

import (
	"fmt"
	"strings"
	"testing"
)

// toothed is a square of 1000 units with ten pairs of teeth of 20 square units along
// its upper edge; each of a pair points out of it (1) or into it (-1).
//
//	   1, 1                 1, -1
//	 ╱╲    ╱╲            ╱╲
//	╱  ╲──╱  ╲──        ╱  ╲──╲  ╱──
//	│                   │      ╲╱
func toothed(first, second int) string {
	var upper strings.Builder
	for pair := range 10 {
		for i, side := range []int{first, second} {
			x := 900 - 80*pair - 40*i
			fmt.Fprintf(&upper, ",%d 0,%d %d,%d 0", x, x-5, -4*side, x-10)
		}
	}
	return "POLYGON((0 0,0 1000,1000 1000,1000 0" + upper.String() + ",0 0))"
}

// Teeth to both sides all go, in whatever order they come: what one takes from the
// square another gives back. Of teeth to one side only so many go as the square may
// shrink or grow.
func TestTeethGoInPairs(t *testing.T) {
	const square, tooth = 2 * 1000 * 1000, 2 * 20
	r := rules(false, 1)
	for _, c := range []struct {
		first, second int
		least, most   int64 // twice the area, in units of the zoom below
		corners       int   // the square's, and where tiles' buffers end; 0: any
	}{
		{1, -1, square, square, 8},
		{-1, 1, square, square, 8},
		{1, 1, square + 16*tooth, square + 19*tooth, 0},
		{-1, -1, square - 19*tooth, square - 16*tooth, 0},
	} {
		p := cut(t, coarser(t, build(t, r, toothed(c.first, c.second)), r, 1))
		if area2 := 4 * p.area2(1); area2 < c.least || area2 > c.most {
			t.Errorf("teeth %d, %d: the square covers %d, want %d to %d", c.first, c.second, area2, c.least, c.most)
		}
		if n := len(p[1][0][0]); c.corners > 0 && n != c.corners {
			t.Errorf("teeth %d, %d: %d corners, want %d: %v", c.first, c.second, n, c.corners, p[1][0][0])
		}
	}
}
