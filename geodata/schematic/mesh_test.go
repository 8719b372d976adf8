package schematic

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// directed counts how often each piece of boundary is run through in a direction.
func directed(t *testing.T, list []geodata.Feature) map[[2]orb.Point]int {
	t.Helper()
	count := map[[2]orb.Point]int{}
	for _, f := range list {
		for _, p := range f.Geometry.(orb.MultiPolygon) {
			for _, r := range p {
				for i := 1; i < len(r); i++ {
					count[[2]orb.Point{r[i-1], r[i]}]++
				}
			}
		}
	}
	return count
}

// outline is the county's own boundary, dissolved from its cells.
func outline(c *County) map[[2]orb.Point]bool {
	set := map[[2]orb.Point]bool{}
	for _, r := range newRegion(c.mesh).dissolve(c.cells)[0] {
		for i := 1; i < len(r); i++ {
			set[[2]orb.Point{r[i-1], r[i]}] = true
		}
	}
	return set
}

// In a coverage every piece of boundary is used twice, once each way, but for
// those on the county's outline:
//
//	+--->---+--->---+
//	|   A   v   B   v
//	^       ^       |      A and B use the middle edge up and down
//	+---<---+---<---+
func TestCoveragesShareEveryEdge(t *testing.T) {
	for _, scale := range []int{1, 3} {
		c, err := New(DefaultSeed, scale)
		if err != nil {
			t.Fatal(err)
		}
		border := outline(c)
		for _, ref := range []string{"township@2023", "control-unit@2023"} {
			count := directed(t, features(t, c, ref))
			outer := 0
			for s, n := range count {
				back := count[[2]orb.Point{s[1], s[0]}]
				switch {
				case n != 1:
					t.Fatalf("%s at scale %d: %v is used %d times", ref, scale, s, n)
				case back == 0 && !border[s]:
					t.Fatalf("%s at scale %d: %v has no other side", ref, scale, s)
				case back == 0:
					outer++
				}
			}
			if outer != len(border) {
				t.Errorf("%s at scale %d covers %d of %d pieces of the outline", ref, scale, outer, len(border))
			}
		}
	}
}

// Layers that exclude each other never run along a piece in the same direction,
// and the red line in force lies in priority units.
func TestLayersExcludeAndNest(t *testing.T) {
	c := theCounty(t)
	lines := slices.Concat(features(t, c, "red-line@2022"), features(t, c, "farmland@2022"), features(t, c, "urban-boundary@2022"))
	for s, n := range directed(t, lines) {
		if n != 1 {
			t.Fatalf("the three control lines use %v %d times", s, n)
		}
	}
	for _, k := range c.cells {
		if c.red[k] != none && c.units[c.unit[k]].class != 1 {
			t.Fatalf("cell %d is red and in a unit of class %d", k, c.units[c.unit[k]].class)
		}
	}
	for _, a := range c.zones {
		for _, k := range a.all() {
			if c.red[k] == none || c.urban[k] != none {
				t.Fatalf("%s: cell %d is not under the red line", a.name, k)
			}
		}
	}
}

func TestProtectedAreasOverlap(t *testing.T) {
	c := theCounty(t)
	meet := func(a, b zone) bool { return slices.ContainsFunc(a.all(), b.has) }
	for _, pair := range [][2]int{{wulipo, liziping}, {wulipo, xiaosanxia}, {xiaosanxia, dachanghu}, {jiangnan, shennv}} {
		if a, b := c.zones[pair[0]], c.zones[pair[1]]; !meet(a, b) {
			t.Errorf("%s and %s do not overlap", a.name, b.name)
		}
	}
	for _, i := range []int{wulipo, jiangnan, xiaosanxia, dachanghu, shennv} {
		if !slices.ContainsFunc(c.zones[i].all(), func(k int) bool { return c.scenic[k] != none }) {
			t.Errorf("%s and the scenic area do not overlap", c.zones[i].name)
		}
	}
}

func TestHeritageLiesInTheReserve(t *testing.T) {
	c := theCounty(t)
	for _, p := range c.layHeritage()[0] {
		if !c.zones[wulipo].has(c.cellOf(p)) {
			t.Fatalf("%v lies outside", p)
		}
	}
}

// Rings are simple: no corner twice, exteriors counter-clockwise, holes clockwise.
func TestRingsAreSimple(t *testing.T) {
	for _, scale := range []int{1, 4} {
		c, err := New(DefaultSeed, scale)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range c.Deliveries() {
			for f := range d.Data.Features {
				for _, p := range f.Geometry.(orb.MultiPolygon) {
					for i, r := range p {
						if fault := ringFault(r, i > 0); fault != "" {
							t.Fatalf("%s record %d, ring %d: %s", d.Ref, f.Record, i, fault)
						}
					}
				}
			}
		}
	}
}

func ringFault(r orb.Ring, hole bool) string {
	if len(r) < 4 || r[0] != r[len(r)-1] {
		return "it is not a closed ring"
	}
	seen := map[orb.Point]bool{}
	for _, p := range r[1:] {
		if seen[p] {
			return fmt.Sprintf("it passes %v twice", p)
		}
		seen[p] = true
	}
	if (planeArea(r) < 0) != hole {
		return "it turns the wrong way"
	}
	return ""
}

// The parts of a cell make up the cell, however many they are.
func TestCutCell(t *testing.T) {
	c := theCounty(t)
	cell := c.cells[len(c.cells)/2]
	for n := 1; n <= Limit; n++ {
		parts := c.cutCell(cell, n)
		count := map[[2]orb.Point]int{}
		var sum float64
		for _, p := range parts {
			if fault := ringFault(p[0], false); fault != "" || len(p) != 1 {
				t.Fatalf("%d parts: %s", n, fault)
			}
			sum += float64(Measure(p))
			for i := 1; i < len(p[0]); i++ {
				count[[2]orb.Point{p[0][i-1], p[0][i]}]++
			}
		}
		outer := 0
		for s, times := range count {
			if back := count[[2]orb.Point{s[1], s[0]}]; times != 1 {
				t.Fatalf("%d parts: %v is used %d times", n, s, times)
			} else if back == 0 {
				outer++
			}
		}
		if len(parts) != n || outer != 6 || math.Abs(sum-c.area[cell]) > 1e-3 {
			t.Fatalf("%d parts wanted: %d of %.4f m² with %d outer edges; the cell has %.4f m²", n, len(parts), sum, outer, c.area[cell])
		}
	}
}

func TestGroups(t *testing.T) {
	c := theCounty(t)
	cells := c.where(func(k int) bool { return c.farmland[k] })[:97]
	for _, n := range []int{1, 2, 3, 7, 50, 96, 97} {
		seen := map[int]bool{}
		groups := c.groups(cells, n)
		for _, g := range groups {
			if len(g) == 0 {
				t.Fatalf("%d groups: one is empty", n)
			}
			for _, k := range g {
				seen[k] = true
			}
		}
		if len(groups) != n || len(seen) != len(cells) {
			t.Errorf("%d groups of %d cells: %d groups, %d cells", n, len(cells), len(groups), len(seen))
		}
	}
}
