package county

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hongxian/geodata"
)

func TestBuiltinProfiles(t *testing.T) {
	for _, code := range Builtin() {
		p, err := Load(code)
		if err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		if p.Code != code {
			t.Errorf("profile %s says its code is %s", code, p.Code)
		}
	}
}

func TestLoad500237(t *testing.T) {
	p, err := Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	if p.PlaneSRID != 4546 || len(p.Townships) != 26 || len(p.Layers) != 11 {
		t.Errorf("plane %d, %d townships, %d layers; want 4546, 26, 11", p.PlaneSRID, len(p.Townships), len(p.Layers))
	}
	types := map[string]int{}
	for _, tw := range p.Townships {
		types[tw.Type]++
	}
	if types["街道"] != 2 || types["镇"] != 11 || types["乡"] != 13 {
		t.Errorf("townships by type: %v; want 2 街道, 11 镇, 13 乡", types)
	}
	for _, l := range p.Layers {
		if want := !slices.Contains([]geodata.LayerKey{geodata.Township, geodata.Project, "land-use", "human-activity"}, l.Key); l.Checked != want {
			t.Errorf("%s: checked is %v", l.Key, l.Checked)
		}
	}
	if p.Tolerance != (Tolerance{AreaM2: 1, WidthM: 0.02}) {
		t.Errorf("tolerance %+v; want 1 m², 0.02 m", p.Tolerance)
	}
	if p.Letterhead.Bureau == "" || p.Letterhead.Secrecy != "" {
		t.Errorf("letterhead %+v; want a bureau, and 密级 left blank", p.Letterhead)
	}
	unit, _ := p.Layer(geodata.ControlUnit)
	if got := unit.ClassName("1"); got != "优先保护单元" {
		t.Errorf("class 1 is %q", got)
	}
	if got := unit.ClassName("优先保护单元"); got != "优先保护单元" {
		t.Errorf("a class name became %q", got)
	}
}

func TestTownshipByAnyName(t *testing.T) {
	p, err := Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"500237210", "500237210000", "建平乡", "建坪乡"} {
		if tw, ok := p.Township(text); !ok || tw.Code != "500237210" {
			t.Errorf("%s: got %+v, %v", text, tw, ok)
		}
	}
	if tw, ok := p.Township("5002372"); ok {
		t.Errorf("a shortened code found %s", tw.Name)
	}
}

func TestForeignProfile(t *testing.T) {
	profiles, err := LoadFolder("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if len(profiles) != 1 {
		t.Fatalf("%d profiles", len(profiles))
	}
	p := profiles[0]
	if p.Code != "E08000009" || p.PlaneSRID != 27700 || len(p.Townships) != 21 {
		t.Errorf("code %s, plane %d, %d townships", p.Code, p.PlaneSRID, len(p.Townships))
	}
	if p.Tolerance != (Tolerance{AreaM2: 1, WidthM: 0.02}) {
		t.Errorf("default tolerance is %+v", p.Tolerance)
	}
	if c := p.Catalogue(); c[0].Key != geodata.Township || c[0].Fields.Code[0] != "area_code" || !c[0].Tiles {
		t.Errorf("catalogue starts with %+v", c[0])
	}
}

// The fields that the foreign profile names are those of the real files.
func TestForeignFieldsExist(t *testing.T) {
	folder := os.Getenv("HONGXIAN_REALDATA")
	if folder == "" {
		t.Fatal("HONGXIAN_REALDATA does not name the folder of real data")
	}
	data, err := os.ReadFile("testdata/trafford.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for key, file := range map[geodata.LayerKey]string{
		geodata.Township: "townships_wards_2023", geodata.RedLine: "sssi", geodata.ProtectedArea: "local_nature_reserves",
		geodata.ScenicArea: "conservation_areas", geodata.Heritage: "scheduled_monuments",
		geodata.ControlUnit: "agricultural_land_classification", geodata.Farmland: "woodland",
	} {
		text, err := os.ReadFile(filepath.Join(folder, "county_trafford", file+".geojson"))
		if err != nil {
			t.Fatal(err)
		}
		l, ok := p.Layer(key)
		if !ok {
			t.Fatalf("no layer %s", key)
		}
		for _, field := range slices.Concat(l.Fields.Code, l.Fields.Name, l.Fields.Class) {
			if !strings.Contains(string(text), `"`+field+`":`) {
				t.Errorf("%s: %s has no attribute %s", key, file, field)
			}
		}
		for _, tw := range p.Townships {
			if key == geodata.Township && !strings.Contains(string(text), `"area_code": "`+tw.Code+`", "area_name": "`+tw.Name+`"`) {
				t.Errorf("no ward %s %s", tw.Code, tw.Name)
			}
		}
	}
}

func TestLoadUnknown(t *testing.T) {
	if _, err := Load("../500237"); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := LoadFolder(filepath.Join(t.TempDir(), "none")); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("missing folder: %v", err)
	}
}

