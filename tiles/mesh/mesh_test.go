package mesh_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/project"

	"hongxian/tiles/mesh"
	"hongxian/tiles/mvt"
)

// deepest is the zoom the drawings are made on: their coordinates are its grid units,
// x eastwards and y southwards, from the corner of a tile that stays one tile's
// corner for eight zooms upwards.
const (
	deepest = 16
	corner  = 52736 * mesh.Extent
)

// drawn reads WKT in grid units as longitude and latitude.
func drawn(t *testing.T, text string) orb.MultiPolygon {
	t.Helper()
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatal(err)
	}
	const world, earth = 1 << (deepest + mesh.TileBits), 2 * 20037508.342789244
	g = project.Geometry(g, func(p orb.Point) orb.Point {
		return project.Mercator.ToWGS84(orb.Point{((p[0]+corner)/world - 0.5) * earth, (0.5 - (p[1]+corner)/world) * earth})
	})
	if p, ok := g.(orb.Polygon); ok {
		return orb.MultiPolygon{p}
	}
	return g.(orb.MultiPolygon)
}

// rules are a layer's; classes are those of the features, one after the other.
func rules(tiling bool, classes ...int32) mesh.Rules {
	return mesh.Rules{Tiling: tiling, Detail: mesh.Detail, Least: mesh.LeastArea, Square: 1,
		Class: func(region int32) int32 {
			if region == 0 || int(region) > len(classes) {
				return -region
			}
			return classes[region-1]
		}}
}

// build makes the division of some drawings.
func build(t *testing.T, r mesh.Rules, shapes ...string) *mesh.Mesh {
	t.Helper()
	var b mesh.Builder
	for i, s := range shapes {
		if n := b.Add(drawn(t, s)); n != int32(i+1) {
			t.Fatalf("feature %d is numbered %d", i+1, n)
		}
	}
	m := b.Build(deepest, r)
	if m.Faults > 0 {
		t.Fatalf("%d places where the borders do not agree", m.Faults)
	}
	return m
}

// coarser goes some zooms up.
func coarser(t *testing.T, m *mesh.Mesh, r mesh.Rules, zooms int) *mesh.Mesh {
	t.Helper()
	for range zooms {
		if m = m.Coarser(r); m.Faults > 0 {
			t.Fatalf("zoom %d: %d places where the borders do not agree", m.Zoom, m.Faults)
		}
	}
	return m
}

// picture is what the one tile of a drawing shows.
type picture map[int32][][]mesh.Ring

// cut gives the tile that the drawings lie in, which must be valid.
func cut(t *testing.T, m *mesh.Mesh) picture {
	t.Helper()
	p := picture{}
	var mu sync.Mutex
	layer := mvt.NewLayer("drawing")
	at := maptile.New(corner/mesh.Extent>>(deepest-m.Zoom), corner/mesh.Extent>>(deepest-m.Zoom), maptile.Zoom(m.Zoom))
	err := m.Cut(t.Context(), 2, m.Members, func(_ context.Context, tile maptile.Tile, shapes []mesh.Shape) error {
		mu.Lock()
		defer mu.Unlock()
		if tile != at {
			return nil // its neighbour's buffer
		}
		for _, s := range shapes {
			p[s.Member] = s.Polygons
			layer.Add(uint64(s.Member), nil, s.Polygons)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := mvt.Check(layer.Bytes(), mesh.Buffer); err != nil {
		t.Error(err)
	}
	return p
}

// members are those that are drawn.
func (p picture) members() []int32 { return slices.Sorted(maps.Keys(p)) }

// area2 is twice what is drawn of a member, in grid units; holes count negative.
func (p picture) area2(member int32) (sum int64) {
	for _, polygon := range p[member] {
		for _, r := range polygon {
			sum += mvt.Area2(r)
		}
	}
	return sum
}

// edge is a step of an outline.
type edge [2]mesh.Point

// lonely gives the edges that no other member's outline runs along the other way.
func (p picture) lonely() map[edge]int32 {
	left := map[edge]int32{}
	for member, polygons := range p {
		for _, polygon := range polygons {
			for _, r := range polygon {
				for i, a := range r {
					left[edge{a, r[(i+1)%len(r)]}] = member
				}
			}
		}
	}
	for e := range maps.Clone(left) {
		if back := (edge{e[1], e[0]}); left[back] != 0 {
			delete(left, e)
			delete(left, back)
		}
	}
	return left
}

// outside fails when an edge without a neighbour lies anywhere but on the box: there
// would be a gap or an overlap along it.
func (p picture) outside(t *testing.T, west, north, east, south int32) {
	t.Helper()
	for e, member := range p.lonely() {
		a, b := e[0], e[1]
		if a.X == b.X && (a.X == west || a.X == east) || a.Y == b.Y && (a.Y == north || a.Y == south) {
			continue
		}
		t.Errorf("%d has no neighbour from %v to %v", member, a, b)
	}
}

// box is a square as WKT.
func box(x, y, side int) string {
	return fmt.Sprintf("POLYGON((%[1]d %[2]d,%[3]d %[2]d,%[3]d %[4]d,%[1]d %[4]d,%[1]d %[2]d))", x, y, x+side, y+side)
}
