package geofile

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// gpkgLayers asks a GeoPackage for its feature layers and their systems. It is
// GeoPackage's own catalogue, read by the program that reads the features.
const gpkgLayers = `select c.table_name as layer, s.organization as organization, s.organization_coordsys_id as code, s.definition as definition
from gpkg_contents c join gpkg_geometry_columns g on g.table_name = c.table_name
left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id
where c.data_type = 'features' order by c.table_name`

// openGeoPackage prepares to read the one layer of data.gpkg in the cage.
func (f *File) openGeoPackage(ctx context.Context, path string) error {
	if err := f.take(path, "data.gpkg"); err != nil {
		return err
	}
	layers, err := f.packagedLayers(ctx)
	if err != nil {
		return err
	}
	layer, err := f.chooseLayer(layers, "GeoPackage", "The GeoPackage")
	if err != nil {
		return err
	}
	f.source = func(ctx context.Context) (io.ReadCloser, error) {
		return f.cage.start(ctx, "ogr2ogr", ogrArguments("data.gpkg", layer.name)...)
	}
	return f.decideLayer(ctx, layer)
}

// packagedLayers asks a GeoPackage's catalogue.
func (f *File) packagedLayers(ctx context.Context) (layers []listedLayer, err error) {
	damaged := invalid("geopackage-damaged", "不是可用的 GeoPackage，或文件已损坏，请重新导出。",
		"The file is no usable GeoPackage, or it is damaged; export it again.")
	err = f.readCatalogue(ctx, damaged, func(row map[string]any) {
		var l listedLayer
		l.name, _ = row["layer"].(string)
		l.organization, _ = row["organization"].(string)
		l.definition, _ = row["definition"].(string)
		l.code, _ = row["code"].(int64)
		layers = append(layers, l)
	}, "data.gpkg", "-sql", gpkgLayers)
	return layers, err
}

// decideLayer finds the layer's system. A code is believed unless the definition
// beside it names another datum.
func (f *File) decideLayer(ctx context.Context, l listedLayer) error {
	d, bad := define(l.definition)
	if !strings.EqualFold(l.organization, "EPSG") || l.code <= 0 {
		if bad != nil || d.local {
			return f.decideWithout(ctx) // GeoPackage's "undefined"
		}
		return f.decideByDefinition(ctx, l.definition)
	}
	s, err := f.systemOf(ctx, int(l.code))
	if err != nil {
		return err
	}
	f.noteFlattened(int(l.code), s)
	if bad == nil && !d.local && d.datum != s.datum {
		return invalid("crs-contradictory",
			fmt.Sprintf("文件写的坐标系代码 EPSG:%d 与其定义（%.60s）不符，请更正后再提交。", l.code, d.datumName),
			fmt.Sprintf("The file's code EPSG:%d and its definition (%.60s) contradict each other; correct the file.", l.code, d.datumName))
	}
	return f.decide(ctx, s)
}
