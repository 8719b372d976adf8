package geodata_test

import (
	"strings"
	"testing"

	"hongxian/geodata"
)

func TestParseVersionRef(t *testing.T) {
	reads := func(s, county, layer, label string) {
		t.Helper()
		got, err := geodata.ParseVersionRef(s)
		want := geodata.VersionRef{County: county, Layer: geodata.LayerKey(layer), Label: label}
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", s, got, err)
		}
		if got.String() != s {
			t.Errorf("%q is written %q", s, got.String())
		}
	}
	refuses := func(s string) {
		t.Helper()
		if got, err := geodata.ParseVersionRef(s); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%q: %+v, %v", s, got, err)
		}
	}
	reads("red-line", "", "red-line", "")
	reads("red-line@2022", "", "red-line", "2022")
	reads("500237.red-line", "500237", "red-line", "")
	reads("500237.red-line@2022", "500237", "red-line", "2022")
	reads("E08000009.township@2024.1-b_c", "E08000009", "township", "2024.1-b_c")
	reads("project@"+strings.Repeat("9", 32), "", "project", strings.Repeat("9", 32))

	for _, s := range []string{"", "@", ".", "@2022", ".red-line", "500237.", "red-line@", "red-line@@2022", "a.b.red-line",
		"Red-Line", "red line", "生态保护红线", "red-line@-2022", "red-line@.2022", "red-line@2022/..", "red-line@2022\n", "red-line\n",
		" red-line", "500237 .red-line", "red-line@" + strings.Repeat("9", 33), strings.Repeat("1", 17) + ".red-line",
		strings.Repeat("a", 33), "2022-red-line"} {
		refuses(s)
	}
}

func FuzzParseVersionRef(f *testing.F) {
	for _, s := range []string{"red-line", "red-line@2022", "500237.red-line@2022", "500237.red-line", "@", ".", "a.b@c.d@e", "红线@2022", "red-line@\n", "\xff.red-line"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := geodata.ParseVersionRef(s)
		if err != nil {
			if e := geodata.AsError(err); e.Kind != geodata.Invalid || e.Code != "ref-malformed" {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if ref.String() != s {
			t.Fatalf("%q is written %q", s, ref.String())
		}
	})
}

func TestVersionRefOfVersion(t *testing.T) {
	v := geodata.Version{County: "500237", Layer: geodata.RedLine, Label: "2022"}
	if got := v.Ref().String(); got != "500237.red-line@2022" {
		t.Error(got)
	}
}

func TestParseLayerKey(t *testing.T) {
	for _, key := range []geodata.LayerKey{geodata.RedLine, geodata.ProtectedArea, geodata.Township, geodata.ControlUnit, geodata.Farmland,
		geodata.UrbanBoundary, geodata.ScenicArea, geodata.Heritage, geodata.Project, "a", "a1-"} {
		if got, err := geodata.ParseLayerKey(string(key)); err != nil || got != key {
			t.Errorf("%q: %v", key, err)
		}
	}
	for _, s := range []string{"", "-a", "1a", "A", "red_line", "red.line", "red-line@2022", "a\n", "红线", strings.Repeat("a", 33)} {
		if _, err := geodata.ParseLayerKey(s); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
