package geofile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hongxian/geodata"
)

// listedLayer is a feature layer that a container's catalogue lists.
type listedLayer struct {
	name, organization, definition string
	code                           int64
}

// readCatalogue has a container in the cage asked for its catalogue and gives each
// row's attributes. What cannot be read is the damaged container's error; a child
// that took too long or too much has its own.
func (f *File) readCatalogue(ctx context.Context, damaged *geodata.Error, note func(row map[string]any), query ...string) error {
	p, err := f.cage.start(ctx, "ogr2ogr", append([]string{"-f", "GeoJSON", "/vsistdout/"}, query...)...)
	if err != nil {
		return err
	}
	defer p.Close()
	err = readRowsOf(p, note)
	if ended := p.finish(); ended != nil {
		err = ended
	}
	switch {
	case ctx.Err() != nil:
		return cancelled(ctx)
	case geodata.IsKind(err, geodata.Invalid):
		return because(damaged, err)
	}
	return err
}

func readRowsOf(r io.Reader, note func(row map[string]any)) error {
	records := newReader(r)
	for {
		rec, err := records.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		feature, err := rec.feature(geodata.FieldNames{}, false)
		if err != nil {
			return err
		}
		note(feature.Attributes)
	}
}

// chooseLayer is the layer to read: the only one, or the one asked for. The
// container is named to the user.
func (f *File) chooseLayer(layers []listedLayer, zh, en string) (listedLayer, error) {
	var names []string
	for _, l := range layers {
		if f.options.Layer == l.name || f.options.Layer == "" && len(layers) == 1 {
			f.part = l.name
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
