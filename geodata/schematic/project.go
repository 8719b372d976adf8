package schematic

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// plan is the table of the plan's eighty projects, with the land figure where the
// plan states one.
//
//go:embed projects.csv
var plan string

// Project (重点工程) is one of the plan's projects.
type Project struct {
	No                                     int
	Name, Programme, Category, Subcategory string
	Investment                             float64 // 万元
	Years, Lead                            string
	Land                                   geodata.Area     // as the plan states it, 0 when it does not
	Footprint                              orb.MultiPolygon // EPSG:4546; nil: 未落图
}

// readProjects reads the embedded table; it is this package's own, so an error is
// a fault of the build.
func readProjects() ([]Project, error) {
	rows, err := csv.NewReader(strings.NewReader(plan)).ReadAll()
	if err != nil {
		return nil, err
	}
	var projects []Project
	for _, r := range rows[1:] {
		no, err := strconv.Atoi(r[0])
		if err != nil {
			return nil, err
		}
		money, err := strconv.ParseFloat(r[5], 64)
		if err != nil {
			return nil, fmt.Errorf("project %d: %w", no, err)
		}
		p := Project{No: no, Name: r[1], Programme: r[2], Category: r[3], Subcategory: r[4],
			Investment: money, Years: r[6], Lead: r[7]}
		if r[8] != "" {
			land, err := strconv.ParseFloat(r[8], 64)
			if err != nil {
				return nil, fmt.Errorf("project %d: %w", no, err)
			}
			p.Land = geodata.Area(land)
		}
		projects = append(projects, p)
	}
	return projects, nil
}

// place draws the footprint of the projects with a land figure: kilometres of the
// plane less 3000 km of northing. Where they lie is invented.
func (z *zoning) place(p Project) orb.MultiPolygon {
	area := float64(p.Land)
	parcel := func(east, north, share float64, number int) orb.Polygon {
		at := orb.Point{east * 1000, (3000 + north) * 1000}
		return solve(share*area, 5000, z.seed.blob(at, 24, number))
	}
	strip := func(line orb.LineString) orb.MultiPolygon {
		return orb.MultiPolygon{solve(area, 600, band(line))}
	}
	switch p.No {
	case 19: // behind the town
		return orb.MultiPolygon{parcel(397.6, 444.2, 1, 19)}
	case 28: // in the general-control zone of 五里坡
		at := z.site[z.zones[wulipo].general[len(z.zones[wulipo].general)/3]]
		return orb.MultiPolygon{parcel(at[0]/1000, at[1]/1000-3000, 1, 28)}
	case 38: // above the Wu gorge, in the scenic area
		return orb.MultiPolygon{parcel(402.8, 438.4, 1, 38)}
	case 48:
		return orb.MultiPolygon{parcel(372.4, 430.4, 1, 48)}
	case 51: // 30 km of road in 曲尺
		return strip(winding(orb.Point{378.6e3, 3441.8e3}, orb.Point{384.4e3, 3437.2e3}, 6, 30000))
	case 54: // along the Daning in the town
		return strip(z.alongside(1, [2]float64{0.93, 0.975}, 260))
	case 62:
		return orb.MultiPolygon{parcel(394.9, 441.2, 1, 62)}
	case 63: // three parks: 高铁, 湖湾, 半坡
		return orb.MultiPolygon{parcel(386.9, 442.9, .4, 63), parcel(388.6, 441.0, .35, 64), parcel(386.3, 440.6, .25, 65)}
	case 74: // a gallery of red leaves on the gorge's north side
		return strip(z.alongside(0, [2]float64{0.60, 0.74}, 900))
	}
	return nil
}

// alongside is the part of a river between two fractions of its course, moved to
// its left bank by an offset in metres.
func (z *zoning) alongside(river int, between [2]float64, offset float64) (line orb.LineString) {
	course := z.rivers[river].Line
	last := float64(len(course) - 1)
	for i := int(between[0] * last); i <= int(between[1]*last); i += 2 {
		a, b := course[max(i-6, 0)], course[min(i+6, len(course)-1)]
		d := math.Hypot(b[0]-a[0], b[1]-a[1])
		line = append(line, orb.Point{course[i][0] - offset*(b[1]-a[1])/d, course[i][1] + offset*(b[0]-a[0])/d})
	}
	return line
}

// sample is the n-th of the parcels that a larger scale adds to the plan's
// projects: 0.3 to 30 ha, anywhere but at the county's rim.
func (z *zoning) sample(n int) Project {
	draw := func(i int) float64 { return (z.seed.at(purposeSample, n, i) + 1) / 2 }
	c := z.cells[int(draw(0)*float64(len(z.cells)))]
	for i := 1; z.rimmed(c); i++ {
		c = z.cells[int(draw(i)*float64(len(z.cells)))]
	}
	radius := 31 * math.Pow(10, draw(1000))
	return Project{Name: fmt.Sprintf("示意地块%05d", n), Programme: "示意数据", Category: "示意数据", Subcategory: "示意数据",
		Footprint: orb.MultiPolygon{z.seed.blob(z.site[c], 16, 1000+n)(radius)}}
}

// rimmed cells have a neighbour outside the county.
func (z *zoning) rimmed(c int) bool {
	for d := range 6 {
		if !z.inside[z.neighbour(c, d)] {
			return true
		}
	}
	return false
}
