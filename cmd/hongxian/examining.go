package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/internal/publish"
	"hongxian/internal/quality"
	"hongxian/internal/report"
)

// qualityRules are what a county's profile says of a layer, in the examiner's words.
func qualityRules(p *county.Profile, l county.Layer) (quality.Rules, error) {
	r := quality.Rules{SliverM2: p.Tolerance.AreaM2, SliverM: p.Tolerance.WidthM, County: p.Code,
		AreaM2: cmp.Or(p.Quality.AreaM2, 1), AreaShare: cmp.Or(p.Quality.AreaShare, 0.05),
		Blocking: map[quality.Kind]float64{}, Classes: l.Classes, Known: l.KnownClasses()}
	for kind, limit := range p.BlockingOf(l) {
		r.Blocking[quality.Kind(kind)] = limit
	}
	if l.Codes != "" {
		pattern, err := regexp.Compile(l.Codes)
		if err != nil {
			return r, fmt.Errorf("codes of %s: %w", l.Key, err)
		}
		r.Code = pattern
	}
	if l.Key == geodata.Township {
		for _, t := range p.Townships {
			r.Places = append(r.Places, quality.Named{Code: t.Code, Name: t.Name, Aliases: t.Aliases})
		}
	}
	for _, a := range l.Areas {
		r.Areas = append(r.Areas, quality.AreaField{Name: a.Field, M2: 1e6 / geodata.Area(1e6).Value(a.Unit)})
	}
	return r, nil
}

// examine looks a version over and keeps the report with it.
func (d *database) examine(ctx context.Context, ref geodata.VersionRef, progress func(float64)) (*quality.Report, error) {
	profile, _, err := d.countyFor(ctx, ref.County)
	if err != nil {
		return nil, err
	}
	layer, ok := profile.Layer(ref.Layer)
	if !ok {
		return nil, layerUnknown(ref.Layer, profile)
	}
	rules, err := qualityRules(profile, layer)
	if err != nil {
		return nil, err
	}
	ref.County = profile.Code
	return (&quality.Examiner{DB: d.pool, Progress: progress}).Examine(ctx, ref, rules)
}

// quality finds the report of a version, and examines one that nobody examined yet.
func (d *database) quality(ctx context.Context, ref geodata.VersionRef, places int) (*quality.Report, error) {
	reports := &quality.Reports{DB: d.pool}
	found, err := reports.Find(ctx, ref, places)
	if err != nil || found != nil {
		return found, err
	}
	if _, err := d.examine(ctx, ref, nil); err != nil {
		return nil, err
	}
	return reports.Find(ctx, ref, places)
}

// inspector stops publications by the quality report.
type inspector struct{ d *database }

// Inspect implements publish.Inspector.
func (i inspector) Inspect(ctx context.Context, v geodata.Version) ([]publish.Defect, error) {
	r, err := i.d.quality(ctx, v.Ref(), 0)
	if err != nil {
		return nil, err
	}
	var defects []publish.Defect
	for _, c := range r.Checks {
		if c.Status == quality.Blocking {
			zh, en := report.QualityFinding(c)
			defects = append(defects, publish.Defect{Kind: string(c.Kind), ZH: zh, EN: en})
		}
	}
	return defects, nil
}

// Accept implements publish.Inspector.
func (i inspector) Accept(ctx context.Context, v geodata.Version, defects []publish.Defect, basis string) error {
	var kinds []quality.Kind
	for _, d := range defects {
		kinds = append(kinds, quality.Kind(d.Kind))
	}
	return (&quality.Reports{DB: i.d.pool}).Accept(ctx, v, kinds, basis)
}
