package pmtiles

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// entry says where the tiles of a run, or with run 0 a leaf directory, lie.
type entry struct {
	id     uint64
	run    uint32
	length uint32
	offset uint64
}

// pack writes a directory: the columns of its entries one after the other.
func pack(entries []entry) ([]byte, error) {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	var last uint64
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = append(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return compress(b)
}

func compress(b []byte) ([]byte, error) {
	var out bytes.Buffer
	zw := gzip.NewWriter(&out)
	if _, err := zw.Write(b); err != nil {
		return nil, err
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// largestDirectory bounds what a directory or the metadata may unpack to, in
// bytes: archives come from outside.
const largestDirectory = 64 << 20

func decompress(b []byte) ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(zr, largestDirectory+1))
	if err == nil && len(out) > largestDirectory {
		err = errors.New("it unpacks to more than 64 MiB")
	}
	return out, err
}

var errDirectory = errors.New("the directory is damaged")

// unpack reads a directory. Entries come out in rising order of id.
func unpack(packed []byte) ([]entry, error) {
	b, err := decompress(packed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDirectory, err)
	}
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			err = errDirectory
			return 0
		}
		b = b[n:]
		return v
	}
	n := number()
	if err != nil || n > uint64(len(b)) {
		return nil, errDirectory
	}
	entries := make([]entry, n)
	var last uint64
	for i := range entries {
		last += number()
		entries[i].id = last
	}
	for i := range entries {
		entries[i].run = uint32(number())
	}
	for i := range entries {
		entries[i].length = uint32(number())
	}
	for i := range entries {
		if offset := number(); offset > 0 {
			entries[i].offset = offset - 1
		} else if i > 0 {
			entries[i].offset = entries[i-1].offset + uint64(entries[i-1].length)
		}
	}
	if err == nil && !slices.IsSortedFunc(entries, func(e, f entry) int {
		if e.id < f.id {
			return -1
		}
		return 1
	}) {
		err = errDirectory
	}
	return entries, err
}

// find gives the entry that holds a tile, or leads to it.
func find(entries []entry, id uint64) (entry, bool) {
	i, exact := slices.BinarySearchFunc(entries, id, func(e entry, id uint64) int {
		switch {
		case e.id < id:
			return -1
		case e.id > id:
			return 1
		}
		return 0
	})
	if !exact {
		if i--; i < 0 {
			return entry{}, false
		}
	}
	e := entries[i]
	return e, e.run == 0 || id-e.id < uint64(e.run)
}
