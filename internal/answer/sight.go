package answer

import (
	"context"
	"slices"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
)

// layersOf are the layers that references name, each once.
func layersOf(refs []string) []string {
	var keys []string
	for _, text := range refs {
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			continue // zones have no version
		}
		if key := string(ref.Layer); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// checkedLayers are those a check was computed from. One that asked for everything, and
// that nobody limited, says that there is nothing else.
func checkedLayers(r *overlap.Report) []string {
	var refs []string
	for _, v := range r.Versions {
		refs = append(refs, v.Ref)
	}
	keys := layersOf(refs)
	for _, l := range r.Layers { // also those without a version
		if key := string(l.Layer); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if !r.Named && !r.Limited {
		keys = append(keys, record.EveryLayer)
	}
	return keys
}

// comparedLayers are those a comparison was computed from. The yearly indicators are of
// all layers.
func comparedLayers(r *change.Report) []string {
	refs := []string{r.From.Ref, r.Verdict.NaturalLand.Ref, r.Verdict.Activity.Ref}
	if r.Township != nil {
		refs = append(refs, r.Township.Ref)
	}
	keys := layersOf(refs)
	if len(r.Verdict.Function) > 0 {
		keys = append(keys, record.EveryLayer)
	}
	return keys
}

// withinSight gives the townships that a site lies in, nil where a part of it lies in
// none. Whoever may ask about some townships only is refused where it is not within
// those. Errors: Refused.
func withinSight(ctx context.Context, r *overlap.Report) ([]string, error) {
	var codes []string
	for _, t := range r.Townships {
		codes = append(codes, t.Code)
	}
	if r.Outside > outsideNoise {
		codes = nil
	}
	allowed := geodata.SightOf(ctx).Townships
	if allowed == nil {
		return codes, nil
	}
	isOut := func(code string) bool { return !slices.Contains(allowed, code) }
	if len(codes) == 0 || slices.ContainsFunc(codes, isOut) {
		return nil, &geodata.Error{Kind: geodata.Refused, Code: "site-outside-sight",
			ZH: "地块不完全在您可核查的乡镇之内，未予核查。", EN: "The site does not lie within the townships that you may ask about; it was not checked."}
	}
	return codes, nil
}

// outsideNoise is how much of a site may lie outside every township, m², along a border
// that is drawn twice.
const outsideNoise = 0.01
