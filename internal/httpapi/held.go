package httpapi

import (
	"context"
	"fmt"
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
	known     sync.Map // geodata.VersionRef → remembered; as many as there are versions
}

type remembered struct {
	version geodata.Version
	until   time.Time
}

// resolve finds the version a labelled reference names.
func (h *held) resolve(ctx context.Context, ref geodata.VersionRef) (geodata.Version, error) {
	if v, ok := h.known.Load(ref); ok && time.Now().Before(v.(remembered).until) {
		return v.(remembered).version, nil
	}
	v, err := h.catalogue.Resolve(ctx, ref)
	if err == nil && tiles.Immutable(v) {
		h.known.Store(ref, remembered{version: v, until: time.Now().Add(heldFor)})
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
