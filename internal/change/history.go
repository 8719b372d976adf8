package change

import (
	"cmp"
	"slices"

	"hongxian/geodata"
)

// halfShared is the share of a feature that another must have in common with it to
// be its successor where codes do not say so.
const halfShared = 0.5

// history works out what became of the features.
type history struct {
	k      *comparison
	before map[int32]feature // not matched yet
	after  map[int32]feature
	common map[[2]int32]float64 // ground that two features share
	shares [2]map[int32][]int32 // who shares ground with whom, ascending
	stays  [2]map[int32]float64 // of a feature's ground, what both versions have
	kept   int
	out    []FeatureChange
}

// featureChanges is what became of every feature that did not simply stay, and how
// many stayed.
func (k *comparison) featureChanges() ([]FeatureChange, int) {
	h := &history{k: k, before: map[int32]feature{}, after: map[int32]feature{}, common: map[[2]int32]float64{},
		shares: [2]map[int32][]int32{{}, {}}, stays: [2]map[int32]float64{{}, {}}}
	for id, f := range k.features[older] {
		h.before[id] = f
	}
	for id, f := range k.features[newer] {
		h.after[id] = f
	}
	h.matchEqual()
	h.shareGround()
	h.matchGround()
	h.matchMerged()
	h.matchSplit()
	h.matchCodes()
	h.matchSuccessors()
	h.restOfBefore()
	h.restOfAfter()
	slices.SortFunc(h.out, func(a, b FeatureChange) int {
		return cmp.Or(cmp.Compare(order(a.Fate), order(b.Fate)), cmp.Compare(a.Code(), b.Code()),
			cmp.Compare(firstRecord(a), firstRecord(b)))
	})
	return h.out, h.kept
}

// order is that of lists: what weighs most first.
func order(f Fate) int {
	return slices.Index([]Fate{FeatureLost, Reshaped, SplitUp, Merged, FeatureReclassified, Renumbered, FeatureGained, Kept}, f)
}

func firstRecord(f FeatureChange) int {
	if len(f.Before) > 0 {
		return f.Before[0].Record
	}
	return f.After[0].Record
}

func ids(features map[int32]feature) []int32 {
	out := make([]int32, 0, len(features))
	for id := range features {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// matchEqual takes out the features whose whole record is the same, one for one.
func (h *history) matchEqual() {
	equal := map[string][]int32{}
	for _, id := range ids(h.before) {
		digest := h.before[id].digest
		equal[digest] = append(equal[digest], id)
	}
	for _, id := range ids(h.after) {
		digest := h.after[id].digest
		if twins := equal[digest]; len(twins) > 0 {
			equal[digest] = twins[1:]
			delete(h.before, twins[0])
			delete(h.after, id)
			h.kept++
		}
	}
}

// shareGround notes which of the remaining features share ground.
func (h *history) shareGround() {
	for _, g := range h.k.ground {
		for _, a := range g.after {
			h.stays[newer][a] += g.area
		}
		for _, b := range g.before {
			h.stays[older][b] += g.area
			for _, a := range g.after {
				_, isBefore := h.before[b]
				_, isAfter := h.after[a]
				if isBefore && isAfter {
					h.common[[2]int32{b, a}] += g.area
				}
			}
		}
	}
	for pair, area := range h.common {
		if area <= noiseGround {
			delete(h.common, pair)
			continue
		}
		h.shares[older][pair[0]] = append(h.shares[older][pair[0]], pair[1])
		h.shares[newer][pair[1]] = append(h.shares[newer][pair[1]], pair[0])
	}
	for _, s := range h.shares {
		for id := range s {
			slices.Sort(s[id])
		}
	}
}

// noiseGround is what two features that share a border may seem to share, m².
const noiseGround = 0.01

// matchGround takes features that lie on the same ground but for noise.
func (h *history) matchGround() {
	for _, b := range ids(h.before) {
		for _, a := range h.shares[older][b] {
			f, g := h.before[b], h.after[a]
			if _, free := h.after[a]; free && h.sameGround(f, g) && !h.betterTwin(b, a) {
				h.join([]int32{b}, []int32{a}, h.sameFate(f, g))
				break
			}
		}
	}
}

// sameGround says that two features differ by no more than noise along their
// borders.
func (h *history) sameGround(f, g feature) bool {
	if len(h.k.grown[older][f.id]) > 0 || len(h.k.grown[newer][g.id]) > 0 {
		return false // a piece of it was lost or gained, however small beside it
	}
	common := geodata.Area(h.common[[2]int32{f.id, g.id}])
	t := h.k.tolerance
	differs := f.Area + g.Area - 2*common
	return differs < t.Area || 2*float64(differs) < t.Width*(h.k.perimeters[older][f.id]+h.k.perimeters[newer][g.id])
}

// betterTwin says that another feature on the same ground has the code of b.
func (h *history) betterTwin(b, a int32) bool {
	f := h.before[b]
	if h.after[a].Code == f.Code {
		return false
	}
	for _, other := range h.shares[older][b] {
		if g, free := h.after[other]; free && other != a && g.Code == f.Code && h.sameGround(f, g) {
			return true
		}
	}
	for _, other := range h.shares[newer][a] {
		if e, free := h.before[other]; free && other != b && e.Code == h.after[a].Code && h.sameGround(e, h.after[a]) {
			return true
		}
	}
	return false
}

// sameFate is what became of a feature whose ground stayed.
func (h *history) sameFate(f, g feature) Fate {
	switch {
	case f.Class != g.Class:
		return FeatureReclassified
	case f.Code != g.Code && f.Code != "" && g.Code != "":
		return Renumbered
	}
	return Kept
}

// matchMerged takes new features that several old ones went into: each gives most
// of its area, and together they cover most of the new one.
func (h *history) matchMerged() {
	for _, a := range ids(h.after) {
		if from := h.contributors(newer, a); len(from) > 1 {
			h.join(from, []int32{a}, Merged)
		}
	}
}

// matchSplit is matchMerged mirrored.
func (h *history) matchSplit() {
	for _, b := range ids(h.before) {
		if into := h.contributors(older, b); len(into) > 1 {
			h.join([]int32{b}, into, SplitUp)
		}
	}
}

// contributors are the features of the other side that lie in this one for the most
// part, where together they cover most of it; nil otherwise.
func (h *history) contributors(s side, id int32) []int32 {
	others, whole := h.before, h.after[id].Area
	if s == older {
		others, whole = h.after, h.before[id].Area
	}
	var found []int32
	covered := geodata.Area(0)
	for _, other := range h.shares[s][id] {
		f, free := others[other]
		pair := [2]int32{id, other}
		if s == newer {
			pair = [2]int32{other, id}
		}
		common := geodata.Area(h.common[pair])
		if free && common.ShareOf(f.Area) >= h.k.tolerance.MatchRate {
			found = append(found, other)
			covered += common
		}
	}
	if covered.ShareOf(whole) < h.k.tolerance.MatchRate {
		return nil
	}
	return found
}

// matchCodes takes features that have the same code, borne once on each side, and
// share ground.
func (h *history) matchCodes() {
	byCode := map[string][]int32{}
	for _, a := range ids(h.after) {
		byCode[h.after[a].Code] = append(byCode[h.after[a].Code], a)
	}
	bearers := map[string]int{}
	for _, f := range h.before {
		bearers[f.Code]++
	}
	for _, b := range ids(h.before) {
		code := h.before[b].Code
		if code == "" || bearers[code] != 1 || len(byCode[code]) != 1 {
			continue
		}
		if a := byCode[code][0]; h.common[[2]int32{b, a}] > 0 {
			h.join([]int32{b}, []int32{a}, Reshaped)
		}
	}
}

// matchSuccessors takes, the largest common ground first, features that share at
// least half of either.
func (h *history) matchSuccessors() {
	pairs := make([][2]int32, 0, len(h.common))
	for pair := range h.common {
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(p, q [2]int32) int {
		return cmp.Or(-cmp.Compare(h.common[p], h.common[q]), cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]))
	})
	for _, p := range pairs {
		f, isFree := h.before[p[0]]
		g, isOpen := h.after[p[1]]
		common := geodata.Area(h.common[p])
		if isFree && isOpen && (common.ShareOf(f.Area) >= halfShared || common.ShareOf(g.Area) >= halfShared) {
			h.join([]int32{p[0]}, []int32{p[1]}, Reshaped)
		}
	}
}

