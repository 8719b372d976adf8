// Package mvt writes and checks Mapbox vector tiles (MVT 2.1) whose coordinates
// are whole numbers from the start.
package mvt

import (
	"encoding/binary"

	"hongxian/tiles/mesh"
)

// Layer collects the features of one layer of a tile.
type Layer struct {
	name     string
	features []byte
	keys     table[string]
	values   table[any]
	count    int
}

// table numbers what it is asked for, in that order.
type table[T comparable] struct {
	number map[T]uint64
	list   []T
}

func (t *table[T]) of(v T) uint64 {
	n, ok := t.number[v]
	if !ok {
		if t.number == nil {
			t.number = map[T]uint64{}
		}
		n = uint64(len(t.list))
		t.number[v] = n
		t.list = append(t.list, v)
	}
	return n
}

// NewLayer starts a layer.
func NewLayer(name string) *Layer { return &Layer{name: name} }

// Len is the number of features.
func (l *Layer) Len() int { return l.count }

// Property is a feature's property; its value is a string or an int64.
type Property struct {
	Key   string
	Value any
}

// Add puts a feature in: its polygons as package mesh gives them, in tile units.
func (l *Layer) Add(id uint64, properties []Property, polygons [][]mesh.Ring) {
	var tags []byte
	for _, p := range properties {
		tags = binary.AppendUvarint(tags, l.keys.of(p.Key))
		tags = binary.AppendUvarint(tags, l.values.of(p.Value))
	}
	feature := binary.AppendUvarint([]byte{1 << 3}, id)
	feature = appendBytes(feature, 2, tags)
	feature = append(feature, 3<<3, 3) // POLYGON
	feature = appendBytes(feature, 4, geometry(polygons))
	l.features = appendBytes(l.features, 2, feature)
	l.count++
}

// Bytes is the layer as a tile; tiles of several layers are these, one after the
// other. Without features there is none.
func (l *Layer) Bytes() []byte {
	if l.count == 0 {
		return nil
	}
	layer := []byte{15 << 3, 2}
	layer = appendBytes(layer, 1, []byte(l.name))
	layer = append(layer, l.features...)
	for _, k := range l.keys.list {
		layer = appendBytes(layer, 3, []byte(k))
	}
	for _, v := range l.values.list {
		var value []byte
		switch v := v.(type) {
		case string:
			value = appendBytes(nil, 1, []byte(v))
		case int64:
			value = binary.AppendUvarint([]byte{4 << 3}, uint64(v))
		}
		layer = appendBytes(layer, 4, value)
	}
	layer = binary.AppendUvarint(append(layer, 5<<3), mesh.Extent)
	return appendBytes(nil, 3, layer)
}

func appendBytes(to []byte, field byte, b []byte) []byte {
	return append(binary.AppendUvarint(append(to, field<<3|2), uint64(len(b))), b...)
}

// The commands of a geometry.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

func geometry(polygons [][]mesh.Ring) []byte {
	var out []byte
	var at mesh.Point
	to := func(p mesh.Point) {
		out = binary.AppendVarint(out, int64(p.X-at.X)) // a varint of Go is zigzag, as MVT asks
		out = binary.AppendVarint(out, int64(p.Y-at.Y))
		at = p
	}
	for _, rings := range polygons {
		for _, ring := range rings {
			out = append(out, 1<<3|moveTo)
			to(ring[0])
			out = binary.AppendUvarint(out, uint64(len(ring)-1)<<3|lineTo)
			for _, p := range ring[1:] {
				to(p)
			}
			out = append(out, 1<<3|closePath)
		}
	}
	return out
}
