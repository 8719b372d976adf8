package overlap

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// What a site may be. The limits keep one check from occupying the server; no
// parameter lifts them.
const (
	// MaxSiteVertices is how many vertices a site may have.
	MaxSiteVertices = 200_000
	// MaxBuffer is how wide a corridor and how large a circle's radius may be, metres.
	MaxBuffer = 10_000
	// repairTolerance is what a repair may change a site's area by, m², before the
	// site is refused as ambiguous.
	repairTolerance = 1
)

// Site (地块) is a proposed project's land, as it was delivered: polygons, or the
// axis of a road or pipeline with a width, or points with a radius. For how it is
// kept see MarshalJSON.
type Site struct {
	Name     string
	Record   int                 // its record number in the file, 1-based; 0 for several records in one
	SRID     int                 // EPSG code of the coordinates, east first
	Geometry orb.MultiPolygon    // as it came, nothing repaired; empty for the other forms
	Axis     orb.MultiLineString // of a corridor
	Centres  orb.MultiPoint
	Buffer   float64  // metres: a corridor's width, a circle's radius
	Findings []string // what reading the file noted, Chinese sentences
	// Merged says that Geometry holds several parcels which may share borders.
	Merged bool
}

// Form is how the site was given.
func (s Site) Form() Form {
	switch {
	case len(s.Axis) > 0:
		return AsCorridor
	case len(s.Centres) > 0:
		return AsCircle
	}
	return AsPolygon
}

// delivery is the geometry as it came, whatever its form.
func (s Site) delivery() orb.Geometry {
	switch s.Form() {
	case AsCorridor:
		return s.Axis
	case AsCircle:
		return s.Centres
	}
	return s.Geometry
}

// Whole joins the parcels of one file into the site that they are together. They
// share a reference system, because a file has one, and a form.
func Whole(name string, parcels []Site) Site {
	whole := Site{Name: name, Merged: true}
	for _, p := range parcels {
		whole.SRID, whole.Buffer = p.SRID, p.Buffer
		whole.Geometry = append(whole.Geometry, p.Geometry...)
		whole.Axis = append(whole.Axis, p.Axis...)
		whole.Centres = append(whole.Centres, p.Centres...)
	}
	return whole
}

// Validate refuses a site that cannot be checked, before the database sees it.
func (s Site) Validate() error {
	vertices := len(s.Centres)
	for _, line := range s.Axis {
		vertices += len(line)
	}
	for _, polygon := range s.Geometry {
		for _, ring := range polygon {
			vertices += len(ring)
		}
	}
	switch {
	case vertices == 0:
		return invalidSite("no-polygons", "没有可核查的地块。", "There is no site to check.")
	case vertices > MaxSiteVertices:
		return &geodata.Error{Kind: geodata.TooLarge, Code: "site-too-detailed",
			ZH: fmt.Sprintf("地块有 %d 个界址点，超过上限 %d。", vertices, MaxSiteVertices),
			EN: fmt.Sprintf("The site has %d vertices; the limit is %d.", vertices, MaxSiteVertices)}
	case s.Form() != AsPolygon && !(s.Buffer > 0 && s.Buffer <= MaxBuffer):
		return invalidSite("buffer-out-of-range",
			fmt.Sprintf("线状地块要给出宽度、点状地块要给出半径，大于 0 且不超过 %d 米。", MaxBuffer),
			fmt.Sprintf("A line needs a width and a point a radius, above 0 and at most %d m.", MaxBuffer))
	}
	if e := geodata.RingDefect(s.Geometry); e != nil {
		return e
	}
	for _, p := range append(slices.Concat(s.Axis...), s.Centres...) {
		if sum := p[0] + p[1]; math.IsNaN(sum) || math.IsInf(sum, 0) {
			return invalidSite("coordinate-not-finite", "坐标不是有效数值。", "A coordinate is not a finite number.")
		}
	}
	return nil
}

func invalidSite(code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, ZH: zh, EN: en}
}

// placedSite is a site in the measuring plane.
type placedSite struct {
	PlaneSRID int  `db:"plane_srid"`
	HasArea   bool `db:"has_area"`
	Valid     bool
	Reason    string
	X, Y      *float64         // of the defect, in the delivery's coordinates
	EffectM2  *float64         `db:"effect_m2"` // of the repair on the Gauss-Krüger area
	AwayX     *float64         `db:"away_x"`    // of the first vertex more than a degree outside
	AwayY     *float64         `db:"away_y"`    // the county's bounds, nil when there is none
	Latitude  *float64         // of its middle, degrees
	Plane     postgis.Geometry // nil geometry when there is no area
	Grid      postgis.Geometry // in the Gauss-Krüger plane
	AreaM2    *float64         `db:"area_m2"`
	GridM2    *float64         `db:"grid_m2"`
	LengthM   float64          `db:"length_m"` // of a corridor's axis
	Digest    string           // of the normalised delivery geometry and its CRS
}

