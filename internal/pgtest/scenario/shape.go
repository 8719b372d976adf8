package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"hongxian/internal/pgtest/surveyrule"
)

// Grid is where a drawing lies in the county's plane: metres, east first.
type Grid struct {
	Origin orb.Point
	Unit   float64
}

// place takes a drawn point to the plane.
func (g Grid) place(p orb.Point) orb.Point {
	return orb.Point{g.Origin[0] + g.Unit*p[0], g.Origin[1] + g.Unit*p[1]}
}

// parseGrid reads "EAST NORTH UNIT".
func parseGrid(text string) (Grid, error) {
	var g Grid
	if n, err := fmt.Sscan(text, &g.Origin[0], &g.Origin[1], &g.Unit); n != 3 || g.Unit <= 0 {
		return g, fmt.Errorf("grid wants EAST NORTH UNIT, got %q: %w", text, err)
	}
	return g, nil
}

// shapeBegins finds where a shape begins: a capital word with a parenthesis.
var shapeBegins = regexp.MustCompile(`[A-Z]+\s*\(`)

// cutShape parts what stands before a shape from the shape.
func cutShape(text string) (before, shape string, found bool) {
	at := shapeBegins.FindStringIndex(text)
	if at == nil {
		return strings.TrimSpace(text), "", false
	}
	return strings.TrimSpace(text[:at[0]]), text[at[0]:], true
}

// Shape reads WKT or BOX(x y, x y) on the grid as a geometry in the plane.
func (g Grid) Shape(text string) (orb.Geometry, error) {
	text = strings.TrimSpace(text)
	if inner, isBox := strings.CutPrefix(text, "BOX("); isBox {
		return g.box(strings.TrimSuffix(inner, ")"))
	}
	shape, err := wkt.Unmarshal(text)
	if err != nil {
		return nil, fmt.Errorf("shape %q: %w", text, err)
	}
	return g.placeAll(shape)
}

func (g Grid) box(text string) (orb.Geometry, error) {
	var a, b orb.Point
	n, err := fmt.Sscan(strings.Replace(text, ",", " ", 1), &a[0], &a[1], &b[0], &b[1])
	if n != 4 || a[0] >= b[0] || a[1] >= b[1] {
		return nil, fmt.Errorf("BOX wants the lower left and the upper right corner, got %q: %w", text, err)
	}
	return g.placeAll(orb.Bound{Min: a, Max: b}.ToPolygon())
}

func (g Grid) placeAll(shape orb.Geometry) (orb.Geometry, error) {
	switch s := shape.(type) {
	case orb.Point:
		return g.place(s), nil
	case orb.MultiPoint:
		return orb.MultiPoint(g.points(s)), nil
	case orb.LineString:
		return orb.LineString(g.points(s)), nil
	case orb.MultiLineString:
		out := make(orb.MultiLineString, len(s))
		for i, line := range s {
			out[i] = g.points(line)
		}
		return out, nil
	case orb.Polygon:
		return g.polygon(s), nil
	case orb.MultiPolygon:
		out := make(orb.MultiPolygon, len(s))
		for i, polygon := range s {
			out[i] = g.polygon(polygon)
		}
		return out, nil
	}
	return nil, fmt.Errorf("a %s has no place in a scenario", shape.GeoJSONType())
}

func (g Grid) points(in []orb.Point) []orb.Point {
	out := make([]orb.Point, len(in))
	for i, p := range in {
		out[i] = g.place(p)
	}
	return out
}

func (g Grid) polygon(in orb.Polygon) orb.Polygon {
	out := make(orb.Polygon, len(in))
	for i, ring := range in {
		out[i] = g.points(ring)
	}
	return out
}

// Area reads square metres, a shape measured by the survey's rule, or a sum of
// such: "BOX(0 0, 2 1) + BOX(1 0, 3 1) - 12.5".
func (g Grid) Area(text string) (m2 float64, err error) {
	for rest, sign := text, "+"; sign != ""; {
		term, next := rest, ""
		if at := signs.FindStringIndex(rest); at != nil {
			term, next, rest = rest[:at[0]], strings.TrimSpace(rest[at[0]:at[1]]), rest[at[1]:]
		}
		area, err := g.term(term)
		if err != nil {
			return 0, err
		}
		if sign == "-" {
			area = -area
		}
		m2, sign = m2+area, next
	}
	return m2, nil
}

// signs stand between terms, with space on both sides.
var signs = regexp.MustCompile(`\s+[+-](\s+|$)`)

func (g Grid) term(text string) (float64, error) {
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return number, nil
	}
	shape, err := g.Shape(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no area: %w", text, err)
	}
	polygons, err := Polygons(shape)
	return surveyrule.Area(polygons), err
}

// Polygons is a shape that must be one or several polygons.
func Polygons(shape orb.Geometry) (orb.MultiPolygon, error) {
	switch s := shape.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{s}, nil
	case orb.MultiPolygon:
		return s, nil
	}
	return nil, fmt.Errorf("a %s is no polygon", shape.GeoJSONType())
}
