package answer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/coverage"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/figure"
	"hongxian/internal/report/office"
	"hongxian/internal/report/pieces"
	"hongxian/internal/scratch"
)

// KindOverlaps is the kind under which answers on layers that overlap are kept.
const KindOverlaps = "overlaps"

// OverlapFormats are the forms such an answer can be had in, beside JSON.
var OverlapFormats = []Format{
	{"pdf", "application/pdf"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"csv", "text/csv; charset=utf-8"},
	{"geojson", "application/geo+json"},
	{"gpkg", "application/geopackage+sqlite3"},
	{"png", "image/png"},
}

// OverlapFormatOf finds a form by its key.
func OverlapFormatOf(key string) (Format, bool) { return formatIn(OverlapFormats, key) }

// OverlapMeasurer measures how layers lie on each other; see coverage.Measurer.
type OverlapMeasurer interface {
	Identify(ctx context.Context, r coverage.Request) (county, id string, err error)
	Measure(ctx context.Context, r coverage.Request) (*coverage.Report, error)
	Draw(ctx context.Context, r coverage.Request, srid int) (*coverage.Picture, error)
}

// KeptRecords keeps answers and finds them again.
type KeptRecords interface {
	Keeper
	Records
}

// Overlaps (范围重叠) answers how layers lie on each other, and keeps the answers.
type Overlaps struct {
	Measurer  OverlapMeasurer
	Records   KeptRecords
	Look      func(ctx context.Context, county string) (Look, error)
	VerifyURL string           // as in Papers
	Now       func() time.Time // nil: time.Now
}

// overlapsAsked is what was asked, to ask it again.
type overlapsAsked struct {
	Versions  []string `json:"versions"`
	Townships string   `json:"townships,omitempty"` // that divided the answer; empty: none
}

// Answer gives the kept answer, or measures, encodes and keeps a new one.
func (o *Overlaps) Answer(ctx context.Context, r coverage.Request) (Answer, error) {
	county, id, err := o.Measurer.Identify(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	if kept, err := o.Records.Get(ctx, county, id); err == nil {
		return Answer{Body: kept.Body, ID: id}, nil
	} else if !geodata.IsKind(err, geodata.NotFound) {
		return Answer{}, err
	}
	result, err := o.Measurer.Measure(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	result.CreatedAt = time.Now()
	if o.Now != nil {
		result.CreatedAt = o.Now()
	}
	body, err := report.OverlapsJSON(result)
	if err != nil {
		return Answer{}, err
	}
	inputs, err := json.Marshal(askedOf(result))
	if err != nil {
		return Answer{}, fmt.Errorf("keep question of overlaps %s: %w", result.ID, err)
	}
	var versions []string
	for _, v := range result.Versions {
		versions = append(versions, v.Ref)
	}
	stored, isNew, err := o.Records.Put(ctx, record.Kept{County: county, ID: result.ID, Kind: KindOverlaps, Body: body, Inputs: inputs, Layers: layersOf(versions)})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Body: stored, ID: result.ID, IsNew: isNew}, nil
}

func askedOf(r *coverage.Report) (a overlapsAsked) {
	for _, l := range r.Layers {
		a.Versions = append(a.Versions, l.Ref)
	}
	if r.Divided {
		a.Townships = r.Versions[len(r.Versions)-1].Ref
	}
	return a
}

// Find gives the bytes kept under an identity, or its first digits.
func (o *Overlaps) Find(ctx context.Context, county, id string) (openapi.Overlaps, []byte, error) {
	kept, err := o.kept(ctx, county, id)
	if err != nil {
		return openapi.Overlaps{}, nil, err
	}
	result, err := report.ReadOverlaps(kept.Body)
	return result, kept.Body, err
}

func (o *Overlaps) kept(ctx context.Context, county, id string) (record.Kept, error) {
	kept, err := o.Records.Get(ctx, county, id)
	if err == nil && kept.Kind != KindOverlaps {
		err = &geodata.Error{Kind: geodata.NotFound, Code: "overlaps-unknown",
			ZH: fmt.Sprintf("编号 %.16s… 不是范围重叠结果。", id), EN: fmt.Sprintf("%.16s… is no answer on overlaps.", id)}
	}
	return kept, err
}

// requestOf is the request that has a kept answer computed again.
func requestOf(kept record.Kept) (r coverage.Request, err error) {
	var a overlapsAsked
	if err := json.Unmarshal(kept.Inputs, &a); err != nil {
		return r, fmt.Errorf("read question of overlaps %s: %w", kept.ID, err)
	}
	r = coverage.Request{County: kept.County, Pinned: true}
	for _, text := range a.Versions {
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			return r, err
		}
		r.Versions = append(r.Versions, ref)
	}
	if a.Townships != "" {
		ref, err := geodata.ParseVersionRef(a.Townships)
		if err != nil {
			return r, err
		}
		r.Townships = &ref
	}
	return r, nil
}