// A rule file lies beside its profile and is handed on as it is.
func TestRulesBesideProfile(t *testing.T) {
	p, err := Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := os.ReadFile("profiles/500237.rules.yaml"); p.Rules != string(want) || p.RulesFile != "500237.rules.yaml" || p.Rules == "" {
		t.Errorf("rules of %d bytes from %q", len(p.Rules), p.RulesFile)
	}
	if got := Builtin(); !slices.Equal(got, []string{"500237"}) {
		t.Errorf("built in: %v", got)
	}
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("some.yaml", least)
	if own, err := LoadFolder(folder); err != nil || own[0].Rules != "" || own[0].RulesFile != "" {
		t.Errorf("without rules: %v", err)
	}
	write("some.rules.yaml", "title: 甲\n")
	if own, err := LoadFolder(folder); err != nil || len(own) != 1 || own[0].Rules != "title: 甲\n" || own[0].RulesFile != "some.rules.yaml" {
		t.Errorf("with rules: %v", err)
	}
	write("some.rules.yaml", "title: \x00\n")
	if _, err := LoadFolder(folder); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("rules with a NUL, which no database keeps: %v", err)
	}
	write("some.rules.yaml", "title: 甲\n")
	write("other.rules.yaml", "title: 乙\n")
	if _, err := LoadFolder(folder); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("rules without a profile: %v", err)
	}
}

const least = `code: "1"
name_zh: 某县
name_en: Some
plane_srid: 4546
bounds: [109, 30, 110, 31]
townships: [{code: "1001", name: 甲乡, type: 乡}]
layers:
  - {key: township, title_zh: 乡镇, title_en: Townships, tiles: true, style: {fill: "#ffffff", line: "#000000"}}
`

func TestParseRefuses(t *testing.T) {
	if _, err := Parse([]byte(least)); err != nil {
		t.Fatalf("the least profile: %v", err)
	}
	change := func(old, new string) string { return strings.Replace(least, old, new, 1) }
	for name, text := range map[string]string{
		"nothing":           "",
		"not yaml":          "code: [",
		"unknown key":       least + "colour: red\n",
		"repeated key":      least + "name_en: Other\n",
		"two documents":     least + "---\n" + least,
		"no plane":          change("plane_srid: 4546\n", ""),
		"no bounds":         change("bounds: [109, 30, 110, 31]\n", ""),
		"three bounds":      change("[109, 30, 110, 31]", "[109, 30, 110]"),
		"five bounds":       change("[109, 30, 110, 31]", "[109, 30, 110, 31, 1]"),
		"bounds turned":     change("[109, 30, 110, 31]", "[30, 109, 31, 110]"),
		"plane out of EPSG": change("4546", "99"),
		"code with dot":     change(`code: "1"`, `code: "1.2"`),
		"code a long text":  change(`code: "1"`, `code: "12345678901234567"`),
		"no name":           change("name_zh: 某县\n", ""),
		"no townships":      change(`[{code: "1001", name: 甲乡, type: 乡}]`, "[]"),
		"township twice":    change("}]", `}, {code: "1001", name: 乙乡, type: 乡}]`),
		"name twice":        change("}]", `}, {code: "1002", name: 甲乡, type: 乡}]`),
		"alias is a name":   change("}]", `}, {code: "1002", name: 乙乡, type: 乡, aliases: [甲乡]}]`),
		"zooms turned":      change("tiles: true,", "tiles: true, zooms: [9, 6],"),
		"zoom too deep":     change("tiles: true,", "tiles: true, zooms: [6, 17],"),
		"pattern":           change(`fill: "#ffffff"`, `pattern: stars, fill: "#ffffff"`),
		"layer key":         change("key: township", "key: Township"),
		"no township layer": change("key: township", "key: ward"),
		"layer twice":       least + strings.SplitAfter(least, "layers:\n")[1],
		"colour":            change("#ffffff", "white"),
		"tiles and overlap": change("tiles: true", "tiles: true, overlaps: true"),
		"negative sliver":   least + "tolerance: {area_m2: -1}\n",
		"infinite sliver":   least + "tolerance: {area_m2: .inf}\n",
		"figure unit":       least + "figures: [{key: a, value: 1, unit: acre, source: s}]\n",
		"figure source":     least + "figures: [{key: a, value: 1, unit: ha}]\n",
		"letterhead key":    least + "letterhead: {phone: 123}\n",
		"letterhead text":   least + "letterhead: {bureau: \" 局\"}\n",
		"control character": change("某县", `"某\u0007县"`),
		"alias bomb": "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n" +
			"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n" +
			"g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]\ntownships: *h\n",
		"too large": least + strings.Repeat("#", largest),
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Parse([]byte(text))
			if !geodata.IsKind(err, geodata.Invalid) {
				t.Fatalf("got %+v, %v", p, err)
			}
			if e := geodata.AsError(err); e.Code != "county-profile-invalid" || e.ZH == "" || e.EN == "" {
				t.Errorf("error is %+v", e)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte("code: &a [*a]"))
	for _, name := range []string{"profiles/500237.yaml", "testdata/trafford.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err != nil {
			if !geodata.IsKind(err, geodata.Invalid) {
				t.Fatalf("not an Invalid error: %v", err)
			}
			return
		}
		if again := p.validate(); again != nil {
			t.Fatalf("accepted and then refused: %v", again)
		}
	})
}
