package postgis_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

// wushanPlane is CGCS2000 / 3-degree Gauss-Krüger, central meridian 111°E.
const wushanPlane = 4546

// The county's box in it, metres.
var wushanBox = struct{ south, north, west, east float64 }{3403688, 3484914, 361553, 423584}

// measured is what the database says about one polygon.
type measured struct {
	area, grid float64
	valid      bool
}

const measureSQL = `
select st_area(p.plane), grid_area(p.delivery, $2), st_isvalid(p.plane)
from (select delivery, to_plane(delivery, $2) as plane
      from (select case when st_srid($1::geometry) = $3 then $1::geometry
                        else st_transform($1::geometry, $3) end as delivery) as d) as p`

// measure has every polygon, drawn in 4546, delivered in srid and measured.
func measure(t *testing.T, pool *pgxpool.Pool, polygons [][][]planePoint, srid int) []measured {
	t.Helper()
	out := make([]measured, len(polygons))
	batch := &pgx.Batch{}
	for i, rings := range polygons {
		m := &out[i]
		batch.Queue(measureSQL, postgis.Geometry{SRID: wushanPlane, Geometry: asPolygon(rings)}, wushanPlane, srid).
			QueryRow(func(row pgx.Row) error { return row.Scan(&m.area, &m.grid, &m.valid) })
	}
	if err := pool.SendBatch(context.Background(), batch).Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

func asPolygon(rings [][]planePoint) orb.Polygon {
	polygon := make(orb.Polygon, len(rings))
	for i, ring := range rings {
		for _, p := range ring {
			polygon[i] = append(polygon[i], orb.Point{p.east, p.north})
		}
		polygon[i] = append(polygon[i], polygon[i][0])
	}
	return polygon
}

// promised is how far the plane may be from the rule.
func promised(area float64) float64 { return math.Max(0.0001, 0.02*area/1e6) }

func TestPlaneAgreesWithSurveyRuleOnVectors(t *testing.T) {
	pool := pgtest.New(t)
	var polygons [][][]planePoint
	for _, v := range vectors {
		polygons = append(polygons, v.rings)
	}
	for i, m := range measure(t, pool, polygons, wushanPlane) {
		v := vectors[i]
		off := math.Abs(m.area - v.rule)
		t.Logf("%s: %.6f m², %.2e off, %.4f of the tolerance", v.name, m.area, off, off/promised(v.rule))
		if !(off <= promised(v.rule)) {
			t.Errorf("%s: %.6f m², want %.6f", v.name, m.area, v.rule)
		}
		if !(math.Abs(m.grid-v.plane) <= 1e-6) {
			t.Errorf("%s: %.6f m² in the Gauss-Krüger plane, want %.6f", v.name, m.grid, v.plane)
		}
	}
}

func TestPlaneAgreesWithSurveyRuleAcrossTheCounty(t *testing.T) {
	pool := pgtest.New(t)
	polygons := countyPolygons(1000)
	worst, worstGrid, smallest, largest, holes := 0.0, 0.0, math.Inf(1), 0.0, 0
	for i, m := range measure(t, pool, polygons, wushanPlane) {
		want, grid := ruleArea(polygons[i]), planeArea(polygons[i])
		ratio := math.Abs(m.area-want) / promised(want)
		if !(ratio <= 1) {
			t.Errorf("polygon %d: %.6f m², the rule says %.6f", i, m.area, want)
		}
		// Coordinates of 3.5e6 m carry 2⁻³¹ m, so a shoelace a relative 1e-12 of
		// area and box; the database's own sum takes no origin out.
		gridRatio := math.Abs(m.grid-grid) / (1e-6 + 1e-12*grid)
		if !(gridRatio <= 1) {
			t.Errorf("polygon %d: %.6f m² in the Gauss-Krüger plane, the shoelace says %.6f", i, m.grid, grid)
		}
		if !m.valid {
			t.Errorf("polygon %d is not valid in the plane", i)
		}
		worst, worstGrid = math.Max(worst, ratio), math.Max(worstGrid, gridRatio)
		smallest, largest = math.Min(smallest, want), math.Max(largest, want)
		holes += len(polygons[i]) - 1
	}
	t.Logf("%d polygons of %.0f m² to %.1f km² with %d holes: worst %.4f of the tolerance, Gauss-Krüger %.4f",
		len(polygons), smallest, largest/1e6, holes, worst, worstGrid)
	if smallest > 150 || largest < 200e6 || holes < 1000 {
		t.Errorf("the sample is too tame")
	}
}

func TestDeliveriesOfSameVerticesMeasureTheSame(t *testing.T) {
	pool := pgtest.New(t)
	polygons := countyPolygons(250)
	base := measure(t, pool, polygons, wushanPlane)
	for _, srid := range []int{4490, 4525, 4545, 4326} {
		worst := 0.0
		for i, m := range measure(t, pool, polygons, srid) {
			perHectare := math.Abs(m.area-base[i].area) / (base[i].area / 1e4)
			worst = math.Max(worst, perHectare)
			if !(perHectare <= 0.001) {
				t.Errorf("polygon %d delivered in %d: %.6f m², in %d: %.6f", i, srid, m.area, wushanPlane, base[i].area)
			}
			if !m.valid {
				t.Errorf("polygon %d delivered in %d is not valid in the plane", i, srid)
			}
			if d := math.Abs(m.grid - base[i].grid); !(d <= 0.001*base[i].grid/1e4) {
				t.Errorf("polygon %d delivered in %d: Gauss-Krüger area off by %g m²", i, srid, d)
			}
		}
		t.Logf("EPSG:%d: worst %.2e m² per ha", srid, worst)
	}
}

// A 100 km² polygon under a grid of knives, none of them along its edges:
//
//	 ______________
//	|__|__|__/‾\_|_|      pieces are cut in the plane, never densified again
//	|__|__|_/___\|_|
//	 \_|__|__|__|__|
const cutSQL = `
with whole as (
    select to_plane($1::geometry, $2) as plane
), knife as (
    select st_makeenvelope(st_xmin(w.plane) + (st_xmax(w.plane) - st_xmin(w.plane)) * i / 28,
                           st_ymin(w.plane) + (st_ymax(w.plane) - st_ymin(w.plane)) * j / 28,
                           st_xmin(w.plane) + (st_xmax(w.plane) - st_xmin(w.plane)) * (i + 1) / 28,
                           st_ymin(w.plane) + (st_ymax(w.plane) - st_ymin(w.plane)) * (j + 1) / 28, 990001) as cell
    from whole w, generate_series(0, 27) i, generate_series(0, 27) j
), piece as (
    select st_intersection(w.plane, k.cell) as plane from whole w, knife k
)
select count(*) filter (where not st_isempty(p.plane)), sum(st_area(p.plane)),
       (select st_area(plane) from whole)
from piece p`

func TestPiecesAddUpToTheWhole(t *testing.T) {
	pool := pgtest.New(t)
	random := rand.New(rand.NewPCG(100, 500))
	ring := starRing(random, planePoint{3440000, 392000}, 7400, 40)
	var pieces int
	var sum, whole float64
	err := pool.QueryRow(context.Background(), cutSQL,
		postgis.Geometry{SRID: wushanPlane, Geometry: asPolygon([][]planePoint{ring})}, wushanPlane).Scan(&pieces, &sum, &whole)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.2f km² in %d pieces: sum less whole %.2e m²", whole/1e6, pieces, sum-whole)
	if pieces < 500 || whole < 90e6 {
		t.Errorf("%d pieces of %.1f km² are too few", pieces, whole/1e6)
	}
	if !(math.Abs(sum-whole) < 0.01) {
		t.Errorf("the pieces sum to %.6f m², the whole is %.6f", sum, whole)
	}
}

func TestPlaneLeadsBackToTheGrid(t *testing.T) {
	pool := pgtest.New(t)
	var metres, perimeter, back float64
	err := pool.QueryRow(context.Background(), `
		with d as (select st_segmentize($1::geometry, 70) as grid, plane_to_grid(to_plane($1::geometry, $2), $2) as back)
		select st_hausdorffdistance(back, grid), st_perimeter(grid), st_perimeter(back) from d`,
		postgis.Geometry{SRID: wushanPlane, Geometry: asPolygon(vectors[2].rings)}, wushanPlane).Scan(&metres, &perimeter, &back)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.2e m apart, perimeter %.1e of itself", metres, math.Abs(back-perimeter)/perimeter)
	// PROJ's way back from authalic latitude is a series cut off after e⁶.
	if !(metres <= 0.002) {
		t.Errorf("%g m between a boundary and its return from the plane", metres)
	}
	if !(math.Abs(back-perimeter) <= 1e-8*perimeter) {
		t.Errorf("perimeter %.6f m, back from the plane %.6f m", perimeter, back)
	}
}

// countyPolygons draws n polygons with one to three holes, 100 m² to 300 km², all
// over the county's box.
func countyPolygons(n int) [][][]planePoint {
	random := rand.New(rand.NewPCG(500237, 990001))
	polygons := make([][][]planePoint, n)
	for i := range polygons {
		area := 100 * math.Pow(3e6, (float64(i)+random.Float64())/float64(n))
		polygons[i] = countyPolygon(random, math.Sqrt(area/2))
	}
	return polygons
}

// countyPolygon is a star-shaped ring around a random place with holes around
// its middle: every vertex of the outer ring is at least 0.6 radius away and no
// angle between two is above 72°, so nothing of it comes nearer than 0.48 radius,
// while the holes end at 0.35.
func countyPolygon(random *rand.Rand, radius float64) [][]planePoint {
	middle := planePoint{
		wushanBox.south + radius + random.Float64()*(wushanBox.north-wushanBox.south-2*radius),
		wushanBox.west + radius + random.Float64()*(wushanBox.east-wushanBox.west-2*radius)}
	rings := [][]planePoint{starRing(random, middle, radius, 8+random.IntN(40))}
	for i := range 1 + random.IntN(3) {
		sin, cos := math.Sincos(float64(i) * 2 * math.Pi / 3)
		at := planePoint{middle.north + 0.25*radius*cos, middle.east + 0.25*radius*sin}
		rings = append(rings, starRing(random, at, 0.1*radius, 4+random.IntN(8)))
	}
	return rings
}

// starRing draws an open ring of n vertices 0.6 to 1 radius from its middle.
func starRing(random *rand.Rand, middle planePoint, radius float64, n int) []planePoint {
	ring := make([]planePoint, n)
	for i := range ring {
		angle := (float64(i) + 0.3*(2*random.Float64()-1)) * 2 * math.Pi / float64(n)
		r := radius * (0.6 + 0.4*random.Float64())
		ring[i] = planePoint{middle.north + r*math.Cos(angle), middle.east + r*math.Sin(angle)}
	}
	return ring
}
