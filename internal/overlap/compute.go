package overlap

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// check is the work of one Check.
type check struct {
	db        postgis.Querier
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

	known *sync.Map // owner → featureName, of a session's earlier sites; nil outside one

	pair         map[couple]float64 // area that two features of a version share
	crossings    map[owner][]Crossing
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

func (k *check) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		k.findHits, k.findSlivers, k.nameFeatures, k.closeTownships, k.divideAmongTownships, k.measureDistances,
		k.combine, k.cross,
	} {
		if err := step(ctx); err != nil {
			return err
		}
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

//go:embed sql/hits.sql
var hitsSQL string

// findHits adds up what the site has in common with each layer and feature.
func (k *check) findHits(ctx context.Context) error {
	k.total, k.feature, k.doubtful, k.pair = map[int64]float64{}, map[owner]float64{}, map[int64]bool{}, map[couple]float64{}
	rows, err := k.db.Query(ctx, hitsSQL, pgx.StrictNamedArgs{
		"versions": k.versions(), "site": k.site.Plane, "stretch": k.site.stretch(),
		"sliver_m2": float64(k.tolerance.Area), "sliver_width": k.tolerance.Width, "hairline": hairline})
	if err != nil {
		return fmt.Errorf("find hits: %w", err)
	}
	var version int64
	var features []int32
	var area float64
	var doubtful, thin bool
	_, err = pgx.ForEachRow(rows, []any{&version, &features, &area, &doubtful, &thin}, func() error {
		if thin && version != k.township.VersionID { // townships must still add up to the site
			return nil
		}
		k.total[version] += area
		for i, f := range features {
			k.feature[owner{version, f}] += area
			for _, g := range features[i+1:] {
				k.pair[couple{version, f, g}] += area
			}
		}
		k.doubtful[version] = k.doubtful[version] || doubtful
		return nil
	})
	if err != nil {
		return fmt.Errorf("find hits: %w", err)
	}
	return nil
}

//go:embed sql/slivers.sql
var sliversSQL string

// findSlivers looks at connected pieces where a face was small or thin.
func (k *check) findSlivers(ctx context.Context) error {
	k.sliver = map[owner]sliverPart{}
	var ids []int64
	for _, id := range k.versions() {
		if k.doubtful[id] && id != k.township.VersionID && k.total[id] > noise {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := k.db.Query(ctx, sliversSQL, pgx.StrictNamedArgs{
		"versions": ids, "site": k.site.Plane, "plane": k.site.PlaneSRID,
		"sliver_m2": float64(k.tolerance.Area), "sliver_width": k.tolerance.Width})
	if err != nil {
		return fmt.Errorf("find slivers: %w", err)
	}
	var o owner
	var s sliverPart
	_, err = pgx.ForEachRow(rows, []any{&o.version, &o.feature, &s.area, &s.only}, func() error {
		k.sliver[o] = s
		return nil
	})
	if err != nil {
		return fmt.Errorf("find slivers: %w", err)
	}
	return nil
}

//go:embed sql/features.sql
var featuresSQL string

func (k *check) nameFeatures(ctx context.Context) error {
	k.names = map[owner]featureName{}
	var versions []int64
	var features []int32
	for o := range k.feature {
		if k.known != nil {
			if n, ok := k.known.Load(o); ok {
				k.names[o] = n.(featureName)
				continue
			}
		}
		versions, features = append(versions, o.version), append(features, o.feature)
	}
	if len(versions) == 0 {
		return nil
	}
	rows, err := k.db.Query(ctx, featuresSQL, pgx.StrictNamedArgs{
		"county": k.county.Code, "versions": versions, "features": features})
	if err != nil {
		return fmt.Errorf("name features: %w", err)
	}
	var o owner
	var n featureName
	_, err = pgx.ForEachRow(rows, []any{&o.version, &o.feature, &n.code, &n.name, &n.class, &n.area}, func() error {
		k.names[o] = n
		if k.known != nil {
			k.known.Store(o, n)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("name features: %w", err)
	}
	return nil
}

//go:embed sql/outside.sql
var outsideSQL string

// closeTownships finds what lies outside every township, and proves that the
// parts add up to the site. Without townships in force all of it is outside: that
// the site lies in the county is then unknown.
func (k *check) closeTownships(ctx context.Context) error {
	id, site := k.township.VersionID, *k.site.AreaM2
	covered, parts := k.total[id], 0.0
	for _, o := range k.townships() {
		parts += k.feature[o]
	}
	if id == 0 {
		k.outside = geodata.Area(site)
		return nil
	}
	k.multiply = geodata.Area(snap(parts-covered, site))
	outside := 0.0
	if snap(site-covered, site) != 0 {
		err := k.db.QueryRow(ctx, outsideSQL, pgx.StrictNamedArgs{"township": id, "site": k.site.Plane}).Scan(&outside)
		if err != nil {
			return fmt.Errorf("measure outside townships: %w", err)
		}
	}
	k.outside = geodata.Area(outside)
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
// one township only needs no geometry for that.
func (k *check) divideAmongTownships(ctx context.Context) error {
	if len(k.townships()) < 2 && k.outside == 0 || k.township.VersionID == 0 {
		return nil
	}
	k.inTown = map[townOverlap]float64{}
	var concerned []int64
	for _, id := range k.versions() {
		if id != k.township.VersionID && k.total[id] > noise {
			concerned = append(concerned, id)
		}
	}
	if len(concerned) == 0 {
		return nil
	}
	rows, err := k.db.Query(ctx, townshipOverlapsSQL, pgx.StrictNamedArgs{
		"versions": concerned, "township": k.township.VersionID, "site": k.site.Plane})
	if err != nil {
		return fmt.Errorf("divide among townships: %w", err)
	}
	var t townOverlap
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&t.version, &t.township, &area}, func() error {
		k.inTown[t] = area
		return nil
	})
	if err != nil {
		return fmt.Errorf("divide among townships: %w", err)
	}
	return nil
}

//go:embed sql/distances.sql
var distancesSQL string

// measureDistances finds the nearest feature of every layer that is clear.
func (k *check) measureDistances(ctx context.Context) error {
	k.distance = map[int64]float64{}
	var clear []int64
	for _, id := range k.versions() {
		if id != k.township.VersionID && k.total[id] <= noise {
			clear = append(clear, id)
		}
	}
	if len(clear) == 0 {
		return nil
	}
	rows, err := k.db.Query(ctx, distancesSQL, pgx.StrictNamedArgs{
		"versions": clear, "site": k.site.Plane, "plane": k.site.PlaneSRID})
	if err != nil {
		return fmt.Errorf("measure distances: %w", err)
	}
	var version int64
	var metres float64
	_, err = pgx.ForEachRow(rows, []any{&version, &metres}, func() error {
		k.distance[version] = metres
		return nil
	})
	if err != nil {
		return fmt.Errorf("measure distances: %w", err)
	}
	return nil
}
