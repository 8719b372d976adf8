package report

import (
	"encoding/json"
	"fmt"
	"time"

	"hongxian/internal/coverage"
	"hongxian/internal/openapi"
)

// OverlapsJSON encodes how layers lie on each other, as it is answered and kept. It
// refuses a result that holds a figure which is no number.
func OverlapsJSON(r *coverage.Report) ([]byte, error) {
	var e encoder
	o := openapi.Overlaps{Id: r.ID, CreatedAt: r.CreatedAt.UTC().Truncate(time.Millisecond), Schematic: r.Schematic,
		County: openapi.County{Code: r.CountyCode, Name: r.CountyName},
		Tolerance: openapi.CheckTolerance{AreaM2: e.area("tolerance", r.Tolerance.Area),
			WidthM: e.metres("tolerance width", r.Tolerance.Width)},
		Layers: []openapi.OverlapsLayer{}, Pairs: []openapi.OverlapsPair{}, Depths: e.depths(r.Depths),
		UnionM2: e.area("union", r.Union), SharedM2: e.area("shared", r.Shared), Divided: r.Divided,
		Townships: e.overlapTownships(r.Townships), OutsideM2: e.area("outside", r.Outside),
		MultiplyCoveredM2: e.area("multiply covered", r.Multiply), Pieces: []openapi.OverlapsPiece{},
		Unlisted:  openapi.OverlapsUnlisted{Pieces: r.Unlisted.Pieces, AreaM2: e.area("unlisted", r.Unlisted.Area)},
		Hairlines: &openapi.OverlapsUnlisted{Pieces: r.Hairlines.Pieces, AreaM2: e.area("hairlines", r.Hairlines.Area)},
		Versions:  []openapi.CheckVersion{}}
	for _, l := range r.Layers {
		o.Layers = append(o.Layers, e.overlapLayer(l))
	}
	for _, p := range r.Pairs {
		o.Pairs = append(o.Pairs, openapi.OverlapsPair{A: p.RefA, B: p.RefB, AreaM2: e.area("pair", p.Area),
			ShareOfA: e.share("pair", p.ShareOfA), ShareOfB: e.share("pair", p.ShareOfB)})
	}
	for i, p := range r.Pieces {
		o.Pieces = append(o.Pieces, e.overlapPiece(i+1, p))
	}
	for _, v := range r.Versions {
		o.Versions = append(o.Versions, openapi.CheckVersion{Ref: v.Ref, Digest: v.Digest, Schematic: v.Schematic})
	}
	if e.err != nil {
		return nil, fmt.Errorf("overlaps %s: %w", r.ID, e.err)
	}
	return JSON(o)
}

// ReadOverlaps reads a kept answer back.
func ReadOverlaps(body []byte) (o openapi.Overlaps, err error) {
	if err := json.Unmarshal(body, &o); err != nil || o.Id == "" {
		return o, fmt.Errorf("read kept overlaps: %w", err)
	}
	return o, nil
}

func (e *encoder) overlapLayer(l coverage.Layer) openapi.OverlapsLayer {
	out := openapi.OverlapsLayer{Layer: string(l.Layer), Title: l.TitleZH, TitleEn: l.TitleEN, Ref: l.Ref,
		AreaM2: e.area(l.Ref, l.Area), FeatureSumM2: e.area(l.Ref, l.FeatureSum), Depths: e.depths(l.Depths), Pairs: []openapi.OverlapsFeaturePair{}}
	for _, p := range l.Pairs {
		out.Pairs = append(out.Pairs, openapi.OverlapsFeaturePair{A: e.overlapMember(p.A), B: e.overlapMember(p.B), AreaM2: e.area("features", p.Area)})
	}
	return out
}

func (e *encoder) overlapPiece(number int, p coverage.Piece) openapi.OverlapsPiece {
	out := openapi.OverlapsPiece{No: number, AreaM2: e.area("piece", p.Area), SliverM2: e.area("slivers", p.Sliver), Polygons: p.Polygons,
		Townships: e.overlapTownships(p.Townships), OutsideM2: e.area("outside", p.Outside), MultiplyCoveredM2: e.area("multiply covered", p.Multiply)}
	for _, m := range p.Members {
		out.Members = append(out.Members, e.overlapMember(m))
	}
	return out
}

func (e *encoder) overlapMember(m coverage.Member) openapi.OverlapsMember {
	return openapi.OverlapsMember{Ref: m.Ref, Code: m.Code, Name: m.Name, Class: m.Class, AreaM2: e.area("feature", m.Area)}
}

func (e *encoder) depths(ds []coverage.Depth) []openapi.OverlapsDepth {
	out := make([]openapi.OverlapsDepth, 0, len(ds))
	for _, d := range ds {
		out = append(out, openapi.OverlapsDepth{K: d.K, AreaM2: e.area("depth", d.Area)})
	}
	return out
}

func (e *encoder) overlapTownships(ts []coverage.TownshipPart) []openapi.OverlapsTownship {
	out := make([]openapi.OverlapsTownship, 0, len(ts))
	for _, t := range ts {
		out = append(out, openapi.OverlapsTownship{Code: t.Code, Name: t.Name, AreaM2: e.area("township", t.Area)})
	}
	return out
}
