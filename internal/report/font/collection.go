package font

import (
	"encoding/binary"
	"errors"
)

// trueType gives the plain TrueType file that PDF and rasterizer need: the first
// font of a collection (TTC), a TTF as it is. Fonts with PostScript outlines
// (OTF) are refused: the PDF encoder would embed them wrongly.
// Source of the layout: OpenType specification, "Organization of an OpenType Font".
func trueType(data []byte) ([]byte, error) {
	if len(data) < 16 {
		return nil, errors.New("too short for a font")
	}
	switch tag := string(data[:4]); tag {
	case "ttcf":
		return firstOf(data)
	case "\x00\x01\x00\x00", "true":
		return data, nil
	default:
		return nil, errors.New("not a TrueType font")
	}
}

const (
	directoryHead = 12 // bytes before the table records of a font
	tableRecord   = 16 // tag, checksum, offset, length
)

var errCut = errors.New("the collection is cut off")

// firstOf cuts the first font out of a collection: its table directory and every
// table, each aligned to four bytes.
func firstOf(data []byte) ([]byte, error) {
	start := int(binary.BigEndian.Uint32(data[12:]))
	if start < 0 || start > len(data)-directoryHead {
		return nil, errCut
	}
	if string(data[start:start+4]) != "\x00\x01\x00\x00" {
		return nil, errors.New("the collection's first font is not TrueType")
	}
	n := int(binary.BigEndian.Uint16(data[start+4:]))
	head := directoryHead + n*tableRecord
	if start+head > len(data) {
		return nil, errCut
	}
	out := append([]byte(nil), data[start:start+head]...)
	for i := range n {
		record := out[directoryHead+i*tableRecord:]
		offset, length := int(binary.BigEndian.Uint32(record[8:])), int(binary.BigEndian.Uint32(record[12:]))
		if offset < 0 || length < 0 || offset > len(data)-length {
			return nil, errCut
		}
		binary.BigEndian.PutUint32(record[8:], uint32(len(out)))
		out = append(out, data[offset:offset+length]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out, nil
}
