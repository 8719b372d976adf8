package overlap

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Session answers many sites of one county against the same versions: what all of
// them have in common is asked of the database once. Its answers are those of
// Checker.Check, by the same statements. It may be used from several goroutines.
type Session struct {
	checker   *Checker
	county    postgis.County
	libraries string
	held      []consulted // every layer of the county, with its version in force
	layers    []consulted // to check against
	township  consulted
	named     bool // the versions were named
	limited   bool // layers may be there that may not be seen
}

// Session begins a session against the versions in force, or those named.
func (c *Checker) Session(ctx context.Context, county string, against []geodata.VersionRef) (*Session, error) {
	s, err := c.begin(ctx, county, nil)
	if err != nil {
		return nil, err
	}
	if err := ask(ctx, c.DB, s.askLayers(ctx)); err != nil {
		return nil, err
	}
	return s, s.consult(ctx, against)
}

// begin is a session of a county whose layers were not asked for yet.
func (c *Checker) begin(ctx context.Context, code string, held *postgis.County) (*Session, error) {
	libraries, err := c.askLibraries(ctx)
	if err != nil {
		return nil, err
	}
	if held == nil {
		county, err := (&postgis.Catalogue{DB: c.DB}).County(ctx, code)
		if err != nil {
			return nil, err
		}
		held = &county
	}
	return &Session{checker: c, county: *held, libraries: libraries}, nil
}

// Continue begins a session that answers as an earlier one did: against its
// Versions, though others may be in force by now.
func (c *Checker) Continue(ctx context.Context, county string, versions []geodata.VersionRef) (*Session, error) {
	s, err := c.Session(ctx, county, nil)
	if err != nil {
		return nil, err
	}
	for i := range s.layers {
		if s.layers[i], err = c.pin(ctx, s.county.Code, s.layers[i], versions); err != nil {
			return nil, err
		}
	}
	s.township, err = c.pin(ctx, s.county.Code, s.township, versions)
	return s, err
}

// pin is a layer with the version of an earlier session, or with none.
func (c *Checker) pin(ctx context.Context, county string, l consulted, versions []geodata.VersionRef) (consulted, error) {
	for _, ref := range versions {
		if ref.Layer == l.Key {
			return c.named(ctx, county, ref, []consulted{l})
		}
	}
	return consulted{Key: l.Key, TitleZH: l.TitleZH, TitleEN: l.TitleEN, Checked: l.Checked}, nil
}

