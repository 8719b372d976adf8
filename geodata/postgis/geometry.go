package postgis

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
)

// Geometry crosses the wire between orb, which the rest of the program speaks,
// and PostGIS. Coordinates are two-dimensional and east first; SRID says in what
// they are. A NULL arrives as a nil Geometry.
type Geometry struct {
	SRID     int
	Geometry orb.Geometry
}

// GeomValue implements pgxgeom's GeomValuer: orb to go-geom.
func (g Geometry) GeomValue() (geom.T, error) {
	t, err := toGeom(g.Geometry)
	if err != nil {
		return nil, err
	}
	return geom.SetSRID(t, g.SRID)
}

// ScanGeom implements pgxgeom's GeomScanner: go-geom to orb. A third dimension
// is refused: the schema holds none, so it would be a mistake.
func (g *Geometry) ScanGeom(t geom.T) error {
	if t == nil {
		*g = Geometry{}
		return nil
	}
	if t.Layout() != geom.XY && t.Layout() != geom.NoLayout {
		return fmt.Errorf("geometry has layout %v, want XY", t.Layout())
	}
	o, err := fromGeom(t)
	if err != nil {
		return err
	}
	*g = Geometry{SRID: t.SRID(), Geometry: o}
	return nil
}

func toGeom(o orb.Geometry) (geom.T, error) {
	switch o := o.(type) {
	case orb.Point:
		return geom.NewPointFlat(geom.XY, []float64{o[0], o[1]}), nil
	case orb.LineString:
		return geom.NewLineStringFlat(geom.XY, flat(nil, o)), nil
	case orb.MultiPoint:
		return geom.NewMultiPointFlat(geom.XY, flat(nil, o)), nil
	case orb.MultiLineString:
		var coords []float64
		var ends []int
		for _, line := range o {
			coords = flat(coords, line)
			ends = append(ends, len(coords))
		}
		return geom.NewMultiLineStringFlat(geom.XY, coords, ends), nil
	case orb.Polygon:
		coords, ends := flatPolygon(nil, nil, o)
		return geom.NewPolygonFlat(geom.XY, coords, ends), nil
	case orb.MultiPolygon:
		return multiPolygonToGeom(o), nil
	case orb.Bound:
		return toGeom(o.ToPolygon())
	case orb.Collection:
		return collectionToGeom(o)
	}
	return nil, fmt.Errorf("geometry of type %T cannot be stored", o)
}

func multiPolygonToGeom(o orb.MultiPolygon) geom.T {
	var coords []float64
	endss := make([][]int, 0, len(o))
	for _, p := range o {
		var ends []int
		coords, ends = flatPolygon(coords, nil, p)
		endss = append(endss, ends)
	}
	return geom.NewMultiPolygonFlat(geom.XY, coords, endss)
}

func collectionToGeom(o orb.Collection) (geom.T, error) {
	c := geom.NewGeometryCollection()
	for _, member := range o {
		t, err := toGeom(member)
		if err != nil {
			return nil, err
		}
		if err := c.Push(t); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func flatPolygon(coords []float64, ends []int, p orb.Polygon) ([]float64, []int) {
	for _, ring := range p {
		coords = flat(coords, ring)
		ends = append(ends, len(coords))
	}
	return coords, ends
}

func flat[L ~[]orb.Point](coords []float64, line L) []float64 {
	for _, p := range line {
		coords = append(coords, p[0], p[1])
	}
	return coords
}

func fromGeom(t geom.T) (orb.Geometry, error) {
	switch t := t.(type) {
	case *geom.Point:
		if t.Empty() {
			return nil, nil
		}
		return orb.Point{t.X(), t.Y()}, nil
	case *geom.LineString:
		return points[orb.LineString](t.FlatCoords()), nil
	case *geom.MultiLineString:
		lines := make(orb.MultiLineString, t.NumLineStrings())
		for i := range lines {
			lines[i] = points[orb.LineString](t.LineString(i).FlatCoords())
		}
		return lines, nil
	case *geom.Polygon:
		return polygonFromGeom(t), nil
	case *geom.MultiPolygon:
		m := make(orb.MultiPolygon, t.NumPolygons())
		for i := range m {
			m[i] = polygonFromGeom(t.Polygon(i))
		}
		return m, nil
	}
	return nil, fmt.Errorf("geometry of type %T is not read from the database", t)
}

func polygonFromGeom(t *geom.Polygon) orb.Polygon {
	p := make(orb.Polygon, t.NumLinearRings())
	for i := range p {
		p[i] = points[orb.Ring](t.LinearRing(i).FlatCoords())
	}
	return p
}

func points[L ~[]orb.Point](coords []float64) L {
	line := make(L, len(coords)/2)
	for i := range line {
		line[i] = orb.Point{coords[2*i], coords[2*i+1]}
	}
	return line
}
