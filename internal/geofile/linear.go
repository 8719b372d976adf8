package geofile

import (
	"encoding/json"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// linear says whether a geometry is made of lines or of points. A collection is
// what its first member is; the others are held to it.
func (m geometryMembers) linear(depth int) bool {
	switch m.Type {
	case "Point", "MultiPoint", "LineString", "MultiLineString":
		return true
	case "GeometryCollection":
		if len(m.Geometries) == 0 || depth > 4 {
			return false
		}
		inner, bad := splitGeometry(m.Geometries[0])
		return bad == nil && inner.linear(depth+1)
	}
	return false
}

// linework gathers a geometry's lines and points.
type linework struct {
	lines  orb.MultiLineString
	points orb.MultiPoint
	dims   int
}

// decodeLinear reads lines or points, or a collection of one of the two.
func decodeLinear(m geometryMembers) (orb.Geometry, int, *geodata.Error) {
	var w linework
	if err := w.add(m, 0); err != nil {
		return nil, 0, err
	}
	g, err := w.geometry()
	return g, w.dims, err
}

// geometry is nil when there is nothing.
func (w linework) geometry() (orb.Geometry, *geodata.Error) {
	switch {
	case len(w.lines) > 0 && len(w.points) > 0:
		return nil, at(invalid("geometry-mixed", "一条记录里既有线又有点，请分开。", "A record holds lines and points; part them."), 0, &w.points[0])
	case len(w.lines) == 1:
		return w.lines[0], nil
	case len(w.lines) > 1:
		return w.lines, nil
	case len(w.points) == 1:
		return w.points[0], nil
	case len(w.points) > 1:
		return w.points, nil
	}
	return nil, nil
}

func (w *linework) add(m geometryMembers, depth int) *geodata.Error {
	d := &decoder{text: m.Coordinates}
	var err *geodata.Error
	switch m.Type {
	case "Point":
		err = d.points(&w.points)
	case "MultiPoint":
		err = d.list(func() *geodata.Error { return d.points(&w.points) })
	case "LineString":
		err = d.line(&w.lines)
	case "MultiLineString":
		err = d.list(func() *geodata.Error { return d.line(&w.lines) })
	case "GeometryCollection":
		return w.addAll(m.Geometries, depth)
	default:
		return invalid("geometry-mixed", "一条记录里既有面又有线或点，请分开。", "A record holds polygons and lines or points; part them.")
	}
	if err == nil {
		err = d.finished()
	}
	w.dims = max(w.dims, d.dims)
	return err
}

func (w *linework) addAll(parts []json.RawMessage, depth int) *geodata.Error {
	if depth > 4 {
		return invalid("geometry-malformed", "几何集合嵌套过深。", "Geometry collections are nested too deeply.")
	}
	for _, part := range parts {
		m, bad := splitGeometry(part)
		if bad == nil {
			bad = w.add(m, depth+1)
		}
		if bad != nil {
			return bad
		}
	}
	return nil
}

func (d *decoder) points(all *orb.MultiPoint) *geodata.Error {
	p, err := d.position()
	*all = append(*all, p)
	return err
}

// line reads one line: at least two different positions, or none at all.
func (d *decoder) line(all *orb.MultiLineString) *geodata.Error {
	var line orb.LineString
	err := d.list(func() *geodata.Error {
		p, err := d.position()
		line = append(line, p)
		return err
	})
	if err != nil || len(line) == 0 {
		return err
	}
	for _, p := range line {
		if p != line[0] {
			*all = append(*all, line)
			return nil
		}
	}
	return at(invalid("line-too-short", "线没有长度，至少要有两个不同的点。", "A line has no length; it needs two different points."), 0, d.near())
}

// pathsOf lists a geometry's vertices by ring, line or point.
func pathsOf(g orb.Geometry) [][]orb.Point {
	var paths [][]orb.Point
	switch g := g.(type) {
	case orb.Point:
		paths = append(paths, []orb.Point{g})
	case orb.MultiPoint:
		paths = append(paths, g)
	case orb.LineString:
		paths = append(paths, g)
	case orb.MultiLineString:
		for _, l := range g {
			paths = append(paths, l)
		}
	case orb.Polygon:
		for _, r := range g {
			paths = append(paths, r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			for _, r := range p {
				paths = append(paths, r)
			}
		}
	}
	return paths
}
