package postgis_test

import (
	"context"
	"testing"

	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

// What the database itself says of broken polygons has a Chinese name.
func TestDefectChinese(t *testing.T) {
	ctx := context.Background()
	db := pgtest.New(t)
	named := func(want, wkt string) {
		t.Helper()
		var reason string
		err := db.QueryRow(ctx, "select coalesce((st_isvaliddetail($1::geometry)).reason, '')", wkt).Scan(&reason)
		if err != nil {
			t.Fatal(err)
		}
		if got := postgis.DefectChinese(reason); got != want {
			t.Errorf("%s: %q is called %q, not %q", wkt, reason, got, want)
		}
	}
	// a bow-tie; an outline that touches itself in a point; holes and shells astray
	named("自相交", "POLYGON((0 0,2 2,2 0,0 2,0 0))")
	named("环自接触", "POLYGON((0 0,4 0,4 4,2 0,0 4,0 0))")
	named("内环在外环之外", "POLYGON((0 0,1 0,1 1,0 1,0 0),(5 5,6 5,6 6,5 6,5 5))")
	named("内环嵌套", "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1),(2 2,3 2,3 3,2 3,2 2))")
	named("外环嵌套", "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((2 2,3 2,3 3,2 3,2 2)))")
	named("内部不连通", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 2,2 4,4 2,2 0,0 2))")
}
