package coverage

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Picture (附图) is the overlap as geometry: the pieces, whose order and areas are
// the report's, and the layers around them.
type Picture struct {
	Report *Report
	SRID   int            // EPSG code of all coordinates, east (or longitude) first
	Around []PictureLayer // layers and townships near the pieces; nil in longitude and latitude
}

// PictureLayer is a layer as far as the map reaches.
type PictureLayer struct {
	Layer            geodata.LayerKey
	TitleZH, TitleEN string
	Features         []PictureFeature
}

// PictureFeature is a feature, cut to the map's reach.
type PictureFeature struct {
	Code, Name, Class string
	Geometry          orb.MultiPolygon
}

// Shared is the ground of all pieces.
func (p *Picture) Shared() orb.MultiPolygon {
	var all orb.MultiPolygon
	for _, piece := range p.Report.Pieces {
		all = append(all, piece.Geometry...)
	}
	return all
}

// Draw is Measure with the geometry of the pieces, in the coordinates of srid: 0
// for the county's Gauss-Krüger plane, with the layers around them, or 4490 for
// longitude and latitude.
func (m *Measurer) Draw(ctx context.Context, r Request, srid int) (*Picture, error) {
	w, err := m.prepare(ctx, r)
	if err != nil {
		return nil, err
	}
	w.draw = srid
	if srid == 0 {
		w.draw = w.county.PlaneSRID
	}
	report, err := w.measure(ctx)
	if err != nil {
		return nil, err
	}
	p := &Picture{Report: report, SRID: w.draw}
	if srid != 0 || len(report.Pieces) == 0 {
		return p, nil
	}
	return p, w.drawAround(ctx, p)
}

// dotsAcross is how many dots a printed map has across: 180 mm at 300 dpi.
const dotsAcross = 2126

//go:embed sql/outlines.sql
var outlinesSQL string

// drawAround adds the layers around the pieces: half their extent, as a map reaches.
func (w *work) drawAround(ctx context.Context, p *Picture) error {
	bound := p.Shared().Bound()
	size := max(bound.Right()-bound.Left(), bound.Top()-bound.Bottom())
	box := bound.Pad(max(size/2, 300))
	ids := w.ids()
	if w.township != nil && !slices.Contains(ids, w.township.ID) {
		ids = append(ids, w.township.ID)
	}
	rows, err := w.db.Query(ctx, outlinesSQL, pgx.StrictNamedArgs{"county": w.county.Code, "versions": ids, "plane": p.SRID,
		"box": postgis.Geometry{SRID: p.SRID, Geometry: box.ToPolygon()}, "detail": 2 * size / dotsAcross})
	if err != nil {
		return fmt.Errorf("draw around: %w", err)
	}
	around := map[int64][]PictureFeature{}
	var version int64
	var f PictureFeature
	var g postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&version, &f.Code, &f.Name, &f.Class, &g}, func() error {
		f.Geometry, _ = g.Geometry.(orb.MultiPolygon)
		around[version] = append(around[version], f)
		return nil
	})
	if err != nil {
		return fmt.Errorf("draw around: %w", err)
	}
	for _, v := range w.versions {
		p.Around = append(p.Around, PictureLayer{Layer: v.Key, TitleZH: v.TitleZH, TitleEN: v.TitleEN, Features: around[v.ID]})
	}
	if w.township != nil && !slices.Contains(w.ids(), w.township.ID) {
		p.Around = append(p.Around, PictureLayer{Layer: geodata.Township, TitleZH: "乡镇", TitleEN: "Townships", Features: around[w.township.ID]})
	}
	return nil
}
