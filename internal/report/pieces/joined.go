package pieces

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"hongxian/internal/report/gdal"
	"hongxian/internal/scratch"
)

// Joined (挂接统计值的图形) are shapes that carry a table's row each.
type Joined struct {
	Name, Title string // of the layer: townships, 乡镇统计
	SRID        int
	Note        string // what the figures are, and 示意 where it is due
	Made        time.Time
	Shapes      []JoinedShape
}

// JoinedShape is a shape and its row. The rows of all shapes have the same names.
type JoinedShape struct {
	Values []Value
	Shape  orb.MultiPolygon
}

// Value (属性) is an attribute: a text, a whole number, a float64 or nil.
type Value struct {
	Name  string
	Value any
}

// properties are the attributes as a JSON object, in their order.
func (s JoinedShape) properties() (json.RawMessage, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, v := range s.Values {
		name, err := json.Marshal(v.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(v.Value)
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", v.Name, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// collection is the FeatureCollection of the shapes; round makes coordinates fit
// for print.
func (j Joined) collection(round func(float64) float64) ([]byte, error) {
	type feature struct {
		Type       string          `json:"type"`
		Properties json.RawMessage `json:"properties"`
		Geometry   *geometry       `json:"geometry"`
	}
	c := struct {
		Type     string    `json:"type"`
		Name     string    `json:"name"`
		CRS      any       `json:"crs"`
		Note     string    `json:"note,omitempty"`
		Features []feature `json:"features"`
	}{Type: "FeatureCollection", Name: j.Name, CRS: namedCRS(j.SRID), Note: j.Note, Features: []feature{}}
	for _, s := range j.Shapes {
		properties, err := s.properties()
		if err != nil {
			return nil, err
		}
		c.Features = append(c.Features, feature{"Feature", properties, multiPolygon(s.Shape, round)})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		return nil, fmt.Errorf("encode %s: %w", j.Name, err)
	}
	return b.Bytes(), nil
}

// GeoJSON gives the shapes, which must be in EPSG:4490, longitude first.
func (j Joined) GeoJSON() ([]byte, error) {
	if j.SRID != cgcs2000 {
		return nil, fmt.Errorf("GeoJSON of %s wants EPSG:%d, not EPSG:%d", j.Name, cgcs2000, j.SRID)
	}
	return j.collection(roundDegrees)
}

// GPKG gives the shapes as a GeoPackage in their own system. GDAL writes it in a
// child process, which ctx ends.
func (j Joined) GPKG(ctx context.Context) ([]byte, error) {
	folder, err := scratch.Make("", scratch.Paper)
	if err != nil {
		return nil, err
	}
	defer folder.Remove()
	dir := folder.Path
	source, err := j.collection(exactly)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "rows.json"), source, 0o600); err != nil {
		return nil, err
	}
	err = gdal.Run(ctx, dir, j.Made, []string{"ogr2ogr", "-f", "GPKG", "rows.gpkg", "rows.json",
		"-a_srs", "EPSG:" + strconv.Itoa(j.SRID), "-nln", j.Name, "-nlt", "MULTIPOLYGON", "-oo", "DATE_AS_STRING=YES",
		"-lco", "IDENTIFIER=" + strings.TrimSpace(j.Title+" "+j.Name), "-lco", "DESCRIPTION=" + j.Note, "-lco", "GEOMETRY_NAME=geom"})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "rows.gpkg"))
}
