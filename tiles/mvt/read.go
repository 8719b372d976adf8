package mvt

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// errCut says that bytes end in the middle of something.
var errCut = errors.New("the tile ends too early")

// field is one field of a protocol buffer message.
type field struct {
	number int
	wire   int
	value  uint64 // of wire type 0
	bytes  []byte // of wire types 1, 2 and 5
}

// fields splits a message.
func fields(b []byte) ([]field, error) {
	var out []field
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errCut
		}
		b = b[n:]
		f := field{number: int(tag >> 3), wire: int(tag & 7)}
		length := uint64(0)
		switch f.wire {
		case 0:
			if f.value, n = binary.Uvarint(b); n <= 0 {
				return nil, errCut
			}
			b = b[n:]
		case 1:
			length = 8
		case 2:
			if length, n = binary.Uvarint(b); n <= 0 {
				return nil, errCut
			}
			b = b[n:]
		case 5:
			length = 4
		default:
			return nil, fmt.Errorf("wire type %d", f.wire)
		}
		if length > uint64(len(b)) {
			return nil, errCut
		}
		f.bytes, b = b[:length], b[length:]
		out = append(out, f)
	}
	return out, nil
}

// numbers reads a packed list of varints.
func numbers(b []byte) ([]uint64, error) {
	var out []uint64
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errCut
		}
		out, b = append(out, v), b[n:]
	}
	return out, nil
}

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
