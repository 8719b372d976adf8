package answer

import (
	"context"
	"encoding/json"
	"fmt"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/publish"
	"hongxian/internal/report"
)

// Guarded says what is guarded in a county.
type Guarded interface {
	Layers(ctx context.Context, county string) ([]geodata.Layer, error)
	Resolve(ctx context.Context, ref geodata.VersionRef) (geodata.Version, error)
}

// Gate (发布把关) compares a version of a protected layer with the one in force and
// with the baseline that the county names, and keeps the comparisons.
type Gate struct {
	Catalogue Guarded
	Changes   *Changes
	// Baseline is the label of a layer's named baseline; empty for none.
	Baseline func(ctx context.Context, county string, layer geodata.LayerKey) (string, error)
}

// Judge implements publish.Gate.
func (g *Gate) Judge(ctx context.Context, v geodata.Version) ([]publish.Comparison, error) {
	layers, err := g.Catalogue.Layers(ctx, v.County)
	if err != nil {
		return nil, err
	}
	isProtected := false
	for _, l := range layers {
		isProtected = isProtected || l.Key == v.Layer && l.Protected
	}
	if !isProtected {
		return nil, nil
	}
	against, err := g.against(ctx, v)
	if err != nil {
		return nil, err
	}
	var found []publish.Comparison
	for _, label := range against {
		from := geodata.VersionRef{County: v.County, Layer: v.Layer, Label: label}
		a, r, err := g.Changes.Answer(ctx, change.Request{From: from, To: v.Ref()})
		if err != nil {
			return nil, err
		}
		c, err := comparison(a, r)
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// against are the labels to compare with: the version in force and the baseline,
// once where they are the same.
func (g *Gate) against(ctx context.Context, v geodata.Version) ([]string, error) {
	var labels []string
	inForce, err := g.Catalogue.Resolve(ctx, geodata.VersionRef{County: v.County, Layer: v.Layer})
	switch {
	case err == nil:
		labels = append(labels, inForce.Label)
	case !geodata.IsKind(err, geodata.NotFound):
		return nil, err
	}
	baseline, err := g.Baseline(ctx, v.County, v.Layer)
	if err != nil || baseline == "" || baseline == v.Label || baseline == inForce.Label {
		return labels, err
	}
	held, err := g.Catalogue.Resolve(ctx, geodata.VersionRef{County: v.County, Layer: v.Layer, Label: baseline})
	switch {
	case geodata.IsKind(err, geodata.NotFound): // named beforehand, not held yet
		return labels, nil
	case err != nil:
		return nil, err
	case held.Published == nil: // a draft is no baseline
		return labels, nil
	}
	return append(labels, baseline), nil
}

// comparison is what the gate found against one version.
func comparison(a Answer, r *change.Report) (publish.Comparison, error) {
	w, v := r.Whole, r.Verdict
	lost := 0
	for _, p := range r.Pieces {
		if p.Kind == change.Lost {
			lost++
		}
	}
	figures, err := json.Marshal(map[string]any{"before_m2": w.Before.Rounded(), "after_m2": w.After.Rounded(), "net_m2": w.Net.Rounded(),
		"gained_m2": w.Gained.Rounded(), "lost_m2": w.Lost.Rounded(), "lost_without_approval_m2": v.LostWithoutApproval.Rounded()})
	if err != nil {
		return publish.Comparison{}, fmt.Errorf("figures of change %s: %w", a.ID, err)
	}
	return publish.Comparison{Against: r.From.Label, Loss: !v.NotDecreased || lost > 0, Record: a.ID, Body: a.Body, Figures: figures,
		ZH: fmt.Sprintf("与 @%s 相比，面积由 %s 变为 %s 公顷，净变化 %s 公顷，调出 %d 处共 %s 公顷，其中无批准文件 %s 公顷。",
			r.From.Label, report.Hectares(w.Before), report.Hectares(w.After), report.Hectares(w.Net), lost, report.Hectares(w.Lost), report.Hectares(v.LostWithoutApproval)),
		EN: fmt.Sprintf("Compared with @%s the area goes from %s to %s ha, net %s ha; %d pieces with %s ha are lost, of them %s ha without approval.",
			r.From.Label, report.Hectares(w.Before), report.Hectares(w.After), report.Hectares(w.Net), lost, report.Hectares(w.Lost), report.Hectares(v.LostWithoutApproval))}, nil
}
