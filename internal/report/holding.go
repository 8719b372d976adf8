package report

import (
	"time"

	"github.com/oapi-codegen/runtime/types"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

// LayerState is a layer and what holds of it now.
type LayerState struct {
	Layer   geodata.Layer
	InForce *geodata.Version // nil while none is in force
	Colour  string           // #rrggbb, empty when the profile names none
}

// LayerStates joins a county's layers with its versions; colours may lack keys.
func LayerStates(layers []geodata.Layer, versions []geodata.Version, colours map[geodata.LayerKey]string) []LayerState {
	inForce := make(map[geodata.LayerKey]*geodata.Version, len(layers))
	for i, v := range versions {
		if v.State == geodata.InForce {
			inForce[v.Layer] = &versions[i]
		}
	}
	states := make([]LayerState, 0, len(layers))
	for _, l := range layers {
		states = append(states, LayerState{Layer: l, InForce: inForce[l.Key], Colour: colours[l.Key]})
	}
	return states
}

// LayerList is the document of a county's catalogue, in the given order.
func LayerList(county openapi.County, states []LayerState) openapi.LayerList {
	out := openapi.LayerList{County: county, Layers: make([]openapi.Layer, 0, len(states))}
	for _, s := range states {
		l := openapi.Layer{
			Key: string(s.Layer.Key), Title: s.Layer.TitleZH, TitleEn: s.Layer.TitleEN,
			Checked: s.Layer.Checked, Tiles: s.Layer.Tiles, Overlaps: s.Layer.Overlaps, Protected: s.Layer.Protected,
			Colour: optional(s.Colour),
		}
		if s.InForce != nil {
			v := Version(*s.InForce)
			l.InForce = &v
			l.Tilejson = optional("/tiles/" + geodata.VersionRef{County: s.InForce.County, Layer: s.Layer.Key}.String() + ".json")
			out.Schematic = out.Schematic || s.InForce.Schematic
		}
		out.Layers = append(out.Layers, l)
	}
	return out
}

// VersionList is the document of a layer's versions, in the given order.
func VersionList(layer geodata.LayerKey, versions []geodata.Version) openapi.VersionList {
	out := openapi.VersionList{Layer: string(layer), Versions: make([]openapi.Version, 0, len(versions))}
	for _, v := range versions {
		out.Versions = append(out.Versions, Version(v))
	}
	return out
}

// Version is the document of one version.
func Version(v geodata.Version) openapi.Version {
	out := openapi.Version{
		Ref: v.Ref().String(), Layer: string(v.Layer), Label: v.Label, State: openapi.State(v.State),
		Schematic: v.Schematic, Crs: crs(v.SRID), Source: v.Source, Basis: v.Basis, Digest: v.Digest,
		Features: v.Features, AreaM2: v.Area.Rounded(), CreatedAt: v.Created.UTC().Truncate(time.Millisecond),
	}
	if v.Effective != nil {
		out.Effective = &types.Date{Time: *v.Effective}
	}
	if v.Published != nil {
		at := v.Published.UTC().Truncate(time.Millisecond)
		out.PublishedAt = &at
	}
	return out
}
