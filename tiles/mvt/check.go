package mvt

import (
	"errors"
	"fmt"

	"hongxian/tiles/mesh"
)

// Check tells what is wrong with a tile: with its structure, or with its shapes.
// Lines have a length; rings have an area, do not touch or cross themselves,
// outer ones wind one way and come before their holes, which wind the other; and
// nothing lies more than buffer units outside the tile, if buffer is not negative.
func Check(tile []byte, buffer int) error {
	layers, err := Decode(tile)
	if err != nil {
		return err
	}
	var errs []error
	for _, l := range layers {
		for _, f := range l.Features {
			if err := checkShape(f, int64(l.Extent), int64(buffer)); err != nil {
				errs = append(errs, fmt.Errorf("layer %q, feature %d: %w", l.Name, f.ID, err))
			}
		}
	}
	return errors.Join(errs...)
}

func checkShape(f Feature, extent, buffer int64) error {
	if len(f.Parts) == 0 {
		return errors.New("no geometry")
	}
	for i, part := range f.Parts {
		for _, p := range part {
			x, y := int64(p.X), int64(p.Y)
			if buffer >= 0 && (x < -buffer || y < -buffer || x > extent+buffer || y > extent+buffer) {
				return fmt.Errorf("%v lies outside the buffer", p)
			}
		}
		if err := checkPart(f.Type, i, part); err != nil {
			return fmt.Errorf("part %d: %w", i+1, err)
		}
	}
	return nil
}

func checkPart(kind, i int, part mesh.Ring) error {
	if kind == 1 {
		return nil
	}
	for k := range part {
		if next := (k + 1) % len(part); part[k] == part[next] && (next > 0 || kind == 3) {
			return fmt.Errorf("%v comes twice in a row", part[k])
		}
	}
	if kind == 2 {
		if len(part) < 2 {
			return errors.New("a line of one point")
		}
		return nil
	}
	switch area2 := Area2(part); {
	case area2 == 0:
		return errors.New("a ring without area")
	case area2 < 0 && i == 0:
		return errors.New("the first ring winds the wrong way")
	}
	return checkSimple(part)
}

// Area2 is twice a ring's area in tile units, positive for outer rings.
func Area2(r mesh.Ring) (sum int64) {
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += int64(p.X)*int64(q.Y) - int64(q.X)*int64(p.Y)
	}
	return sum
}

// checkSimple refuses a ring that touches or crosses itself. It compares all pairs
// whose extents meet, from west to east.
func checkSimple(r mesh.Ring) error {
	edges := make([]edge, len(r))
	for i, p := range r {
		edges[i] = newEdge(p, r[(i+1)%len(r)], i)
	}
	sortEdges(edges)
	for i, e := range edges {
		for _, f := range edges[i+1:] {
			if f.a.X > e.b.X {
				break
			}
			next := e.number-f.number == 1 || f.number-e.number == 1 || e.number+f.number == len(r)-1 && e.number*f.number == 0
			if at, bad := e.meets(f, next); bad {
				return fmt.Errorf("the ring meets itself near %v", at)
			}
		}
	}
	return nil
}
