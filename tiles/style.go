package tiles

import (
	"cmp"

	"hongxian/geodata"
)

// StyleDocument is a MapLibre style (version 8). It has no glyphs and no sprite:
// text is drawn from the reader's own fonts, so no network is needed.
type StyleDocument struct {
	Version  int                    `json:"version"`
	Name     string                 `json:"name"`
	Metadata map[string]any         `json:"metadata,omitempty"`
	Sources  map[string]StyleSource `json:"sources"`
	Layers   []StyleLayer           `json:"layers"`
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
	MinZoom     int            `json:"minzoom,omitempty"`
	Metadata    map[string]any `json:"metadata,omitempty"`
	Layout      map[string]any `json:"layout,omitempty"`
	Paint       map[string]any `json:"paint"`
}

// Variant (样式变体) is a way of drawing the same map.
type Variant string

// The variants of the style.
const (
	Light    Variant = ""
	Contrast Variant = "contrast" // 高对比度: for projectors, print and weak eyes
)

// brush is how strongly a variant draws.
type brush struct {
	ground, text, halo string
	fill, covering     float64 // opacity of areas, and of layers that cover the county
	line               float64 // widths are multiplied by it
}

var brushes = map[Variant]brush{
	Light:    {ground: "#f7f7f2", text: "#1d1d1f", halo: "#ffffff", fill: 0.3, covering: 0.04, line: 1},
	Contrast: {ground: "#ffffff", text: "#000000", halo: "#ffffff", fill: 0.55, covering: 0, line: 1.8},
}

// plainColour draws a layer whose profile names no colour.
const plainColour = "#666666"

// labelFonts are the reader's own, as a CSS list: no glyphs are fetched.
var labelFonts = []string{"Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"}

// Style draws the sheets in order on a plain ground, those that tile the county
// first, names last. A source is named by its layer key; its layers are KEY-fill,
// KEY-pattern, KEY-line and KEY-label. A pattern shows once the viewer has added
// its image, named in the layer's metadata; until then the fill tells the area.
func Style(name, origin string, variant Variant, sheets []Sheet) StyleDocument {
	b := brushes[variant]
	doc := StyleDocument{Version: 8, Name: name, Sources: map[string]StyleSource{},
		Layers: []StyleLayer{{ID: "ground", Type: "background", Paint: map[string]any{"background-color": b.ground}}}}
	var labels []StyleLayer
	for _, tiling := range []bool{true, false} {
		for _, s := range sheets {
			if s.Tiling == tiling {
				doc.Sources[string(s.Version.Layer)] = s.source(origin)
				doc.Layers = append(doc.Layers, s.areas(b)...)
				labels = append(labels, s.label(b))
			}
		}
	}
	doc.Layers = append(doc.Layers, labels...)
	return doc
}

func (s Sheet) source(origin string) StyleSource {
	t := s.Describe(origin)
	return StyleSource{Type: "vector", Tiles: t.Tiles, MinZoom: t.MinZoom, MaxZoom: t.MaxZoom,
		Bounds: t.Bounds, Attribution: t.Attribution}
}

// about tells a page what a layer of the style draws.
func (s Sheet) about() map[string]any {
	return map[string]any{"hongxian:layer": s.Version.Layer, "hongxian:title": s.Title,
		"hongxian:ref": s.Version.Ref().String(), "hongxian:schematic": s.Version.Schematic}
}

// areas draws fill, pattern and line.
func (s Sheet) areas(b brush) []StyleLayer {
	key := string(s.Version.Layer)
	fill, line := cmp.Or(s.Paint.Fill, plainColour), cmp.Or(s.Paint.Line, plainColour)
	opacity := b.fill
	if s.Tiling && len(s.Paint.Classes) == 0 { // one colour over the whole county tells nothing
		opacity = b.covering
	}
	layers := []StyleLayer{{ID: key + "-fill", Type: "fill", Source: key, SourceLayer: key, Metadata: s.about(),
		// Deep in, the ground below counts; far out, the area.
		Paint: map[string]any{"fill-color": s.Paint.byClass(fill), "fill-opacity": byZoom(8, opacity, 16, opacity/2)}}}
	if s.Paint.Pattern != "" {
		about := s.about()
		about["hongxian:pattern"] = map[string]string{"image": "pattern-" + key, "kind": s.Paint.Pattern, "colour": line}
		layers = append(layers, StyleLayer{ID: key + "-pattern", Type: "fill", Source: key, SourceLayer: key,
			Metadata: about, Paint: map[string]any{"fill-pattern": []any{"image", "pattern-" + key}}})
	}
	width := 1.2 * b.line
	if s.Tiling {
		width = 0.8 * b.line
	}
	return append(layers, StyleLayer{ID: key + "-line", Type: "line", Source: key, SourceLayer: key, Metadata: s.about(),
		Layout: map[string]any{"line-join": "round"},
		Paint:  map[string]any{"line-color": line, "line-width": byZoom(7, width/2, 14, width*1.5)}})
}

// byClass is the colour of an area, by its class where the layer's classes have
// colours.
func (p Paint) byClass(otherwise string) any {
	if len(p.Classes) == 0 {
		return otherwise
	}
	cases := []any{"case"}
	for _, c := range p.Classes {
		cases = append(cases, []any{"in", c.Word, []any{"to-string", []any{"get", "class"}}}, c.Fill)
	}
	return append(cases, otherwise)
}

// label draws names, in layers that cover the county from afar, in others from
// where single features are told apart.
func (s Sheet) label(b brush) StyleLayer {
	key := string(s.Version.Layer)
	from := 11
	if s.Version.Layer == geodata.Township {
		from = 9
	}
	if z := s.featureZoom(); z != nil {
		from = max(from, *z)
	}
	return StyleLayer{ID: key + "-label", Type: "symbol", Source: key, SourceLayer: key, MinZoom: from, Metadata: s.about(),
		Layout: map[string]any{"text-field": []any{"coalesce", []any{"get", "name"}, ""}, "text-font": labelFonts,
			"text-size": byZoom(9, 12.0, 16, 15.0), "text-max-width": 8},
		Paint: map[string]any{"text-color": b.text, "text-halo-color": b.halo, "text-halo-width": 1.4}}
}

// byZoom goes evenly from one value to another between two zooms.
func byZoom(from int, at float64, to int, then float64) []any {
	return []any{"interpolate", []any{"linear"}, []any{"zoom"}, from, at, to, then}
}
