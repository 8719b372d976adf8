package pmtiles

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// Reader reads an archive. It is safe for concurrent use.
type Reader struct {
	Header
	from     io.ReaderAt
	sections [4]section // root, metadata, leaves, tiles
	root     []entry
	leaves   sync.Map // offset → []entry, as many as the archive has
}

type section struct{ offset, length uint64 }

// Open reads an archive's header, root directory and metadata. Only archives of
// gzip-compressed vector tiles are read.
func Open(from io.ReaderAt, size int64) (*Reader, error) {
	head := make([]byte, headerSize)
	if _, err := from.ReadAt(head, 0); err != nil || string(head[:len(magic)]) != magic {
		return nil, errors.New("it is no PMTiles archive of version 3")
	}
	if head[97] != gzipped || head[98] != gzipped || head[99] != mapboxVector {
		return nil, errors.New("it does not hold gzip-compressed vector tiles")
	}
	r := &Reader{from: from, Header: Header{MinZoom: int(head[100]), MaxZoom: int(head[101]),
		Bounds: orb.Bound{Min: place(head[102:]), Max: place(head[110:])}}}
	for i := range r.sections {
		at := len(magic) + 16*i
		r.sections[i] = section{binary.LittleEndian.Uint64(head[at:]), binary.LittleEndian.Uint64(head[at+8:])}
		if s := r.sections[i]; s.offset > uint64(size) || s.length > uint64(size)-s.offset {
			return nil, errors.New("it is cut off")
		}
	}
	root, err := r.read(0, 0, r.sections[0].length)
	if err != nil {
		return nil, err
	}
	if r.root, err = unpack(root); err != nil {
		return nil, err
	}
	packed, err := r.read(1, 0, r.sections[1].length)
	if err != nil {
		return nil, err
	}
	text, err := decompress(packed)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if err := json.Unmarshal(text, &r.Metadata); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	return r, nil
}

func place(b []byte) orb.Point {
	return orb.Point{float64(int32(binary.LittleEndian.Uint32(b))) / 1e7, float64(int32(binary.LittleEndian.Uint32(b[4:]))) / 1e7}
}

// read gives bytes of a section.
func (r *Reader) read(n int, offset, length uint64) ([]byte, error) {
	s := r.sections[n]
	if offset > s.length || length > s.length-offset || length > largestDirectory {
		return nil, errDirectory
	}
	b := make([]byte, length)
	_, err := r.from.ReadAt(b, int64(s.offset+offset))
	return b, err
}

// deepest bounds how far directories may lead to directories.
const deepest = 4

// Tile gives a tile's gzip-compressed bytes, none when the archive has no such tile.
func (r *Reader) Tile(t maptile.Tile) ([]byte, error) {
	id, entries := ID(t), r.root
	for range deepest {
		e, ok := find(entries, id)
		if !ok {
			return nil, nil
		}
		if e.run > 0 {
			return r.read(3, e.offset, uint64(e.length))
		}
		var err error
		if entries, err = r.leaf(e); err != nil {
			return nil, err
		}
	}
	return nil, errDirectory
}

func (r *Reader) leaf(e entry) ([]entry, error) {
	if known, ok := r.leaves.Load(e.offset); ok {
		return known.([]entry), nil
	}
	packed, err := r.read(2, e.offset, uint64(e.length))
	if err != nil {
		return nil, err
	}
	entries, err := unpack(packed)
	if err == nil {
		r.leaves.Store(e.offset, entries)
	}
	return entries, err
}
