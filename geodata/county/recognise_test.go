package county_test

import (
	"slices"
	"testing"

	"hongxian/geodata"
	"hongxian/geodata/county"
)

// A table is told by its name, in whatever case and with whatever around it, by its
// title, or by the fields that only its layer has.
func TestTablesAreRecognised(t *testing.T) {
	p, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	told := func(want geodata.LayerKey, table string, columns ...string) {
		t.Helper()
		found := p.RecogniseLayer(table, columns)
		if want == "" && len(found) > 0 || want != "" && (len(found) == 0 || found[0].Layer.Key != want) {
			t.Errorf("%s %v: %v", table, columns, found)
		}
	}
	told(geodata.RedLine, "STBHHX")
	told(geodata.RedLine, "stbhhx")
	told(geodata.RedLine, "500237_STBHHX_2022", "BSM", "MJ")
	told(geodata.RedLine, "巫山县生态保护红线")
	told(geodata.Farmland, "YJJBNTTB", "BSM", "TBBH", "DLBM")
	told(geodata.UrbanBoundary, "czkfbj")
	told(geodata.Township, "XZQ", "xzqdm", "xzqmc", "JSMJ")
	told("land-use", "DLTB", "BSM", "DLBM")
	told(geodata.ControlUnit, "export", "HJZHGKDYBM", "HJZHGKDYMC", "ZHGKDYFL")
	told(geodata.ProtectedArea, "自然保护地")
	told("", "export", "id", "BSM")
}

// Fields are told apart by what is official and what is only common; an area has its
// unit with it.
func TestFieldsAreRecognised(t *testing.T) {
	p, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	red, _ := p.Layer(geodata.RedLine)
	code, name, class := red.RecogniseFields([]string{"OBJECTID", "bsm", "hxmc", "类别", "QYMJ"})
	if code.Column != "bsm" || code.IsCommon || name.Column != "hxmc" || class.Column != "类别" || !class.IsCommon {
		t.Errorf("code %+v, name %+v, class %+v", code, name, class)
	}
	if code, _, _ := red.RecogniseFields([]string{"BSM", "HXBM"}); code.Column != "HXBM" || !slices.Equal(code.Candidates, []string{"HXBM", "BSM"}) {
		t.Errorf("the better of two: %+v", code)
	}
	if column, unit := red.RecogniseArea([]string{"qymj"}); column != "qymj" || unit != geodata.SquareKilometre {
		t.Errorf("area %s in %s", column, unit)
	}
	if column, unit := red.RecogniseArea([]string{"QYMJ", "MJ"}); column != "MJ" || unit != geodata.SquareMetre {
		t.Errorf("area %s in %s", column, unit)
	}
}