// Versions are the versions that this session answers against, the townships'
// last. As against of Checker.Session, or for Checker.Continue, they give a
// session with the same answers.
func (s *Session) Versions() []geodata.VersionRef {
	var refs []geodata.VersionRef
	seen := map[geodata.VersionRef]bool{}
	for _, l := range append(append([]consulted{}, s.layers...), s.township) {
		ref := geodata.VersionRef{County: s.county.Code, Layer: l.Key, Label: l.Label}
		if l.Label != "" && !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	return refs
}

// Check answers for one site, as Checker.Check does; the request's county and
// versions are the session's.
func (s *Session) Check(ctx context.Context, r Request) (*Report, error) {
	if err := r.Site.Validate(); err != nil {
		return nil, r.Site.inRecord(err)
	}
	if err := s.checker.Rules.ValidateChoices(r.Choices); err != nil {
		return nil, err
	}
	var placed []*placedSite
	if err := ask(ctx, s.checker.DB, placeSites(s.county, []Site{r.Site}, &placed)); err != nil {
		return nil, r.Site.inRecord(err)
	}
	return s.check(ctx, r, placed[0])
}

// check answers for a site that was placed.
func (s *Session) check(ctx context.Context, r Request, placed *placedSite) (*Report, error) {
	if err := placed.judge(s.county.NameZH); err != nil {
		return nil, r.Site.inRecord(err)
	}
	k := s.newCheck(r.Site, placed)
	if err := findOut(ctx, s.checker.DB, s.checker.Outlines, []*check{k}); err != nil {
		return nil, fmt.Errorf("check %q: %w", r.Site.Name, err)
	}
	return s.conclude(ctx, r, k)
}

// Checked (单个地块的核查) is the answer for one of several sites, or why it has none.
type Checked struct {
	Report *Report
	Err    error
}

// CheckAll answers for several sites as Check does for each, by the same
// statements, in as many turns with the database as one takes. An error is that of
// a statement and says nothing of the other sites: they are to be checked one by
// one then.
func (s *Session) CheckAll(ctx context.Context, requests []Request) ([]Checked, error) {
	answers := make([]Checked, len(requests))
	p := s.readySites(requests, answers)
	if err := ask(ctx, s.checker.DB, p.place); err != nil {
		return nil, err
	}
	return answers, s.answer(ctx, requests, answers, p)
}

// checkTogether answers for several sites of one county, against every checked
// layer in force, as Check does for each. An error is as CheckAll's.
func (c *Checker) checkTogether(ctx context.Context, requests []Request) ([]Checked, error) {
	s, err := c.begin(ctx, requests[0].County, requests[0].Held)
	if err != nil {
		return nil, err
	}
	answers := make([]Checked, len(requests))
	p := s.readySites(requests, answers)
	if err := ask(ctx, c.DB, s.askLayers(ctx), p.place); err != nil {
		return nil, err
	}
	if err := s.consult(ctx, nil); err != nil {
		return nil, err
	}
	return answers, s.answer(ctx, requests, answers, p)
}

// placing is what sites are placed by: those that can be asked about at all.
type placing struct {
	county postgis.County
	sites  []Site
	at     []int // the request that a site is of
	placed []*placedSite
}

// readySites takes the sites of requests that can be asked about, and says of the
// others why not.
func (s *Session) readySites(requests []Request, answers []Checked) *placing {
	p := &placing{county: s.county}
	for i, r := range requests {
		if err := r.Site.Validate(); err != nil {
			answers[i].Err = r.Site.inRecord(err)
			continue
		}
		if answers[i].Err = s.checker.Rules.ValidateChoices(r.Choices); answers[i].Err == nil {
			p.sites, p.at = append(p.sites, r.Site), append(p.at, i)
		}
	}
	return p
}

// place takes the sites to the measuring plane.
func (p *placing) place(turn *pgx.Batch) {
	if len(p.sites) > 0 {
		placeSites(p.county, p.sites, &p.placed)(turn)
	}
}

// answer finds out about sites that were placed.
func (s *Session) answer(ctx context.Context, requests []Request, answers []Checked, p *placing) error {
	var checks []*check
	of := map[*check]int{}
	for n, i := range p.at {
		if err := p.placed[n].judge(s.county.NameZH); err != nil {
			answers[i].Err = p.sites[n].inRecord(err)
			continue
		}
		k := s.newCheck(p.sites[n], p.placed[n])
		checks, of[k] = append(checks, k), i
	}
	if err := findOut(ctx, s.checker.DB, s.checker.Outlines, checks); err != nil {
		return err
	}
	for _, k := range checks {
		i := of[k]
		answers[i].Report, answers[i].Err = s.conclude(ctx, requests[i], k)
	}
	return nil
}

// conclude has what was found out judged, and puts the report together.
func (s *Session) conclude(ctx context.Context, r Request, k *check) (*Report, error) {
	if k.fault != nil {
		return nil, fmt.Errorf("check %q: %w", r.Site.Name, k.fault)
	}
	report := k.report(r.Site)
	var err error
	if report.Verdict, err = s.checker.judge(ctx, k, report, r.Choices); err != nil {
		return nil, err
	}
	report.Named, report.Limited = s.named, s.limited
	if s.limited {
		limit(&report.Verdict)
	}
	report.ID = s.checker.identity(report, s.layers, s.township, s.libraries)
	return report, nil
}

func (s *Session) newCheck(site Site, placed *placedSite) *check {
	return &check{db: s.checker.DB, county: s.county, tolerance: s.checker.Tolerance, site: placed,
		layers: s.layers, township: s.township, known: &s.checker.names, rules: s.checker.Combinations, pairs: s.checker.Pairs,
		form: site.Form(), srid: site.SRID, axis: site.Axis, delivery: site.Geometry, own: site.formKey() == string(AsPolygon)}
}
