package geofile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"hongxian/geodata"
)

// feature decodes a record. The refusal of a record comes with what could be
// read of it.
func (rec *raw) feature(fields geodata.FieldNames, lines bool) (geodata.Feature, error) {
	f := geodata.Feature{Record: rec.record}
	refused := func(e *geodata.Error) (geodata.Feature, error) {
		e.Record = rec.record
		return f, geodata.RefuseRecord(e)
	}
	attributes, err := rec.values, (*geodata.Error)(nil)
	if attributes == nil {
		if attributes, err = rec.attributes(); err != nil {
			return refused(err)
		}
	}
	f.Attributes = attributes
	f.Code = cmp.Or(firstField(attributes, fields.Code), rec.code)
	f.Name = cmp.Or(firstField(attributes, fields.Name), rec.name)
	f.Class = firstField(attributes, fields.Class)
	g := rec.shape
	if g == nil && len(rec.geometry) > 0 {
		if g, rec.dims, err = decodeGeometry(rec.geometry, lines); err != nil {
			return refused(err)
		}
	}
	f.Geometry = g
	return f, nil
}

// attributes decodes the properties: integers as int64, other numbers as
// float64, integers too long for either as json.Number, the rest as JSON has it.
func (rec *raw) attributes() (map[string]any, *geodata.Error) {
	attributes := map[string]any{}
	text := rec.properties
	if !utf8.Valid(text) {
		return nil, invalid("text-encoding", "属性文字编码混乱，既非 UTF-8 也非统一的 GB18030，请另存为 UTF-8。",
			"The attributes' text mixes encodings; save the file as UTF-8.")
	}
	if len(text) > 0 {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		if err := dec.Decode(&attributes); err != nil {
			return nil, because(invalid("properties-malformed", "properties 不是合法的 JSON 对象。", "The properties are not a valid JSON object."), err)
		}
	}
	if attributes == nil { // "properties": null
		attributes = map[string]any{}
	}
	for k, v := range attributes {
		attributes[k] = plainNumbers(v)
	}
	if _, taken := attributes["id"]; !taken && len(rec.id) > 0 {
		var id any
		dec := json.NewDecoder(bytes.NewReader(rec.id))
		dec.UseNumber()
		if dec.Decode(&id) == nil && id != nil {
			attributes["id"] = plainNumbers(id)
		}
	}
	return attributes, nil
}

func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if !strings.ContainsAny(v.String(), ".eE") {
			return v
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	case map[string]any:
		for k, x := range v {
			v[k] = plainNumbers(x)
		}
	case []any:
		for i, x := range v {
			v[i] = plainNumbers(x)
		}
	}
	return v
}

// firstField is the text of the first of the named attributes that is there,
// upper and lower case not told apart.
func firstField(attributes map[string]any, names []string) string {
	for _, name := range names {
		if v, ok := attributes[name]; ok {
			if s := fieldText(v); s != "" {
				return s
			}
		}
		best := ""
		for k, v := range attributes {
			if strings.EqualFold(k, name) && fieldText(v) != "" && (best == "" || k < best) {
				best = k // of several spellings the first in order, not the map's whim
			}
		}
		if best != "" {
			return fieldText(attributes[best])
		}
	}
	return ""
}

func fieldText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
