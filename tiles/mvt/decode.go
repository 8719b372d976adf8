package mvt

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"hongxian/tiles/mesh"
)

// Decoded (解码图层) is a layer as it was read from a tile.
type Decoded struct {
	Name     string
	Extent   int
	Features []Feature
}

// Feature is a feature of a decoded layer. Parts are its points, lines or rings,
// in tile units; rings do not repeat their first point.
type Feature struct {
	ID         uint64
	Type       int // 1 points, 2 lines, 3 polygons
	Properties map[string]any
	Parts      []mesh.Ring
}

// Decode reads a tile and refuses what the specification forbids in its structure:
// layers without version or name or with the same one, properties that do not
// exist, commands that make no geometry.
func Decode(tile []byte) ([]Decoded, error) {
	all, err := fields(tile)
	if err != nil {
		return nil, err
	}
	var layers []Decoded
	for _, f := range all {
		if f.number != 3 || f.wire != 2 {
			continue
		}
		l, err := decodeLayer(f.bytes)
		if err != nil {
			return nil, fmt.Errorf("layer %d %q: %w", len(layers)+1, l.Name, err)
		}
		if slices.ContainsFunc(layers, func(o Decoded) bool { return o.Name == l.Name }) {
			return nil, fmt.Errorf("two layers are called %q", l.Name)
		}
		layers = append(layers, l)
	}
	return layers, nil
}

// dictionary holds a layer's keys and values while its features are read.
type dictionary struct {
	keys   []string
	values []any
}

func decodeLayer(b []byte) (Decoded, error) {
	l := Decoded{Extent: mesh.Extent}
	all, err := fields(b)
	if err != nil {
		return l, err
	}
	var d dictionary
	var features [][]byte
	var version, named bool
	for _, f := range all {
		switch {
		case f.number == 15 && f.wire == 0:
			version = f.value == 1 || f.value == 2
		case f.number == 1 && f.wire == 2:
			l.Name, named = string(f.bytes), len(f.bytes) > 0
		case f.number == 2 && f.wire == 2:
			features = append(features, f.bytes)
		case f.number == 3 && f.wire == 2:
			d.keys = append(d.keys, string(f.bytes))
		case f.number == 4 && f.wire == 2:
			v, err := value(f.bytes)
			if err != nil {
				return l, err
			}
			d.values = append(d.values, v)
		case f.number == 5 && f.wire == 0:
			l.Extent = int(f.value)
		default:
			return l, fmt.Errorf("field %d of wire type %d", f.number, f.wire)
		}
	}
	if !version || !named {
		return l, errors.New("a layer needs a version and a name")
	}
	for i, b := range features {
		f, err := d.feature(b)
		if err != nil {
			return l, fmt.Errorf("feature %d: %w", i+1, err)
		}
		l.Features = append(l.Features, f)
	}
	return l, nil
}

// value reads a property's value: exactly one of the known kinds.
func value(b []byte) (any, error) {
	all, err := fields(b)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("a value of %d kinds", len(all))
	}
	f := all[0]
	switch wires := map[int]int{1: 2, 2: 5, 3: 1, 4: 0, 5: 0, 6: 0, 7: 0}; {
	case f.number < 1 || f.number > 7 || wires[f.number] != f.wire:
		return nil, fmt.Errorf("a value of unknown kind %d", f.number)
	case f.number == 1:
		return string(f.bytes), nil
	case f.number == 4 || f.number == 5:
		return int64(f.value), nil
	}
	return f.value, nil
}

func (d dictionary) feature(b []byte) (Feature, error) {
	f := Feature{Properties: map[string]any{}}
	all, err := fields(b)
	if err != nil {
		return f, err
	}
	var tags, commands []uint64
	for _, m := range all {
		switch {
		case m.number == 1 && m.wire == 0:
			f.ID = m.value
		case m.number == 2 && m.wire == 2:
			tags, err = numbers(m.bytes)
		case m.number == 3 && m.wire == 0:
			f.Type = int(m.value)
		case m.number == 4 && m.wire == 2:
			commands, err = numbers(m.bytes)
		}
		if err != nil {
			return f, err
		}
	}
	if len(tags)%2 != 0 {
		return f, errors.New("a key without a value")
	}
	for i := 0; i < len(tags); i += 2 {
		if tags[i] >= uint64(len(d.keys)) || tags[i+1] >= uint64(len(d.values)) {
			return f, errors.New("a property that the layer does not have")
		}
		f.Properties[d.keys[tags[i]]] = d.values[tags[i+1]]
	}
	f.Parts, err = parts(f.Type, commands)
	return f, err
}

// parts follows a geometry's commands.
func parts(kind int, commands []uint64) (out []mesh.Ring, err error) {
	if kind < 1 || kind > 3 {
		return nil, fmt.Errorf("geometry type %d", kind)
	}
	var x, y int64
	for i := 0; i < len(commands); {
		command, n := commands[i]&7, commands[i]>>3
		i++
		open := len(out) - 1
		switch {
		case command == closePath && kind == 3 && n == 1 && open >= 0 && len(out[open]) >= 3:
			continue
		case command == moveTo && (n == 1 || kind == 1 && n > 0):
		case command == lineTo && kind > 1 && n > 0 && open >= 0:
		default:
			return nil, fmt.Errorf("command %d × %d out of place", command, n)
		}
		if n > uint64(len(commands)-i)/2 {
			return nil, errCut
		}
		for ; n > 0; n-- {
			x, y = x+unzigzag(commands[i]), y+unzigzag(commands[i+1])
			i += 2
			if x != int64(int32(x)) || y != int64(int32(y)) {
				x, y = max(math.MinInt32, min(x, math.MaxInt32)), max(math.MinInt32, min(y, math.MaxInt32))
			}
			if p := (mesh.Point{X: int32(x), Y: int32(y)}); command == moveTo {
				out = append(out, mesh.Ring{p})
			} else {
				out[open] = append(out[open], p)
			}
		}
	}
	return out, nil
}
