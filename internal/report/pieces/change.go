package pieces

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/openapi"
	"hongxian/internal/report/comparison"
	"hongxian/internal/report/gdal"
)

// ChangeSet (维护成果) is a comparison in the shape of the yearly maintenance of
// spatial plans (年度动态维护): WHQX the features before, WHHX those after, WHCX the
// ground that changed, with WHLX 1 调入, 2 属性变更, 3 调出.
type ChangeSet struct {
	Change  openapi.Change
	Picture *change.Picture
	// Table is the layer's name in official databases, before WHQX: STBHHX.
	Table string
}

// changeFeature is a record of the exchange.
type changeFeature struct {
	Type       string           `json:"type"`
	Properties changeProperties `json:"properties"`
	Geometry   *geometry        `json:"geometry"`
}

// changeProperties are the exchange's fields, and ours behind them: MJ in m²
// (ellipsoidal), what no approval covers, features and classes.
type changeProperties struct {
	BSM    string  `json:"BSM"`
	XZQDM  string  `json:"XZQDM"`
	XZQMC  string  `json:"XZQMC"`
	WHLX   string  `json:"WHLX"`
	WHLY   string  `json:"WHLY"`
	WHBH   string  `json:"WHBH"`
	MC     string  `json:"MC"`
	LX     string  `json:"LX"`
	YLX    string  `json:"YLX"`
	MJ     float64 `json:"MJ"`
	WPZMJ  float64 `json:"WPZMJ"`
	TBBH   string  `json:"TBBH"`
	BZ     string  `json:"BZ"`
	Layer  string  `json:"layer,omitempty"`
	Number int     `json:"no"`
}

// changeLayer is one of the exchange's three layers.
type changeLayer struct {
	name, title string
	features    []changeFeature
}

func (s ChangeSet) layers(round func(float64) float64) []changeLayer {
	return []changeLayer{
		{s.Table + "WHQX", "维护前图斑", s.states(s.Picture.Before, older, round)},
		{s.Table + "WHHX", "维护后图斑", s.states(s.Picture.After, newer, round)},
		{s.Table + "WHCX", "维护层图斑", s.pieces(round)},
	}
}

const (
	older = iota
	newer
)

// states are the changed features of one version.
func (s ChangeSet) states(drawn []change.PictureFeature, side int, round func(float64) float64) []changeFeature {
	type state struct {
		fate openapi.ChangeFate
		area float64
	}
	known := map[int]state{}
	for _, f := range s.Change.Features {
		for _, g := range [2][]openapi.ChangeFeatureState{f.Before, f.After}[side] {
			known[g.Record] = state{f.Fate, g.AreaM2}
		}
	}
	out := make([]changeFeature, 0, len(drawn))
	for i, f := range drawn {
		out = append(out, changeFeature{Type: "Feature", Geometry: multiPolygon(f.Geometry, round), Properties: changeProperties{
			BSM: f.Code, XZQDM: s.Change.County.Code, XZQMC: s.Change.County.Name, MC: f.Name, LX: f.Class,
			MJ: known[f.Record].area, TBBH: f.Code, BZ: s.remark(comparison.Fate(known[f.Record].fate)), Number: i + 1}})
	}
	return out
}

// pieces are the ground that changed.
func (s ChangeSet) pieces(round func(float64) float64) []changeFeature {
	out := make([]changeFeature, 0, len(s.Change.Pieces))
	for i, p := range s.Change.Pieces {
		q := changeProperties{BSM: fmt.Sprintf("%s%09d", s.Change.County.Code, p.Number), WHLX: strconv.Itoa(int(p.Kind)), WHLY: approvalText(p),
			WHBH: s.Change.Id[:16] + "-" + strconv.Itoa(p.Number), MJ: p.AreaM2, WPZMJ: p.UnapprovedM2, BZ: s.remark(""), Number: p.Number}
		for j, t := range p.Townships {
			if j == 0 && t.Code != "" {
				q.XZQDM, q.XZQMC = t.Code+"000", t.Name
			}
		}
		var codes []string
		for j, f := range p.Features {
			codes = append(codes, f.Code)
			if j == 0 {
				q.MC, q.LX = f.Name, f.Class
			}
		}
		q.TBBH = strings.Join(codes, ",")
		if p.ClassFrom != nil && p.ClassTo != nil {
			q.YLX, q.LX = *p.ClassFrom, *p.ClassTo
		}
		out = append(out, changeFeature{Type: "Feature", Geometry: multiPolygon(s.Picture.Pieces[i].Geometry, round), Properties: q})
	}
	return out
}

// approvalText is the reason of a change: its approvals' numbers.
func approvalText(p openapi.ChangePiece) string {
	var numbers []string
	for _, a := range p.Approvals {
		numbers = append(numbers, a.Number)
	}
	if p.UnapprovedM2 > 0 {
		numbers = append(numbers, comparison.NoApproval)
	}
	return strings.Join(numbers, "；")
}

func (s ChangeSet) remark(text string) string {
	if s.Change.Schematic {
		return strings.TrimSpace("示意数据 " + text)
	}
	return text
}

