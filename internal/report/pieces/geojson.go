package pieces

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// cgcs2000 is EPSG:4490, the geographic reference system of China.
const cgcs2000 = 4490

// degreeDecimals is how finely GeoJSON prints degrees: 1e-10° is 0.01 mm.
const degreeDecimals = 1e10

// collection is an RFC 7946 FeatureCollection. Its crs member is the one of
// GeoJSON 2008, which planning and GIS programs still read: RFC 7946 knows only
// WGS 84, and these coordinates are CGCS2000.
type collection struct {
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	CRS      any       `json:"crs,omitempty"`
	Note     string    `json:"note,omitempty"`
	CheckID  string    `json:"check_id,omitempty"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string     `json:"type"`
	Properties properties `json:"properties"`
	Geometry   *geometry  `json:"geometry"`
}

type properties struct {
	Number   int     `json:"no"` // of the piece in the answer's order, from 1
	Role     string  `json:"role"`
	Layer    string  `json:"layer"`
	Ref      string  `json:"ref"`
	Code     string  `json:"code"`
	Name     string  `json:"name"`
	Class    string  `json:"class"`
	AreaM2   float64 `json:"area_m2"` // ellipsoidal, of the answer
	SliverM2 float64 `json:"sliver_m2"`

	Parcel     int    `json:"parcel,omitempty"`      // of the site in its file, from 1; of several only
	ParcelName string `json:"parcel_name,omitempty"` // its name
}

type geometry struct {
	Type        string           `json:"type"`
	Coordinates [][][][2]float64 `json:"coordinates"`
}

// GeoJSON writes the site (role site), where there is one, and its pieces (role
// overlap) as a FeatureCollection, of several parcels each with its number. The set
// must be in EPSG:4490, longitude first; areas are
// those of the answer, ellipsoidal m².
func GeoJSON(w io.Writer, s Set) error {
	if s.SRID != cgcs2000 {
		return fmt.Errorf("GeoJSON of pieces wants EPSG:%d, not EPSG:%d", cgcs2000, s.SRID)
	}
	c := collection{Type: "FeatureCollection", Name: "hongxian-overlap", CheckID: s.CheckID, CRS: namedCRS(s.SRID),
		Note: "坐标为 2000 国家大地坐标系经纬度（EPSG:4490），经度在前；面积为椭球面积。" +
			"Coordinates are CGCS2000 longitude, latitude (EPSG:4490); areas are ellipsoidal." + s.note()}
	c.Features = append(s.siteFeatures(roundDegrees), s.overlapFeatures(roundDegrees)...)
	return writeJSON(w, c)
}

func namedCRS(srid int) any {
	return map[string]any{"type": "name", "properties": map[string]string{"name": fmt.Sprintf("urn:ogc:def:crs:EPSG::%d", srid)}}
}

// siteFeatures is the site, of several parcels each, or nothing: layers on each
// other have no site.
func (s Set) siteFeatures(round func(float64) float64) []feature {
	out := []feature{}
	for _, parcel := range s.parcels() {
		if len(parcel.Site) > 0 {
			out = append(out, feature{Type: "Feature", Geometry: multiPolygon(parcel.Site, round),
				Properties: properties{Role: "site", Name: parcel.SiteName, AreaM2: parcel.SiteArea.Rounded(), Parcel: parcel.Number, ParcelName: parcel.numbered()}})
		}
	}
	return out
}

func (s Set) overlapFeatures(round func(float64) float64) []feature {
	out := []feature{}
	for _, parcel := range s.parcels() {
		for i, p := range parcel.Pieces {
			out = append(out, feature{Type: "Feature", Geometry: multiPolygon(p.Geometry, round),
				Properties: properties{Number: len(out) + 1, Role: "overlap", Layer: string(p.Layer), Ref: parcel.ref(i),
					Code: p.Code, Name: p.Name, Class: p.Class, AreaM2: p.Area.Rounded(), SliverM2: p.Sliver.Rounded(),
					Parcel: parcel.Number, ParcelName: parcel.numbered()}})
		}
	}
	return out
}

// numbered is a parcel's name where it is one of several.
func (s Set) numbered() string {
	if s.Number == 0 {
		return ""
	}
	return s.SiteName
}

// ref names the version that a piece belongs to, or those whose features share it.
func (s Set) ref(i int) string {
	if s.PieceRefs != nil {
		return s.PieceRefs[i]
	}
	return s.Refs[s.Pieces[i].Layer]
}

// multiPolygon orders rings as RFC 7946 wants: outer rings counterclockwise,
// holes clockwise. The picture's own rings are not touched. Nothing is null.
func multiPolygon(mp orb.MultiPolygon, round func(float64) float64) *geometry {
	if len(mp) == 0 {
		return nil
	}
	g := &geometry{Type: "MultiPolygon"}
	for _, polygon := range mp {
		var rings [][][2]float64
		for i, ring := range polygon {
			points := make([][2]float64, len(ring))
			for j, p := range ring {
				points[j] = [2]float64{round(p[0]), round(p[1])}
			}
			if (signedArea(ring) > 0) != (i == 0) {
				slices.Reverse(points)
			}
			rings = append(rings, points)
		}
		g.Coordinates = append(g.Coordinates, rings)
	}
	return g
}

func roundDegrees(v float64) float64 { return math.Round(v*degreeDecimals) / degreeDecimals }

// exactly keeps every bit: encoding/json prints the shortest decimal that reads
// back as the same number.
func exactly(v float64) float64 { return v }

// signedArea is the ring's plane area in its own units, positive when it runs
// counterclockwise. Coordinates are taken from the first point, so that large
// eastings do not eat digits.
func signedArea(r orb.Ring) float64 {
	sum := 0.0
	for i := 1; i < len(r); i++ {
		a := orb.Point{r[i-1][0] - r[0][0], r[i-1][1] - r[0][1]}
		b := orb.Point{r[i][0] - r[0][0], r[i][1] - r[0][1]}
		sum += a[0]*b[1] - b[0]*a[1]
	}
	return sum / 2
}

func writeJSON(w io.Writer, c collection) error {
	for _, f := range c.Features {
		if a := geodata.Area(f.Properties.AreaM2); !a.Valid() {
			return fmt.Errorf("piece %d of check %s has no area", f.Properties.Number, c.CheckID)
		}
	}
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("encode pieces: %w", err)
	}
	return b.Flush()
}
