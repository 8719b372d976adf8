package intake

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/paulmach/orb"
)

// ringReader reads the rings of EWKB polygons as PostGIS sends them, into one buffer.
type ringReader struct {
	text []byte
	ring orb.Ring
}

var errShape = errors.New("a staged shape is no polygon of two dimensions")

// What EWKB's type word says.
const (
	ewkbPolygon      = 3
	ewkbMultiPolygon = 6
	ewkbSRID         = 0x20000000
)

// read shows every ring. It is only lent: the next one takes its place.
func (r *ringReader) read(text []byte, record int, show func(record int, ring orb.Ring)) error {
	r.text = text
	return r.geometry(record, show)
}

func (r *ringReader) geometry(record int, show func(int, orb.Ring)) error {
	if len(r.text) < 9 || r.text[0] != 1 {
		return errShape
	}
	kind := binary.LittleEndian.Uint32(r.text[1:])
	if r.text = r.text[5:]; kind&ewkbSRID != 0 {
		r.text = r.text[4:]
	}
	n, err := r.count()
	if err != nil {
		return err
	}
	for range n {
		switch kind &^ ewkbSRID {
		case ewkbMultiPolygon:
			err = r.geometry(record, show)
		case ewkbPolygon:
			if err = r.points(); err == nil {
				show(record, r.ring)
			}
		default:
			err = errShape
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *ringReader) count() (int, error) {
	if len(r.text) < 4 {
		return 0, errShape
	}
	n := binary.LittleEndian.Uint32(r.text)
	r.text = r.text[4:]
	if int64(n) > int64(len(r.text)) {
		return 0, errShape
	}
	return int(n), nil
}

func (r *ringReader) points() error {
	n, err := r.count()
	if err != nil || n*16 > len(r.text) {
		return errShape
	}
	r.ring = r.ring[:0]
	for i := range n {
		r.ring = append(r.ring, orb.Point{
			math.Float64frombits(binary.LittleEndian.Uint64(r.text[16*i:])),
			math.Float64frombits(binary.LittleEndian.Uint64(r.text[16*i+8:]))})
	}
	r.text = r.text[16*n:]
	return nil
}
