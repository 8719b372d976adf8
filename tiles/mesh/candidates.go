package mesh

// candidate is a vertex that may go, with the neighbours it was weighed by.
type candidate struct {
	point, before, after int32
	area2                int64
}

func (c candidate) less(d candidate) bool {
	return c.area2 < d.area2 || c.area2 == d.area2 && c.point < d.point
}

// candidates is a heap, the smallest triangle first. It is container/heap's, which
// makes an allocation and three indirect calls of every step: these were a fifth of
// the time of a bake.
type candidates []candidate

func (h *candidates) push(c candidate) {
	s := append(*h, c)
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !c.less(s[up]) {
			break
		}
		s[i] = s[up]
		i = up
	}
	s[i] = c
	*h = s
}

func (h *candidates) pop() candidate {
	s := *h
	first, c := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	i := 0
	for {
		down := 2*i + 1
		if down >= len(s) {
			break
		}
		if down+1 < len(s) && s[down+1].less(s[down]) {
			down++
		}
		if !s[down].less(c) {
			break
		}
		s[i] = s[down]
		i = down
	}
	if len(s) > 0 {
		s[i] = c
	}
	return first
}
