package postgis_test

import (
	"context"
	"math"
	"testing"

	"hongxian/internal/pgtest"
)

// A county on another datum: EPSG:27700 lies on Airy's ellipsoid, whose surface is
// 1.8e-4 smaller, and its network another 4e-5. PROJ knows no shift between it and EPSG:4490 and would pass the
// one's longitude and latitude for the other's.
//
//	-2.50 53.45 ┌──────────┐ -2.25 53.47
//	            │  ┌────┐  │        a municipality's size: 17 km by 9 km,
//	            │  └────┘  │        with a hole
//	-2.51 53.36 └──────────┘ -2.26 53.35
const municipality = `POLYGON((-2.51 53.36, -2.26 53.35, -2.25 53.47, -2.50 53.45, -2.51 53.36),
	(-2.42 53.39, -2.41 53.43, -2.33 53.42, -2.34 53.38, -2.42 53.39))`

const britishPlane = 27700

const foreignSQL = `
with delivery as (
    select st_geomfromtext($1, 4326) as lonlat, st_transform(st_geomfromtext($1, 4326), $2::integer) as grid
)
select st_area(to_plane(lonlat, $2)),
       st_area(to_plane(grid, $2)),
       st_area(st_transform(st_segmentize(grid, 70), 4326)::geography),
       st_area(st_transform(st_transform(st_segmentize(grid, 70), 4490), 990001)),
       grid_area(lonlat, $2),
       st_area(grid)
from delivery`

func TestCountyOnAnotherDatum(t *testing.T) {
	pool := pgtest.New(t)
	var fromLonLat, fromGrid, geodesic, slipped, gridArea, shoelace float64
	err := pool.QueryRow(context.Background(), foreignSQL, municipality, britishPlane).
		Scan(&fromLonLat, &fromGrid, &geodesic, &slipped, &gridArea, &shoelace)
	if err != nil {
		t.Fatal(err)
	}
	apart := func(a, b float64) float64 { return math.Abs(a-b) / geodesic }
	t.Logf("%.2f km²: plane against geodesic %.1e, two deliveries %.1e, datum slip %.2e, grid %.2e",
		geodesic/1e6, apart(fromLonLat, geodesic), apart(fromLonLat, fromGrid), apart(slipped, geodesic), apart(gridArea, geodesic))
	if !(apart(fromLonLat, geodesic) <= 1e-6) {
		t.Errorf("the plane says %.3f m², the geodesics %.3f", fromLonLat, geodesic)
	}
	if !(apart(fromLonLat, fromGrid) <= 1e-9) {
		t.Errorf("delivered in 4326 %.6f m², in %d %.6f", fromLonLat, britishPlane, fromGrid)
	}
	if d := apart(slipped, geodesic); d < 1.8e-4 || d > 3e-4 {
		t.Errorf("the slip this test guards against is %.2e, expected 1.8e-4 and the shift's scale", d)
	}
	if gridArea != shoelace {
		t.Errorf("grid_area %.6f m², in the delivered grid %.6f", gridArea, shoelace)
	}
}
