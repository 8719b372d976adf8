package overlap

import (
	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Picture (附图) is what a report's map shows, and the overlap as geometry: the
// site, what lies around it, and the pieces they have in common. Everything is in
// the county's Gauss-Krüger plane (metres) unless SRID says longitude and latitude;
// east first.
type Picture struct {
	SRID   int              // EPSG code of the coordinates
	Site   orb.MultiPolygon // as checked
	Axis   orb.MultiLineString
	Layers []PictureLayer // checked layers and townships near the site, in the catalogue's order
	Pieces []Piece        // of concerned layers, in the answer's order
}

// PictureLayer is a layer as far as the map reaches.
type PictureLayer struct {
	Layer            geodata.LayerKey
	TitleZH, TitleEN string
	Features         []PictureFeature
}

// PictureFeature is a feature, cut to the map's reach.
type PictureFeature struct {
	Code, Name, Class string
	Geometry          orb.MultiPolygon
}

// Piece (重叠图形) is what the site has in common with one feature.
type Piece struct {
	Layer             geodata.LayerKey
	Code, Name, Class string
	Area              geodata.Area     // ellipsoidal, the figure of the answer
	Sliver            geodata.Area     // of it
	Geometry          orb.MultiPolygon // in the picture's coordinates
}
