package tiles

import (
	"strings"

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
	// Zooms tell what was drawn beforehand, the lowest first; absent where tiles are
	// drawn live. FeatureZoom is the lowest with features instead of classes.
	FeatureZoom *int   `json:"feature_zoom,omitempty"`
	Zooms       []Zoom `json:"zooms,omitempty"`
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
	Zooms   []Zoom
}

// Paint is the colours a layer is drawn in, #rrggbb; empty ones become grey.
type Paint struct {
	Fill, Line string
	Pattern    string // 图案: hatch (斜线), dots (点), or none
	Classes    []ClassPaint
}

// ClassPaint is the colour of areas whose class has a word in it.
type ClassPaint struct{ Word, Fill string }

// URL is the template of the version's tiles below origin (scheme and host). It
// always carries the label, and the braces stay braces.
func (s Sheet) URL(origin string) string {
	return origin + "/tiles/" + s.Version.Ref().String() + "/{z}/{x}/{y}.mvt"
}

// Describe gives the TileJSON, its tile URL absolute below origin.
func (s Sheet) Describe(origin string) TileJSON {
	least, greatest := s.zoomRange()
	t := TileJSON{
		TileJSON: "3.0.0", Name: s.Version.Ref().String(), Description: s.Title, Version: "1.0.0",
		Attribution: s.attribution(), Scheme: "xyz", Tiles: []string{s.URL(origin)}, MinZoom: least, MaxZoom: greatest,
		VectorLayers: []VectorLayer{s.layer()},
		Schematic:    s.Version.Schematic, Zooms: s.Zooms, FeatureZoom: s.featureZoom(),
	}
	t.bound(s.Bounds)
	return t
}

// DescribeAll gives one TileJSON for several layers of a county in one tile.
func DescribeAll(name, title, origin string, sheets []Sheet) TileJSON {
	t := TileJSON{TileJSON: "3.0.0", Name: name, Description: title, Version: "1.0.0", Scheme: "xyz", MinZoom: MaxZoom,
		VectorLayers: []VectorLayer{}}
	var refs []string
	var all *orb.Bound
	for _, s := range sheets {
		least, greatest := s.zoomRange()
		t.MinZoom, t.MaxZoom = min(t.MinZoom, least), max(t.MaxZoom, greatest)
		t.Schematic = t.Schematic || s.Version.Schematic
		t.VectorLayers = append(t.VectorLayers, s.layer())
		refs = append(refs, s.Version.Ref().String())
		if all == nil {
			all = s.Bounds
		} else if s.Bounds != nil {
			union := all.Union(*s.Bounds)
			all = &union
		}
	}
	if t.Schematic {
		t.Attribution = schematicMark
	}
	t.Tiles = []string{origin + "/tiles/" + strings.Join(refs, ",") + "/{z}/{x}/{y}.mvt"}
	t.bound(all)
	return t
}

func (t *TileJSON) bound(b *orb.Bound) {
	if b != nil {
		t.Bounds = &[4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
}

// layer names the layer in the tiles; below the feature zoom its features are
// classes, with a count.
func (s Sheet) layer() VectorLayer {
	least, greatest := s.zoomRange()
	fields := map[string]string{"code": "String", "name": "String", "class": "String"}
	if len(s.Zooms) > 0 && s.Zooms[0].Dissolved {
		fields["count"] = "Number"
	}
	return VectorLayer{ID: string(s.Version.Layer), Description: s.Title, MinZoom: least, MaxZoom: greatest, Fields: fields}
}

// zoomRange is the zooms there are tiles for.
func (s Sheet) zoomRange() (least, greatest int) {
	if len(s.Zooms) == 0 {
		return 0, MaxZoom
	}
	return s.Zooms[0].Zoom.Zoom, s.Zooms[len(s.Zooms)-1].Zoom.Zoom
}

// featureZoom is the lowest zoom whose tiles hold features; nil when none does,
// or when tiles are drawn live.
func (s Sheet) featureZoom() *int {
	for _, z := range s.Zooms {
		if !z.Dissolved {
			return &z.Zoom.Zoom
		}
	}
	return nil
}

func (s Sheet) attribution() string {
	if s.Version.Schematic {
		return schematicMark
	}
	return ""
}
