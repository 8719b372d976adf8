package overlap

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// A picture reaches around the site by half its size, at least leastReach and at
// most mostReach metres, and shows what a printed map of that reach can show.
const (
	leastReach = 300
	mostReach  = 20_000
	// dotsAcross is how many dots a printed map has across: 180 mm at 300 dpi.
	dotsAcross = 2126
)

// Illustrate draws up the picture of a check: the same site against the same
// versions. The versions named in r.Against must be those of the answer, so that
// an old answer is shown as it was. srid says in which coordinates: 0 for the
// county's Gauss-Krüger plane, or 4490 for longitude and latitude.
func (c *Checker) Illustrate(ctx context.Context, r Request, srid int) (*Picture, error) {
	s, err := c.begin(ctx, r.County, r.Held)
	if err != nil {
		return nil, err
	}
	var placed []*placedSite
	if err := ask(ctx, c.DB, s.askLayers(ctx), placeSites(s.county, []Site{r.Site}, &placed)); err != nil {
		return nil, err
	}
	site := placed[0]
	if err := s.consult(ctx, r.Against); err != nil {
		return nil, err
	}
	if err := site.judge(s.county.NameZH); err != nil {
		return nil, err
	}
	k := s.newCheck(r.Site, site)
	k.rules, k.pairs = nil, nil // nothing of them is drawn
	if err := cmp.Or(findOut(ctx, k.db, c.Outlines, []*check{k}), k.fault); err != nil {
		return nil, fmt.Errorf("illustrate %q: %w", r.Site.Name, err)
	}
	p := &Picture{SRID: cmp.Or(srid, site.PlaneSRID)}
	for _, step := range []func(context.Context, *Picture) error{k.drawSite, k.drawPieces, k.drawSurroundings} {
		if err := step(ctx, p); err != nil {
			return nil, fmt.Errorf("illustrate %q: %w", r.Site.Name, err)
		}
	}
	return p, nil
}

//go:embed sql/outline.sql
var outlineSQL string

func (k *check) drawSite(ctx context.Context, p *Picture) error {
	var site, axis postgis.Geometry
	err := k.db.QueryRow(ctx, outlineSQL, pgx.StrictNamedArgs{"site": k.site.Plane, "plane": p.SRID,
		"delivery": postgis.Geometry{SRID: k.srid, Geometry: k.delivery}, "own": k.own,
		"axis": postgis.Geometry{SRID: k.srid, Geometry: k.axis}}).Scan(&site, &axis)
	if err != nil {
		return err
	}
	p.Site, _ = site.Geometry.(orb.MultiPolygon)
	p.Axis, _ = axis.Geometry.(orb.MultiLineString)
	return nil
}

//go:embed sql/pieces.sql
var piecesSQL string

func (k *check) drawPieces(ctx context.Context, p *Picture) error {
	var concerned []int64
	for _, l := range k.layers {
		if k.total[l.VersionID] > noise {
			concerned = append(concerned, l.VersionID)
		}
	}
	rows, err := k.db.Query(ctx, piecesSQL, pgx.StrictNamedArgs{"versions": concerned, "site": k.site.Plane, "plane": p.SRID})
	if err != nil {
		return err
	}
	shapes := map[owner]orb.MultiPolygon{}
	var o owner
	var g postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&o.version, &o.feature, &g}, func() error {
		shapes[o], _ = g.Geometry.(orb.MultiPolygon)
		return nil
	})
	if err != nil {
		return err
	}
	for _, l := range k.layers {
		for _, o := range k.touched(l.VersionID) {
			n := k.names[o]
			p.Pieces = append(p.Pieces, Piece{Layer: l.Key, Code: n.code, Name: n.name, Class: n.class,
				Area: geodata.Area(k.feature[o]), Sliver: geodata.Area(k.sliver[o].area), Geometry: shapes[o]})
		}
	}
	return nil
}

//go:embed sql/surroundings.sql
var surroundingsSQL string

func (k *check) drawSurroundings(ctx context.Context, p *Picture) error {
	bound := k.site.Plane.Geometry.Bound()
	size := math.Max(bound.Right()-bound.Left(), bound.Top()-bound.Bottom())
	reach := math.Min(math.Max(size/2, leastReach), mostReach)
	rows, err := k.db.Query(ctx, surroundingsSQL, pgx.StrictNamedArgs{"county": k.county.Code, "versions": k.versions(),
		"site": k.site.Plane, "plane": p.SRID, "reach": reach, "detail": (size + 2*reach) / dotsAcross})
	if err != nil {
		return err
	}
	around := map[int64][]PictureFeature{}
	var version int64
	var f PictureFeature
	var g postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&version, &f.Code, &f.Name, &f.Class, &g}, func() error {
		f.Geometry, _ = g.Geometry.(orb.MultiPolygon)
		around[version] = append(around[version], f)
		return nil
	})
	if err != nil {
		return err
	}
	for _, l := range append(append([]consulted{}, k.layers...), k.township) {
		if features := around[l.VersionID]; len(features) > 0 {
			p.Layers = append(p.Layers, PictureLayer{Layer: l.Key, TitleZH: l.TitleZH, TitleEN: l.TitleEN, Features: features})
		}
	}
	return nil
}
