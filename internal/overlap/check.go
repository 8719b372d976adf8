package overlap

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/overlap/outline"
	"hongxian/internal/rule"
)

// DefaultTolerance holds the sliver thresholds where a county's profile names
// none: 1 m² and 0.02 m. They are legal content and printed in every answer.
var DefaultTolerance = Tolerance{Area: 1, Width: 0.02}

// noise is the total overlap in m² up to which a layer is not concerned: two
// borders that are the same line differ by less.
const noise = 0.01

// hairline is the mean width in metres below which a piece is a border, not land.
// A line between two points bows by up to 0.06 mm from the same line densified
// between others, so two deliveries of one border can seem to overlap by that.
const hairline = 0.0002

// listed is the overlap in m² from which a feature is listed: the last digit
// areas are given with.
const listed = 0.0001

// Checker checks sites against the versions in force.
type Checker struct {
	DB        *pgxpool.Pool
	Tolerance Tolerance
	Program   string // name and version of this program, part of every answer's identity

	// Outlines tell of small sites what the database need not be asked; nil: it always
	// is. Answers are the same.
	Outlines *outline.Keeper

	// Rules say what follows from what is found; nil where the county has none.
	Rules *rule.Set
	// Combinations are asked for in every check, and for the layers in Pairs what
	// their features have in common with each other.
	Combinations []CombinationRule
	Pairs        []geodata.LayerKey

	mu        sync.Mutex
	libraries string // PostGIS, GEOS and PROJ versions, asked once
	names     featureNames
}

// Request says what to check.
type Request struct {
	County  string          // code; empty means the only one held
	Held    *postgis.County // that county, where it was looked up already; nil: it is now
	Site    Site
	Against []geodata.VersionRef // empty: every checked layer in force
	Choices map[string]string    // what a person decided, by question key
}

// Check answers what the site touches. The report has no creation time; whoever
// keeps it sets one. Errors: Invalid for a site that cannot be checked, NotFound
// for a county or version that is not held; a result that does not close is an
// internal error.
func (c *Checker) Check(ctx context.Context, r Request) (*Report, error) {
	if err := r.Site.Validate(); err != nil {
		return nil, r.Site.inRecord(err)
	}
	if err := c.Rules.ValidateChoices(r.Choices); err != nil {
		return nil, err
	}
	s, err := c.begin(ctx, r.County, r.Held)
	if err != nil {
		return nil, err
	}
	var placed []*placedSite
	if err := ask(ctx, c.DB, s.askLayers(ctx), placeSites(s.county, []Site{r.Site}, &placed)); err != nil {
		return nil, r.Site.inRecord(err)
	}
	if err := s.consult(ctx, r.Against); err != nil {
		return nil, err
	}
	return s.check(ctx, r, placed[0])
}

// askLibraries asks once which libraries compute.
func (c *Checker) askLibraries(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var err error
	if c.libraries == "" {
		c.libraries, err = postgis.Libraries(ctx, c.DB)
	}
	return c.libraries, err
}

// report puts together what was found.
func (k *check) report(s Site) *Report {
	report := &Report{
		CountyCode: k.county.Code, CountyName: k.county.NameZH, CreatedAt: time.Time{},
		Site: SiteSummary{
			Name: s.Name, SRID: s.SRID, Digest: k.site.Digest,
			Form: s.Form(), Buffer: s.Buffer, Length: k.site.LengthM,
			Area: geodata.Area(*k.site.AreaM2), PlaneArea: geodata.Area(*k.site.GridM2),
			OutsideCounty: k.outside, Findings: append(append([]string{}, s.Findings...), k.site.findings()...),
		},
		Tolerance: k.tolerance, Townships: k.townshipParts(),
		Outside: k.outside, MultiplyCovered: k.multiply, Combinations: k.combinations,
	}
	for _, l := range k.layers {
		report.Layers = append(report.Layers, k.layerOverlap(l))
	}
	report.Versions = k.versionsUsed()
	for _, v := range report.Versions {
		report.Schematic = report.Schematic || v.Schematic
	}
	return report
}
