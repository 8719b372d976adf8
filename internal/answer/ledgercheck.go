package answer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/ledger"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
)

// FromCheck adds the ground that a kept check's site takes of protected layers, an
// entry a layer; of several parcels each by itself. only names the layer that counts;
// empty: every protected one. Slivers are no encroachment. What is there already stays
// as it is: known counts it.
func (l *Ledger) FromCheck(ctx context.Context, county, id string, only geodata.LayerKey, who string) (ids []int64, known int, err error) {
	k, err := getCheck(ctx, l.Records, county, id)
	if err != nil {
		return nil, 0, err
	}
	guarded, err := l.guarded(ctx, k.County, only)
	if err != nil {
		return nil, 0, err
	}
	parcels := k.Parcels
	if parcels == nil {
		parcels = []keptParcel{{Check: k.Check, Asked: k.Asked}}
	}
	var entries []ledger.Entry
	for _, p := range parcels {
		found := encroachments(p.Check, guarded)
		if len(found) == 0 {
			continue
		}
		picture, err := l.Sites.Illustrate(ctx, overlap.Request{County: k.County, Site: p.Asked.Site, Against: k.Versions}, lonLat)
		if err != nil {
			return nil, 0, fmt.Errorf("places of check %s: %w", p.Check.Id, err)
		}
		for _, e := range found {
			e.Place = taken(picture, e.Layer)
			entries = append(entries, e)
		}
	}
	return l.Add(ctx, k.County, who, entries)
}

// guarded are the layers whose loss is supervised.
func (l *Ledger) guarded(ctx context.Context, county string, only geodata.LayerKey) (map[geodata.LayerKey]bool, error) {
	layers, err := l.Catalogue.Layers(ctx, county)
	if err != nil {
		return nil, err
	}
	guarded := map[geodata.LayerKey]bool{}
	for _, layer := range layers {
		if layer.Key == only || only == "" && layer.Protected {
			guarded[layer.Key] = true
		}
	}
	if only != "" && len(guarded) == 0 {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "layer-unknown",
			ZH: fmt.Sprintf("没有图层 %s。", only), EN: fmt.Sprintf("There is no layer %s.", only)}
	}
	return guarded, nil
}

// encroachments are the entries that a check makes. A piece is numbered by the layer's
// place in the answer.
func encroachments(c openapi.Check, guarded map[geodata.LayerKey]bool) []ledger.Entry {
	var out []ledger.Entry
	for i, layer := range c.Layers {
		key := geodata.LayerKey(layer.Layer)
		if !guarded[key] || layer.Status != openapi.CheckStatusConcerned || layer.SliverOnly {
			continue
		}
		e := ledger.Entry{Kind: ledger.Encroached, Layer: key, Source: ledger.FromCheck, Record: c.Id, Piece: i + 1, Schematic: c.Schematic,
			Area: geodata.Area(layer.OverlapM2), Unapproved: geodata.Area(layer.OverlapM2), Title: encroachmentTitle(c, layer)}
		for _, t := range c.Townships {
			if area := t.OverlapM2[layer.Layer]; area > 0 {
				e.Townships = append(e.Townships, ledger.Township{Code: t.Code, Name: t.Name, Area: geodata.Area(area)})
			}
		}
		slices.SortStableFunc(e.Townships, func(a, b ledger.Township) int { return -cmpArea(a.Area, b.Area) })
		out = append(out, e)
	}
	return out
}

// encroachmentTitle says what takes which ground: 码头工程占用生态保护红线：大昌湖 HX-3.
func encroachmentTitle(c openapi.Check, layer openapi.CheckLayer) string {
	var names []string
	for _, f := range layer.Features {
		names = append(names, strings.TrimSpace(f.Name+" "+f.Code))
	}
	return shortened(fmt.Sprintf("%s占用%s：%s", cmp.Or(c.Site.Name, "未命名地块"), layer.Title, strings.Join(names, "、")))
}

// taken is the ground that a site takes of a layer.
func taken(p *overlap.Picture, layer geodata.LayerKey) orb.MultiPolygon {
	var ground orb.MultiPolygon
	for _, piece := range p.Pieces {
		if piece.Layer == layer {
			ground = append(ground, piece.Geometry...)
		}
	}
	return ground
}
