package geofile

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"hongxian/geodata"
)

// wktDepth is how deep a MULTIPOLYGON's brackets go.
const wktDepth = 3

var (
	wktSRID    = regexp.MustCompile(`(?i)^SRID\s*=\s*(\d{1,6})\s*;`)
	anySRID    = regexp.MustCompile(`(?i)SRID\s*=\s*(\d{1,6})`)
	wktKeyword = regexp.MustCompile(`(?i)^((?:MULTI)?(?:POINT|LINESTRING|POLYGON))\s*(?:ZM|Z|M)?\s*(EMPTY|\()`)
)

var wktTypes = map[string]string{
	"POINT": "Point", "MULTIPOINT": "MultiPoint", "LINESTRING": "LineString",
	"MULTILINESTRING": "MultiLineString", "POLYGON": "Polygon", "MULTIPOLYGON": "MultiPolygon",
}

// openWKT reads a text of well-known geometries, one after another, the system
// in front of one as SRID=4546;.
func (f *File) openWKT(ctx context.Context, path string) error {
	text, err := f.wholeText(path, true)
	if err != nil {
		return err
	}
	srid, bad := statedSRID(text)
	if bad != nil {
		return bad
	}
	f.own = func(ctx context.Context) (records, error) { return &wktRecords{ctx: ctx, rest: text}, nil }
	if srid > 0 {
		return f.decideByCode(ctx, srid)
	}
	return f.decideWithout(ctx)
}

// statedSRID is the one system that the geometries name, 0 for none.
func statedSRID(text string) (int, *geodata.Error) {
	srid := 0
	for _, m := range anySRID.FindAllStringSubmatch(text, -1) {
		code, _ := strconv.Atoi(m[1])
		if srid != 0 && code != srid {
			return 0, invalid("crs-contradictory", fmt.Sprintf("文件中有两个不同的坐标系（SRID %d 与 %d），请只保留一个。", srid, code),
				fmt.Sprintf("The file names two reference systems (SRID %d and %d); keep one.", srid, code))
		}
		srid = code
	}
	return srid, nil
}

// wktRecords reads geometries from a text. Each becomes GeoJSON, so that the
// strict decoder judges it like any other.
type wktRecords struct {
	parsed
	ctx    context.Context
	rest   string
	record int
}

func (w *wktRecords) next() (raw, error) {
	if err := w.ctx.Err(); err != nil {
		return raw{}, err
	}
	w.rest = strings.TrimLeft(w.rest, " \t\r\n;\ufeff\x1a\"'")
	if w.rest == "" {
		return raw{}, io.EOF
	}
	w.record++
	w.rest = strings.TrimLeft(wktSRID.ReplaceAllString(w.rest, ""), " \t\r\n")
	m := wktKeyword.FindStringSubmatch(w.rest)
	if m == nil {
		return raw{}, wktMalformed(w.record, w.rest)
	}
	kind := wktTypes[strings.ToUpper(m[1])]
	if !strings.HasSuffix(m[0], "(") {
		w.rest = w.rest[len(m[0]):]
		return raw{record: w.record, values: map[string]any{}, geometry: []byte("null")}, nil
	}
	body := w.rest[len(m[0])-1:]
	coordinates, length, bad := wktCoordinates(body, kind)
	if bad != nil {
		return raw{}, at(bad, w.record, nil)
	}
	if length > maxFeature {
		return raw{}, jsonError(errFeature, w.record, 0)
	}
	if !json.Valid(coordinates) { // brackets side by side
		return raw{}, wktMalformed(w.record, w.rest)
	}
	w.rest = body[length:]
	return raw{record: w.record, values: map[string]any{}, geometry: fmt.Appendf(nil, `{"type":%q,"coordinates":%s}`, kind, coordinates)}, nil
}

func wktMalformed(record int, near string) *geodata.Error {
	return at(invalid("wkt-malformed", fmt.Sprintf("第 %d 个几何不是可识别的 WKT（POLYGON、MULTIPOLYGON、LINESTRING、POINT 等）：%.40q。", record, near),
		fmt.Sprintf("Geometry %d is no well-known text that is read (POLYGON, MULTIPOLYGON, LINESTRING, POINT …): %.40q.", record, near)), record, nil)
}

// wktCoordinates turns ((1 2, 3 4)) into [[[1,2],[3,4]]] and says how much of
// the text that was.
func wktCoordinates(text, kind string) ([]byte, int, *geodata.Error) {
	var out []byte
	depth, i := 0, 0
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case c == '(':
			if depth++; depth > wktDepth {
				return nil, 0, wktMalformed(0, text[max(0, i-20):])
			}
			out = append(out, '[')
		case c == ')':
			out = append(out, ']')
			if depth--; depth == 0 {
				return wktFlat(out, kind), i + 1, nil
			}
		case c == ',':
			out = append(out, ',')
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		default:
			end := strings.IndexAny(text[i:], "(),")
			if end < 0 {
				return nil, 0, truncated(nil)
			}
			position, ok := wktPosition(text[i : i+end])
			if !ok {
				return nil, 0, invalid("coordinate-not-number", fmt.Sprintf("坐标不是数字：%.40q。", text[i:i+end]), fmt.Sprintf("A coordinate is not a number: %.40q.", text[i:i+end]))
			}
			out = append(out, position...)
			i += end - 1
		}
	}
	return nil, 0, truncated(nil)
}

// wktPosition writes "1 2" as [1,2].
func wktPosition(text string) ([]byte, bool) {
	out := []byte{'['}
	for n, word := range strings.Fields(text) {
		v, ok := parseCoordinate(word)
		if !ok {
			return nil, false
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendFloat(out, v, 'g', -1, 64)
	}
	return append(out, ']'), true
}

// wktFlat takes off the brackets that WKT has around a point and GeoJSON has not.
func wktFlat(coordinates []byte, kind string) []byte {
	switch {
	case kind == "Point" && len(coordinates) > 2:
		return coordinates[1 : len(coordinates)-1]
	case kind == "MultiPoint":
		return []byte(strings.NewReplacer("[[[", "[[", "]]]", "]]", "]],[[", "],[").Replace(string(coordinates)))
	}
	return coordinates
}
