package schematic

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// The published extent of the county: 109°33′15″–110°11′45″E, 30°45′05″–31°28′42″N.
var extent = orb.Bound{
	Min: orb.Point{109 + 33./60 + 15./3600, 30 + 45./60 + 5./3600},
	Max: orb.Point{110 + 11./60 + 45./3600, 31 + 28./60 + 42./3600},
}

// verify says in what the computed county misses the published figures, and
// nothing when it meets them all. Few seeds fail; none may do so silently.
func (z *zoning) verify() string {
	county := z.total(z.cells)
	if math.Abs(county-countyArea) > 5000 {
		return fmt.Sprintf("the county has %.0f m²", county)
	}
	red := z.total(z.where(func(c int) bool { return z.red[c] != none }))
	if math.Abs(red/county-redLineShare) > 4.5e-5 {
		return fmt.Sprintf("the red line covers %.4f %%", 100*red/county)
	}
	for i, a := range z.zones {
		if len(a.general) == 0 || a.kind == "自然保护区" && len(a.core) == 0 {
			return fmt.Sprintf("protected area %d lacks a zone", i+1)
		}
	}
	if g := Measure(z.layHeritage()); math.Abs(float64(g)-heritageArea) > 1 {
		return fmt.Sprintf("the heritage part has %s", g)
	}
	for _, c := range z.where(z.rimmed) {
		for i := range 6 {
			if p := LonLat(z.corner[z.cornerOf(c, i)]); !extent.Contains(p) {
				return fmt.Sprintf("the border leaves the published extent at %v", p)
			}
		}
	}
	return z.verifyChanges()
}

// verifyChanges asks for ground gained and lost, with and without approval, and
// for some reclassified.
func (z *zoning) verifyChanges() string {
	seen := map[string]bool{}
	for _, ch := range z.changes {
		seen[fmt.Sprint(ch.kind, ch.approval != "")] = true
	}
	for _, want := range []string{"1 true", "1 false", "3 true", "3 false", "2 true"} {
		if !seen[want] {
			return "no change of kind and approval " + want
		}
	}
	return ""
}
