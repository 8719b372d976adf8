package overlap

import (
	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Site (地块) is what is checked: one parcel, in the coordinates it came in.
type Site struct {
	Name     string
	SRID     int // EPSG code of the coordinates
	Geometry orb.MultiPolygon
	Findings []string // repairs and guesses, Chinese sentences
}

// Request (核查请求) asks what a site has in common with a county's layers.
type Request struct {
	County  string // empty: the only one held
	Site    Site
	Against []geodata.VersionRef // empty: every checked layer's version in force
}

// Whole joins the parcels of one file into the site that they are together.
func Whole(name string, parcels []Site) Site {
	whole := Site{Name: name}
	for _, p := range parcels {
		whole.SRID = p.SRID
		whole.Geometry = append(whole.Geometry, p.Geometry...)
	}
	return whole
}
