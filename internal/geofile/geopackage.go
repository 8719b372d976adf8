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

// listedLayer is a feature layer that a container's catalogue lists.
type listedLayer struct {
	name, organization, definition string
	code                           int64
}

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
func (f *File) packagedLayers(ctx context.Context) ([]listedLayer, error) {
	p, err := f.cage.start(ctx, "ogr2ogr", "-f", "GeoJSON", "/vsistdout/", "data.gpkg", "-sql", gpkgLayers)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	layers, err := readLayers(p)
	if ended := p.finish(); ended != nil {
		err = ended
	}
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	if err == nil || !geodata.IsKind(err, geodata.Invalid) {
		return layers, err
	}
	return nil, because(invalid("geopackage-damaged", "不是可用的 GeoPackage，或文件已损坏，请重新导出。",
		"The file is no usable GeoPackage, or it is damaged; export it again."), err)
}

// chooseLayer is the layer to read: the only one, or the one asked for. The
// container is named to the user.
func (f *File) chooseLayer(layers []listedLayer, zh, en string) (listedLayer, error) {
	var names []string
	for _, l := range layers {
		if f.options.Layer == l.name || f.options.Layer == "" && len(layers) == 1 {
			return l, l.safe()
		}
		names = append(names, l.name)
	}
	if len(layers) == 0 {
		return listedLayer{}, noPolygons(zh+" 中没有矢量图层", en+" has no layer of features")
	}
	return listedLayer{}, severalLayers(names, f.options.Layer)
}

// safe refuses a name that GDAL's programs would take for an option.
func (l listedLayer) safe() error {
	if !strings.HasPrefix(l.name, "-") {
		return nil
	}
	return invalid("layer-name-unsafe", fmt.Sprintf("图层名“%.80s”以连字符开头，请改名。", l.name),
		fmt.Sprintf("The layer's name %.80q starts with a hyphen; rename it.", l.name))
}

func readLayers(r io.Reader) ([]listedLayer, error) {
	var layers []listedLayer
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
		var l listedLayer
		l.name, _ = feature.Attributes["layer"].(string)
		l.organization, _ = feature.Attributes["organization"].(string)
		l.definition, _ = feature.Attributes["definition"].(string)
		l.code, _ = feature.Attributes["code"].(int64)
		layers = append(layers, l)
	}
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
