package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/semaphore"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/overlap"
	"hongxian/internal/overlap/outline"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/figure"
	"hongxian/internal/rule"
	"hongxian/tiles"
)

// checks wires everything that answers questions about sites.
func (d *database) checks() *answer.Checks {
	catalogue := &postgis.Catalogue{DB: d.pool}
	checkers := &countyCheckers{pool: d.pool, catalogue: catalogue, outlines: d.outlines, turns: newTurns()}
	return &answer.Checks{
		Counties: catalogue,
		Sites:    siteReader{catalogue},
		Checker:  checkers,
		Sessions: checkers,
		Keeper:   &record.Keeper{DB: d.pool},
		Records:  &record.Keeper{DB: d.pool},
	}
}

// countyCheckers checks each county's sites by the thresholds, combinations and
// rules of its profile. A checker is kept while the profile stays as it is, because
// compiling rules takes longer than a check.
type countyCheckers struct {
	pool      *pgxpool.Pool
	catalogue *postgis.Catalogue
	outlines  *outline.Keeper // nil: the database is asked everything
	turns     *turns          // nil: sites are checked as they come

	mu       sync.Mutex
	checkers map[string]*countyChecker // by county
}

// turns bound how many groups of small sites, and how many other sites, are checked
// at a time, of all counties. More than keep the processors busy would only slow
// each other down, some of them much; so they wait in the order they came.
type turns struct{ groups, singles *semaphore.Weighted }

func newTurns() *turns {
	n := int64(runtime.GOMAXPROCS(0))
	return &turns{semaphore.NewWeighted(n), semaphore.NewWeighted(n)}
}

// countyChecker is a checker and the digest of the profile it was made from.
type countyChecker struct {
	*overlap.Checker
	gatherer *overlap.Gatherer // nil: no turns are kept
	profile  string
}

// Check answers for one site.
func (c *countyCheckers) Check(ctx context.Context, r overlap.Request) (*overlap.Report, error) {
	checker, held, err := c.of(ctx, r.County, r.Held)
	if err != nil {
		return nil, err
	}
	r.Held = &held
	if checker.gatherer == nil {
		return checker.Check(ctx, r)
	}
	return checker.gatherer.Check(ctx, r)
}

// Illustrate draws up the picture of a check.
func (c *countyCheckers) Illustrate(ctx context.Context, r overlap.Request, srid int) (*overlap.Picture, error) {
	checker, held, err := c.of(ctx, r.County, r.Held)
	if err != nil {
		return nil, err
	}
	r.Held = &held
	return checker.Illustrate(ctx, r, srid)
}

// of is the checker of a county, which is looked up if it was not yet.
func (c *countyCheckers) of(ctx context.Context, code string, known *postgis.County) (checker *countyChecker, held postgis.County, err error) {
	if known != nil {
		held = *known
	} else if held, err = c.catalogue.County(ctx, code); err != nil {
		return nil, held, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.checkers[held.Code]; k != nil && k.profile == held.ProfileDigest {
		return k, held, nil
	}
	made, err := c.make(held)
	if err != nil {
		return nil, held, err
	}
	checker = &countyChecker{Checker: made, profile: held.ProfileDigest}
	if c.turns != nil {
		checker.gatherer = &overlap.Gatherer{Checker: made, Groups: c.turns.groups, Singles: c.turns.singles}
	}
	if c.checkers == nil {
		c.checkers = map[string]*countyChecker{}
	}
	c.checkers[held.Code] = checker
	return checker, held, nil
}

// make is a checker by a county's profile.
func (c *countyCheckers) make(held postgis.County) (*overlap.Checker, error) {
	profile, err := profileOf(held)
	if err != nil {
		return nil, err
	}
	checker := &overlap.Checker{DB: c.pool, Outlines: c.outlines, Tolerance: toleranceOf(profile), Program: "hongxian " + programVersion(), Pairs: profile.Pairs}
	for _, x := range profile.Combinations {
		checker.Combinations = append(checker.Combinations, overlap.CombinationRule{Key: x.Key, TitleZH: x.Title, All: x.All, Except: x.Except})
	}
	if profile.Rules != "" {
		if checker.Rules, err = rule.Parse([]byte(profile.Rules)); err != nil {
			return nil, fmt.Errorf("rules of %s: %w", held.Code, err)
		}
	}
	return checker, nil
}

// papers wires everything that writes kept checks.
func (d *database) papers(publicURL string) *answer.Papers {
	catalogue := &postgis.Catalogue{DB: d.pool}
	verify := ""
	if publicURL != "" {
		verify = strings.TrimSuffix(publicURL, "/") + "/verify/"
	}
	return &answer.Papers{
		Records:     &record.Keeper{DB: d.pool},
		Illustrator: &countyCheckers{pool: d.pool, catalogue: catalogue},
		VerifyURL:   verify,
		Program:     "hongxian " + programVersion(),
		Look: func(ctx context.Context, code string) (answer.Look, error) {
			held, err := catalogue.County(ctx, code)
			if err != nil {
				return answer.Look{}, err
			}
			profile, err := profileOf(held)
			if err != nil {
				return answer.Look{}, err
			}
			return lookOf(profile), nil
		},
	}
}

// lookOf is what a county's papers look like.
func lookOf(p *county.Profile) answer.Look {
	l := answer.Look{Colours: map[geodata.LayerKey]figure.Colour{}, Tables: map[geodata.LayerKey]string{}, Plane: cmp.Or(p.PlaneName, fmt.Sprintf("EPSG:%d", p.PlaneSRID)),
		Letterhead: report.Letterhead{Bureau: p.Letterhead.Bureau, Title: p.Letterhead.Title, Secrecy: p.Letterhead.Secrecy, MapNumber: p.Letterhead.MapNumber}}
	for _, layer := range p.Layers {
		l.Colours[layer.Key] = figure.Colour{Fill: layer.Style.Fill, Line: layer.Style.Line}
		if len(layer.Tables) > 0 {
			l.Tables[layer.Key] = layer.Tables[0]
		}
	}
	return l
}

// verifier wires everything that confirms kept answers.
func (d *database) verifier() *answer.Verifier {
	return &answer.Verifier{Records: &record.Keeper{DB: d.pool}, Checker: &countyCheckers{pool: d.pool, catalogue: &postgis.Catalogue{DB: d.pool}},
		Comparer: d.comparers(), Measurer: &countyMeasurers{d}, Statistician: d.statistician()}
}

// toleranceOf is the profile's sliver thresholds, the default where it has none.
func toleranceOf(p *county.Profile) overlap.Tolerance {
	t := overlap.DefaultTolerance
	if p.Tolerance.AreaM2 > 0 {
		t.Area = geodata.Area(p.Tolerance.AreaM2)
	}
	if p.Tolerance.WidthM > 0 {
		t.Width = p.Tolerance.WidthM
	}
	return t
}

// paintOf is the colours that a county's profile names.
func paintOf(held postgis.County) map[geodata.LayerKey]tiles.Paint {
	profile, err := profileOf(held)
	if err != nil {
		return nil // grey is better than no map
	}
	paint := make(map[geodata.LayerKey]tiles.Paint, len(profile.Layers))
	for _, l := range profile.Layers {
		p := tiles.Paint{Fill: l.Style.Fill, Line: l.Style.Line, Pattern: l.Style.Pattern}
		for _, c := range l.Style.Classes {
			p.Classes = append(p.Classes, tiles.ClassPaint(c))
		}
		paint[l.Key] = p
	}
	return paint
}
