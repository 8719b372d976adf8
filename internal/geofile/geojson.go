package geofile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

const recordSeparator = 0x1E // RFC 8142

// reader streams the records of a GeoJSON text: one FeatureCollection, one
// Feature, a bare geometry, or a sequence of them one a line or after record
// separators.
type reader struct {
	scan       *scanner
	record     int    // of the last record read, 1-based
	crs        []byte // the crs member's text, as soon as it has been seen
	collection bool   // inside a features array
	elements   int    // read from this features array
	features   bool   // a features array has been seen in this object
	top        object // the members beside the features array
	table      bool   // from a dBASE table: ids are 0-based record numbers, texts may be cut within a character
}

func newReader(r io.Reader) *reader { return &reader{scan: newScanner(r)} }

// object holds the members of a JSON object that matter to GeoJSON.
type object struct {
	typ string
	// kind is where the type member was; rest any member that does not matter.
	geometry, properties, id, coordinates, geometries, crs, kind, rest span
}

// raw is one record before its geometry is decoded.
type raw struct {
	record     int
	geometry   []byte // GeoJSON, or empty
	properties []byte
	id         []byte
	dims       int
	cut        bool // a text ended within a character, which was dropped

	// What a format's own reader makes instead of the texts above.
	shape      orb.Geometry
	values     map[string]any
	code, name string
	notes      []Finding // about this record
}

// next reads the next record; io.EOF at the end. After an error that does not
// refuse that record alone the reader is spent.
func (r *reader) next() (raw, error) {
	rec, err := r.read()
	if _, refused := geodata.RefusedRecord(err); refused || err == nil || err == io.EOF {
		return rec, err
	}
	return rec, jsonError(err, r.record+1, r.scan.offset())
}

func (r *reader) read() (raw, error) {
	for {
		if r.collection {
			if rec, done, err := r.element(); !done || err != nil {
				return rec, err
			}
			r.collection = false
			if err := r.members(&r.top); err != nil {
				return raw{}, err
			}
		} else {
			r.scan.arena = r.scan.arena[:0]
			c, ok := r.start()
			if !ok {
				return raw{}, r.ended()
			}
			if c != '{' {
				return raw{}, notGeoJSON(r.record + 1)
			}
			r.scan.pos++
			r.top, r.features = object{}, false
			if err := r.members(&r.top); err != nil {
				return raw{}, err
			}
		}
		if r.collection {
			continue
		}
		if r.features {
			if err := r.closeCollection(); err != nil {
				return raw{}, err
			}
			continue
		}
		return r.single(r.top)
	}
}

// start skips to the next top-level value.
func (r *reader) start() (byte, bool) {
	for {
		c, ok := r.scan.peek()
		if !ok || c != recordSeparator {
			return c, ok
		}
		r.scan.pos++
	}
}

// ended is io.EOF, or what broke the text off.
func (r *reader) ended() error {
	if r.scan.err == nil || r.scan.err == io.EOF {
		return io.EOF
	}
	return r.scan.err
}

// element reads the next feature of a features array; done at its end.
func (r *reader) element() (rec raw, done bool, err error) {
	c, ok := r.scan.peek()
	if !ok {
		return raw{}, false, r.scan.fault()
	}
	if c == ']' {
		r.scan.pos++
		return raw{}, true, r.afterMember()
	}
	if r.elements++; r.elements > 1 {
		if err := r.scan.expect(','); err != nil {
			return raw{}, false, err
		}
	}
	r.scan.arena = r.scan.arena[:0]
	if c, ok = r.scan.peek(); ok && c != '{' {
		if _, err := r.scan.capture(); err != nil {
			return raw{}, false, err
		}
		r.record++
		return raw{record: r.record}, false, geodata.RefuseRecord(at(invalid("feature-malformed", "要素不是 JSON 对象。", "The feature is not a JSON object."), r.record, nil))
	}
	if err := r.scan.expect('{'); err != nil {
		return raw{}, false, err
	}
	var o object
	if err := r.objectMembers(&o, false); err != nil {
		return raw{}, false, err
	}
	rec, err = r.single(o)
	return rec, false, err
}

// members reads a top-level object's members up to its end, or up to the
// opening of its features array.
func (r *reader) members(o *object) error { return r.objectMembers(o, true) }

func (r *reader) objectMembers(o *object, top bool) error {
	if c, ok := r.scan.peek(); ok && c == '}' {
		r.scan.pos++
		return nil
	}
	for {
		key, err := r.key()
		if err != nil {
			return err
		}
		if c, ok := r.scan.peek(); top && key == "features" && ok && c == '[' {
			if r.features {
				return fmt.Errorf("%w: two features members", errMalformed)
			}
			r.scan.pos++
			r.collection, r.features, r.elements = true, true, 0
			return nil
		}
		if err := r.member(o, key); err != nil {
			return err
		}
		c, ok := r.scan.peek()
		if !ok {
			return r.scan.fault()
		}
		r.scan.pos++
		switch c {
		case '}':
			return nil
		case ',':
		default:
			return fmt.Errorf("%w: %q after a member", errMalformed, c)
		}
	}
}

// afterMember steps over what follows the features array: a comma before more
// members, or nothing when the object ends.
func (r *reader) afterMember() error {
	c, ok := r.scan.peek()
	if !ok {
		return r.scan.fault()
	}
	switch c {
	case ',':
		r.scan.pos++
		if c, _ := r.scan.peek(); c == '}' {
			return fmt.Errorf("%w: comma before }", errMalformed)
		}
		return nil
	case '}':
		return nil // members reads it
	}
	return fmt.Errorf("%w: %q after the features", errMalformed, c)
}

