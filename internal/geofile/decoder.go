package geofile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unsafe"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// maxCoordinate bounds what a coordinate can be: zone-prefixed eastings reach
// 45,900,000, anything near 10⁹ is rubbish.
const maxCoordinate = 1e9

// decoder reads one GeoJSON geometry strictly. It never repairs: what is wrong
// is said with the coordinate nearest to it.
type decoder struct {
	text []byte
	pos  int
	last orb.Point // the last position read, for errors
	dims int       // of the first position, 2 to 4; 0 before it
	// pool holds all points of the geometry; rings are slices of it.
	pool []orb.Point
}

// position reads [x, y], [x, y, z] or [x, y, z, m]. It is called for every
// vertex, so it allocates only when something is wrong.
func (d *decoder) position() (orb.Point, *geodata.Error) {
	var p orb.Point
	n := 0
	if !d.take('[') {
		return p, d.malformed()
	}
	for more := !d.take(']'); more; n++ {
		v, err := d.number()
		if err != nil {
			return p, err
		}
		if n < 2 {
			p[n] = v
		}
		if more = d.take(','); !more && !d.take(']') {
			return p, d.malformed()
		}
	}
	if err := d.fit(p, n); err != nil {
		return p, err
	}
	d.last, d.dims = p, n
	return p, nil
}

// fit says what is wrong with a position of n numbers.
func (d *decoder) fit(p orb.Point, n int) *geodata.Error {
	switch {
	case n < 2 || n > 4:
		return at(invalid("position-malformed", fmt.Sprintf("坐标应有 2 至 4 个数，这里有 %d 个。", n),
			fmt.Sprintf("A position has 2 to 4 numbers; this one has %d.", n)), 0, d.near())
	case d.dims != 0 && n != d.dims:
		return at(invalid("dimensions-mixed", fmt.Sprintf("同一几何内坐标维数不一（%d 与 %d）。", d.dims, n),
			fmt.Sprintf("The positions of one geometry have different dimensions (%d and %d).", d.dims, n)), 0, &p)
	case math.Abs(p[0]) > maxCoordinate || math.Abs(p[1]) > maxCoordinate:
		return at(invalid("coordinate-out-of-range", "坐标值过大，不可能是地面坐标。", "A coordinate is too large to be on the ground."), 0, &p)
	}
	return nil
}

// near is the last position read, nil before the first.
func (d *decoder) near() *orb.Point {
	if d.dims == 0 {
		return nil
	}
	p := d.last
	return &p
}

// number reads a JSON number; what overflows a double is refused.
func (d *decoder) number() (float64, *geodata.Error) {
	d.space()
	from := d.pos
	for d.pos < len(d.text) && !delimiter(d.text[d.pos]) {
		d.pos++
	}
	word := d.text[from:d.pos]
	if !isNumber(word) {
		return 0, at(invalid("coordinate-not-number", fmt.Sprintf("坐标不是数字：%.40q。", word),
			fmt.Sprintf("A coordinate is not a number: %.40q.", word)), 0, d.near())
	}
	// The word is read at once and not kept, so it need not be copied.
	v, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(word), len(word)), 64)
	if err != nil {
		return 0, at(invalid("coordinate-out-of-range", fmt.Sprintf("坐标值 %.40s 超出范围。", word),
			fmt.Sprintf("The coordinate %.40s is out of range.", word)), 0, d.near())
	}
	return v, nil
}

func delimiter(c byte) bool {
	switch c {
	case ',', '[', ']', '{', '}', '"', ':', ' ', '\t', '\n', '\r':
		return true
	}
	return false
}

