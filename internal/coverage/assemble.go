package coverage

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hongxian/geodata"
)

// report adds the exact sets up, and proves that they close.
func (w *work) report() (*Report, error) {
	slices.SortFunc(w.sets, func(a, b *set) int { return slices.Compare(a.cover, b.cover) }) // sums repeat to the bit
	r := &Report{ID: w.id, CountyCode: w.county.Code, CountyName: w.county.NameZH, Tolerance: w.tolerance,
		Versions: w.used(), Divided: w.township != nil, Hairlines: w.hairlines}
	for i := range w.versions {
		r.Layers = append(r.Layers, w.layer(i))
	}
	r.Pairs, r.Depths = w.pairs(r.Layers), w.depths()
	for _, d := range r.Depths {
		r.Union += d.Area
	}
	for _, v := range r.Versions {
		r.Schematic = r.Schematic || v.Schematic
	}
	return r, w.addPieces(r)
}

// layer adds up a layer: every set that has it, by how many of its features.
func (w *work) layer(i int) Layer {
	v := w.versions[i]
	l := Layer{Layer: v.Key, TitleZH: v.TitleZH, TitleEN: v.TitleEN, Ref: v.ref(w.county.Code)}
	depths, pairs := map[int]float64{}, map[[2]int32]float64{}
	for _, s := range w.sets {
		features := s.features[i]
		if len(features) == 0 {
			continue
		}
		depths[len(features)] += s.area
		for j, a := range features {
			for _, b := range features[j+1:] {
				pairs[[2]int32{a, b}] += s.area
			}
		}
	}
	l.Depths = depthList(depths, 1)
	for _, d := range l.Depths {
		l.Area += d.Area
		l.FeatureSum += geodata.Area(d.K) * d.Area
	}
	for p, area := range pairs {
		if area > listed {
			l.Pairs = append(l.Pairs, FeaturePair{A: w.names[owner{i, p[0]}], B: w.names[owner{i, p[1]}], Area: geodata.Area(area)})
		}
	}
	slices.SortFunc(l.Pairs, func(a, b FeaturePair) int {
		return cmp.Or(-cmp.Compare(a.Area, b.Area), cmp.Compare(a.A.Code, b.A.Code), cmp.Compare(a.B.Code, b.B.Code))
	})
	return l
}

// depthList lists areas by how many cover them, from 1 to the most or to at least.
func depthList(areas map[int]float64, least int) []Depth {
	for k := range areas {
		least = max(least, k)
	}
	out := make([]Depth, least)
	for k := range least {
		out[k] = Depth{K: k + 1, Area: geodata.Area(areas[k+1])}
	}
	return out
}

// depths are the parts that exactly k layers cover.
func (w *work) depths() []Depth {
	areas := map[int]float64{}
	for _, s := range w.sets {
		areas[len(s.layers)] += s.area
	}
	return depthList(areas, len(w.versions))
}

// pairs is the matrix above its diagonal.
func (w *work) pairs(layers []Layer) []Pair {
	var out []Pair
	for i := range w.versions {
		for j := i + 1; j < len(w.versions); j++ {
			p := Pair{A: layers[i].Layer, B: layers[j].Layer, RefA: layers[i].Ref, RefB: layers[j].Ref}
			for _, s := range w.sets {
				if len(s.features[i]) > 0 && len(s.features[j]) > 0 {
					p.Area += geodata.Area(s.area)
				}
			}
			p.ShareOfA, p.ShareOfB = p.Area.ShareOf(layers[i].Area), p.Area.ShareOf(layers[j].Area)
			out = append(out, p)
		}
	}
	return out
}

// addPieces adds the sets of two features or more, and their sums.
func (w *work) addPieces(r *Report) error {
	towns := map[int32]float64{}
	for _, s := range w.sets {
		if len(s.members) < 2 {
			continue
		}
		if err := w.closes(s); err != nil {
			return err
		}
		r.Shared += geodata.Area(s.area)
		r.Outside += geodata.Area(w.stray(s))
		r.Multiply += geodata.Area(w.multiply(s))
		for f, a := range s.towns {
			towns[f] += a
		}
		if s.area <= listed {
			r.Unlisted.Pieces++
			r.Unlisted.Area += geodata.Area(s.area)
			continue
		}
		r.Pieces = append(r.Pieces, w.piece(s))
	}
	r.Townships = w.parts(towns)
	slices.SortStableFunc(r.Pieces, func(a, b Piece) int { return -cmp.Compare(a.Area, b.Area) })
	for _, p := range r.Pieces[min(mostPieces, len(r.Pieces)):] {
		r.Unlisted.Pieces++
		r.Unlisted.Area += p.Area
	}
	r.Pieces = r.Pieces[:min(mostPieces, len(r.Pieces))]
	sum := float64(r.Outside - r.Multiply)
	for _, t := range r.Townships {
		sum += float64(t.Area)
	}
	if whole := float64(r.Shared); math.Abs(sum-whole) > rounding(whole)+1e-4*float64(len(w.sets)) {
		return fmt.Errorf("townships %.4f m² do not make up the shared %.4f m²", sum, whole)
	}
	return nil
}

// rounding is what sums over an area may differ by, m².
func rounding(area float64) float64 { return 1e-4 + 1e-9*area }

// closes proves a piece: its geometry measures what its sums say, and it is what
// lies in the townships and outside them.
func (w *work) closes(s *set) error {
	// Joining moves borders by up to a micrometre.
	if d := math.Abs(s.drawn - s.area); d > rounding(s.area)+5e-6*s.perimeter {
		return fmt.Errorf("piece %s: its geometry has %.6f m², its sums say %.6f m²", s.key(), s.drawn, s.area)
	}
	if w.township == nil {
		return nil
	}
	if d := math.Abs(s.covered + s.outside - s.area); d > rounding(s.area)+5e-6*s.perimeter {
		return fmt.Errorf("piece %s: %.6f m² in townships and %.6f m² outside are not its %.6f m²", s.key(), s.covered, s.outside, s.area)
	}
	return nil
}

// stray is what of a piece lies outside every township.
func (w *work) stray(s *set) float64 {
	if w.township == nil {
		return s.area
	}
	return snapped(s.outside, s.area)
}

// multiply is what townships that overlap each other count more than once.
func (w *work) multiply(s *set) float64 {
	sum := 0.0
	for _, f := range sortedTowns(s.towns) {
		sum += s.towns[f]
	}
	return snapped(sum+w.stray(s)-s.area, s.area)
}

// snapped takes what is within rounding as none.
func snapped(v, area float64) float64 {
	if math.Abs(v) <= rounding(area) {
		return 0
	}
	return v
}

func sortedTowns(towns map[int32]float64) []int32 {
	var ids []int32
	for f := range towns {
		ids = append(ids, f)
	}
	slices.Sort(ids)
	return ids
}

// parts lists townships that have a part, in code order.
func (w *work) parts(towns map[int32]float64) []TownshipPart {
	var out []TownshipPart
	for _, f := range sortedTowns(towns) {
		if towns[f] > 1e-4 {
			t := w.places[f]
			t.Area = geodata.Area(towns[f])
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b TownshipPart) int { return cmp.Compare(a.Code, b.Code) })
	return out
}

func (w *work) piece(s *set) Piece {
	p := Piece{Area: geodata.Area(s.area), Sliver: geodata.Area(s.sliver), Polygons: s.polygons, Geometry: s.shape,
		Townships: w.parts(s.towns), Outside: geodata.Area(w.stray(s)), Multiply: geodata.Area(w.multiply(s))}
	for _, o := range s.members {
		p.Members = append(p.Members, w.names[o])
	}
	return p
}
