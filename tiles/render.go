package tiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
)

// Source gives a version's tiles: from what publishing has drawn, from an archive,
// or drawn live.
type Source interface {
	// Tile gives the tile gzip-compressed, nothing when nothing lies there.
	Tile(ctx context.Context, v geodata.Version, t maptile.Tile) ([]byte, error)
	// Bounds gives the version's extent in EPSG:4490 degrees, false when it is empty.
	Bounds(ctx context.Context, v geodata.Version) (orb.Bound, bool, error)
	// Zooms tells what is drawn beforehand, the lowest zoom first; nothing when
	// tiles are drawn live.
	Zooms(ctx context.Context, v geodata.Version) ([]Zoom, error)
}

// Rendered is a tile ready to be sent.
type Rendered struct {
	Body []byte // in the encoding that was asked for; nil when nothing lies there
	ETag string // strong, quoted, of these bytes; empty when nothing lies there
}

// Empty reports whether nothing lies in the tile.
func (r Rendered) Empty() bool { return len(r.Body) == 0 }

// Immutable reports whether a version's tiles can never change.
func Immutable(v geodata.Version) bool {
	return v.State == geodata.InForce || v.State == geodata.Superseded
}

// MaxLayers is how many versions one tile may hold.
const MaxLayers = 16

// Request asks for a tile of one or more versions of different layers.
type Request struct {
	Versions []geodata.Version // in the order of the tile's layers
	Tile     maptile.Tile
	Encoding Encoding
}

// address is a request as a key.
type address struct {
	versions string
	tile     maptile.Tile
	encoding Encoding
}

func (r Request) address() address {
	var buffer [64]byte
	ids := buffer[:0]
	for _, v := range r.Versions {
		ids = append(strconv.AppendInt(ids, v.ID, 10), ',')
	}
	return address{string(ids), r.Tile, r.Encoding}
}

// Renderer gives tiles from its cache or its source. It is safe for concurrent use.
type Renderer struct {
	source  Source
	cache   *otter.Cache[address, Rendered]
	flights flights[address, Rendered]
	bounds  sync.Map // version id → *orb.Bound, of versions that cannot change

	held, fetched atomic.Int64 // tiles given from memory, and from the source
}

// entryOverhead is a rough cost in bytes of a cache entry beside its tile, so
// that empty tiles count too.
const entryOverhead = 200

// NewRenderer draws from source and caches up to maxBytes of tiles, in whatever
// encoding they were asked for.
func NewRenderer(source Source, maxBytes uint64) (*Renderer, error) {
	cache, err := otter.New(&otter.Options[address, Rendered]{
		MaximumWeight: maxBytes,
		Weigher: func(_ address, r Rendered) uint32 {
			return uint32(entryOverhead + len(r.Body))
		},
	})
	if err != nil {
		return nil, fmt.Errorf("tile cache: %w", err)
	}
	return &Renderer{source: source, cache: cache}, nil
}

// Cached is how many tiles are in memory, and their weight in bytes.
func (r *Renderer) Cached() (count int, bytes uint64) {
	return r.cache.EstimatedSize(), r.cache.WeightedSize()
}

// Held gives a tile that is in memory.
func (r *Renderer) Held(q Request) (Rendered, bool) {
	for i := range q.Versions {
		if !Immutable(q.Versions[i]) {
			return Rendered{}, false
		}
	}
	hit, ok := r.cache.GetIfPresent(q.address())
	if ok {
		r.held.Add(1)
	}
	return hit, ok
}

// Given is how many tiles were given from memory, and how many from the source.
func (r *Renderer) Given() (held, fetched int64) { return r.held.Load(), r.fetched.Load() }

// Render gives one tile. Equal requests under way share one query; a caller whose
// context ends leaves the others undisturbed. A tile with a draft in it is drawn
// afresh each time.
func (r *Renderer) Render(ctx context.Context, q Request) (Rendered, error) {
	if hit, ok := r.Held(q); ok {
		return hit, nil
	}
	if slices.ContainsFunc(q.Versions, func(v geodata.Version) bool { return !Immutable(v) }) {
		return r.draw(ctx, q)
	}
	at := q.address()
	return r.flights.do(ctx, at, func(ctx context.Context) (Rendered, error) {
		drawn, err := r.draw(ctx, q)
		if err == nil {
			r.cache.Set(at, drawn)
		}
		return drawn, err
	})
}

// draw puts the layers of a tile together: they are messages, one after the other.
func (r *Renderer) draw(ctx context.Context, q Request) (Rendered, error) {
	r.fetched.Add(1)
	var packed, plain []byte
	layers := 0
	for _, v := range q.Versions {
		one, err := r.source.Tile(ctx, v, q.Tile)
		if err != nil {
			return Rendered{}, err
		}
		if len(one) == 0 {
			continue
		}
		packed = one
		if layers++; len(q.Versions) == 1 && q.Encoding == Gzip {
			break
		}
		layer, err := unpack(one)
		if err != nil {
			return Rendered{}, err
		}
		plain = append(plain, layer...)
	}
	switch {
	case layers == 0:
		return Rendered{}, nil
	case layers > 1 || q.Encoding != Gzip:
		var err error
		if packed, err = encode(plain, q.Encoding); err != nil {
			return Rendered{}, err
		}
	}
	sum := sha256.Sum256(packed)
	return Rendered{Body: packed, ETag: `"` + hex.EncodeToString(sum[:16]) + `"`}, nil
}

// Zooms tells what of a version was drawn beforehand, the lowest zoom first.
func (r *Renderer) Zooms(ctx context.Context, v geodata.Version) ([]Zoom, error) {
	return r.source.Zooms(ctx, v)
}

// Bounds gives a version's extent in EPSG:4490 degrees, nil when it is empty.
func (r *Renderer) Bounds(ctx context.Context, v geodata.Version) (*orb.Bound, error) {
	if known, ok := r.bounds.Load(v.ID); ok {
		return known.(*orb.Bound), nil
	}
	b, ok, err := r.source.Bounds(ctx, v)
	if err != nil || !ok {
		return nil, err
	}
	if Immutable(v) {
		r.bounds.Store(v.ID, &b)
	}
	return &b, nil
}
