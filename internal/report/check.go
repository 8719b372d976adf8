package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
)

// CheckJSON encodes a check as it is answered and kept. It refuses a report
// that holds a figure which is no number.
func CheckJSON(r *overlap.Report) ([]byte, error) {
	var e encoder
	c := openapi.Check{
		Id: r.ID, CreatedAt: r.CreatedAt.UTC().Truncate(time.Millisecond), Schematic: r.Schematic,
		County: openapi.County{Code: r.CountyCode, Name: r.CountyName},
		Site:   e.site(r.Site),
		Tolerance: openapi.CheckTolerance{AreaM2: e.area("tolerance", r.Tolerance.Area),
			WidthM: e.metres("tolerance width", r.Tolerance.Width)},
		Layers: e.layers(r.Layers), Townships: e.townships(r.Townships),
		OutsideM2:         e.area("outside", r.Outside),
		MultiplyCoveredM2: e.area("multiply covered", r.MultiplyCovered),
		Combinations:      e.combinations(r.Combinations),
		Verdict:           verdict(r.Verdict),
		Versions:          make([]openapi.CheckVersion, 0, len(r.Versions)),
	}
	for _, v := range r.Versions {
		c.Versions = append(c.Versions, openapi.CheckVersion{Ref: v.Ref, Digest: v.Digest, Schematic: v.Schematic})
	}
	if e.err != nil {
		return nil, fmt.Errorf("check %s: %w", r.ID, e.err)
	}
	return JSON(c)
}

// CheckSetJSON joins the kept answers of several parcels and of their whole,
// each byte for byte, under the set's own identity.
func CheckSetJSON(id string, checks [][]byte, whole []byte) ([]byte, error) {
	set := struct {
		ID     string            `json:"id"`
		Checks []json.RawMessage `json:"checks"`
		Whole  json.RawMessage   `json:"whole"`
	}{ID: id, Whole: whole}
	for _, c := range checks {
		set.Checks = append(set.Checks, c)
	}
	return JSON(set)
}

// ReadChecks reads a kept answer back: the checks of the single parcels, and the
// whole, which is the only check where there was one parcel.
func ReadChecks(body []byte) (parcels []openapi.Check, whole openapi.Check, err error) {
	var set openapi.CheckSet
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, whole, fmt.Errorf("read kept check: %w", err)
	}
	if len(set.Checks) > 0 {
		return set.Checks, set.Whole, nil
	}
	if err := json.Unmarshal(body, &whole); err != nil {
		return nil, whole, fmt.Errorf("read kept check: %w", err)
	}
	if whole.Id == "" {
		return nil, whole, errors.New("read kept check: it has no id")
	}
	return nil, whole, nil
}

func (e *encoder) site(s overlap.SiteSummary) openapi.CheckSite {
	return openapi.CheckSite{
		Name: s.Name, AreaM2: e.area("site area", s.Area), PlaneAreaM2: e.area("site plane area", s.PlaneArea),
		OutsideCountyM2: e.area("site outside county", s.OutsideCounty),
		Crs:             crs(s.SRID), Digest: s.Digest, Findings: list(s.Findings),
		Form:    openapi.CheckSiteForm(s.Form),
		BufferM: e.optionalMetres("buffer", s.Buffer), LengthM: e.optionalMetres("length", s.Length),
	}
}

func (e *encoder) layers(ls []overlap.LayerOverlap) []openapi.CheckLayer {
	out := make([]openapi.CheckLayer, 0, len(ls))
	for _, l := range ls {
		c := openapi.CheckLayer{
			Layer: string(l.Layer), Title: l.TitleZH, TitleEn: l.TitleEN, Ref: optional(l.Ref),
			Status: openapi.CheckStatus(l.Status), Reason: optional(l.Reason), SliverOnly: l.SliverOnly,
			OverlapM2:   e.area(string(l.Layer), l.Overlap),
			ShareOfSite: e.share(string(l.Layer)+" share", l.ShareOfSite),
			SliverM2:    e.area(string(l.Layer)+" slivers", l.Sliver),
			Features:    e.features(l.Features),
		}
		if l.Distance != nil {
			d := e.metres(string(l.Layer)+" distance", *l.Distance)
			c.DistanceM = &d
		}
		out = append(out, c)
	}
	return out
}

func (e *encoder) features(fs []overlap.FeatureOverlap) []openapi.CheckFeature {
	out := make([]openapi.CheckFeature, 0, len(fs))
	for _, f := range fs {
		out = append(out, openapi.CheckFeature{
			Code: f.Code, Name: f.Name, Class: f.Class,
			OverlapM2:      e.area("feature "+f.Code, f.Overlap),
			ShareOfSite:    e.share("share of feature "+f.Code, f.ShareOfSite),
			ShareOfFeature: e.share("share in feature "+f.Code, f.ShareOfFeature),
			SliverM2:       e.area("slivers of feature "+f.Code, f.Sliver),
			Crossings:      e.crossings(f.Crossings),
		})
	}
	return out
}

func (e *encoder) townships(ts []overlap.TownshipPart) []openapi.CheckTownship {
	out := make([]openapi.CheckTownship, 0, len(ts))
	for _, t := range ts {
		by := make(map[string]float64, len(t.Overlap))
		for k, a := range t.Overlap {
			by[string(k)] = e.area(string(k)+" in township "+t.Code, a)
		}
		out = append(out, openapi.CheckTownship{Code: t.Code, Name: t.Name,
			SiteM2: e.area("township "+t.Code, t.Site), OverlapM2: by})
	}
	return out
}

func crs(srid int) string { return fmt.Sprintf("EPSG:%d", srid) }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list makes an absent list an empty one: [] in JSON, never null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// area reads a rounded JSON figure back, to print it in other units.
func area(m2 float64) geodata.Area { return geodata.Area(m2) }
