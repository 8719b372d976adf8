package tiles

import (
	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// TileJSON describes a version's tiles (TileJSON 3.0.0).
type TileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"` // the version's full reference
	Description  string        `json:"description,omitempty"`
	Version      string        `json:"version"`
	Attribution  string        `json:"attribution,omitempty"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       *[4]float64   `json:"bounds,omitempty"` // west, south, east, north; none for an empty version
	VectorLayers []VectorLayer `json:"vector_layers"`
	Schematic    bool          `json:"schematic"`
}

// VectorLayer names the layer inside the tiles and its properties.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// schematicMark is shown by map libraries in the corner of every map of it.
const schematicMark = "示意数据 Schematic data"

// Sheet is what a description needs to know of a drawn version.
type Sheet struct {
	Version geodata.Version
	Title   string     // 图层名
	Bounds  *orb.Bound // EPSG:4490 degrees, nil when the version is empty
	Paint   Paint
	Tiling  bool // covers the county: drawn below the others, outline only
}

// Paint is the colours a layer is drawn in, #rrggbb; empty ones become grey.
type Paint struct {
	Fill, Line string
}

// URL is the template of the version's tiles below origin (scheme and host). It
// always carries the label, and the braces stay braces.
func (s Sheet) URL(origin string) string {
	return origin + "/tiles/" + s.Version.Ref().String() + "/{z}/{x}/{y}.mvt"
}

// Describe gives the TileJSON, its tile URL absolute below origin.
func (s Sheet) Describe(origin string) TileJSON {
	t := TileJSON{
		TileJSON: "3.0.0", Name: s.Version.Ref().String(), Description: s.Title, Version: "1.0.0",
		Attribution: s.attribution(), Scheme: "xyz", Tiles: []string{s.URL(origin)}, MaxZoom: MaxZoom,
		VectorLayers: []VectorLayer{{
			ID: string(s.Version.Layer), Description: s.Title, MaxZoom: MaxZoom,
			Fields: map[string]string{"code": "String", "name": "String", "class": "String"},
		}},
		Schematic: s.Version.Schematic,
	}
	if s.Bounds != nil {
		t.Bounds = &[4]float64{s.Bounds.Min[0], s.Bounds.Min[1], s.Bounds.Max[0], s.Bounds.Max[1]}
	}
	return t
}

func (s Sheet) attribution() string {
	if s.Version.Schematic {
		return schematicMark
	}
	return ""
}
