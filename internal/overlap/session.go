package overlap

import (
	"context"
	"fmt"
	"sync"

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
	layers    []consulted
	township  consulted
	names     *sync.Map // owner → featureName: versions are immutable, so names stay
}

// Session begins a session against the versions in force, or those named.
func (c *Checker) Session(ctx context.Context, county string, against []geodata.VersionRef) (*Session, error) {
	held, err := (&postgis.Catalogue{DB: c.DB}).County(ctx, county)
	if err != nil {
		return nil, err
	}
	libraries, err := c.askLibraries(ctx)
	if err != nil {
		return nil, err
	}
	layers, township, err := c.consult(ctx, held.Code, against)
	if err != nil {
		return nil, err
	}
	return &Session{checker: c, county: held, libraries: libraries, layers: layers, township: township, names: &sync.Map{}}, nil
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
	site, c := r.Site, s.checker
	if err := site.Validate(); err != nil {
		return nil, site.inRecord(err)
	}
	if err := c.Rules.ValidateChoices(r.Choices); err != nil {
		return nil, err
	}
	placed, err := place(ctx, c.DB, s.county, site)
	if err != nil {
		return nil, site.inRecord(err)
	}
	k := &check{db: c.DB, county: s.county, tolerance: c.Tolerance, site: placed, layers: s.layers, township: s.township,
		form: site.Form(), srid: site.SRID, axis: site.Axis, rules: c.Combinations, pairs: c.Pairs, known: s.names}
	if err := k.run(ctx); err != nil {
		return nil, fmt.Errorf("check %q: %w", site.Name, err)
	}
	report := k.report(site)
	if report.Verdict, err = c.judge(ctx, k, report, r.Choices); err != nil {
		return nil, err
	}
	report.ID = c.identity(report, s.layers, s.township, s.libraries)
	return report, nil
}
