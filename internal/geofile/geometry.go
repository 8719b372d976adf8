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

// decodeGeometry reads a GeoJSON geometry object: Polygon, MultiPolygon, or a
// collection of only these. It gives nil for null and for an empty geometry,
// and says how many ordinates a position had.
func decodeGeometry(text []byte) (g orb.Geometry, dims int, err *geodata.Error) {
	if string(bytes.TrimSpace(text)) == "null" {
		return nil, 0, nil
	}
	polygons, dims, err := decodePolygons(text, 0)
	switch {
	case err != nil || len(polygons) == 0:
		return nil, dims, err
	case len(polygons) == 1:
		return polygons[0], dims, nil
	}
	return polygons, dims, nil
}

// geometryMembers are the members of a geometry object that matter.
type geometryMembers struct {
	Type        string
	Coordinates json.RawMessage
	Geometries  []json.RawMessage
}

func decodePolygons(text []byte, depth int) (orb.MultiPolygon, int, *geodata.Error) {
	m, bad := splitGeometry(text)
	if bad != nil {
		return nil, 0, bad
	}
	d := &decoder{text: m.Coordinates}
	switch m.Type {
	case "Polygon", "MultiPolygon":
		if len(m.Coordinates) == 0 {
			return nil, 0, invalid("coordinates-missing", "几何缺少 coordinates。", "The geometry has no coordinates.")
		}
		d.pool = make([]orb.Point, 0, bytes.Count(m.Coordinates, []byte{'['}))
		var polygons orb.MultiPolygon
		var err *geodata.Error
		if m.Type == "Polygon" {
			var p orb.Polygon
			if p, err = d.polygon(); len(p) > 0 {
				polygons = orb.MultiPolygon{p}
			}
		} else {
			polygons, err = d.multiPolygon()
		}
		if err == nil {
			err = d.finished()
		}
		return polygons, d.dims, err
	case "GeometryCollection":
		return decodeCollection(m.Geometries, depth)
	case "Point", "MultiPoint", "LineString", "MultiLineString":
		return nil, 0, at(invalid("geometry-not-polygon", fmt.Sprintf("几何类型为 %s，只接受面（Polygon、MultiPolygon）。", m.Type),
			fmt.Sprintf("The geometry is a %s; only polygons are taken.", m.Type)), 0, firstPoint(m.Coordinates))
	}
	return nil, 0, invalid("geometry-type-unknown", fmt.Sprintf("不认识的几何类型“%.40s”。", m.Type),
		fmt.Sprintf("Unknown geometry type %.40q.", m.Type))
}

// splitGeometry finds a geometry object's members. A repeated member makes the
// object mean two things, so it is refused.
func splitGeometry(text []byte) (geometryMembers, *geodata.Error) {
	var m geometryMembers
	malformed := func(cause error) (geometryMembers, *geodata.Error) {
		return m, because(invalid("geometry-malformed", "几何不是合法的 GeoJSON 对象。", "The geometry is not a valid GeoJSON object."), cause)
	}
	members, err := splitObject(text)
	if err != nil {
		return malformed(err)
	}
	for _, member := range members {
		switch member.key {
		case "type":
			err = json.Unmarshal(member.value, &m.Type)
		case "coordinates":
			if m.Coordinates != nil {
				err = errMalformed
			}
			m.Coordinates = member.value
		case "geometries":
			err = json.Unmarshal(member.value, &m.Geometries)
		default:
			if !json.Valid(member.value) {
				err = errMalformed
			}
		}
		if err != nil {
			return malformed(fmt.Errorf("member %q: %w", member.key, err))
		}
	}
	return m, nil
}

func decodeCollection(parts []json.RawMessage, depth int) (orb.MultiPolygon, int, *geodata.Error) {
	if depth > 4 {
		return nil, 0, invalid("geometry-malformed", "几何集合嵌套过深。", "Geometry collections are nested too deeply.")
	}
	var all orb.MultiPolygon
	dims := 0
	for _, part := range parts {
		p, n, err := decodePolygons(part, depth+1)
		if err != nil {
			return nil, 0, err
		}
		all, dims = append(all, p...), max(dims, n)
	}
	return all, dims, nil
}

func (d *decoder) multiPolygon() (orb.MultiPolygon, *geodata.Error) {
	var polygons orb.MultiPolygon
	err := d.list(func() *geodata.Error {
		p, err := d.polygon()
		if len(p) > 0 {
			polygons = append(polygons, p)
		}
		return err
	})
	return polygons, err
}

func (d *decoder) polygon() (orb.Polygon, *geodata.Error) {
	var polygon orb.Polygon
	err := d.list(func() *geodata.Error {
		r, err := d.ring(len(polygon) + 1)
		polygon = append(polygon, r)
		return err
	})
	return polygon, err
}

// ring reads the n-th ring of a polygon: at least four positions, the last the
// same as the first.
func (d *decoder) ring(n int) (orb.Ring, *geodata.Error) {
	from := len(d.pool)
	err := d.list(func() *geodata.Error {
		p, err := d.position()
		d.pool = append(d.pool, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	ring := orb.Ring(d.pool[from:len(d.pool):len(d.pool)])
	switch {
	case len(ring) > 1 && ring[0] != ring[len(ring)-1]:
		return nil, at(invalid("ring-unclosed", fmt.Sprintf("第 %d 环未闭合：终点与起点不同。", n),
			fmt.Sprintf("Ring %d is not closed: its last point differs from its first.", n)), 0, &ring[len(ring)-1])
	case len(ring) < 4:
		return nil, at(invalid("ring-too-short", fmt.Sprintf("第 %d 环只有 %d 个点，至少要 4 个（含闭合点）。", n, len(ring)),
			fmt.Sprintf("Ring %d has %d points; it needs at least 4, the closing one included.", n, len(ring))), 0, d.near())
	}
	return ring, nil
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
