package overlap

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/overlap/outline"
)

// check is the work of one Check.
type check struct {
	db        database
	county    postgis.County
	tolerance Tolerance
	site      *placedSite
	layers    []consulted
	township  consulted

	form Form
	srid int                 // of the delivery
	axis orb.MultiLineString // of a corridor, as it came
	// delivery is the site as it came; own says that its points are the site's.
	delivery orb.MultiPolygon
	own      bool
	rules    []CombinationRule
	pairs    []geodata.LayerKey

	known *featureNames // that earlier checks met

	outlines    map[int64]*outline.Outline // by version; nil where the database must be asked
	plane, grid *outline.Site              // the site, where outlines can tell of it

	pair         map[couple]float64 // area that two features of a version share
	crossings    map[owner][]Crossing
	asked        []*askedCombination
	combinations []Combination
	combined     map[string]float64 // every combination that is known, also those of no area

	total    map[int64]float64    // overlap by version: union area
	feature  map[owner]float64    // overlap by feature
	doubtful map[int64]bool       // versions that may have slivers
	sliver   map[owner]sliverPart // feature 0: the whole layer
	names    map[owner]featureName
	distance map[int64]float64
	inTown   map[townOverlap]float64 // layer overlap by township, when the site has several

	outside, multiply geodata.Area
	fault             error // the result does not close
}

// owner is a feature of a version; feature 0 stands for the whole layer.
type owner struct {
	version int64
	feature int32
}

// couple is two features of a version, a before b.
type couple struct {
	version int64
	a, b    int32
}

// townOverlap is a version and a township (a feature of the township version).
type townOverlap struct {
	version  int64
	township int32
}

type sliverPart struct {
	area float64
	only bool
}

type featureName struct {
	code, name, class string
	area              float64
}

// findOut does the work of several checks, in as few turns with the database as
// there are things that hang on each other, however many checks there are. Mostly
// the last turn has no question. What is wrong with one check only, it says itself.
func findOut(ctx context.Context, db database, keeper *outline.Keeper, asked []*check) error {
	if len(asked) == 0 {
		return nil
	}
	all := checks(asked)
	if err := all.recall(ctx, keeper); err != nil {
		return err
	}
	if err := ask(ctx, db, all.findHits); err != nil {
		return err
	}
	for _, k := range asked {
		k.whole()
	}
	steps := []step{all.nameFeatures, all.measureDistances}
	for _, k := range asked {
		steps = append(steps, k.findSlivers, k.findOutside, k.cross)
	}
	if err := ask(ctx, db, steps...); err != nil {
		return err
	}
	steps = steps[:0]
	for _, k := range asked {
		if k.fault = k.closeTownships(); k.fault == nil {
			steps = append(steps, k.divideAmongTownships, k.combine)
		}
	}
	if err := ask(ctx, db, steps...); err != nil {
		return err
	}
	for _, k := range asked {
		k.sumCombinations()
	}
	return nil
}

// versions lists those that can be looked at, the townships' last.
func (k *check) versions() []int64 {
	var ids []int64
	seen := map[int64]bool{0: true}
	for _, l := range append(append([]consulted{}, k.layers...), k.township) {
		if l.reason == "" && !seen[l.VersionID] {
			seen[l.VersionID] = true
			ids = append(ids, l.VersionID)
		}
	}
	return ids
}

//go:embed sql/slivers.sql
var sliversSQL string

// findSlivers looks at connected pieces where a face was small or thin.
func (k *check) findSlivers(turn *pgx.Batch) {
	k.sliver = map[owner]sliverPart{}
	var ids []int64
	for _, id := range k.versions() {
		if k.doubtful[id] && id != k.township.VersionID && k.total[id] > noise {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return
	}
	var o owner
	var s sliverPart
	forEachRow(turn, "find slivers", sliversSQL, pgx.StrictNamedArgs{
		"versions": ids, "site": k.site.Plane, "plane": k.site.PlaneSRID,
		"sliver_m2": float64(k.tolerance.Area), "sliver_width": k.tolerance.Width,
	}, []any{&o.version, &o.feature, &s.area, &s.only}, func() { k.sliver[o] = s })
}

// digest is a consulted version's.
func (k *check) digest(version int64) string {
	if k.township.VersionID == version {
		return k.township.Digest
	}
	for _, l := range k.layers {
		if l.VersionID == version {
			return l.Digest
		}
	}
	return ""
}

//go:embed sql/outside.sql
var outsideSQL string

// findOutside finds what lies outside every township. Without townships in force
// all of it is outside: that the site lies in the county is then unknown.
func (k *check) findOutside(turn *pgx.Batch) {
	id, site := k.township.VersionID, *k.site.AreaM2
	switch {
	case id == 0:
		k.outside = geodata.Area(site)
	case snap(site-k.total[id], site) != 0:
		var outside float64
		forEachRow(turn, "measure outside townships", outsideSQL, pgx.StrictNamedArgs{"township": id, "site": k.site.Plane},
			[]any{&outside}, func() { k.outside = geodata.Area(outside) })
	}
}

// closeTownships proves that the parts in the townships add up to the site.
func (k *check) closeTownships() error {
	id, site := k.township.VersionID, *k.site.AreaM2
	if id == 0 {
		return nil
	}
	covered, parts := k.total[id], 0.0
	for _, o := range k.townships() {
		parts += k.feature[o]
	}
	k.multiply = geodata.Area(snap(parts-covered, site))
	outside := float64(k.outside)
	if left := parts + outside - float64(k.multiply) - site; math.Abs(left) > rounding(site) {
		return fmt.Errorf("townships do not close: parts %.6f + outside %.6f - multiply covered %.6f differ from the site %.6f by %.6f m²",
			parts, outside, float64(k.multiply), site, left)
	}
	return nil
}

// rounding is what sums over a site of the given area may differ by, m²: the last
// digit areas are given with, and 1e-9 of the area.
func rounding(site float64) float64 { return 1e-4 + 1e-9*site }

// snap takes differences within rounding as none.
func snap(difference, site float64) float64 {
	if math.Abs(difference) <= rounding(site) {
		return 0
	}
	return difference
}

//go:embed sql/township_overlaps.sql
var townshipOverlapsSQL string

// divideAmongTownships measures each layer's overlap in each township. A site in
// one township only needs no geometry for that, nor does a layer that covers the
// site: it has what the township has.
func (k *check) divideAmongTownships(turn *pgx.Batch) {
	if len(k.townships()) < 2 && k.outside == 0 || k.township.VersionID == 0 {
		return
	}
	k.inTown = map[townOverlap]float64{}
	var concerned []int64
	for _, id := range k.versions() {
		switch {
		case id == k.township.VersionID || k.total[id] <= noise:
		case k.covers(id):
			for _, o := range k.townships() {
				k.inTown[townOverlap{id, o.feature}] = k.feature[o]
			}
		default:
			concerned = append(concerned, id)
		}
	}
	if len(concerned) == 0 {
		return
	}
	var t townOverlap
	var area float64
	forEachRow(turn, "divide among townships", townshipOverlapsSQL, pgx.StrictNamedArgs{
		"versions": concerned, "township": k.township.VersionID, "site": k.site.Plane,
	}, []any{&t.version, &t.township, &area}, func() { k.inTown[t] = area })
}

// covers reports whether a version covers the site: what it has in common with
// anything within the site is then that thing.
func (k *check) covers(version int64) bool {
	site := *k.site.AreaM2
	return snap(site-k.total[version], site) == 0
}
