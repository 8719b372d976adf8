package report

import (
	"fmt"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/openapi"
)

// ChangeJSON encodes a comparison as it is answered and kept. It refuses a report
// that holds a figure which is no number.
func ChangeJSON(r *change.Report) ([]byte, error) {
	var e encoder
	w := e.changeFigures("the whole", r.Whole)
	c := openapi.Change{
		Id: r.ID, CreatedAt: r.CreatedAt.UTC().Truncate(time.Millisecond), Schematic: r.Schematic,
		County: openapi.ChangeCounty{Code: r.CountyCode, Name: r.CountyName, AreaM2: e.area("county", r.CountyArea),
			ShareBefore: e.share("share before", r.ShareBefore), ShareAfter: e.share("share after", r.ShareAfter)},
		Layer: string(r.Layer), Title: r.TitleZH, TitleEn: r.TitleEN, From: r.From.Ref, To: r.To.Ref,
		Versions: e.changeVersions(r),
		Tolerance: openapi.ChangeTolerance{AreaM2: e.area("tolerance", r.Tolerance.Area), WidthM: e.metres("tolerance width", r.Tolerance.Width),
			DecreaseM2: e.area("tolerance of decrease", r.Tolerance.Decrease), MatchRate: r.Tolerance.MatchRate},
		BeforeM2: w.BeforeM2, AfterM2: w.AfterM2, NetM2: w.NetM2, Rate: w.Rate, GainedM2: w.GainedM2, LostM2: w.LostM2, Noise: w.Noise,
		Townships: e.changeTownships(r.Townships),
		Outside:   e.changeFigures("outside", r.Outside), MultiplyCovered: e.changeFigures("multiply covered", r.MultiplyCovered),
		Pieces: e.changePieces(r.Pieces), Features: e.changeFeatures(r.Features), Kept: r.Kept, Fates: map[string]int{},
		Classes: e.changeClasses(r.Classes), Transitions: e.changeTransitions(r.Transitions),
		Approvals: openapi.ChangeApprovals{Count: r.Approvals.Count, AreaM2: e.area("approvals", r.Approvals.Area), Basis: r.Approvals.Basis},
		Verdict:   e.changeVerdict(r),
	}
	for fate, n := range r.Fates {
		c.Fates[string(fate)] = n
	}
	if e.err != nil {
		return nil, fmt.Errorf("change %s: %w", r.ID, e.err)
	}
	return JSON(c)
}

func (e *encoder) changeFigures(what string, f change.Figures) openapi.ChangeFigures {
	return openapi.ChangeFigures{BeforeM2: e.area(what+" before", f.Before), AfterM2: e.area(what+" after", f.After),
		GainedM2: e.area(what+" gained", f.Gained), LostM2: e.area(what+" lost", f.Lost), NetM2: e.area(what+" net", f.Net),
		Rate: e.share(what+" rate", f.Rate),
		Noise: openapi.ChangeNoise{GainedM2: e.area(what+" noise gained", f.NoiseGained),
			LostM2: e.area(what+" noise lost", f.NoiseLost)}}
}

func (e *encoder) changeVersions(r *change.Report) []openapi.ChangeVersion {
	out := []openapi.ChangeVersion{e.changeVersion(r.From, openapi.ChangeVersionRoleFrom), e.changeVersion(r.To, openapi.ChangeVersionRoleTo)}
	if r.Township != nil {
		out = append(out, e.changeVersion(*r.Township, openapi.ChangeVersionRoleTownships))
	}
	return out
}

func (e *encoder) changeVersion(v change.Version, role openapi.ChangeVersionRole) openapi.ChangeVersion {
	return openapi.ChangeVersion{Ref: v.Ref, Role: role, Digest: v.Digest, State: openapi.State(v.State), Effective: date(v.Effective),
		Basis: v.Basis, Schematic: v.Schematic, Features: v.Features, AreaM2: e.area(v.Ref, v.SumM2)}
}

// date is a day that may be missing.
func date(t *time.Time) *types.Date {
	if t == nil {
		return nil
	}
	return &types.Date{Time: *t}
}

func (e *encoder) changeTownships(ts []change.TownshipChange) []openapi.ChangeTownship {
	out := make([]openapi.ChangeTownship, 0, len(ts))
	for _, t := range ts {
		f := e.changeFigures("township "+t.Code, t.Figures)
		out = append(out, openapi.ChangeTownship{Code: t.Code, Name: t.Name, BeforeM2: f.BeforeM2, AfterM2: f.AfterM2,
			GainedM2: f.GainedM2, LostM2: f.LostM2, NetM2: f.NetM2, Rate: f.Rate, Noise: f.Noise})
	}
	return out
}