// formKey is the form as sites.sql knows it: polygons that are a whole are united.
func (s Site) formKey() string {
	if s.Merged && s.Form() == AsPolygon {
		return "whole"
	}
	return string(s.Form())
}

//go:embed sql/sites.sql
var sitesSQL string

// placeSites takes sites to the measuring plane; judge says which can be checked.
// One that no projection takes spoils the turn for all.
func placeSites(county postgis.County, sites []Site, placed *[]*placedSite) step {
	return func(turn *pgx.Batch) {
		deliveries, forms, buffers := make([]postgis.Geometry, len(sites)), make([]string, len(sites)), make([]float64, len(sites))
		for i, s := range sites {
			deliveries[i] = postgis.Geometry{SRID: s.SRID, Geometry: s.delivery()}
			forms[i], buffers[i] = s.formKey(), s.Buffer
		}
		turn.Queue(sitesSQL, pgx.StrictNamedArgs{"county": county.Code, "deliveries": deliveries, "forms": forms, "buffers": buffers}).
			Query(func(rows pgx.Rows) (err error) {
				*placed, err = pgx.CollectRows(rows, pgx.RowToAddrOfStructByName[placedSite])
				if err == nil && len(*placed) != len(sites) {
					err = fmt.Errorf("%d sites placed of %d", len(*placed), len(sites))
				}
				if err != nil {
					return unplaceable(err, sites)
				}
				return nil
			})
	}
}

// inRecord adds the site's record number to what is wrong with the site.
func (s Site) inRecord(err error) error {
	if e := (*geodata.Error)(nil); s.Record > 0 && errors.As(err, &e) {
		told := *e
		told.Record = s.Record
		return &told
	}
	return err
}

// unplaceable words the failure of a projection: coordinates that cannot belong
// to their reference system. Of several sites nobody knows which it was.
func unplaceable(err error, sites []Site) error {
	if len(sites) == 1 && postgis.IsProjectionFailure(err) {
		return &geodata.Error{Kind: geodata.Invalid, Code: "crs-impossible", Err: err,
			ZH: fmt.Sprintf("地块坐标不可能属于 EPSG:%d，请核对坐标系和坐标顺序。", sites[0].SRID),
			EN: fmt.Sprintf("The coordinates cannot be EPSG:%d; check the coordinate system and the axis order.", sites[0].SRID)}
	}
	return fmt.Errorf("place sites: %w", err)
}

func (p *placedSite) judge(county string) error {
	switch {
	case !p.HasArea || p.AreaM2 == nil || *p.AreaM2 == 0:
		return invalidSite("no-area", "地块图形没有面积。", "The site encloses no area.")
	case !p.Valid && math.Abs(*p.EffectM2) > repairTolerance:
		e := invalidSite("self-intersection",
			fmt.Sprintf("地块图形有误（%s），修复会使面积改变 %s 平方米，请改正后再核查。", postgis.DefectChinese(p.Reason), geodata.Area(*p.EffectM2).In(geodata.SquareMetre, 2)),
			fmt.Sprintf("The site's boundary crosses itself (%s); repairing it would change its area by %s m². Correct it and check again.", p.Reason, geodata.Area(*p.EffectM2).In(geodata.SquareMetre, 2)))
		e.At = point(p.X, p.Y)
		return e
	case p.AwayX != nil:
		e := invalidSite("crs-far-away",
			fmt.Sprintf("地块有界址点在%s以外一度以上，坐标系（中央子午线、坐标顺序）可能不对。", county),
			"The site reaches more than a degree outside the county; its coordinate system (central meridian, axis order) is probably not the declared one.")
		e.At = point(p.AwayX, p.AwayY)
		return e
	}
	return nil
}

// point is a coordinate that may be missing.
func point(x, y *float64) *orb.Point {
	if x == nil || y == nil {
		return nil
	}
	return &orb.Point{*x, *y}
}

// findings says what was repaired, in Chinese sentences.
func (p *placedSite) findings() []string {
	if p.Valid {
		return nil
	}
	return []string{fmt.Sprintf("地块图形有误（%s），已修复，面积改变 %s 平方米。",
		postgis.DefectChinese(p.Reason), geodata.Area(*p.EffectM2).In(geodata.SquareMetre, 4))}
}

// stretch is how much longer a length can be in the measuring plane than on the
// ground near the site (or shorter): the plane is true at 31° N and preserves
// area, so lengths change by cos 31°/cos φ one way and its inverse the other. 1 %
// is added for the county's extent and the Gauss-Krüger plane's own scale.
func (p *placedSite) stretch() float64 {
	k := math.Cos(31*math.Pi/180) / math.Cos(*p.Latitude*math.Pi/180)
	return math.Max(k, 1/k) * 1.01
}
