package report

import (
	"math"

	"github.com/oapi-codegen/runtime/types"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/place"
)

// Identified encodes what lies at a place; grid is the place in the county's plane.
func Identified(at, grid orb.Point, planeSRID int, features []openapi.FoundFeature) openapi.Identified {
	return openapi.Identified{Lon: at[0], Lat: at[1], Features: features,
		Grid: openapi.GridPlace{Crs: crs(planeSRID), East: millimetres(grid[0]), North: millimetres(grid[1])}}
}

// FoundFeatures encodes features with the layers' titles.
func FoundFeatures(found []place.Feature, layers []geodata.Layer) []openapi.FoundFeature {
	out := make([]openapi.FoundFeature, 0, len(found))
	for _, f := range found {
		o := openapi.FoundFeature{Layer: string(f.Version.Layer), Ref: f.Version.Ref().String(), State: openapi.State(f.Version.State),
			Code: f.Code, Name: f.Name, Class: f.Class, AreaM2: f.Area.Rounded(),
			Bounds: []float64{f.Bounds.Min[0], f.Bounds.Min[1], f.Bounds.Max[0], f.Bounds.Max[1]},
			Basis:  f.Version.Basis, Source: f.Version.Source, Schematic: f.Version.Schematic}
		for _, l := range layers {
			if l.Key == f.Version.Layer {
				o.Title, o.TitleEn = l.TitleZH, l.TitleEN
			}
		}
		if f.Version.Effective != nil {
			o.Effective = &types.Date{Time: *f.Version.Effective}
		}
		out = append(out, o)
	}
	return out
}

// FoundPlaces encodes readings of typed coordinates.
func FoundPlaces(spots []place.Spot) []openapi.FoundPlace {
	out := make([]openapi.FoundPlace, 0, len(spots))
	for _, s := range spots {
		out = append(out, openapi.FoundPlace{Lon: s.At[0], Lat: s.At[1], Crs: crs(s.Written.SRID), X: s.Written.X, Y: s.Written.Y, InCounty: s.InCounty})
	}
	return out
}

// Measured encodes the figures of a drawing.
func Measured(m place.Measured, planeSRID int) openapi.Measured {
	return openapi.Measured{Crs: crs(planeSRID), AreaM2: m.Area.Rounded(), PlaneAreaM2: m.GridArea.Rounded(),
		LengthM: millimetres(m.Length), EllipsoidLengthM: millimetres(m.Ellipsoid)}
}

// millimetres is a length or coordinate in metres, as it is given: to 0.001.
func millimetres(metres float64) float64 { return math.Round(metres*1000) / 1000 }