func (e *encoder) changePieces(ps []change.Piece) []openapi.ChangePiece {
	out := make([]openapi.ChangePiece, 0, len(ps))
	for _, p := range ps {
		what := fmt.Sprintf("piece %d", p.Number)
		c := openapi.ChangePiece{Number: p.Number, Kind: openapi.ChangePieceKind(p.Kind), AreaM2: e.area(what, p.Area),
			MeanWidthM: e.metres(what, p.MeanWidth), ClassFrom: optional(p.From), ClassTo: optional(p.To),
			ApprovedM2: e.area(what+" approved", p.Approved), UnapprovedM2: e.area(what+" unapproved", p.Unapproved),
			Townships: []openapi.ChangePart{}, Features: []openapi.ChangePieceFeature{}, Approvals: []openapi.ChangeApproval{},
			Restricted: restriction(p.Restricted)}
		for _, t := range p.Townships {
			c.Townships = append(c.Townships, openapi.ChangePart{Code: t.Code, Name: t.Name, AreaM2: e.area(what, t.Area)})
		}
		for _, f := range p.Features {
			c.Features = append(c.Features, openapi.ChangePieceFeature{Code: f.Code, Name: f.Name, Class: f.Class, AreaM2: e.area(what, f.Area)})
		}
		for _, a := range p.Approvals {
			c.Approvals = append(c.Approvals, openapi.ChangeApproval{Number: a.Number, Day: date(a.Day), AreaM2: e.area(what, a.Area)})
		}
		out = append(out, c)
	}
	return out
}

func restriction(r *change.RestrictedTransition) *openapi.ChangeRestriction {
	if r == nil {
		return nil
	}
	return &openapi.ChangeRestriction{Title: r.Title, Source: r.Source}
}

func (e *encoder) changeFeatures(fs []change.FeatureChange) []openapi.ChangeFeature {
	out := make([]openapi.ChangeFeature, 0, len(fs))
	for _, f := range fs {
		what := "feature " + f.Code()
		out = append(out, openapi.ChangeFeature{Code: f.Code(), Fate: openapi.ChangeFate(f.Fate),
			BeforeM2: e.area(what, f.BeforeArea), AfterM2: e.area(what, f.AfterArea), CommonM2: e.area(what, f.Common),
			Before: e.changeStates(f.Before), After: e.changeStates(f.After), Renumbered: f.Renumbered, Reclassified: f.Reclassified,
			CodeReused: f.CodeReused, Pieces: append([]int{}, f.Pieces...)})
	}
	return out
}

func (e *encoder) changeStates(fs []change.FeatureState) []openapi.ChangeFeatureState {
	out := make([]openapi.ChangeFeatureState, 0, len(fs))
	for _, f := range fs {
		out = append(out, openapi.ChangeFeatureState{Record: f.Record, Code: f.Code, Name: f.Name, Class: f.Class,
			AreaM2: e.area("feature "+f.Code, f.Area)})
	}
	return out
}

func (e *encoder) changeClasses(cs []change.ClassChange) []openapi.ChangeClass {
	out := make([]openapi.ChangeClass, 0, len(cs))
	for _, c := range cs {
		out = append(out, openapi.ChangeClass{Class: c.Class, BeforeM2: e.area(c.Class, c.Before), AfterM2: e.area(c.Class, c.After), NetM2: e.area(c.Class, c.Net)})
	}
	return out
}

func (e *encoder) changeTransitions(ts []change.Transition) []openapi.ChangeTransition {
	out := make([]openapi.ChangeTransition, 0, len(ts))
	for _, t := range ts {
		out = append(out, openapi.ChangeTransition{From: t.From, To: t.To, AreaM2: e.area(t.From+" to "+t.To, t.Area), Restricted: restriction(t.Restricted)})
	}
	return out
}

func (e *encoder) changeVerdict(r *change.Report) openapi.ChangeVerdict {
	v := r.Verdict
	out := openapi.ChangeVerdict{NotDecreased: v.NotDecreased, ToleranceM2: e.area("tolerance of decrease", r.Tolerance.Decrease), Swapped: v.Swapped,
		LostWithoutApprovalM2: e.area("lost without approval", v.LostWithoutApproval), LostWithoutApprovalPieces: v.LostPieces,
		ReclassifiedM2: e.area("reclassified", v.Reclassified), RestrictedM2: e.area("restricted", v.Restricted),
		NaturalLand: e.changeHolding(v.NaturalLand, r.Whole), Activity: e.changeHolding(v.Activity, r.Whole), Function: []openapi.ChangeIndicator{}}
	for _, i := range v.Function {
		c := openapi.ChangeIndicator{Key: i.Key, Title: i.Title, Unit: i.Unit, Source: i.Source, BaseYear: i.BaseYear, Year: i.Year, Held: i.Held}
		if i.Held {
			c.BaseValue, c.Value, c.NotDecreased = &i.BaseValue, &i.Value, &i.NotDecreased
		}
		out.Function = append(out.Function, c)
	}
	return out
}

func (e *encoder) changeHolding(h change.Holding, whole change.Figures) openapi.ChangeHolding {
	if !h.Held {
		return openapi.ChangeHolding{Reason: optional(h.Reason)}
	}
	before, after := e.area(h.Ref, h.Before), e.area(h.Ref, h.After)
	shareBefore, shareAfter := e.share(h.Ref, h.Before.ShareOf(whole.Before)), e.share(h.Ref, h.After.ShareOf(whole.After))
	return openapi.ChangeHolding{Held: true, Ref: &h.Ref, BeforeM2: &before, AfterM2: &after, ShareBefore: &shareBefore, ShareAfter: &shareAfter}
}

// Hectares prints an area in hectares with the four decimals approval texts use.
func Hectares(a geodata.Area) string { return a.In(geodata.Hectare, 4) }
