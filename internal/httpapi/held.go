package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"hongxian/geodata"
	"hongxian/tiles"
)

// heldFor is how long a resolved reference may be remembered. A version that
// cannot change needs no limit; the limit is for a database that is restored to
// another state under a running server.
const heldFor = 30 * time.Second

// held remembers what labels of versions that cannot change resolve to, so that
// a map's tiles do not each ask the catalogue.
type held struct {
	catalogue Catalogue
	known     sync.Map // as it was written → remembered; a version can be written two ways
}

type remembered struct {
	version geodata.Version
	until   time.Time
}

// errForgotten says that the catalogue has to be asked.
var errForgotten = errors.New("the version is not remembered")

// recall gives the version a labelled reference names, if it is remembered and may be
// seen. A layer that was marked a moment ago may be seen until it is forgotten.
func (h *held) recall(sight geodata.Sight, name string) (geodata.Version, error) {
	k, ok := h.known.Load(name)
	if !ok || !time.Now().Before(k.(remembered).until) {
		return geodata.Version{}, errForgotten
	}
	v := k.(remembered).version
	if !sight.Sees(v.County) || !sight.SeesLayer(v.Layer, v.Secrecy) {
		return geodata.Version{}, errForgotten // the catalogue says that there is none
	}
	return v, nil
}

// resolve finds the version a labelled reference names.
func (h *held) resolve(ctx context.Context, name string) (geodata.Version, error) {
	if v, err := h.recall(geodata.SightOf(ctx), name); err == nil {
		return v, nil
	}
	ref, err := geodata.ParseVersionRef(name)
	if err != nil {
		return geodata.Version{}, err
	}
	if ref.Label == "" {
		return geodata.Version{}, notFound("tile-label-needed", "瓦片地址须带版本标签，例如 red-line@2022；现行版本的地址见 /tiles/图层.json。",
			"A tile's address names a version, as in red-line@2022; /tiles/LAYER.json gives that of the version in force.")
	}
	v, err := h.catalogue.Resolve(ctx, ref)
	if err == nil && tiles.Immutable(v) {
		h.known.Store(strings.Clone(name), remembered{version: v, until: time.Now().Add(heldFor)})
	}
	return v, err
}

// layer finds a layer of a county.
func (h *held) layer(ctx context.Context, county string, key geodata.LayerKey) (geodata.Layer, error) {
	layers, err := h.catalogue.Layers(ctx, county)
	if err != nil {
		return geodata.Layer{}, err
	}
	for _, l := range layers {
		if l.Key == key {
			return l, nil
		}
	}
	return geodata.Layer{}, notFound("layer-unknown", fmt.Sprintf("没有图层 %s。", key), fmt.Sprintf("There is no layer %s.", key))
}
