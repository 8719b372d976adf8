package answer

import (
	"context"
	"fmt"

	"hongxian/internal/batch"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// Parcels gives the parcels of a batch whose numbers follow after, at most limit
// of them, each with the figures of its kept check.
func (b *Batches) Parcels(ctx context.Context, held batch.Batch, after, limit int) ([]openapi.Parcel, error) {
	list := []openapi.Parcel{}
	err := b.RowsAfter(ctx, batch.Key{County: held.County, ID: held.ID}, after, limit, func(r batch.Row) error {
		p, err := parcelJSON(r)
		list = append(list, p)
		return err
	})
	return list, err
}

func parcelJSON(r batch.Row) (openapi.Parcel, error) {
	p := openapi.Parcel{Number: r.Number, Name: r.Name, State: openapi.ParcelState(r.State), Layers: []openapi.ParcelLayer{}}
	if r.Reason != nil {
		p.Reason, p.ReasonEn = &r.Reason.ZH, &r.Reason.EN
	}
	if r.Body == nil {
		return p, nil
	}
	_, c, err := report.ReadChecks(r.Body)
	if err != nil {
		return p, fmt.Errorf("parcel %d: %w", r.Number, err)
	}
	p.Check, p.AreaM2, p.Outcome, p.Schematic = &c.Id, &c.Site.AreaM2, &c.Verdict.Outcome, &c.Schematic
	for _, l := range c.Layers {
		p.Layers = append(p.Layers, openapi.ParcelLayer{Layer: l.Layer, Title: l.Title, TitleEn: l.TitleEn, Status: l.Status, OverlapM2: l.OverlapM2})
	}
	return p, nil
}
