package tiles

import "cmp"

// StyleDocument is a MapLibre style (version 8). It has no glyphs and no sprite:
// text is drawn from the reader's own fonts, so no network is needed.
type StyleDocument struct {
	Version int                    `json:"version"`
	Name    string                 `json:"name"`
	Sources map[string]StyleSource `json:"sources"`
	Layers  []StyleLayer           `json:"layers"`
}

// StyleSource is a vector source of a style.
type StyleSource struct {
	Type        string      `json:"type"`
	Tiles       []string    `json:"tiles"`
	MinZoom     int         `json:"minzoom"`
	MaxZoom     int         `json:"maxzoom"`
	Bounds      *[4]float64 `json:"bounds,omitempty"`
	Attribution string      `json:"attribution,omitempty"`
}

// StyleLayer is one drawn layer of a style.
type StyleLayer struct {
	ID          string         `json:"id"`
	Type        string         `json:"type"`
	Source      string         `json:"source,omitempty"`
	SourceLayer string         `json:"source-layer,omitempty"`
	Metadata    map[string]any `json:"metadata,omitempty"`
	Paint       map[string]any `json:"paint"`
}

// plainColour draws a layer whose profile names no colour.
const plainColour = "#666666"

// Style draws the sheets in order on a plain ground, those that tile the county
// first; a source is named by its layer key, its layers KEY-fill and KEY-line.
func Style(name, origin string, sheets []Sheet) StyleDocument {
	doc := StyleDocument{Version: 8, Name: name, Sources: map[string]StyleSource{},
		Layers: []StyleLayer{{ID: "ground", Type: "background", Paint: map[string]any{"background-color": "#f7f7f2"}}}}
	for _, tiling := range []bool{true, false} {
		for _, s := range sheets {
			if s.Tiling == tiling {
				doc.add(s, origin)
			}
		}
	}
	return doc
}

func (doc *StyleDocument) add(s Sheet, origin string) {
	t := s.Describe(origin)
	key := string(s.Version.Layer)
	doc.Sources[key] = StyleSource{Type: "vector", Tiles: t.Tiles, MinZoom: t.MinZoom, MaxZoom: t.MaxZoom,
		Bounds: t.Bounds, Attribution: t.Attribution}
	fill, line := cmp.Or(s.Paint.Fill, plainColour), cmp.Or(s.Paint.Line, plainColour)
	opacity, width := 0.3, 1.2
	if s.Tiling {
		opacity, width = 0.04, 0.8
	}
	about := map[string]any{"hongxian:layer": key, "hongxian:title": s.Title,
		"hongxian:ref": s.Version.Ref().String(), "hongxian:schematic": s.Version.Schematic}
	doc.Layers = append(doc.Layers,
		StyleLayer{ID: key + "-fill", Type: "fill", Source: key, SourceLayer: key, Metadata: about,
			Paint: map[string]any{"fill-color": fill, "fill-opacity": opacity}},
		StyleLayer{ID: key + "-line", Type: "line", Source: key, SourceLayer: key, Metadata: about,
			Paint: map[string]any{"line-color": line, "line-width": width}})
}