func (h *history) restOfBefore() {
	for _, b := range ids(h.before) {
		h.join([]int32{b}, nil, FeatureLost)
	}
}

func (h *history) restOfAfter() {
	for _, a := range ids(h.after) {
		h.join(nil, []int32{a}, FeatureGained)
	}
}

// join settles what became of some features.
func (h *history) join(before, after []int32, fate Fate) {
	c := FeatureChange{Fate: fate}
	codes, classes := [2][]string{}, [2][]string{}
	for _, b := range before {
		f := h.before[b]
		c.Before, c.BeforeArea = append(c.Before, f.FeatureState), c.BeforeArea+f.Area
		codes[0], classes[0] = append(codes[0], f.Code), append(classes[0], f.Class)
		for _, a := range after {
			c.Common += geodata.Area(h.common[[2]int32{b, a}])
		}
	}
	for _, a := range after {
		f := h.after[a]
		c.After, c.AfterArea = append(c.After, f.FeatureState), c.AfterArea+f.Area
		codes[1], classes[1] = append(codes[1], f.Code), append(classes[1], f.Class)
	}
	switch fate {
	case FeatureLost:
		c.Common = geodata.Area(h.stays[older][before[0]])
	case FeatureGained:
		c.Common = geodata.Area(h.stays[newer][after[0]])
	}
	c.Pieces = h.k.piecesOf(before, after)
	if len(before) == 1 && len(after) == 1 {
		c.Renumbered = codes[0][0] != codes[1][0] && codes[0][0] != "" && codes[1][0] != ""
		c.Reclassified = classes[0][0] != classes[1][0]
	}
	c.CodeReused = h.reused(fate, codes)
	for _, b := range before {
		delete(h.before, b)
	}
	for _, a := range after {
		delete(h.after, a)
	}
	if fate == Kept && !c.Renumbered {
		h.kept++
		return
	}
	h.out = append(h.out, c)
}

// reused says that a lost or gained feature's code is borne in the other version,
// by a feature on other ground.
func (h *history) reused(fate Fate, codes [2][]string) bool {
	switch {
	case fate == FeatureLost && codes[0][0] != "":
		return h.k.codes[newer][codes[0][0]]
	case fate == FeatureGained && codes[1][0] != "":
		return h.k.codes[older][codes[1][0]]
	}
	return false
}
