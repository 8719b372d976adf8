package place

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Feature (图斑) is a held feature, found by where it is or by what it is called.
type Feature struct {
	Version           geodata.Version
	Code, Name, Class string
	Area              geodata.Area // ellipsoidal, as measured at intake
	Bounds            orb.Bound    // longitude and latitude, EPSG:4490
}

// Finder finds what is held. It is safe for concurrent use.
type Finder struct {
	DB postgis.Querier
}

// County is what the package needs to know of a county.
type County struct {
	Code      string
	PlaneSRID int       // EPSG code of its Gauss-Krüger plane
	Bounds    orb.Bound // longitude and latitude
}

//go:embed sql/identify.sql
var identifySQL string

// Identify gives the features of published versions that lie at a place in degrees
// (EPSG:4490), on their borders too, in the order of the versions. Errors: Invalid for
// a version that is not published, which has no faces yet.
func (f *Finder) Identify(ctx context.Context, k County, at orb.Point, versions []geodata.Version) ([]Feature, error) {
	for _, v := range versions {
		if v.State != geodata.InForce && v.State != geodata.Superseded {
			return nil, &geodata.Error{Kind: geodata.Invalid, Code: "version-not-published",
				ZH: fmt.Sprintf("版本 %s 尚未发布，不能点选查询。", v.Ref()), EN: fmt.Sprintf("Version %s is not published; it cannot be identified.", v.Ref())}
		}
	}
	rows, err := f.DB.Query(ctx, identifySQL, pgx.StrictNamedArgs{"county": k.Code, "versions": idsOf(versions),
		"place": postgis.Geometry{SRID: 4490, Geometry: at}, "plane_srid": k.PlaneSRID})
	if err != nil {
		return nil, fmt.Errorf("identify at %v: %w", at, err)
	}
	found, err := collect(rows, versions)
	if err != nil {
		return nil, fmt.Errorf("identify at %v: %w", at, err)
	}
	return found, nil
}

//go:embed sql/grid_place.sql
var gridPlaceSQL string

// Grid is a place in the county's Gauss-Krüger plane: east, then north, metres.
func (f *Finder) Grid(ctx context.Context, k County, at orb.Point) (grid orb.Point, err error) {
	err = f.DB.QueryRow(ctx, gridPlaceSQL, pgx.StrictNamedArgs{
		"place": postgis.Geometry{SRID: 4490, Geometry: at}, "plane_srid": k.PlaneSRID}).Scan(&grid[0], &grid[1])
	if err != nil {
		return grid, fmt.Errorf("place %v in plane %d: %w", at, k.PlaneSRID, err)
	}
	return grid, nil
}

//go:embed sql/search.sql
var searchSQL string

// Search gives the features of the versions whose code or name holds the text, in any
// case, the likeliest first, at most limit of them.
func (f *Finder) Search(ctx context.Context, k County, text string, versions []geodata.Version, limit int) ([]Feature, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return nil, nil
	}
	rows, err := f.DB.Query(ctx, searchSQL, pgx.StrictNamedArgs{"county": k.Code, "versions": idsOf(versions), "text": text, "limit": limit})
	if err != nil {
		return nil, fmt.Errorf("search features: %w", err)
	}
	found, err := collect(rows, versions)
	if err != nil {
		return nil, fmt.Errorf("search features: %w", err)
	}
	return found, nil
}

func idsOf(versions []geodata.Version) []int64 {
	ids := make([]int64, len(versions))
	for i, v := range versions {
		ids[i] = v.ID
	}
	return ids
}

func collect(rows pgx.Rows, versions []geodata.Version) ([]Feature, error) {
	of := make(map[int64]geodata.Version, len(versions))
	for _, v := range versions {
		of[v.ID] = v
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (f Feature, err error) {
		var version int64
		var area float64
		b := &f.Bounds
		err = row.Scan(&version, &f.Code, &f.Name, &f.Class, &area, &b.Min[0], &b.Min[1], &b.Max[0], &b.Max[1])
		f.Version, f.Area = of[version], geodata.Area(area)
		return f, err
	})
}
