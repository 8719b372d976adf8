package tiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
)

// Rendered is a tile ready to be sent.
type Rendered struct {
	Gzip []byte // the MVT bytes, gzip-compressed; nil when nothing lies there
	ETag string // strong, quoted, of the compressed bytes; empty when nothing lies there
}

// Empty reports whether nothing lies in the tile.
func (r Rendered) Empty() bool { return len(r.Gzip) == 0 }

// Plain is the uncompressed tile, for clients that do not take gzip.
func (r Rendered) Plain() ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(r.Gzip))
	if err != nil {
		return nil, fmt.Errorf("open tile: %w", err)
	}
	return io.ReadAll(zr)
}

// Immutable reports whether a version's tiles can never change.
func Immutable(v geodata.Version) bool {
	return v.State == geodata.InForce || v.State == geodata.Superseded
}

type address struct {
	version int64
	tile    maptile.Tile
}

// Renderer gives tiles from its cache or its source. It is safe for concurrent use.
type Renderer struct {
	source  Source
	cache   *otter.Cache[address, Rendered]
	flights flights[address, Rendered]
	bounds  sync.Map // version id → *orb.Bound, of versions that cannot change
}

// entryOverhead is a rough cost in bytes of a cache entry beside its tile, so
// that empty tiles count too.
const entryOverhead = 200

// NewRenderer draws from source and caches up to maxBytes of compressed tiles.
func NewRenderer(source Source, maxBytes uint64) (*Renderer, error) {
	cache, err := otter.New(&otter.Options[address, Rendered]{
		MaximumWeight: maxBytes,
		Weigher: func(_ address, r Rendered) uint32 {
			return uint32(entryOverhead + len(r.Gzip))
		},
	})
	if err != nil {
		return nil, fmt.Errorf("tile cache: %w", err)
	}
	return &Renderer{source: source, cache: cache}, nil
}

// Render gives one tile of v. Equal requests under way share one query; a caller
// whose context ends leaves the others undisturbed.
func (r *Renderer) Render(ctx context.Context, v geodata.Version, t maptile.Tile) (Rendered, error) {
	at := address{version: v.ID, tile: t}
	if !Immutable(v) {
		return r.draw(ctx, v, t)
	}
	if hit, ok := r.cache.GetIfPresent(at); ok {
		return hit, nil
	}
	return r.flights.do(ctx, at, func(ctx context.Context) (Rendered, error) {
		drawn, err := r.draw(ctx, v, t)
		if err == nil {
			r.cache.Set(at, drawn)
		}
		return drawn, err
	})
}

func (r *Renderer) draw(ctx context.Context, v geodata.Version, t maptile.Tile) (Rendered, error) {
	mvt, err := r.source.Tile(ctx, v, t)
	if err != nil || len(mvt) == 0 {
		return Rendered{}, err
	}
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write(mvt); err != nil {
		return Rendered{}, fmt.Errorf("compress tile: %w", err)
	}
	if err := zw.Close(); err != nil {
		return Rendered{}, fmt.Errorf("compress tile: %w", err)
	}
	sum := sha256.Sum256(b.Bytes())
	return Rendered{Gzip: b.Bytes(), ETag: `"` + hex.EncodeToString(sum[:16]) + `"`}, nil
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
