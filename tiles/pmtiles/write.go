// Package pmtiles writes and reads PMTiles archives (version 3): one file with
// all tiles of a map, found through directories by ranges of bytes.
package pmtiles

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/paulmach/orb"
)

// Tile bytes are gzip-compressed Mapbox vector tiles.
type Content struct {
	ID   uint64
	Gzip []byte
}

// Header is what an archive says of itself.
type Header struct {
	MinZoom, MaxZoom int
	Bounds           orb.Bound      // degrees
	Metadata         map[string]any // JSON: name, attribution, vector_layers …
}

const (
	headerSize = 127
	// rootLimit is what header and root directory may take: a reader fetches so
	// much at once.
	rootLimit = 16384
	leafSize  = 4096 // entries of a leaf directory
)

// counts of an archive: tiles, entries and different contents.
type counts struct{ tiles, entries, contents uint64 }

// Write writes an archive. The tiles come in rising order of ID; equal ones are
// stored once. They pass through a temporary file in folder.
func Write(w io.Writer, folder string, h Header, tiles iter.Seq2[Content, error]) (err error) {
	data, err := os.CreateTemp(folder, ".hongxian-*.tiles")
	if err != nil {
		return fmt.Errorf("temporary file for tiles: %w", err)
	}
	defer func() { err = errors.Join(err, data.Close(), os.Remove(data.Name())) }()
	entries, n, size, err := store(data, tiles)
	if err != nil {
		return err
	}
	root, leaves, err := directories(entries)
	if err != nil {
		return err
	}
	text, err := json.Marshal(h.Metadata)
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	metadata, err := compress(text)
	if err != nil {
		return err
	}
	for _, part := range [][]byte{h.bytes(n, [4]uint64{uint64(len(root)), uint64(len(metadata)), uint64(len(leaves)), size}), root, metadata, leaves} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	if _, err := data.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, data)
	return err
}

// store writes contents one after the other, each once, and makes runs of equal
// neighbours.
func store(w io.Writer, tiles iter.Seq2[Content, error]) (entries []entry, n counts, size uint64, err error) {
	known := map[[sha256.Size]byte]entry{}
	for tile, err := range tiles {
		if err != nil {
			return nil, n, 0, err
		}
		n.tiles++
		sum := sha256.Sum256(tile.Gzip)
		e, isKnown := known[sum]
		if !isKnown {
			e = entry{offset: size, length: uint32(len(tile.Gzip))}
			known[sum] = e
			if _, err := w.Write(tile.Gzip); err != nil {
				return nil, n, 0, err
			}
			size += uint64(len(tile.Gzip))
		}
		if k := len(entries) - 1; k >= 0 && tile.ID <= entries[k].id+uint64(entries[k].run)-1 {
			return nil, n, 0, fmt.Errorf("tile %d comes after %d", tile.ID, entries[k].id)
		} else if k >= 0 && entries[k].offset == e.offset && tile.ID == entries[k].id+uint64(entries[k].run) {
			entries[k].run++
			continue
		}
		entries = append(entries, entry{id: tile.ID, run: 1, length: e.length, offset: e.offset})
	}
	n.entries, n.contents = uint64(len(entries)), uint64(len(known))
	return entries, n, size, nil
}

// directories packs the entries: into the root when they fit, else into leaves,
// so large that the root can hold them.
func directories(entries []entry) (root, leaves []byte, err error) {
	if root, err = pack(entries); err != nil || len(root) <= rootLimit-headerSize {
		return root, nil, err
	}
	for size := leafSize; ; size *= 2 {
		var top []entry
		leaves = leaves[:0]
		for from := 0; from < len(entries); from += size {
			leaf, err := pack(entries[from:min(from+size, len(entries))])
			if err != nil {
				return nil, nil, err
			}
			top = append(top, entry{id: entries[from].id, length: uint32(len(leaf)), offset: uint64(len(leaves))})
			leaves = append(leaves, leaf...)
		}
		if root, err = pack(top); err != nil || len(root) <= rootLimit-headerSize {
			return root, leaves, err
		}
	}
}

const (
	magic        = "PMTiles\x03"
	gzipped      = 2
	mapboxVector = 1
)

// bytes is the header in front of sections of these sizes: root, metadata,
// leaves, tiles.
func (h Header) bytes(n counts, sizes [4]uint64) []byte {
	b := []byte(magic)
	at := uint64(headerSize)
	for _, size := range sizes {
		b = binary.LittleEndian.AppendUint64(b, at)
		b = binary.LittleEndian.AppendUint64(b, size)
		at += size
	}
	for _, v := range [3]uint64{n.tiles, n.entries, n.contents} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	b = append(b, 1, gzipped, gzipped, mapboxVector, byte(h.MinZoom), byte(h.MaxZoom))
	for _, p := range [2]orb.Point{h.Bounds.Min, h.Bounds.Max} {
		b = appendPlace(b, p)
	}
	return appendPlace(append(b, byte(h.MinZoom)), h.Bounds.Center())
}

// appendPlace writes a place in ten-millionths of a degree.
func appendPlace(b []byte, p orb.Point) []byte {
	for _, v := range p {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(v*1e7)))
	}
	return b
}
