// Package basemap (底图) fetches pictures of the ground — imagery, street maps — from
// servers that the operator has named, so that the page asks nobody but its own
// service and keys of map services stay on it. There are none unless they are named.
//
// Pictures are tiles of the web mercator scheme (EPSG:3857, of 天地图 the set "w"): in
// CGCS2000 they lie where WGS84 has them, to well below a metre. They are looked at,
// never measured.
//
// What a request may choose is one of the named sources and the numbers of a tile;
// host, path and query of what is fetched come from the configuration alone.
package basemap

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/maypok86/otter/v2"

	"hongxian/geodata"
)

// Limits. No parameter of a request lifts them.
const (
	// MaxZoom is the deepest zoom that is fetched.
	MaxZoom = 18
	// MaxSources is how many base maps may be named.
	MaxSources = 8

	tileBytes  = 1 << 20          // of one picture
	cacheBytes = 64 << 20         // of pictures in memory
	keptFor    = 24 * time.Hour   // pictures in memory
	fetchTime  = 10 * time.Second // for one picture
	fetches    = 16               // under way at once
)

// Picture is a tile as it came: PNG, JPEG or WebP.
type Picture struct {
	Body []byte
	Type string
}

// Sources are the base maps of a service. Nil has none.
type Sources struct {
	list  []Source
	fetch *http.Client
	cache *otter.Cache[address, Picture]
	slots chan struct{}
}

// address is a source by its place in the list, and a tile of it.
type address struct {
	source int
	tile   Tile
}

// Open readies the named base maps. With private, servers on private addresses (an
// intranet's own) may be asked too; without it they are refused, whatever name they
// are given.
func Open(list []Source, private bool) (*Sources, error) {
	if len(list) > MaxSources {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "basemap-too-many",
			ZH: fmt.Sprintf("底图最多 %d 个。", MaxSources), EN: fmt.Sprintf("At most %d base maps can be named.", MaxSources)}
	}
	cache, err := otter.New(&otter.Options[address, Picture]{
		MaximumWeight:    cacheBytes,
		Weigher:          func(_ address, p Picture) uint32 { return uint32(len(p.Body)) + 100 },
		ExpiryCalculator: otter.ExpiryCreating[address, Picture](keptFor),
	})
	if err != nil {
		return nil, fmt.Errorf("cache of base maps: %w", err)
	}
	return &Sources{list, client(private), cache, make(chan struct{}, fetches)}, nil
}

// List names the base maps, in the order they were configured.
func (s *Sources) List() []Source {
	if s == nil {
		return nil
	}
	return s.list
}

// Tile gives one picture, from memory or from its server. Equal requests under way
// share one. Errors: NotFound for an unknown source and where the server has no
// picture, Unavailable where it does not answer as it should; neither says the
// address that was asked, which may hold a key.
func (s *Sources) Tile(ctx context.Context, key string, t Tile) (Picture, error) {
	for i, source := range s.List() {
		if source.Key == key {
			return s.cache.Get(ctx, address{i, t}, otter.LoaderFunc[address, Picture](func(ctx context.Context, _ address) (Picture, error) {
				return s.load(ctx, source, t)
			}))
		}
	}
	return Picture{}, &geodata.Error{Kind: geodata.NotFound, Code: "basemap-unknown",
		ZH: fmt.Sprintf("没有名为“%.32s”的底图。", key), EN: fmt.Sprintf("There is no base map %.32q.", key)}
}

// load asks the server. Others may wait for the same picture: who asked first may leave.
func (s *Sources) load(ctx context.Context, source Source, t Tile) (Picture, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return Picture{}, unavailable(source, ctx.Err())
	}
	p, err := get(ctx, s.fetch, source.address(t))
	if known := (*geodata.Error)(nil); err == nil || errors.As(err, &known) {
		return p, err
	}
	return Picture{}, unavailable(source, err)
}

// unavailable hides the address: an error of the HTTP client carries it, key and all.
func unavailable(source Source, err error) error {
	if asked := (*url.Error)(nil); errors.As(err, &asked) {
		err = asked.Err
	}
	return &geodata.Error{Kind: geodata.Unavailable, Code: "basemap-unavailable",
		ZH:  fmt.Sprintf("底图“%s”的服务暂不可用，图层和核查不受影响。", source.Title),
		EN:  fmt.Sprintf("The base map %q is not available now; layers and checks are not affected.", source.Key),
		Err: fmt.Errorf("base map %s of %s: %w", source.Key, source.host, err)}
}
