package pieces

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"hongxian/internal/report/gdal"
)

// GPKG writes the site, where there is one, and its pieces as a GeoPackage at path,
// layers "site" and "overlap", in the set's own reference system with every coordinate exact to the
// bit. It is made beside path and moved there when it is whole. GDAL writes it in
// a child process, which ctx ends.
func GPKG(ctx context.Context, path string, s Set) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".hongxian-gpkg-")
	if err != nil {
		return fmt.Errorf("making a folder to write in: %w", err)
	}
	defer os.RemoveAll(dir)
	type layer struct {
		name, title string
		features    []feature
	}
	layers := []layer{{"overlap", "重叠图形", s.overlapFeatures(exactly)}}
	if site := s.siteFeatures(exactly); len(site) > 0 {
		layers = append(layers, layer{"site", "地块", site})
	}
	for _, l := range layers {
		if err := writeSource(filepath.Join(dir, l.name+".json"), append([]feature{s.template()}, l.features...)); err != nil {
			return err
		}
		if err := s.translate(ctx, dir, l.name, l.title); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(dir, "pieces.gpkg"), path); err != nil {
		return fmt.Errorf("moving the GeoPackage to its place: %w", err)
	}
	return nil
}

// template is a feature that is read but not kept: it gives the fields their
// types also in a layer without features. Its number is below every other's.
func (s Set) template() feature {
	f := feature{Type: "Feature", Properties: properties{Number: -1, Role: "x", Layer: "x", Ref: "x",
		Code: "x", Name: "x", Class: "x", AreaM2: 0.5, SliverM2: 0.5}}
	if s.Parcels != nil {
		f.Properties.Parcel, f.Properties.ParcelName = 1, "x"
	}
	return f
}

func writeSource(path string, features []feature) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = writeJSON(f, collection{Type: "FeatureCollection", Name: "pieces", Features: features})
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// translate adds a layer to the GeoPackage. Coordinates are taken as they stand
// (-a_srs assigns, it does not project); a text that looks like a date stays text.
func (s Set) translate(ctx context.Context, dir, layer, title string) error {
	arguments := []string{"-f", "GPKG", "-update", "-append", "pieces.gpkg", layer + ".json",
		"-a_srs", "EPSG:" + strconv.Itoa(s.SRID), "-nln", layer, "-nlt", "MULTIPOLYGON", "-where", "no >= 0",
		"-oo", "DATE_AS_STRING=YES", "-lco", "IDENTIFIER=" + title + " " + layer,
		"-lco", "DESCRIPTION=" + s.describe(), "-lco", "GEOMETRY_NAME=geom"}
	if layer == "overlap" { // the first: it makes the file
		arguments = append([]string{"-f", "GPKG"}, arguments[4:]...)
	}
	return gdal.Run(ctx, dir, s.CheckedAt, append([]string{"ogr2ogr"}, arguments...))
}

// describe is what the GeoPackage's table of contents says of a layer.
func (s Set) describe() string {
	return "核查编号 check " + s.CheckID + "；面积为椭球面积 ellipsoidal areas, m²。" + s.note()
}
