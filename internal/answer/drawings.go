package answer

import (
	"fmt"
	"math"

	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"

	"hongxian/internal/change"
)

// Drawings (附图缓存) are the pictures of comparisons that were drawn lately, within
// a bound of memory: a comparison is filed in several forms, and drawing one means
// comparing again. Nobody may change what is in a picture.
type Drawings struct {
	cache *otter.Cache[drawing, *change.Picture]
}

// drawing names a picture: the comparison, and the coordinates it is in.
type drawing struct {
	id   string
	srid int
}

// NewDrawings keeps pictures of together at most maxBytes.
func NewDrawings(maxBytes uint64) (*Drawings, error) {
	cache, err := otter.New(&otter.Options[drawing, *change.Picture]{
		MaximumWeight: maxBytes,
		Weigher:       func(_ drawing, p *change.Picture) uint32 { return pictureBytes(p) },
	})
	if err != nil {
		return nil, fmt.Errorf("cache of pictures: %w", err)
	}
	return &Drawings{cache}, nil
}

// get gives a picture that is in memory; without Drawings there is none.
func (d *Drawings) get(key drawing) *change.Picture {
	if d == nil {
		return nil
	}
	p, _ := d.cache.GetIfPresent(key)
	return p
}

func (d *Drawings) put(key drawing, p *change.Picture) {
	if d != nil {
		d.cache.Set(key, p)
	}
}

// pictureBytes is about what a picture takes: its points, and 256 bytes for every
// feature's own.
func pictureBytes(p *change.Picture) uint32 {
	const point, own = 16, 256
	bytes := uint64(own)
	for _, piece := range p.Pieces {
		bytes += own + point*uint64(points(piece.Geometry))
	}
	for _, features := range [][]change.PictureFeature{p.Before, p.After, p.Layer, p.Townships} {
		for _, f := range features {
			bytes += own + point*uint64(points(f.Geometry))
		}
	}
	return uint32(min(bytes, math.MaxUint32))
}

func points(mp orb.MultiPolygon) (n int) {
	for _, polygon := range mp {
		for _, ring := range polygon {
			n += len(ring)
		}
	}
	return n
}
