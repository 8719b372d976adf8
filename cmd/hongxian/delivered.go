package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/geofile"
	"hongxian/internal/overlap"
)

// maxSiteBytes bounds an unpacked file with sites; an import may be larger.
const maxSiteBytes = 256 << 20

// openDelivery opens a foreign file for a county: its plane is always accepted,
// and features are expected near it.
func openDelivery(ctx context.Context, path string, p *county.Profile, o geofile.Options) (*geofile.File, error) {
	bound := p.Bound()
	o.PlaneSRID, o.County = p.PlaneSRID, &bound
	return geofile.Open(ctx, path, o)
}

// classed gives features their official class names where the layer knows codes.
func classed(features iter.Seq2[geodata.Feature, error], l county.Layer) iter.Seq2[geodata.Feature, error] {
	return func(yield func(geodata.Feature, error) bool) {
		for f, err := range features {
			f.Class = l.ClassName(f.Class)
			if !yield(f, err) {
				return
			}
		}
	}
}

// siteReader reads the parcels of a file for a check.
type siteReader struct {
	catalogue *postgis.Catalogue
}

// profile is that of the county a question is about.
func (s siteReader) profile(ctx context.Context, q answer.Question) (*county.Profile, error) {
	if q.Held != nil {
		return profileOf(*q.Held)
	}
	held, err := s.catalogue.County(ctx, q.County)
	if err != nil {
		return nil, err
	}
	return profileOf(held)
}

// siteFields are the attribute names that parcels are called by.
var siteFields = geodata.FieldNames{
	Code: []string{"code", "DKBH", "地块编号", "BH"},
	Name: []string{"name", "XMMC", "项目名称", "DKMC", "地块名称", "MC"},
}

// open opens the file of a question about parcels, as its county reads it.
func (s siteReader) open(ctx context.Context, q answer.Question, maxBytes int64) (*geofile.File, error) {
	profile, err := s.profile(ctx, q)
	if err != nil {
		return nil, err
	}
	parameters, err := parametersOf(profile, q.Parameters)
	if err != nil {
		return nil, err
	}
	return openDelivery(ctx, q.Path, profile, geofile.Options{Parameters: parameters,
		Name: q.Filename, CRS: q.CRS, Fields: siteFields, MaxBytes: maxBytes,
		ConfirmGuess: q.ConfirmCRS, Datum: q.Datum, Lines: q.Width > 0 || q.Radius > 0})
}

// ReadSites reads every parcel of a file. Unlike an import it leaves none out: a
// record that cannot be read fails the whole, because an answer that says nothing
// of a parcel would pass for one that cleared it.
func (s siteReader) ReadSites(ctx context.Context, q answer.Question) ([]overlap.Site, error) {
	file, err := s.open(ctx, q, maxSiteBytes)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var sites []overlap.Site
	missing := 0
	for f, err := range file.Features(ctx) {
		if err != nil {
			return nil, err
		}
		// A damaged file also shows as a record without geometry; what the reader
		// says of it at the end is the better reason.
		if f.Geometry == nil {
			missing = cmp.Or(missing, f.Record)
			continue
		}
		site, err := asSite(f, q.Filename, q.Reading)
		if err != nil {
			return nil, err
		}
		site.SRID = file.SRID()
		sites = append(sites, site)
	}
	if missing > 0 {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "geometry-missing", Record: missing,
			ZH: "这条记录没有图形，不能核查；请补上图形，或删去这条记录。", EN: "This record has no geometry and cannot be checked; give it one, or leave the record out."}
	}
	for i := range sites {
		sites[i].Findings = append(sites[i].Findings, said(file)...)
	}
	return sites, nil
}

// said is what has been noted of a file so far, in Chinese.
func said(file *geofile.File) (sentences []string) {
	for _, finding := range file.Findings() {
		sentences = append(sentences, finding.ZH)
	}
	return sentences
}

// asSite makes a site of a record: a polygon, or with a width a line, with a radius
// a point.
func asSite(f geodata.Feature, filename string, r answer.Reading) (overlap.Site, error) {
	site := overlap.Site{Name: f.Name, Record: f.Record}
	if site.Name == "" {
		site.Name = f.Code
	}
	if site.Name == "" {
		site.Name = filepath.Base(filename)
		if f.Record > 1 {
			site.Name = fmt.Sprintf("%s #%d", site.Name, f.Record)
		}
	}
	switch g := f.Geometry.(type) {
	case orb.Polygon:
		site.Geometry = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		site.Geometry = g
	case orb.LineString:
		site.Axis, site.Buffer = orb.MultiLineString{g}, r.Width
	case orb.MultiLineString:
		site.Axis, site.Buffer = g, r.Width
	case orb.Point:
		site.Centres, site.Buffer = orb.MultiPoint{g}, r.Radius
	case orb.MultiPoint:
		site.Centres, site.Buffer = g, r.Radius
	default:
		return site, &geodata.Error{Kind: geodata.Invalid, Code: "not-a-polygon", Record: f.Record,
			ZH: "这条记录不是面状地块，不能核查。", EN: "This record is not a polygon and cannot be checked."}
	}
	return site, nil
}