// isNumber checks JSON's grammar: no leading zeros, no hexadecimal, no NaN.
func isNumber(w []byte) bool {
	w = bytes.TrimPrefix(w, []byte{'-'})
	digits := func() int {
		n := 0
		for n < len(w) && w[n] >= '0' && w[n] <= '9' {
			n++
		}
		return n
	}
	n := digits()
	if n == 0 || n > 1 && w[0] == '0' {
		return false
	}
	w = w[n:]
	if len(w) > 0 && w[0] == '.' {
		w = w[1:]
		if n = digits(); n == 0 {
			return false
		}
		w = w[n:]
	}
	if len(w) > 0 && (w[0] == 'e' || w[0] == 'E') {
		w = w[1:]
		if len(w) > 0 && (w[0] == '+' || w[0] == '-') {
			w = w[1:]
		}
		if n = digits(); n == 0 {
			return false
		}
		w = w[n:]
	}
	return len(w) == 0
}

func (d *decoder) space() {
	for d.pos < len(d.text) && (d.text[d.pos] == ' ' || d.text[d.pos] == '\n' || d.text[d.pos] == '\t' || d.text[d.pos] == '\r') {
		d.pos++
	}
}

// take consumes c if it comes next.
func (d *decoder) take(c byte) bool {
	d.space()
	if d.pos < len(d.text) && d.text[d.pos] == c {
		d.pos++
		return true
	}
	return false
}

// list reads [ item, … ].
func (d *decoder) list(item func() *geodata.Error) *geodata.Error {
	if !d.take('[') {
		return d.malformed()
	}
	if d.take(']') {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if d.take(']') {
			return nil
		}
		if !d.take(',') {
			return d.malformed()
		}
	}
}

func (d *decoder) finished() *geodata.Error {
	if d.space(); d.pos != len(d.text) {
		return d.malformed()
	}
	return nil
}

func (d *decoder) malformed() *geodata.Error {
	if d.pos < len(d.text) && d.text[d.pos] == '"' {
		return at(invalid("coordinate-not-number", "坐标是文字而不是数字（可能是编码或压缩过的 GeoJSON），请导出为标准 GeoJSON。",
			"Coordinates are text, not numbers (an encoded or compressed GeoJSON, perhaps); export standard GeoJSON."), 0, d.near())
	}
	return at(invalid("coordinates-malformed", "coordinates 的层次与几何类型不符。",
		"The nesting of the coordinates does not fit the geometry's type."), 0, d.near())
}

// firstPoint finds the first position in coordinates of any nesting, nil when
// there is none.
func firstPoint(coordinates []byte) *orb.Point {
	i := bytes.IndexFunc(coordinates, func(r rune) bool { return r != '[' && r != ' ' && r != '\n' && r != '\r' && r != '\t' })
	for i > 0 && coordinates[i-1] != '[' {
		i--
	}
	if i < 1 {
		return nil
	}
	end := bytes.IndexByte(coordinates[i:], ']')
	if end < 0 {
		return nil
	}
	d := &decoder{text: coordinates[i-1 : i+end+1]}
	p, err := d.position()
	if err != nil {
		return nil
	}
	return &p
}

// member is one "key": value of a JSON object.
type member struct {
	key   string
	value []byte
}

// splitObject finds the members of an object whose brackets are known to match.
func splitObject(text []byte) ([]member, error) {
	d := &decoder{text: text}
	if !d.take('{') {
		return nil, errMalformed
	}
	var members []member
	if d.take('}') {
		return members, d.end()
	}
	for {
		d.space()
		var key string
		if err := json.Unmarshal(d.value(), &key); err != nil {
			return nil, err
		}
		if !d.take(':') {
			return nil, errMalformed
		}
		d.space()
		members = append(members, member{key, d.value()})
		if d.take('}') {
			return members, d.end()
		}
		if !d.take(',') {
			return nil, errMalformed
		}
	}
}

func (d *decoder) end() error {
	if d.finished() != nil {
		return errMalformed
	}
	return nil
}

// value consumes the next value and returns its text, empty when there is none.
func (d *decoder) value() []byte {
	var m matcher
	n, _ := m.feed(d.text[d.pos:])
	v := d.text[d.pos : d.pos+n]
	d.pos += n
	return v
}
