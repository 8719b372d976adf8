package mesh

import (
	"slices"
	"sort"
)

// ringsOf walks along a member's pieces, sorted by their first point, and gives
// rings that do not touch themselves.
func ringsOf(pieces []piece) []Ring {
	used := make([]bool, len(pieces))
	var rings []Ring
	for i := range pieces {
		if !used[i] {
			rings = walk(pieces, used, i, rings)
		}
	}
	return rings
}

// walk starts with piece i and splits a ring off whenever it comes back to a
// point. The interior lies on the left: where several ways go on, it takes the
// next one clockwise, so that no two rings cross.
func walk(pieces []piece, used []bool, i int, rings []Ring) []Ring {
	path := []Point{}
	var forks []int // of the path's points: those with more than one way on
	for {
		p := pieces[i]
		used[i] = true
		if from, to := leaving(pieces, p.a); to-from > 1 || len(path) == 0 {
			forks = append(forks, len(path))
		}
		path = append(path, p.a)
		for k := len(forks) - 1; k >= 0; k-- {
			if path[forks[k]] == p.b {
				rings = append(rings, slices.Clone(Ring(path[forks[k]:])))
				path, forks = path[:forks[k]], forks[:k]
				break
			}
		}
		if len(path) == 0 {
			return rings
		}
		if i = onward(pieces, used, p); i < 0 {
			return rings
		}
	}
}

// leaving gives the range of pieces that start at a point.
func leaving(pieces []piece, at Point) (from, to int) {
	from = sort.Search(len(pieces), func(k int) bool { return !pieces[k].a.before(at) })
	for to = from; to < len(pieces) && pieces[to].a == at; to++ {
	}
	return from, to
}

// onward gives the unused piece that continues p, the next clockwise from the way
// back; -1 when there is none.
func onward(pieces []piece, used []bool, p piece) int {
	best := -1
	from, to := leaving(pieces, p.b)
	for k := from; k < to; k++ {
		if !used[k] && (best < 0 || clockwiseBefore(p.b, p.a, pieces[k].b, pieces[best].b)) {
			best = k
		}
	}
	return best
}

// clockwiseBefore reports whether, turning clockwise about at from the direction
// of back, p comes before q.
func clockwiseBefore(at, back, p, q Point) bool {
	hp, hq := pastHalf(at, back, p), pastHalf(at, back, q)
	if hp != hq {
		return !hp
	}
	return cross(at, p, q) < 0
}

// pastHalf reports whether p lies half a turn or more clockwise from back.
func pastHalf(at, back, p Point) bool { return cross(at, back, p) >= 0 }

func (r Ring) area2() int64 {
	var sum int64
	for i := range r {
		sum += cross(r[0], r[i], r[(i+1)%len(r)])
	}
	return sum
}

// polygonsOf gives each hole to the smallest outer ring around it.
func polygonsOf(rings []Ring) [][]Ring {
	var polygons [][]Ring
	var holes []Ring
	for _, r := range rings {
		switch area2 := r.area2(); {
		case area2 > 0:
			polygons = append(polygons, []Ring{r})
		case area2 < 0:
			holes = append(holes, r)
		}
	}
	for _, h := range holes {
		best := -1
		for i, p := range polygons {
			if (len(polygons) == 1 || p[0].holds(h)) && (best < 0 || p[0].area2() < polygons[best][0].area2()) {
				best = i
			}
		}
		if best >= 0 {
			polygons[best] = append(polygons[best], h)
		}
	}
	return polygons
}

// holds reports whether a hole that does not cross the ring lies in it: by the
// first of its points, or middles of its edges, that is not on the ring.
func (r Ring) holds(h Ring) bool {
	for i := range h {
		next := h[(i+1)%len(h)]
		for _, p := range [2]Point{{2 * h[i].X, 2 * h[i].Y}, {h[i].X + next.X, h[i].Y + next.Y}} {
			switch r.where2(p) {
			case 1:
				return true
			case -1:
				return false
			}
		}
	}
	return false
}

// where2 tells where p lies, in half units: 1 within the ring, 0 on it, -1 outside.
func (r Ring) where2(p Point) int {
	in := -1
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		a, b = Point{2 * a.X, 2 * a.Y}, Point{2 * b.X, 2 * b.Y}
		c := cross(a, b, p)
		if c == 0 && min(a.X, b.X) <= p.X && p.X <= max(a.X, b.X) && min(a.Y, b.Y) <= p.Y && p.Y <= max(a.Y, b.Y) {
			return 0
		}
		if (a.Y > p.Y) != (b.Y > p.Y) && (c > 0) == (b.Y > a.Y) {
			in = -in
		}
	}
	return in
}
