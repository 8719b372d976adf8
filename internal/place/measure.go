package place

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Measured (量算结果) is how large and how long a drawing is.
type Measured struct {
	Area      geodata.Area // ellipsoidal, m²; of a line 0
	GridArea  geodata.Area // in the county's Gauss-Krüger plane, to compare with
	Length    float64      // of a line, or a polygon's perimeter: metres in that plane
	Ellipsoid float64      // the same along geodesics on the ellipsoid
}

// maxVertices of a drawing; a body of the size that is allowed holds no more.
const maxVertices = 2000

//go:embed sql/measure.sql
var measureSQL string

// Measure measures a line or a polygon in degrees (EPSG:4490). Its edges are straight
// in the county's Gauss-Krüger plane, as those of a site are. Errors: Invalid for what
// is neither, has too few or too many vertices, leaves the earth, or crosses itself.
func (f *Finder) Measure(ctx context.Context, k County, shape orb.Geometry) (m Measured, err error) {
	if err := drawable(shape); err != nil {
		return m, err
	}
	var valid bool
	var reason string
	var area, grid float64
	err = f.DB.QueryRow(ctx, measureSQL, pgx.StrictNamedArgs{"shape": postgis.Geometry{SRID: 4490, Geometry: shape}, "plane_srid": k.PlaneSRID}).
		Scan(&valid, &reason, &area, &grid, &m.Length, &m.Ellipsoid)
	if err != nil {
		return m, fmt.Errorf("measure a drawing: %w", err)
	}
	if _, isArea := shape.(orb.Polygon); isArea && !valid {
		return m, &geodata.Error{Kind: geodata.Invalid, Code: "drawing-crosses-itself",
			ZH: "所绘范围自相交，不能量算面积；请调整拐点。", EN: "The drawing crosses itself (" + reason + "); move a vertex."}
	}
	m.Area, m.GridArea = geodata.Area(area), geodata.Area(grid)
	return m, nil
}

func drawable(shape orb.Geometry) error {
	vertices := 0
	switch s := shape.(type) {
	case orb.LineString:
		if vertices = len(s); vertices < 2 {
			return malformed("线至少应有 2 个点。", "A line has two vertices at least.")
		}
	case orb.Polygon:
		if len(s) == 0 {
			return malformed("多边形应有外环。", "A polygon has an outer ring.")
		}
		for _, ring := range s {
			if vertices += len(ring); len(ring) < 4 || !ring.Closed() {
				return malformed("多边形的环至少应有 4 个点，并且首尾相同。", "A ring has four vertices at least, the last the first.")
			}
		}
	default:
		return malformed("只能量算 LineString 或 Polygon。", "Only a LineString or a Polygon is measured.")
	}
	if vertices > maxVertices {
		return &geodata.Error{Kind: geodata.TooLarge, Code: "drawing-too-large",
			ZH: fmt.Sprintf("拐点不能超过 %d 个。", maxVertices), EN: fmt.Sprintf("A drawing has at most %d vertices.", maxVertices)}
	}
	for _, p := range pointsOf(shape) {
		if !onEarth(p) {
			return malformed("坐标应为经度、纬度（度）。", "Coordinates are longitude and latitude in degrees.")
		}
	}
	return nil
}

func pointsOf(shape orb.Geometry) (points []orb.Point) {
	switch s := shape.(type) {
	case orb.LineString:
		return s
	case orb.Polygon:
		for _, ring := range s {
			points = append(points, ring...)
		}
	}
	return points
}

// onEarth reports whether a point is a place in degrees; NaN is none.
func onEarth(p orb.Point) bool { return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90 }

func malformed(zh, en string) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "drawing-malformed", ZH: zh, EN: en}
}
