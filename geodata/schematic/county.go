// Package schematic computes a deterministic, schematic Wushan (示意数据) from a
// seed: the red line, the townships and seven more layers, calibrated to the
// published figures. Real vectors of these layers are not public; this is an
// invented county with the real one's names and numbers, good for showing and
// testing what the service does and for nothing else.
//
// # How it is made
//
//	rivers, crests          mesh of ~20,000 cells          layers
//	border sketch    ─────▶ each cell gets a township, ───▶ dissolved cells:
//	noise                   a red-line type, a zone …       shared edges are equal
//
// All layers but the heritage part and the projects are unions of mesh cells, so
// they tile, nest and exclude each other exactly. See mesh for why every ring is
// simple, and zoning for the order of decisions.
//
// Coordinates are EPSG:4546, east first, metres, four decimals.
package schematic

import (
	"errors"
	"fmt"
	"time"

	"hongxian/geodata"
	"hongxian/geodata/county"
)

// Limit is the largest scale. Above it a farmland parcel would be smaller than a
// field and a control unit's four-digit serial would run out.
const Limit = 200

// DefaultSeed is the seed of the county that the program shows.
const DefaultSeed = 500237

// countyCode is the county this package sketches.
const countyCode = "500237"

// County (示意县) is a computed county. It is immutable; its deliveries may be
// read at the same time from several goroutines, each delivery once.
type County struct {
	*zoning
	scale    int
	profile  *county.Profile
	projects []Project
}

// New computes the county of a seed. Scale 1 has about 60,000 vertices. Scale N
// draws the same townships, red lines, protected and scenic areas with N times
// the vertices, and cuts control units, farmland and project footprints into N
// times the features. Areas and the calibrated figures do not depend on the
// scale. A scale outside 1…Limit is an Invalid *geodata.Error.
func New(seedNumber int64, scale int) (*County, error) {
	if scale < 1 || scale > Limit {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "scale-out-of-range",
			ZH: fmt.Sprintf("示意数据的规模应为 1 至 %d 的整数，不能是 %d。", Limit, scale),
			EN: fmt.Sprintf("The scale of the schematic data must be 1 to %d, not %d.", Limit, scale)}
	}
	profile, err := county.Load(countyCode)
	if err != nil {
		return nil, err
	}
	projects, err := readProjects()
	if err != nil {
		return nil, fmt.Errorf("schematic: embedded projects: %w", err)
	}
	c := &County{zoning: newZoning(seed(seedNumber)), scale: scale, profile: profile, projects: projects}
	if miss := c.verify(); miss != "" {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "seed-unfit",
			ZH:  fmt.Sprintf("种子 %d 生成的示意县达不到公布数据，请换一个种子。", seedNumber),
			EN:  fmt.Sprintf("Seed %d does not give a county with the published figures; use another seed.", seedNumber),
			Err: errors.New(miss)}
	}
	c.refine()
	for i, p := range c.projects {
		c.projects[i].Footprint = c.place(p)
	}
	return c, nil
}

// refine marks the edges that a larger scale draws finer: borders of townships,
// red lines, protected and scenic areas.
func (c *County) refine() {
	c.detail = c.scale
	borders := [][]int8{c.township, c.red, c.redThen, c.scenic}
	for _, a := range c.zones {
		zone := c.blank()
		for _, k := range a.core {
			zone[k] = 0
		}
		for _, k := range a.general {
			zone[k] = 1
		}
		borders = append(borders, zone)
	}
	for _, cell := range c.cells {
		for d := range 6 {
			k := c.neighbour(cell, d)
			for _, class := range borders {
				if class[cell] != class[k] {
					edge, _ := c.edgeOf(cell, d)
					c.fine[edge] = true
					break
				}
			}
		}
	}
}

// Rivers gives the courses that the layers follow, for drawing.
func (c *County) Rivers() []River { return c.rivers }

// Projects gives the plan's eighty projects; those without a land figure have no
// footprint (未落图).
func (c *County) Projects() []Project { return c.projects }

// Delivery (交付) is one version of one layer, ready for the intake.
type Delivery struct {
	Ref       geodata.VersionRef
	Effective time.Time // a day, UTC
	Basis     string    // clearly no real document's number
	Data      geodata.Delivery
	Approvals *geodata.Delivery // 批准文件 that come with it; nil without any
}

// Deliveries gives the layers in load order: townships first, the superseded red
// line before the one in force.
func (c *County) Deliveries() []Delivery {
	return []Delivery{
		c.delivery(geodata.Township, "2023", "2023-06-30", c.townshipFeatures),
		c.delivery(geodata.RedLine, "2018", "2018-07-02", c.redLineFeatures(c.redThen)),
		c.approved(c.delivery(geodata.RedLine, "2022", "2022-11-01", c.redLineFeatures(c.red))),
		c.delivery(geodata.ProtectedArea, "2022", "2022-11-01", c.protectedFeatures),
		c.delivery(geodata.ScenicArea, "2022", "2022-11-01", c.scenicFeatures),
		c.delivery(geodata.Heritage, "2021", "2021-07-28", c.heritageFeatures),
		c.delivery(geodata.ControlUnit, "2023", "2023-12-31", c.unitFeatures),
		c.delivery(geodata.Farmland, "2022", "2022-11-01", c.farmlandFeatures),
		c.delivery(geodata.UrbanBoundary, "2022", "2022-11-01", c.urbanFeatures),
		c.delivery(geodata.Project, "2022", "2022-12-31", c.projectFeatures),
	}
}

func (c *County) delivery(key geodata.LayerKey, label, day string, each source) Delivery {
	effective, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // days are constants of this package
	}
	ref := geodata.VersionRef{County: countyCode, Layer: key, Label: label}
	return Delivery{Ref: ref, Effective: effective, Basis: "示意〔" + label + "〕" + string(key),
		Data: c.stream("示意数据 "+string(key)+"@"+label, each)}
}

// approved is the delivery with the approvals of the red line's changes.
func (c *County) approved(d Delivery) Delivery {
	approvals := c.Approvals()
	d.Approvals = &approvals
	return d
}

// stream numbers a source's features and labels them.
func (c *County) stream(name string, each source) geodata.Delivery {
	return geodata.Delivery{Name: name, SRID: planeSRID, Schematic: true,
		Features: func(yield func(geodata.Feature, error) bool) {
			record := 0
			each(func(f geodata.Feature) bool {
				record++
				f.Record = record
				f.Attributes["示意数据"] = true
				return yield(f, nil)
			})
		}}
}

// source hands features to yield until it says stop.
type source func(yield func(geodata.Feature) bool)

// Change (红线变化) is a known difference between red-line@2018 and red-line@2022,
// measured by this package.
type Change struct {
	Kind     ChangeKind
	Approval string // number of the schematic approval; empty: without one
	Township string // code; the ground lies in one township
	Area     geodata.Area
	From, To string // red-line types, empty outside the red line
	Cells    int
}

// Approved reports whether an approval covers the change.
func (c Change) Approved() bool { return c.Approval != "" }

// Changes gives the truth that a comparison of the two versions must find.
func (c *County) Changes() []Change {
	out := make([]Change, len(c.changes))
	for i, ch := range c.changes {
		out[i] = Change{Kind: ch.kind, Approval: ch.approval, Township: ch.township,
			Area: geodata.Area(c.total(ch.cells)), Cells: len(ch.cells)}
		if ch.kind != Gained {
			out[i].From = redLineTypes[ch.was]
		}
		if ch.kind != Lost {
			out[i].To = redLineTypes[c.red[ch.cells[0]]]
		}
	}
	return out
}
