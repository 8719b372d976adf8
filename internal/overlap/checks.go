package overlap

import (
	_ "embed"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata/postgis"
)

// checks are those of one session, against the same versions. What is asked for
// every site is asked for all of them by one statement.
type checks []*check

// sites are those of the checks, in the plane that in gives.
func (t checks) sites(in func(*placedSite) postgis.Geometry) []postgis.Geometry {
	out := make([]postgis.Geometry, len(t))
	for i, k := range t {
		out[i] = in(k.site)
	}
	return out
}

func measuringPlane(s *placedSite) postgis.Geometry    { return s.Plane }
func gaussKruegerPlane(s *placedSite) postgis.Geometry { return s.Grid }

//go:embed sql/hits.sql
var hitsSQL string

// findHits adds up what each site has in common with each layer and feature. Where
// an outline is certain of it, the database is not asked.
func (t checks) findHits(turn *pgx.Batch) {
	stretches := make([]float64, len(t))
	var at []int32
	var versions []int64
	for i, k := range t {
		k.total, k.feature, k.doubtful, k.pair = map[int64]float64{}, map[owner]float64{}, map[int64]bool{}, map[couple]float64{}
		stretches[i] = k.site.stretch()
		for _, id := range k.versions() {
			if features, certain := k.liesOn(id); !certain {
				at, versions = append(at, int32(i+1)), append(versions, id)
			} else if len(features) > 0 {
				k.note(hit{version: id, features: features, area: *k.site.AreaM2})
			}
		}
	}
	if len(at) == 0 {
		return
	}
	var site int
	var h hit
	forEachRow(turn, "find hits", hitsSQL, pgx.StrictNamedArgs{
		"sites": t.sites(measuringPlane), "stretches": stretches, "at": at, "versions": versions,
		"sliver_m2": float64(t[0].tolerance.Area), "sliver_width": t[0].tolerance.Width, "hairline": hairline,
	}, []any{&site, &h.version, &h.features, &h.area, &h.doubtful, &h.thin}, func() { t[site-1].note(h) })
}

// hit is a part of a face that a site covers.
type hit struct {
	version        int64
	features       []int32
	area           float64
	doubtful, thin bool
}

// note adds a part to what its layer and features have in common with the site.
func (k *check) note(h hit) {
	if h.thin && h.version != k.township.VersionID { // townships must still add up to the site
		return
	}
	k.total[h.version] += h.area
	for i, f := range h.features {
		k.feature[owner{h.version, f}] += h.area
		for _, g := range h.features[i+1:] {
			k.pair[couple{h.version, f, g}] += h.area
		}
	}
	k.doubtful[h.version] = k.doubtful[h.version] || h.doubtful
}

//go:embed sql/features.sql
var featuresSQL string

// nameFeatures asks for those that no earlier check has.
func (t checks) nameFeatures(turn *pgx.Batch) {
	asking := map[owner][]*check{}
	var versions []int64
	var features []int32
	for _, k := range t {
		k.names = map[owner]featureName{}
		for o := range k.feature {
			if n, ok := k.known.of(o, k.digest(o.version)); ok {
				k.names[o] = n
				continue
			}
			if asking[o] == nil {
				versions, features = append(versions, o.version), append(features, o.feature)
			}
			asking[o] = append(asking[o], k)
		}
	}
	if len(versions) == 0 {
		return
	}
	var o owner
	var n featureName
	forEachRow(turn, "name features", featuresSQL, pgx.StrictNamedArgs{
		"county": t[0].county.Code, "versions": versions, "features": features,
	}, []any{&o.version, &o.feature, &n.code, &n.name, &n.class, &n.area}, func() {
		for _, k := range asking[o] {
			k.names[o] = n
		}
		t[0].known.remember(o, t[0].digest(o.version), n)
	})
}

//go:embed sql/distances.sql
var distancesSQL string

// measureDistances finds the nearest feature of every layer that is clear.
func (t checks) measureDistances(turn *pgx.Batch) {
	var at []int32
	var clear []int64
	for i, k := range t {
		k.distance = map[int64]float64{}
		for _, id := range k.versions() {
			if id == k.township.VersionID || k.total[id] > noise {
				continue
			}
			if metres, certain := k.nearest(id); certain {
				k.distance[id] = metres
				continue
			}
			at, clear = append(at, int32(i+1)), append(clear, id)
		}
	}
	if len(clear) == 0 {
		return
	}
	var site int
	var version int64
	var metres float64
	forEachRow(turn, "measure distances", distancesSQL, pgx.StrictNamedArgs{
		"sites": t.sites(gaussKruegerPlane), "at": at, "versions": clear,
	}, []any{&site, &version, &metres}, func() { t[site-1].distance[version] = metres })
}