// Write gives a kept answer in a form, drawn from the kept figures and the versions
// that answered.
func (o *Overlaps) Write(ctx context.Context, county, id string, format Format) ([]byte, error) {
	kept, err := o.kept(ctx, county, id)
	if err != nil {
		return nil, err
	}
	result, err := report.ReadOverlaps(kept.Body)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	switch format.Key {
	case "csv":
		err = report.OverlapsCSV(&b, result)
	case "xlsx":
		err = office.OverlapsXLSX(&b, result)
	case "geojson", "gpkg":
		return o.geometries(ctx, kept, result, format.Key)
	case "pdf", "png":
		err = o.drawn(ctx, &b, kept, result, format.Key)
	default:
		err = fmt.Errorf("no paper of format %q", format.Key)
	}
	return b.Bytes(), err
}

func (o *Overlaps) picture(ctx context.Context, kept record.Kept, srid int) (*coverage.Picture, error) {
	r, err := requestOf(kept)
	if err != nil {
		return nil, err
	}
	return o.Measurer.Draw(ctx, r, srid)
}

func (o *Overlaps) geometries(ctx context.Context, kept record.Kept, result openapi.Overlaps, format string) ([]byte, error) {
	srid := 0
	if format == "geojson" {
		srid = lonLat
	}
	p, err := o.picture(ctx, kept, srid)
	if err != nil {
		return nil, err
	}
	shapes := make([]orb.MultiPolygon, len(p.Report.Pieces))
	for i, piece := range p.Report.Pieces {
		shapes[i] = piece.Geometry
	}
	set, err := pieces.OfOverlaps(result, shapes, p.SRID)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if format == "geojson" {
		err = pieces.GeoJSON(&b, set)
		return b.Bytes(), err
	}
	folder, err := scratch.Make("", scratch.Paper)
	if err != nil {
		return nil, err
	}
	defer folder.Remove()
	path := filepath.Join(folder.Path, "overlaps.gpkg")
	if err := pieces.GPKG(ctx, path, set); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func (o *Overlaps) drawn(ctx context.Context, b *bytes.Buffer, kept record.Kept, result openapi.Overlaps, format string) error {
	look, err := o.Look(ctx, kept.County)
	if err != nil {
		return err
	}
	var p *overlap.Picture
	if len(result.Pieces) > 0 {
		drawn, err := o.picture(ctx, kept, 0)
		if err != nil {
			return err
		}
		p = asPicture(drawn)
	}
	style := figure.Style{Colours: look.Colours, Plane: look.Plane, Schematic: result.Schematic, DPI: figure.Print,
		Title: "图层范围重叠图", Subject: "重叠范围"}
	if format == "pdf" {
		return report.OverlapsPDF(b, report.OverlapsDocument{Overlaps: result, Picture: p, Style: style, Letterhead: look.Letterhead, VerifyURL: o.VerifyURL})
	}
	err = figure.PNG(b, p, style)
	if errors.Is(err, figure.ErrEmpty) {
		return &geodata.Error{Kind: geodata.NotFound, Code: "nothing-overlaps", ZH: "没有重叠范围，无图可绘。", EN: "Nothing overlaps; there is no map to draw."}
	}
	return err
}

// asPicture outlines the shared ground on the layers around it.
func asPicture(d *coverage.Picture) *overlap.Picture {
	p := &overlap.Picture{SRID: d.SRID, Site: d.Shared()}
	for _, l := range d.Around {
		around := overlap.PictureLayer{Layer: l.Layer, TitleZH: l.TitleZH, TitleEN: l.TitleEN}
		for _, f := range l.Features {
			around.Features = append(around.Features, overlap.PictureFeature{Code: f.Code, Name: f.Name, Class: f.Class, Geometry: f.Geometry})
		}
		p.Layers = append(p.Layers, around)
	}
	return p
}
