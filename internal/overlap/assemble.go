package overlap

import (
	"cmp"
	"math"
	"slices"

	"hongxian/geodata"
)

// layerOverlap words what was found for one layer.
func (k *check) layerOverlap(l consulted) LayerOverlap {
	id := l.VersionID
	o := LayerOverlap{Layer: l.Key, TitleZH: l.TitleZH, TitleEN: l.TitleEN, Ref: l.ref(k.county.Code)}
	if o.Reason = k.unchecked(l); o.Reason != "" && k.total[id] <= noise {
		o.Status = NotChecked
		return o
	}
	o.Reason = ""
	o.Overlap = geodata.Area(k.total[id])
	o.ShareOfSite = o.Overlap.ShareOf(geodata.Area(*k.site.AreaM2))
	if k.total[id] <= noise {
		o.Status = NotConcerned
		if d, ok := k.distance[id]; ok {
			d = math.Round(d*1000) / 1000 // millimetres
			o.Distance = &d
		}
		return o
	}
	o.Status = Concerned
	whole := k.sliver[owner{id, 0}]
	o.Sliver, o.SliverOnly = geodata.Area(whole.area), whole.only
	o.Features = k.featureOverlaps(id)
	return o
}

// unchecked says why nothing can be said when no overlap was found.
func (k *check) unchecked(l consulted) string {
	switch {
	case l.reason != "":
		return l.reason
	case l.VersionID == 0:
		return "该图层没有现行版本。"
	case k.township.VersionID == 0:
		return "没有现行的乡镇图层，不能确认地块在本县范围内。"
	case float64(k.outside) > noise:
		return "地块有一部分在本县范围以外，该部分未核查。"
	}
	return ""
}

// touched lists the features of a version that the site touches, largest overlap
// first.
func (k *check) touched(version int64) []owner {
	var out []owner
	for o, area := range k.feature {
		if o.version == version && version != 0 && area >= listed && k.total[version] > noise {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b owner) int {
		return cmp.Or(-cmp.Compare(k.feature[a], k.feature[b]), cmp.Compare(k.names[a].code, k.names[b].code), cmp.Compare(a.feature, b.feature))
	})
	return out
}

func (k *check) featureOverlaps(version int64) []FeatureOverlap {
	var out []FeatureOverlap
	for _, o := range k.touched(version) {
		n, area := k.names[o], geodata.Area(k.feature[o])
		out = append(out, FeatureOverlap{
			Code: n.code, Name: n.name, Class: n.class,
			Overlap:        area,
			ShareOfSite:    area.ShareOf(geodata.Area(*k.site.AreaM2)),
			ShareOfFeature: area.ShareOf(geodata.Area(n.area)),
			Sliver:         geodata.Area(k.sliver[o].area),
			Crossings:      k.crossings[o],
		})
	}
	return out
}

// townships lists the township features the site touches, in code order.
func (k *check) townships() []owner {
	var out []owner
	for o, area := range k.feature {
		if o.version == k.township.VersionID && area >= listed {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b owner) int {
		return cmp.Or(cmp.Compare(k.names[a].code, k.names[b].code), cmp.Compare(a.feature, b.feature))
	})
	return out
}

func (k *check) townshipParts() []TownshipPart {
	towns := k.townships()
	parts := make([]TownshipPart, 0, len(towns))
	for _, o := range towns {
		p := TownshipPart{Code: k.names[o].code, Name: k.names[o].name, Site: geodata.Area(k.feature[o]),
			Overlap: map[geodata.LayerKey]geodata.Area{}}
		for _, l := range k.layers {
			if k.total[l.VersionID] <= noise || l.Key == geodata.Township {
				continue
			}
			area := k.total[l.VersionID]
			if k.inTown != nil {
				area = k.inTown[townOverlap{l.VersionID, o.feature}]
			}
			p.Overlap[l.Key] = geodata.Area(area)
		}
		parts = append(parts, p)
	}
	return parts
}

func (k *check) versionsUsed() []VersionUsed {
	var used []VersionUsed
	for _, l := range append(append([]consulted{}, k.layers...), k.township) {
		if l.VersionID != 0 && l.reason == "" {
			used = append(used, VersionUsed{Ref: l.ref(k.county.Code), Digest: l.Digest, Schematic: l.Schematic})
		}
	}
	return used
}