func (s ChangeSet) check() error {
	if len(s.Picture.Pieces) != len(s.Change.Pieces) {
		return fmt.Errorf("change %s has %d pieces, its picture %d", s.Change.Id, len(s.Change.Pieces), len(s.Picture.Pieces))
	}
	for _, p := range s.Change.Pieces {
		if !geodata.Area(p.AreaM2).Valid() {
			return fmt.Errorf("piece %d of change %s has no area", p.Number, s.Change.Id)
		}
	}
	return nil
}

func (s ChangeSet) note() string {
	if s.Change.Schematic {
		return schematicNote
	}
	return ""
}

// changeCollection is an RFC 7946 FeatureCollection with the three layers in one.
type changeCollection struct {
	Type     string          `json:"type"`
	Name     string          `json:"name"`
	CRS      any             `json:"crs,omitempty"`
	Note     string          `json:"note,omitempty"`
	ChangeID string          `json:"change_id,omitempty"`
	Features []changeFeature `json:"features"`
}

// ChangeGeoJSON writes the three layers as one FeatureCollection, each record's layer
// in its property "layer". The set must be in EPSG:4490, longitude first.
func ChangeGeoJSON(w io.Writer, s ChangeSet) error {
	if s.Picture.SRID != cgcs2000 {
		return fmt.Errorf("GeoJSON of a change wants EPSG:%d, not EPSG:%d", cgcs2000, s.Picture.SRID)
	}
	if err := s.check(); err != nil {
		return err
	}
	c := changeCollection{Type: "FeatureCollection", Name: "hongxian-change", CRS: namedCRS(cgcs2000), ChangeID: s.Change.Id,
		Note: "坐标为 2000 国家大地坐标系经纬度（EPSG:4490），经度在前；MJ 为椭球面积，平方米。WHLX：1 调入，2 属性变更，3 调出。" +
			"Coordinates are CGCS2000 longitude, latitude (EPSG:4490); MJ is the ellipsoidal area in m²." + s.note()}
	for _, l := range s.layers(roundDegrees) {
		for _, f := range l.features {
			f.Properties.Layer = l.name
			c.Features = append(c.Features, f)
		}
	}
	if c.Features == nil {
		c.Features = []changeFeature{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("encode change: %w", err)
	}
	return nil
}

// ChangeGPKG writes the three layers as a GeoPackage at path, in the picture's own
// plane with every coordinate exact to the bit. It is made beside path and moved
// there when it is whole.
func ChangeGPKG(ctx context.Context, path string, s ChangeSet) error {
	if err := s.check(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".hongxian-gpkg-")
	if err != nil {
		return fmt.Errorf("making a folder to write in: %w", err)
	}
	defer os.RemoveAll(dir)
	for i, l := range s.layers(exactly) {
		if err := writeChangeLayer(filepath.Join(dir, l.name+".json"), l.features); err != nil {
			return err
		}
		if err := s.translate(ctx, dir, l, i == 0); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(dir, "pieces.gpkg"), path); err != nil {
		return fmt.Errorf("moving the GeoPackage to its place: %w", err)
	}
	return nil
}

// changeTemplate is read but not kept: it gives the fields their types also in a
// layer without features.
var changeTemplate = changeFeature{Type: "Feature", Properties: changeProperties{Number: -1, BSM: "x", XZQDM: "x", XZQMC: "x", WHLX: "x",
	WHLY: "x", WHBH: "x", MC: "x", LX: "x", YLX: "x", MJ: 0.5, WPZMJ: 0.5, TBBH: "x", BZ: "x"}}

func writeChangeLayer(path string, features []changeFeature) error {
	body, err := json.Marshal(changeCollection{Type: "FeatureCollection", Name: "change", Features: append([]changeFeature{changeTemplate}, features...)})
	if err != nil {
		return fmt.Errorf("encode change: %w", err)
	}
	return os.WriteFile(path, body, 0o600)
}

// translate adds a layer to the GeoPackage; see Set.translate.
func (s ChangeSet) translate(ctx context.Context, dir string, l changeLayer, first bool) error {
	arguments := []string{"-f", "GPKG", "-update", "-append", "pieces.gpkg", l.name + ".json",
		"-a_srs", "EPSG:" + strconv.Itoa(s.Picture.SRID), "-nln", l.name, "-nlt", "MULTIPOLYGON", "-where", "no >= 0",
		"-oo", "DATE_AS_STRING=YES", "-lco", "IDENTIFIER=" + l.title + " " + l.name,
		"-lco", "DESCRIPTION=面积变化核查 change " + s.Change.Id + "；MJ 为椭球面积 ellipsoidal areas, m²。" + s.note(), "-lco", "GEOMETRY_NAME=geom"}
	if first {
		arguments = append([]string{"-f", "GPKG"}, arguments[4:]...)
	}
	return gdal.Run(ctx, dir, s.Change.CreatedAt, append([]string{"ogr2ogr"}, arguments...))
}
