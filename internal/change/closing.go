package change

import (
	"errors"
	"fmt"
	"math"

	"hongxian/geodata"
)

// rounding is what sums over the given area may differ by, m²: the last digit areas
// are given with, 1e-9 of the area, and a crumb for each face that was overlaid.
func rounding(area float64, faces int) float64 { return 1e-4 + 1e-9*area + 2*crumb*float64(faces) }

// whole are the figures of the whole layer.
func (k *comparison) whole() Figures {
	var real [4]float64
	for _, p := range k.pieces {
		real[p.kind] += p.area
	}
	return figures(k.before, k.after, real, k.noise)
}

// close proves that the figures agree with each other.
func (k *comparison) close() error {
	tolerance := rounding(math.Max(k.before, k.after), k.changed)
	errs := []error{k.closeVersions(tolerance)}
	whole := k.whole()
	errs = append(errs, closes("the whole", whole, tolerance))
	common := 0.0
	for _, g := range k.ground {
		common += g.area
	}
	errs = append(errs, agrees("before = common + lost", k.before, common+float64(whole.Lost+whole.NoiseLost), tolerance),
		agrees("after = common + gained", k.after, common+float64(whole.Gained+whole.NoiseGained), tolerance))
	if k.township.ID != 0 {
		errs = append(errs, k.closeTownships(whole, tolerance))
	}
	return errors.Join(errs...)
}

// closeVersions proves that the faces of each version add up to its features.
func (k *comparison) closeVersions(tolerance float64) error {
	var sums [2]float64
	for _, g := range k.ground {
		sums[older] += g.area * float64(len(g.before))
		sums[newer] += g.area * float64(len(g.after))
	}
	for key, parts := range k.pieceFeatures {
		for _, p := range parts {
			switch key.kind {
			case Lost:
				sums[older] += p.area
			case Gained:
				sums[newer] += p.area
			}
		}
	}
	return errors.Join(
		agrees("features of "+k.from.Ref().String(), float64(k.from.Area), sums[older], tolerance+1e-3*float64(k.from.Features)),
		agrees("features of "+k.to.Ref().String(), float64(k.to.Area), sums[newer], tolerance+1e-3*float64(k.to.Features)))
}

func (k *comparison) closeTownships(whole Figures, tolerance float64) error {
	rows, outside, multiply := k.townshipChanges()
	var errs []error
	sum := Figures{}
	add := func(f Figures, sign geodata.Area) {
		sum.Before += sign * f.Before
		sum.After += sign * f.After
		sum.Gained += sign * f.Gained
		sum.Lost += sign * f.Lost
		sum.NoiseGained += sign * f.NoiseGained
		sum.NoiseLost += sign * f.NoiseLost
	}
	for _, r := range rows {
		add(r.Figures, 1)
		errs = append(errs, closes("township "+r.Code, r.Figures, 2*tolerance))
	}
	add(outside, 1)
	add(multiply, -1)
	for _, c := range []struct {
		what       string
		whole, sum geodata.Area
	}{
		{"before", whole.Before, sum.Before}, {"after", whole.After, sum.After}, {"gained", whole.Gained, sum.Gained},
		{"lost", whole.Lost, sum.Lost}, {"noise gained", whole.NoiseGained, sum.NoiseGained}, {"noise lost", whole.NoiseLost, sum.NoiseLost},
	} {
		errs = append(errs, agrees("townships + outside - multiply covered, "+c.what, float64(c.whole), float64(c.sum), 2*tolerance))
	}
	return errors.Join(errs...)
}

// closes proves net = gained − lost + noise gained − noise lost.
func closes(what string, f Figures, tolerance float64) error {
	return agrees(what+": net = gained - lost + noise", float64(f.Net), float64(f.Gained-f.Lost+f.NoiseGained-f.NoiseLost), tolerance)
}

func agrees(what string, a, b, tolerance float64) error {
	if math.Abs(a-b) <= tolerance {
		return nil
	}
	return fmt.Errorf("%s: %.6f and %.6f differ by %.6f m²", what, a, b, a-b)
}
