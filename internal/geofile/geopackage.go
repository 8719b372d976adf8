package geofile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hongxian/geodata"
)

// gpkgLayers asks a GeoPackage for its feature layers and their systems. It is
// GeoPackage's own catalogue, read by the program that reads the features.
const gpkgLayers = `select c.table_name as layer, s.organization as organization, s.organization_coordsys_id as code, s.definition as definition
from gpkg_contents c join gpkg_geometry_columns g on g.table_name = c.table_name
left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id
where c.data_type = 'features' order by c.table_name`

// gpkgLayer is one feature layer of a GeoPackage.
type gpkgLayer struct {
	name, organization, definition string
	code                           int64
}

// openGeoPackage prepares to read the one layer of data.gpkg in the cage.
func (f *File) openGeoPackage(ctx context.Context, path string) error {
	if err := f.take(path, "data.gpkg"); err != nil {
		return err
	}
	layer, err := f.chooseLayer(ctx)
	if err != nil {
		return err
	}
	if strings.HasPrefix(layer.name, "-") {
		return invalid("layer-name-unsafe", fmt.Sprintf("图层名“%.80s”以连字符开头，请改名。", layer.name),
			fmt.Sprintf("The layer's name %.80q starts with a hyphen; rename it.", layer.name))
	}
	f.source = func(ctx context.Context) (io.ReadCloser, error) {
		return f.cage.start(ctx, "ogr2ogr", ogrArguments("data.gpkg", layer.name)...)
	}
	return f.decideLayer(ctx, layer)
}

// chooseLayer is the layer to read: the only one, or the one asked for.
func (f *File) chooseLayer(ctx context.Context) (gpkgLayer, error) {
	p, err := f.cage.start(ctx, "ogr2ogr", "-f", "GeoJSON", "/vsistdout/", "data.gpkg", "-sql", gpkgLayers)
	if err != nil {
		return gpkgLayer{}, err
	}
	defer p.Close()
	layers, err := readLayers(p)
	if ended := p.finish(); ended != nil {
		err = ended
	}
	if ctx.Err() != nil {
		return gpkgLayer{}, cancelled(ctx)
	}
	if err != nil && !geodata.IsKind(err, geodata.Invalid) {
		return gpkgLayer{}, err
	}
	if err != nil {
		return gpkgLayer{}, because(invalid("geopackage-damaged", "不是可用的 GeoPackage，或文件已损坏，请重新导出。",
			"The file is no usable GeoPackage, or it is damaged; export it again."), err)
	}
	var names []string
	for _, l := range layers {
		if f.options.Layer == l.name {
			return l, nil
		}
		names = append(names, l.name)
	}
	switch {
	case len(layers) == 0:
		return gpkgLayer{}, noPolygons("GeoPackage 中没有矢量图层", "The GeoPackage has no layer of features")
	case len(layers) == 1 && f.options.Layer == "":
		return layers[0], nil
	}
	return gpkgLayer{}, severalLayers(names, f.options.Layer)
}

func readLayers(r io.Reader) ([]gpkgLayer, error) {
	var layers []gpkgLayer
	records := newReader(r)
	for {
		rec, err := records.next()
		if errors.Is(err, io.EOF) {
			return layers, nil
		}
		if err != nil {
			return nil, err
		}
		feature, err := rec.feature(geodata.FieldNames{}, false)
		if err != nil {
			return nil, err
		}
		var l gpkgLayer
		l.name, _ = feature.Attributes["layer"].(string)
		l.organization, _ = feature.Attributes["organization"].(string)
		l.definition, _ = feature.Attributes["definition"].(string)
		l.code, _ = feature.Attributes["code"].(int64)
		layers = append(layers, l)
	}
}

// decideLayer finds the layer's system. A code is believed unless the definition
// beside it names another datum.
func (f *File) decideLayer(ctx context.Context, l gpkgLayer) error {
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
