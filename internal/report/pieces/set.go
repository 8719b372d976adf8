package pieces

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
)

// Set (重叠图形集) is a site and the pieces it has in common with the layers.
type Set struct {
	SRID   int              // EPSG code of all geometries, east (or longitude) first
	Site   orb.MultiPolygon // as checked
	Pieces []overlap.Piece  // their Geometry in SRID, their Area ellipsoidal, m²

	SiteName string
	SiteArea geodata.Area // ellipsoidal
	CheckID  string       // of the kept answer
	// CheckedAt is the answer's time. Files carry it as theirs, so that equal
	// answers give equal files.
	CheckedAt time.Time
	Schematic bool // 示意数据 took part
	Refs      map[geodata.LayerKey]string
	PieceRefs []string // instead of Refs: of each piece

	// Parcels are the sets of the single parcels of a file, in its order, each with
	// its Number; nil for one parcel. A file is then written from them, and the
	// whole's own site and pieces are not: they cover the same ground.
	Parcels []Set
	Number  int // of a parcel in its file, from 1; 0 outside one
}

// parcels are the sets that a file is written from.
func (s Set) parcels() []Set {
	if s.Parcels == nil {
		return []Set{s}
	}
	return s.Parcels
}

// Of is the set of a kept answer and its picture, in the picture's plane.
func Of(c openapi.Check, p *overlap.Picture) Set {
	s := Set{SRID: p.SRID, Site: p.Site, Pieces: p.Pieces,
		SiteName: c.Site.Name, SiteArea: geodata.Area(c.Site.AreaM2),
		CheckID: c.Id, CheckedAt: c.CreatedAt.UTC(), Schematic: c.Schematic,
		Refs: make(map[geodata.LayerKey]string, len(c.Layers))}
	for _, l := range c.Layers {
		if l.Ref != nil {
			s.Refs[geodata.LayerKey(l.Layer)] = *l.Ref
		}
	}
	return s
}

// In is the same set in another reference system: the site's and the pieces'
// geometries as PostGIS converted them, in the same order. Areas stay.
func (s Set) In(srid int, site orb.MultiPolygon, geometries []orb.MultiPolygon) (Set, error) {
	if len(geometries) != len(s.Pieces) {
		return Set{}, fmt.Errorf("%d geometries for %d pieces of check %s", len(geometries), len(s.Pieces), s.CheckID)
	}
	s.SRID, s.Site, s.Pieces = srid, site, slices.Clone(s.Pieces)
	for i := range s.Pieces {
		s.Pieces[i].Geometry = geometries[i]
	}
	return s, nil
}

// schematicNote marks files of schematic data.
const schematicNote = "示意数据：非真实界线，无法律效力。Schematic data, without legal force."

// note is the mark where it is due.
func (s Set) note() string {
	if s.Schematic {
		return schematicNote
	}
	return ""
}

// beijing is China's civil time, by which documents are dated.
var beijing = time.FixedZone("北京时间", 8*60*60)

// OfOverlaps is the set of the pieces that features share, and no site. A piece is
// named by its features, joined by + and ∩.
func OfOverlaps(o openapi.Overlaps, geometries []orb.MultiPolygon, srid int) (Set, error) {
	if len(geometries) != len(o.Pieces) {
		return Set{}, fmt.Errorf("%d geometries for %d pieces of overlaps %s", len(geometries), len(o.Pieces), o.Id)
	}
	s := Set{SRID: srid, CheckID: o.Id, CheckedAt: o.CreatedAt.UTC(), Schematic: o.Schematic}
	for i, p := range o.Pieces {
		var layers, refs, codes, names, classes []string
		for _, m := range p.Members {
			layers, refs = append(layers, layerOf(o, m.Ref)), append(refs, m.Ref)
			codes, names, classes = append(codes, m.Code), append(names, m.Name), append(classes, m.Class)
		}
		s.PieceRefs = append(s.PieceRefs, strings.Join(refs, "+"))
		s.Pieces = append(s.Pieces, overlap.Piece{Layer: geodata.LayerKey(strings.Join(layers, "+")), Code: strings.Join(codes, "+"),
			Name: strings.Join(names, " ∩ "), Class: strings.Join(classes, "+"), Area: geodata.Area(p.AreaM2), Sliver: geodata.Area(p.SliverM2),
			Geometry: geometries[i]})
	}
	return s, nil
}

func layerOf(o openapi.Overlaps, ref string) string {
	for _, l := range o.Layers {
		if l.Ref == ref {
			return l.Layer
		}
	}
	return ""
}
