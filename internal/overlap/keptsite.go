package overlap

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

// keptSite is a site as it is kept. Shape is its delivery as hexadecimal EWKB, as
// PostgreSQL writes and reads it too: to the bit, and a quarter of the work of
// coordinates in JSON. Records that are older hold those: Geometry, Axis, Centres.
type keptSite struct {
	Name     string              `json:"name"`
	Record   int                 `json:"record,omitempty"`
	SRID     int                 `json:"srid"`
	Shape    string              `json:"shape,omitempty"`
	Geometry orb.MultiPolygon    `json:"geometry,omitempty"`
	Axis     orb.MultiLineString `json:"axis,omitempty"`
	Centres  orb.MultiPoint      `json:"centres,omitempty"`
	Buffer   float64             `json:"buffer,omitempty"`
	Findings []string            `json:"findings,omitempty"`
	Merged   bool                `json:"merged,omitempty"`
}

// MarshalJSON gives the site as it is kept, to be asked for again.
func (s Site) MarshalJSON() ([]byte, error) {
	shape, err := ewkb.MarshalToHex(s.delivery(), s.SRID)
	if err != nil {
		return nil, fmt.Errorf("write site %q: %w", s.Name, err)
	}
	return json.Marshal(keptSite{Name: s.Name, Record: s.Record, SRID: s.SRID, Shape: shape,
		Buffer: s.Buffer, Findings: s.Findings, Merged: s.Merged})
}

// UnmarshalJSON reads a kept site.
func (s *Site) UnmarshalJSON(text []byte) error {
	var k keptSite
	if err := json.Unmarshal(text, &k); err != nil {
		return err
	}
	*s = Site{Name: k.Name, Record: k.Record, SRID: k.SRID, Geometry: k.Geometry, Axis: k.Axis, Centres: k.Centres,
		Buffer: k.Buffer, Findings: k.Findings, Merged: k.Merged}
	if k.Shape == "" {
		return nil
	}
	bytes, err := hex.DecodeString(k.Shape)
	if err != nil {
		return fmt.Errorf("read site %q: %w", k.Name, err)
	}
	shape, _, err := ewkb.Unmarshal(bytes)
	if err != nil {
		return fmt.Errorf("read site %q: %w", k.Name, err)
	}
	switch g := shape.(type) {
	case orb.MultiPolygon:
		s.Geometry = g
	case orb.MultiLineString:
		s.Axis = g
	case orb.MultiPoint:
		s.Centres = g
	default:
		return fmt.Errorf("read site %q: its shape is a %s", k.Name, g.GeoJSONType())
	}
	return nil
}
