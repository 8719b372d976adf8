package geodata

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// RingDefect finds the first ring that no polygon can have: a coordinate that is
// not a finite number, fewer than four points, an end that is not its start. Such
// a ring is refused, not repaired: closing it would invent a boundary. It gives
// nil when every ring can be read; whether they cross is another question.
func RingDefect(polygons orb.MultiPolygon) *Error {
	for _, polygon := range polygons {
		for _, ring := range polygon {
			if e := ringDefect(ring); e != nil {
				return e
			}
		}
	}
	return nil
}

func ringDefect(ring orb.Ring) *Error {
	for i, p := range ring {
		if sum := p[0] + p[1]; math.IsNaN(sum) || math.IsInf(sum, 0) {
			return &Error{Kind: Invalid, Code: "coordinate-not-finite",
				ZH: fmt.Sprintf("第 %d 个界址点的坐标不是有效数值。", i+1),
				EN: fmt.Sprintf("The coordinate of point %d is not a finite number.", i+1)}
		}
	}
	switch {
	case len(ring) == 0:
		return &Error{Kind: Invalid, Code: "ring-too-short",
			ZH: "边界环没有界址点。", EN: "A ring has no points."}
	case ring[0] != ring[len(ring)-1]:
		return &Error{Kind: Invalid, Code: "ring-unclosed", At: &ring[len(ring)-1],
			ZH: "边界环没有闭合，请使终点与起点相同。", EN: "A ring is not closed; its last point must equal its first."}
	case len(ring) < 4:
		return &Error{Kind: Invalid, Code: "ring-too-short", At: &ring[0],
			ZH: fmt.Sprintf("边界环只有 %d 个点，至少要 4 个（首尾重复）。", len(ring)),
			EN: fmt.Sprintf("A ring has %d points; it needs at least 4, the last repeating the first.", len(ring))}
	}
	return nil
}