func (r *reader) key() (string, error) {
	c, ok := r.scan.peek()
	if !ok {
		return "", r.scan.fault()
	}
	if c != '"' {
		return "", fmt.Errorf("%w: %q where a member name was expected", errMalformed, c)
	}
	at, err := r.scan.capture()
	if err != nil {
		return "", err
	}
	text := at.of(r.scan.arena)
	var key string
	if plain := text[1 : len(text)-1]; !bytes.ContainsAny(plain, "\\") && printable(plain) {
		key = string(plain)
	} else if err := json.Unmarshal(text, &key); err != nil {
		return "", fmt.Errorf("%w: %v", errMalformed, err)
	}
	r.scan.arena = r.scan.arena[:at.from]
	return key, r.scan.expect(':')
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 {
			return false
		}
	}
	return true
}

// member reads one member's value into its place. The values of geometry and
// properties are judged where they are decoded, all others here.
func (r *reader) member(o *object, key string) error {
	value, err := r.scan.capture()
	if err != nil {
		return err
	}
	if place := o.place(key); place.given() && place != &o.rest {
		return fmt.Errorf("%w: two %s members", errMalformed, key)
	} else {
		*place = value
	}
	text := value.of(r.scan.arena)
	switch key {
	case "geometry", "properties", "coordinates", "geometries":
		return nil
	case "type":
		if json.Unmarshal(text, &o.typ) != nil {
			return fmt.Errorf("%w: type is not a string", errMalformed)
		}
	case "crs":
		return r.sawCRS(text)
	default:
		if !json.Valid(text) {
			return fmt.Errorf("%w: in member %q", errMalformed, key)
		}
	}
	if key != "id" {
		r.scan.arena = r.scan.arena[:value.from]
	}
	return nil
}

// place is where a member's value is kept.
func (o *object) place(key string) *span {
	switch key {
	case "geometry":
		return &o.geometry
	case "properties":
		return &o.properties
	case "coordinates":
		return &o.coordinates
	case "geometries":
		return &o.geometries
	case "id":
		return &o.id
	case "crs":
		return &o.crs
	case "type":
		return &o.kind
	}
	return &o.rest
}

// sawCRS keeps the crs member; two different ones contradict each other.
func (r *reader) sawCRS(text []byte) error {
	if !json.Valid(text) {
		return fmt.Errorf("%w: in member crs", errMalformed)
	}
	if r.crs != nil && !bytes.Equal(r.crs, text) {
		return invalid("crs-contradictory", "文件中有两个不同的 crs 声明，请只保留一个坐标系。",
			"The file declares two different reference systems in crs members; keep one.")
	}
	r.crs = bytes.Clone(text)
	return nil
}

// closeCollection judges the members around a features array.
func (r *reader) closeCollection() error {
	if r.top.typ == "FeatureCollection" || r.top.typ == "" {
		return nil
	}
	return invalid("geojson-type", fmt.Sprintf("含 features 的对象 type 应为 FeatureCollection，这里是“%.40s”。", r.top.typ),
		fmt.Sprintf("An object with features has the type FeatureCollection, not %.40q.", r.top.typ))
}

// single makes a record of a Feature or a bare geometry.
func (r *reader) single(o object) (raw, error) {
	r.record++
	rec := raw{record: r.record, properties: o.properties.of(r.scan.arena), id: o.id.of(r.scan.arena)}
	switch {
	case o.typ == "Feature":
		rec.geometry = o.geometry.of(r.scan.arena)
	case isGeometryType(o.typ):
		rec.geometry = bareGeometry(o, r.scan.arena)
	case o.typ == "" && o.geometry.given():
		return rec, geodata.RefuseRecord(at(invalid("feature-type", "要素缺少 \"type\":\"Feature\"。", `The feature lacks "type":"Feature".`), r.record, nil))
	case r.collection:
		return rec, geodata.RefuseRecord(at(invalid("feature-type", fmt.Sprintf("要素的 type 应为 Feature，这里是“%.40s”。", o.typ),
			fmt.Sprintf("A feature has the type Feature, not %.40q.", o.typ)), r.record, nil))
	default:
		return rec, notGeoJSON(r.record)
	}
	if r.table {
		if fid, err := strconv.Atoi(string(rec.id)); err == nil {
			rec.record = fid + 1
		}
		rec.id = nil
		if rec.cut = !utf8.Valid(rec.properties); rec.cut {
			rec.properties = bytes.ToValidUTF8(rec.properties, nil)
		}
	}
	return rec, nil
}

func isGeometryType(s string) bool {
	switch s {
	case "Polygon", "MultiPolygon", "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString":
		return true
	}
	return false
}

func bareGeometry(o object, arena []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"type":%q`, o.typ)
	if o.coordinates.given() {
		fmt.Fprintf(&b, `,"coordinates":%s`, o.coordinates.of(arena))
	}
	if o.geometries.given() {
		fmt.Fprintf(&b, `,"geometries":%s`, o.geometries.of(arena))
	}
	b.WriteByte('}')
	return b.Bytes()
}

func notGeoJSON(record int) *geodata.Error {
	return at(invalid("not-geojson", "文件是文本，但不是 GeoJSON（应为 FeatureCollection、Feature 或面几何）。",
		"The file is text but not GeoJSON (a FeatureCollection, Features, or polygon geometries)."), record, nil)
}
