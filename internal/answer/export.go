package answer

import (
	"context"
	"io"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/report/delivery"
)

// Exports give versions back as files.
type Exports struct {
	Catalogue *postgis.Catalogue
}

// Write writes the version that a reference names; a draft too, to look at it
// elsewhere. What was written before an error is no file.
func (e *Exports) Write(ctx context.Context, ref geodata.VersionRef, format delivery.Format, w io.Writer) (geodata.Version, error) {
	held, err := e.Catalogue.Resolve(ctx, ref)
	if err != nil {
		return held, err
	}
	fields, err := e.Catalogue.DeliveredFields(ctx, held)
	if err != nil {
		return held, err
	}
	layers, err := e.Catalogue.Layers(ctx, held.County)
	if err != nil {
		return held, err
	}
	v := delivery.Version{Version: held, Fields: fields, Records: e.Catalogue.Delivered(ctx, held)}
	for _, l := range layers {
		if l.Key == held.Layer {
			v.Title = l.TitleZH
		}
	}
	return held, delivery.Write(ctx, w, v, format)
}
