package geodata

import (
	"context"
	"slices"
)

// Sight (可见范围) is what whoever asks may see. The zero value sees everything, as
// the command line does; a list that is not nil sees what it names, nothing else.
type Sight struct {
	Counties  []string   // codes
	Layers    []LayerKey // of any county
	Townships []string   // codes; they limit what is asked about, not what is drawn
	Clearance *Secrecy   // the highest 密级 that may be seen; nil: every one
}

// Whole reports whether nothing of a county's layers is hidden.
func (s Sight) Whole() bool { return s.Layers == nil && s.Clearance == nil }

// Unlimited reports whether nothing at all is hidden.
func (s Sight) Unlimited() bool { return s.Whole() && s.Counties == nil && s.Townships == nil }

// Sees reports whether a county may be seen.
func (s Sight) Sees(county string) bool {
	return s.Counties == nil || slices.Contains(s.Counties, county)
}

// SeesLayer reports whether a layer of that secrecy may be seen, in a county that may.
func (s Sight) SeesLayer(key LayerKey, secrecy Secrecy) bool {
	return (s.Layers == nil || slices.Contains(s.Layers, key)) && (s.Clearance == nil || secrecy <= *s.Clearance)
}

type sightKey struct{}

// WithSight tells what is done under ctx what whoever asked may see.
func WithSight(ctx context.Context, s Sight) context.Context {
	return context.WithValue(ctx, sightKey{}, s)
}

// SightOf is what whoever asked may see: everything where nothing was said.
func SightOf(ctx context.Context) Sight {
	s, _ := ctx.Value(sightKey{}).(Sight)
	return s
}
