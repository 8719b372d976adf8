package overlap

import (
	"context"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"hongxian/internal/overlap/outline"
)

// recall gives the checks the outlines of the versions they ask about. Without a
// keeper they have none, and the database answers everything, to the same digit.
func (t checks) recall(ctx context.Context, keeper *outline.Keeper) error {
	if keeper == nil {
		return nil
	}
	outlines := map[int64]*outline.Outline{}
	for _, id := range t[0].versions() {
		o, err := keeper.Of(ctx, outline.Version{County: t[0].county.Code, ID: id, Digest: t[0].digest(id)})
		if err != nil {
			return err
		}
		outlines[id] = o
	}
	for _, k := range t {
		k.outlines = outlines
		k.plane, k.grid = k.plain()
	}
	return nil
}

// plain is the site in both planes if outlines can tell of it: one polygon, not
// large, and not so small or thin that all of it may be a sliver.
func (k *check) plain() (plane, grid *outline.Site) {
	p, inPlane := k.site.Plane.Geometry.(orb.MultiPolygon)
	g, inGrid := k.site.Grid.Geometry.(orb.MultiPolygon)
	if !inPlane || !inGrid || len(p) != 1 || len(g) != 1 {
		return nil, nil
	}
	points := 0
	for _, ring := range p[0] {
		points += len(ring)
	}
	perimeter := k.site.stretch() * planar.Length(p[0])
	if area := *k.site.AreaM2; points > outlinedPoints || area < float64(k.tolerance.Area) || 2*area < k.tolerance.Width*perimeter {
		return nil, nil
	}
	return outline.NewSite(p[0]), outline.NewSite(g[0])
}

// outlinedPoints is up to how many points of a site outlines are asked: each is held
// against every border near the site.
const outlinedPoints = 2000

// liesOn lists the features of a version that all of the site lies on, if the
// version's outline is certain of it.
func (k *check) liesOn(version int64) (features []int32, certain bool) {
	if o := k.outlines[version]; o != nil && k.plane != nil {
		return o.Borders.On(k.plane)
	}
	return nil, false
}

// nearest is how far a version's nearest feature is, in metres, if its outline is
// certain of it.
func (k *check) nearest(version int64) (metres float64, certain bool) {
	if o := k.outlines[version]; o != nil && k.grid != nil {
		return o.Faces.Nearest(k.grid)
	}
	return 0, false
}

// whole gives versions and features that cover the site the site's own area: added
// up from parts it may be off by the last bits of each.
func (k *check) whole() {
	site := *k.site.AreaM2
	for id, area := range k.total {
		if snap(area-site, site) == 0 {
			k.total[id] = site
		}
	}
	for o, area := range k.feature {
		if snap(area-site, site) == 0 {
			k.feature[o] = site
		}
	}
	for p, area := range k.pair {
		if snap(area-site, site) == 0 {
			k.pair[p] = site
		}
	}
}
