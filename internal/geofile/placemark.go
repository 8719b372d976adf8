package geofile

import (
	"fmt"
	"strconv"
	"strings"

	"hongxian/geodata"
)

// placemark (地标) is one record of a KML file: its geometries as GeoJSON
// coordinates, by how solid they are.
type placemark struct {
	name, folder string
	values       map[string]any
	shapes       [3][]string // GeoJSON geometries: points, lines, polygons
	fault        *geodata.Error
}

func (p *placemark) census() census {
	c := census{points: len(p.shapes[0]), lines: len(p.shapes[1]), polygons: len(p.shapes[2])}
	if c == (census{}) {
		c.points = 1 // a label without a place, a model, a track
	}
	return c
}

// readPlacemark reads a placemark's name, attributes and geometries.
func (k *kmlRecords) readPlacemark(p *placemark) error {
	depth := len(k.open)
	name := ""
	for len(k.open) >= depth {
		start, _, err := k.token(nil)
		if err != nil {
			return err
		}
		switch key, isData := strings.CutPrefix(start, "Data="); {
		case isData:
			name = key
		case start == "value" && name != "":
			if err = k.value(p, name); err != nil {
				return err
			}
		case strings.HasPrefix(start, "SimpleData="):
			if err = k.value(p, strings.TrimPrefix(start, "SimpleData=")); err != nil {
				return err
			}
		case start == "name" && len(k.open) == depth+1:
			if p.name, err = k.text(); err != nil {
				return err
			}
			p.values["name"] = p.name
		case start == "Polygon" || start == "LineString" || start == "LinearRing" || start == "Point":
			if err = k.shape(p, start); err != nil {
				return err
			}
		}
	}
	if p.folder != "" {
		p.values["folder"] = p.folder
	}
	return nil
}

func (k *kmlRecords) value(p *placemark, name string) error {
	text, err := k.text()
	if text != "" {
		p.values[name] = text
	}
	return err
}

// shape reads one geometry. A LinearRing that stands alone is a line that closes.
func (k *kmlRecords) shape(p *placemark, kind string) error {
	depth := len(k.open)
	var rings []string
	outer := 0
	for len(k.open) >= depth {
		start, _, err := k.token(nil)
		if err != nil {
			return err
		}
		switch start {
		case "outerBoundaryIs":
			outer++
		case "coordinates":
			text, err := k.text()
			if err != nil {
				return err
			}
			positions, bad := kmlPositions(text)
			if bad != nil && p.fault == nil {
				p.fault = bad
			}
			rings = append(rings, positions)
		}
	}
	if len(rings) == 0 {
		return nil
	}
	switch kind {
	case "Polygon":
		if outer > 1 && p.fault == nil {
			p.fault = invalid("geometry-malformed", "一个 Polygon 中有多个外边界，请分成多个面。", "A Polygon has several outer boundaries; make several polygons.")
		}
		p.shapes[2] = append(p.shapes[2], `{"type":"Polygon","coordinates":[`+strings.Join(rings, ",")+`]}`)
	case "Point":
		p.shapes[0] = append(p.shapes[0], `{"type":"MultiPoint","coordinates":`+rings[0]+`}`)
	default:
		p.shapes[1] = append(p.shapes[1], `{"type":"LineString","coordinates":`+rings[0]+`}`)
	}
	return nil
}

// kmlPositions writes "109.8,31,0 109.9,31,0" as [[109.8,31,0],[109.9,31,0]].
func kmlPositions(text string) (string, *geodata.Error) {
	out := []byte{'['}
	for i, tuple := range strings.Fields(text) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '[')
		for j, word := range strings.Split(strings.TrimSuffix(tuple, ","), ",") {
			v, ok := parseCoordinate(word)
			if !ok {
				return "[]", invalid("coordinate-not-number", fmt.Sprintf("坐标不是数字：%.40q。", tuple), fmt.Sprintf("A coordinate is not a number: %.40q.", tuple))
			}
			if j > 0 {
				out = append(out, ',')
			}
			out = strconv.AppendFloat(out, v, 'g', -1, 64)
		}
		out = append(out, ']')
	}
	return string(append(out, ']')), nil
}
