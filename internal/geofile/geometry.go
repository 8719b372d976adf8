package geofile

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// decodeGeometry reads a GeoJSON geometry object: Polygon, MultiPolygon, or a
// collection of only these; lines and points too where they are asked for. It
// gives nil for null and for an empty geometry, and says how many ordinates a
// position had.
func decodeGeometry(text []byte, lines bool) (g orb.Geometry, dims int, err *geodata.Error) {
	if string(bytes.TrimSpace(text)) == "null" {
		return nil, 0, nil
	}
	if lines {
		if m, bad := splitGeometry(text); bad == nil && m.linear(0) {
			return decodeLinear(m)
		}
	}
	polygons, dims, err := decodePolygons(text, 0)
	switch {
	case err != nil || len(polygons) == 0:
		return nil, dims, err
	case len(polygons) == 1:
		return polygons[0], dims, nil
	}
	return polygons, dims, nil
}

// geometryMembers are the members of a geometry object that matter.
type geometryMembers struct {
	Type        string
	Coordinates json.RawMessage
	Geometries  []json.RawMessage
}

func decodePolygons(text []byte, depth int) (orb.MultiPolygon, int, *geodata.Error) {
	m, bad := splitGeometry(text)
	if bad != nil {
		return nil, 0, bad
	}
	d := &decoder{text: m.Coordinates}
	switch m.Type {
	case "Polygon", "MultiPolygon":
		if len(m.Coordinates) == 0 {
			return nil, 0, invalid("coordinates-missing", "几何缺少 coordinates。", "The geometry has no coordinates.")
		}
		d.pool = make([]orb.Point, 0, bytes.Count(m.Coordinates, []byte{'['}))
		var polygons orb.MultiPolygon
		var err *geodata.Error
		if m.Type == "Polygon" {
			var p orb.Polygon
			if p, err = d.polygon(); len(p) > 0 {
				polygons = orb.MultiPolygon{p}
			}
		} else {
			polygons, err = d.multiPolygon()
		}
		if err == nil {
			err = d.finished()
		}
		return polygons, d.dims, err
	case "GeometryCollection":
		return decodeCollection(m.Geometries, depth)
	case "Point", "MultiPoint", "LineString", "MultiLineString":
		return nil, 0, at(invalid("geometry-not-polygon", fmt.Sprintf("几何类型为 %s，只接受面（Polygon、MultiPolygon）。", m.Type),
			fmt.Sprintf("The geometry is a %s; only polygons are taken.", m.Type)), 0, firstPoint(m.Coordinates))
	}
	return nil, 0, invalid("geometry-type-unknown", fmt.Sprintf("不认识的几何类型“%.40s”。", m.Type),
		fmt.Sprintf("Unknown geometry type %.40q.", m.Type))
}

// splitGeometry finds a geometry object's members. A repeated member makes the
// object mean two things, so it is refused.
func splitGeometry(text []byte) (geometryMembers, *geodata.Error) {
	var m geometryMembers
	malformed := func(cause error) (geometryMembers, *geodata.Error) {
		return m, because(invalid("geometry-malformed", "几何不是合法的 GeoJSON 对象。", "The geometry is not a valid GeoJSON object."), cause)
	}
	members, err := splitObject(text)
	if err != nil {
		return malformed(err)
	}
	for _, member := range members {
		switch member.key {
		case "type":
			err = json.Unmarshal(member.value, &m.Type)
		case "coordinates":
			if m.Coordinates != nil {
				err = errMalformed
			}
			m.Coordinates = member.value
		case "geometries":
			err = json.Unmarshal(member.value, &m.Geometries)
		default:
			if !json.Valid(member.value) {
				err = errMalformed
			}
		}
		if err != nil {
			return malformed(fmt.Errorf("member %q: %w", member.key, err))
		}
	}
	return m, nil
}

func decodeCollection(parts []json.RawMessage, depth int) (orb.MultiPolygon, int, *geodata.Error) {
	if depth > 4 {
		return nil, 0, invalid("geometry-malformed", "几何集合嵌套过深。", "Geometry collections are nested too deeply.")
	}
	var all orb.MultiPolygon
	dims := 0
	for _, part := range parts {
		p, n, err := decodePolygons(part, depth+1)
		if err != nil {
			return nil, 0, err
		}
		all, dims = append(all, p...), max(dims, n)
	}
	return all, dims, nil
}

func (d *decoder) multiPolygon() (orb.MultiPolygon, *geodata.Error) {
	var polygons orb.MultiPolygon
	err := d.list(func() *geodata.Error {
		p, err := d.polygon()
		if len(p) > 0 {
			polygons = append(polygons, p)
		}
		return err
	})
	return polygons, err
}

func (d *decoder) polygon() (orb.Polygon, *geodata.Error) {
	var polygon orb.Polygon
	err := d.list(func() *geodata.Error {
		r, err := d.ring(len(polygon) + 1)
		polygon = append(polygon, r)
		return err
	})
	return polygon, err
}

// ring reads the n-th ring of a polygon: at least four positions, the last the
// same as the first.
func (d *decoder) ring(n int) (orb.Ring, *geodata.Error) {
	from := len(d.pool)
	err := d.list(func() *geodata.Error {
		p, err := d.position()
		d.pool = append(d.pool, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	ring := orb.Ring(d.pool[from:len(d.pool):len(d.pool)])
	switch {
	case len(ring) > 1 && ring[0] != ring[len(ring)-1]:
		return nil, at(invalid("ring-unclosed", fmt.Sprintf("第 %d 环未闭合：终点与起点不同。", n),
			fmt.Sprintf("Ring %d is not closed: its last point differs from its first.", n)), 0, &ring[len(ring)-1])
	case len(ring) < 4:
		return nil, at(invalid("ring-too-short", fmt.Sprintf("第 %d 环只有 %d 个点，至少要 4 个（含闭合点）。", n, len(ring)),
			fmt.Sprintf("Ring %d has %d points; it needs at least 4, the closing one included.", n, len(ring))), 0, d.near())
	}
	return ring, nil
}
