package answer

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/township"
)

// AskedTable (所问) is what a kept table was asked beside what the table itself says:
// the zones that are its rows, and official areas as they were given.
type AskedTable struct {
	Zones    *AskedZones             `json:"zones,omitempty"`
	Controls map[string]geodata.Area `json:"controls,omitempty"` // m²
}

// AskedZones (所问分区) are a planner's zones, as they were delivered.
type AskedZones struct {
	Name     string      `json:"name"`
	SRID     int         `json:"srid"`
	Features []AskedZone `json:"features"`
	Notes    []string    `json:"notes,omitempty"` // what was noted when their file was read
}

// AskedZone (所问分区图形) is one of them.
type AskedZone struct {
	Record int    `json:"record"`
	Code   string `json:"code,omitempty"`
	Name   string `json:"name,omitempty"`
	Class  string `json:"class,omitempty"`
	WKB    []byte `json:"wkb"` // in the delivery's coordinates
}

// mostZoneVertices bounds the zones of a table that is kept: they are kept with it.
const mostZoneVertices = 1_000_000

// readZones takes a delivery of zones in, to be kept, and gives one that can be read
// again. Errors: TooLarge, and what the stream yields.
func readZones(d *geodata.Delivery) (*AskedZones, *geodata.Delivery, error) {
	z := &AskedZones{Name: d.Name, SRID: d.SRID}
	vertices := 0
	for f, err := range d.Features {
		if refused, ok := geodata.RefusedRecord(err); ok {
			return nil, nil, refused // a table over some of the zones would not be what was asked
		}
		if err != nil {
			return nil, nil, err
		}
		one := AskedZone{Record: f.Record, Code: f.Code, Name: f.Name, Class: f.Class}
		if f.Geometry != nil {
			if vertices += corners(f.Geometry); vertices > mostZoneVertices {
				return nil, nil, &geodata.Error{Kind: geodata.TooLarge, Code: "zones-too-large",
					ZH: fmt.Sprintf("留存的统计表，分区最多 %d 个顶点。", mostZoneVertices), EN: fmt.Sprintf("The zones of a table that is kept have at most %d vertices.", mostZoneVertices)}
			}
			if one.WKB, err = wkb.Marshal(f.Geometry); err != nil {
				return nil, nil, fmt.Errorf("keep zone %d: %w", f.Record, err)
			}
		}
		z.Features = append(z.Features, one)
	}
	if d.Notes != nil {
		z.Notes = d.Notes()
	}
	again := z.delivery()
	return z, &again, nil
}

// corners counts the vertices of a geometry.
func corners(g orb.Geometry) (n int) {
	switch g := g.(type) {
	case orb.Polygon:
		for _, r := range g {
			n += len(r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			n += corners(p)
		}
	case orb.Collection:
		for _, part := range g {
			n += corners(part)
		}
	}
	return n
}

// delivery gives the zones as they were delivered.
func (z *AskedZones) delivery() geodata.Delivery {
	return geodata.Delivery{Name: z.Name, SRID: z.SRID, Notes: func() []string { return z.Notes }, Features: func(yield func(geodata.Feature, error) bool) {
		for _, one := range z.Features {
			f := geodata.Feature{Record: one.Record, Code: one.Code, Name: one.Name, Class: one.Class}
			var err error
			if one.WKB != nil {
				f.Geometry, err = wkb.Unmarshal(one.WKB)
			}
			if !yield(f, err) {
				return
			}
		}
	}}
}

// askedAgain is the question that a kept table answers: its columns say which
// versions took part, what was kept beside it which zones and official areas.
func askedAgain(kept record.Kept, s openapi.Stats) (r township.Request, err error) {
	r = township.Request{County: s.County.Code, ByClass: s.ByClass}
	var asked AskedTable
	if len(kept.Inputs) > 0 {
		if err := json.Unmarshal(kept.Inputs, &asked); err != nil {
			return r, fmt.Errorf("read question of table %s: %w", kept.ID, err)
		}
	}
	switch {
	case asked.Zones != nil:
		zones := asked.Zones.delivery()
		r.Zones = &zones
	case s.Zones:
		return r, &geodata.Error{Kind: geodata.NotFound, Code: "zones-not-kept",
			ZH: "表的行是当时上传的分区，分区文件没有留存，未重新计算。", EN: "Its rows are zones that were handed in and not kept; it was not computed again."}
	default:
		if r.Townships, err = geodata.ParseVersionRef(s.Townships); err != nil {
			return r, err
		}
	}
	if r.Controls = asked.Controls; r.Controls == nil {
		r.Controls = controlsOf(s)
	}
	return r, columnsAgain(&r, s.Columns)
}

// columnsAgain asks for the columns that a table has.
func columnsAgain(r *township.Request, columns []openapi.StatsColumn) error {
	for _, c := range columns {
		ref, err := geodata.ParseVersionRef(c.Ref)
		other := geodata.VersionRef{}
		if err == nil && c.Other != nil {
			other, err = geodata.ParseVersionRef(*c.Other)
		}
		if err != nil {
			return err
		}
		if c.Adjusted {
			continue // stands beside the one it comes from
		}
		switch c.Kind {
		case openapi.StatsColumnKindLayer:
			r.Layers = append(r.Layers, ref)
		case openapi.StatsColumnKindPair:
			r.Pairs = append(r.Pairs, [2]geodata.VersionRef{ref, other})
		case openapi.StatsColumnKindUnion:
			r.Unions = append(r.Unions, [2]geodata.VersionRef{ref, other})
		case openapi.StatsColumnKindFeatures:
			r.Within = true
		}
	}
	if len(r.Layers)+len(r.Pairs)+len(r.Unions) == 0 {
		return errors.New("the kept table has no column of a layer")
	}
	return nil
}
