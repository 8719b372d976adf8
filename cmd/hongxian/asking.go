package main

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/tiles"
)

// checks wires everything that answers questions about sites.
func (d *database) checks() *answer.Checks {
	catalogue := &postgis.Catalogue{DB: d.pool}
	return &answer.Checks{
		Counties: catalogue,
		Sites: siteReader{profile: func(ctx context.Context, code string) (*county.Profile, error) {
			held, err := catalogue.County(ctx, code)
			if err != nil {
				return nil, err
			}
			return profileOf(held)
		}},
		Checker: &countyCheckers{pool: d.pool, catalogue: catalogue},
		Keeper:  &record.Keeper{DB: d.pool},
	}
}

// countyCheckers checks each county's sites by the thresholds of its profile.
type countyCheckers struct {
	pool      *pgxpool.Pool
	catalogue *postgis.Catalogue

	mu       sync.Mutex
	checkers map[overlap.Tolerance]*overlap.Checker
}

// Check answers for one site.
func (c *countyCheckers) Check(ctx context.Context, r overlap.Request) (*overlap.Report, error) {
	held, err := c.catalogue.County(ctx, r.County)
	if err != nil {
		return nil, err
	}
	profile, err := profileOf(held)
	if err != nil {
		return nil, err
	}
	return c.checker(toleranceOf(profile)).Check(ctx, r)
}

// checker is the one for these thresholds; it is kept, because it remembers what
// it has asked of the database.
func (c *countyCheckers) checker(t overlap.Tolerance) *overlap.Checker {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.checkers == nil {
		c.checkers = map[overlap.Tolerance]*overlap.Checker{}
	}
	if c.checkers[t] == nil {
		c.checkers[t] = &overlap.Checker{DB: c.pool, Tolerance: t, Program: "hongxian " + programVersion()}
	}
	return c.checkers[t]
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
		paint[l.Key] = tiles.Paint{Fill: l.Style.Fill, Line: l.Style.Line}
	}
	return paint
}
