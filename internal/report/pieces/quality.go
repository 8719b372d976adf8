package pieces

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hongxian/internal/quality"
	"hongxian/internal/report/gdal"
)

// QualityGPKG writes the places of a quality report as a GeoPackage at path, layer
// "quality", EPSG:4490. titles are what kinds of findings are called. GDAL writes it
// in a child process, which ctx ends.
func QualityGPKG(ctx context.Context, path string, r *quality.Report, titles func(quality.Kind) (zh, en string)) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".hongxian-gpkg-")
	if err != nil {
		return fmt.Errorf("making a folder to write in: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := writeQuality(filepath.Join(dir, "quality.json"), r, titles); err != nil {
		return err
	}
	arguments := []string{"ogr2ogr", "-f", "GPKG", "quality.gpkg", "quality.json", "-a_srs", "EPSG:4490", "-nln", "quality", "-nlt", "MULTIPOLYGON",
		"-where", "no >= 0", "-oo", "DATE_AS_STRING=YES", "-lco", "IDENTIFIER=质检问题 quality", "-lco", "GEOMETRY_NAME=geom",
		"-lco", "DESCRIPTION=" + r.Ref + "；面积为椭球面积 ellipsoidal areas, m²"}
	if err := gdal.Run(ctx, dir, r.ExaminedAt, arguments); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(dir, "quality.gpkg"), path); err != nil {
		return fmt.Errorf("moving the GeoPackage to its place: %w", err)
	}
	return nil
}

type qualityProperties struct {
	Number  int     `json:"no"`
	Kind    string  `json:"kind"`
	Title   string  `json:"title"`
	Ref     string  `json:"ref"`
	Records string  `json:"records"`
	Names   string  `json:"names"`
	AreaM2  float64 `json:"area_m2"`
	WidthM  float64 `json:"width_m"`
}

type qualityFeature struct {
	Type       string            `json:"type"`
	Properties qualityProperties `json:"properties"`
	Geometry   *geometry         `json:"geometry"`
}

// writeQuality writes what GDAL reads; a feature that is not kept gives the fields
// their types where there is no place at all.
func writeQuality(path string, r *quality.Report, titles func(quality.Kind) (zh, en string)) error {
	out := struct {
		Type     string           `json:"type"`
		Features []qualityFeature `json:"features"`
	}{"FeatureCollection", []qualityFeature{{"Feature", qualityProperties{-1, "x", "x", "x", "x", "x", 0.5, 0.5}, nil}}}
	for i, p := range r.Places {
		title, _ := titles(p.Kind)
		out.Features = append(out.Features, qualityFeature{"Feature", qualityProperties{Number: i + 1, Kind: string(p.Kind), Title: title, Ref: r.Ref,
			Records: strings.Trim(fmt.Sprint(p.Records), "[]"), Names: strings.Join(p.Names, " ∩ "), AreaM2: p.Area.Rounded(), WidthM: p.Width}, multiPolygon(p.Ground, exactly)})
	}
	body, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("encode the places of %s: %w", r.Ref, err)
	}
	return os.WriteFile(path, body, 0o600)
}
