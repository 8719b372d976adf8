package tiles

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

func sheet(key geodata.LayerKey, tiling bool) Sheet {
	return Sheet{Title: "图层 " + string(key), Paint: Paint{Fill: "#d55e00", Line: "#aa3300", Pattern: map[bool]string{false: "hatch"}[tiling]}, Tiling: tiling,
		Bounds:  &orb.Bound{Min: orb.Point{109.5, 30.7}, Max: orb.Point{110.2, 31.5}},
		Version: geodata.Version{County: "500237", Layer: key, Label: "2022", Schematic: true}}
}

// Braces must not be percent-encoded, or the map asks for %7Bz%7D.
func TestDescribeKeepsTheTemplateLiteral(t *testing.T) {
	b, err := json.Marshal(sheet(geodata.RedLine, false).Describe("http://127.0.0.1:8080"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"tilejson":"3.0.0"`,
		`"http://127.0.0.1:8080/tiles/500237.red-line@2022/{z}/{x}/{y}.mvt"`,
		`"bounds":[109.5,30.7,110.2,31.5]`,
		`"vector_layers":[{"id":"red-line"`,
		`"attribution":"示意数据 Schematic data"`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s lacks %s", b, want)
		}
	}
	empty := sheet(geodata.RedLine, false)
	empty.Bounds, empty.Version.Schematic = nil, false
	if b, _ := json.Marshal(empty.Describe("")); strings.Contains(string(b), "bounds") || strings.Contains(string(b), "attribution") {
		t.Errorf("%s names bounds or an attribution that there is not", b)
	}
}

func TestStyleDrawsCoveringLayersFirst(t *testing.T) {
	doc := Style("巫山县", "http://h", Light, []Sheet{sheet(geodata.RedLine, false), sheet(geodata.Township, true)})
	var ids []string
	for _, l := range doc.Layers {
		ids = append(ids, l.ID)
		if l.Type != "background" && doc.Sources[l.Source].Tiles == nil {
			t.Errorf("%s draws from a source that is missing", l.ID)
		}
	}
	want := []string{"ground", "township-fill", "township-line", "red-line-fill", "red-line-pattern", "red-line-line", "township-label", "red-line-label"}
	if !slices.Equal(ids, want) {
		t.Errorf("drawn in the order %v, want %v", ids, want)
	}
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{"glyphs", "sprite", "%7B"} {
		if strings.Contains(string(b), no) {
			t.Errorf("the style has %q: %s", no, b)
		}
	}
}

// A control unit is drawn in its class's colour, an area of no known class in the
// layer's.
func TestAreasAreDrawnByClass(t *testing.T) {
	units := sheet(geodata.ControlUnit, true)
	units.Paint = Paint{Fill: "#56b4e9", Classes: []ClassPaint{{"优先", "#3b8f5a"}, {"重点", "#d98e04"}}}
	for _, l := range Style("巫山县", "http://h", Light, []Sheet{units}).Layers {
		if l.ID != "control-unit-fill" {
			continue
		}
		b, err := json.Marshal(l.Paint["fill-color"])
		want := `["case",["in","优先",["to-string",["get","class"]]],"#3b8f5a",["in","重点",["to-string",["get","class"]]],"#d98e04","#56b4e9"]`
		if err != nil || string(b) != want {
			t.Errorf("%v: %s, want %s", err, b, want)
		}
		return
	}
	t.Error("the layer has no areas")
}
