package mesh

import (
	"slices"
)

// segment is a straight piece of border, a before b, with what lies on its left
// and right; 0 is nothing.
type segment struct {
	a, b        Point
	left, right int32
}

// directed makes a segment of the way from p to q.
func directed(p, q Point, left, right int32) segment {
	if q.before(p) {
		return segment{q, p, right, left}
	}
	return segment{p, q, left, right}
}

func bySite(s, t segment) int {
	if c := s.a.compare(t.a); c != 0 {
		return c
	}
	return s.b.compare(t.b)
}

// merge sorts the segments and makes one of those that lie on each other: what is
// on the left of one and on the right of another cancels. Those left with the
// same on both sides go. More than one remains of a place only where regions
// overlap.
func merge(segments []segment) []segment {
	slices.SortFunc(segments, bySite)
	out := segments[:0]
	var lefts, rights []int32
	for i := 0; i < len(segments); {
		first := segments[i]
		lefts, rights = lefts[:0], rights[:0]
		for ; i < len(segments) && segments[i].a == first.a && segments[i].b == first.b; i++ {
			lefts, rights = cancel(lefts, rights, segments[i].left, segments[i].right)
		}
		for k := range max(len(lefts), len(rights)) {
			s := segment{a: first.a, b: first.b}
			if k < len(lefts) {
				s.left = lefts[k]
			}
			if k < len(rights) {
				s.right = rights[k]
			}
			out = append(out, s)
		}
	}
	return out
}

// cancel adds left − right to a formal sum, in which 0 counts for nothing.
func cancel(lefts, rights []int32, left, right int32) ([]int32, []int32) {
	if left != 0 {
		if i := slices.Index(rights, left); i >= 0 {
			rights = slices.Delete(rights, i, i+1)
		} else {
			lefts = append(lefts, left)
		}
	}
	if right != 0 {
		if i := slices.Index(lefts, right); i >= 0 {
			lefts = slices.Delete(lefts, i, i+1)
		} else {
			rights = append(rights, right)
		}
	}
	return lefts, rights
}
