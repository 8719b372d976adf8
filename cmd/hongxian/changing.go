package main

import (
	"context"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/change"
	"hongxian/internal/record"
)

// changes wires everything that compares versions.
func (d *database) changes() *answer.Changes {
	keeper := &record.Keeper{DB: d.pool}
	return &answer.Changes{Comparer: d.comparers(), Keeper: keeper, Records: keeper}
}

func (d *database) comparers() *countyComparers {
	return &countyComparers{database: d, catalogue: &postgis.Catalogue{DB: d.pool}}
}

// countyComparers compares each county's versions by the rules of its profile.
type countyComparers struct {
	*database
	catalogue *postgis.Catalogue
}

// Compare compares two versions.
func (c *countyComparers) Compare(ctx context.Context, r change.Request) (*change.Report, error) {
	comparer, err := c.of(ctx, r)
	if err != nil {
		return nil, err
	}
	return comparer.Compare(ctx, r)
}

// of is the comparer of the county that a request names.
func (c *countyComparers) of(ctx context.Context, r change.Request) (*change.Comparer, error) {
	code := r.From.County
	if code == "" {
		code = r.To.County
	}
	held, err := c.catalogue.County(ctx, code)
	if err != nil {
		return nil, err
	}
	profile, err := profileOf(held)
	if err != nil {
		return nil, err
	}
	return &change.Comparer{DB: c.pool, Rules: changeRules(profile), Program: "hongxian " + programVersion(), Cut: func(ctx context.Context, tx pgx.Tx, v geodata.Version) error {
		return cutFaces(ctx, tx, v, func(float64) {})
	}, Indicators: (&countyIndicators{c.database}).forChange}, nil
}

// changeRules are the profile's, in the operation's words.
func changeRules(p *county.Profile) change.Rules {
	c, tolerance := p.Change, toleranceOf(p)
	rules := change.Rules{NoiseArea: tolerance.Area, NoiseWidth: tolerance.Width,
		DecreaseArea: geodata.Area(c.DecreaseM2), DecreaseShare: c.DecreaseShare, MatchRate: c.MatchShare,
		NaturalLand: change.LayerClasses(c.NaturalLand), Activity: change.LayerClasses(c.Activity)}
	for _, r := range c.Restricted {
		rules.Restricted = append(rules.Restricted, change.RestrictedTransition{Layer: r.Layer, From: r.From, To: r.To, Title: r.Title, Source: r.Source})
	}
	return rules
}

// gate wires the comparison that protected layers pass before they are put in force.
func (d *database) gate() *answer.Gate {
	catalogue := &postgis.Catalogue{DB: d.pool}
	return &answer.Gate{Catalogue: catalogue, Changes: d.changes(),
		Baseline: func(ctx context.Context, code string, layer geodata.LayerKey) (string, error) {
			held, err := catalogue.County(ctx, code)
			if err != nil {
				return "", err
			}
			profile, err := profileOf(held)
			if err != nil {
				return "", err
			}
			return profile.Change.Baselines[layer], nil
		}}
}

// changePapers wires everything that writes kept comparisons; drawings may be nil.
func (d *database) changePapers(publicURL string, drawings *answer.Drawings) *answer.ChangePapers {
	checks := d.papers(publicURL)
	return &answer.ChangePapers{Records: checks.Records, Catalogue: &postgis.Catalogue{DB: d.pool}, Illustrator: d.comparers(), Drawings: drawings,
		Look: checks.Look, VerifyURL: checks.VerifyURL, Program: checks.Program}
}

// Illustrate draws up the picture of a comparison.
func (c *countyComparers) Illustrate(ctx context.Context, r change.Request, srid int) (*change.Picture, error) {
	comparer, err := c.of(ctx, r)
	if err != nil {
		return nil, err
	}
	return comparer.Illustrate(ctx, r, srid)
}
