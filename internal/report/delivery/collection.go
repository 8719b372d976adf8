package delivery

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"hongxian/geodata/postgis"
)

// column is a field as it is written: its name there, and the attribute it holds.
type column struct {
	name, attribute string
	text            bool // numbers are written as texts: a double would not hold them
}

// names are the fields under their own names.
func (v Version) names() []column {
	columns := make([]column, len(v.Fields))
	for i, f := range v.Fields {
		columns[i] = column{name: f.Name, attribute: f.Name, text: f.Large}
	}
	return columns
}

// writeCollection writes the records as GeoJSON with the crs member of GeoJSON
// 2008, which planning and GIS programs still read: coordinates to the last digit,
// every record with every field.
func writeCollection(w io.Writer, v Version, columns []column) error {
	b := bufio.NewWriterSize(w, 1<<16)
	title, err := json.Marshal(v.Title + " " + v.Ref().String())
	if err != nil {
		return err
	}
	fmt.Fprintf(b, `{"type":"FeatureCollection","name":%q,"title":%s,"note":%q,"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::%d"}},"features":[`,
		v.layerName(), title, v.note(), v.SRID)
	n := 0
	for record, err := range v.Records {
		if err != nil {
			return err
		}
		if n > 0 {
			b.WriteByte(',')
		}
		n++
		if err := writeFeature(b, record, columns); err != nil {
			return fmt.Errorf("write record %d of %s: %w", record.Record, v.Ref(), err)
		}
	}
	b.WriteString("\n]}\n")
	return b.Flush()
}

func writeFeature(b *bufio.Writer, record postgis.Delivered, columns []column) error {
	b.WriteString("\n" + `{"type":"Feature","properties":{`)
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(c.name)
		if err != nil {
			return err
		}
		b.Write(name)
		b.WriteByte(':')
		if value := record.Attributes[c.attribute]; value == nil {
			b.WriteString("null")
		} else if c.text && value[0] != '"' && string(value) != "null" {
			fmt.Fprintf(b, "%q", value)
		} else {
			b.Write(value)
		}
	}
	b.WriteString(`},"geometry":`)
	if err := writeGeometry(b, record.Geometry.Geometry); err != nil {
		return err
	}
	return b.WriteByte('}')
}

func writeGeometry(b *bufio.Writer, g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Polygon:
		b.WriteString(`{"type":"Polygon","coordinates":`)
		writePolygon(b, g)
	case orb.MultiPolygon:
		b.WriteString(`{"type":"MultiPolygon","coordinates":[`)
		for i, p := range g {
			if i > 0 {
				b.WriteByte(',')
			}
			writePolygon(b, p)
		}
		b.WriteByte(']')
	default:
		return fmt.Errorf("a %T is no polygon", g)
	}
	return b.WriteByte('}')
}

func writePolygon(b *bufio.Writer, p orb.Polygon) {
	var number []byte
	b.WriteByte('[')
	for i, ring := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('[')
		for j, c := range ring {
			if j > 0 {
				b.WriteByte(',')
			}
			number = append(number[:0], '[')
			number = strconv.AppendFloat(number, c[0], 'f', -1, 64)
			number = append(number, ',')
			number = strconv.AppendFloat(number, c[1], 'f', -1, 64)
			b.Write(append(number, ']'))
		}
		b.WriteByte(']')
	}
	b.WriteByte(']')
}
