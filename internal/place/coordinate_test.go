package place_test

import (
	"math"
	"reflect"
	"testing"

	"hongxian/internal/place"
)

var wushan = place.County{Code: "500237", PlaneSRID: 4546}

func TestCoordinatesAreReadAsTheyAreTyped(t *testing.T) {
	dms := 110 + 3.0/60 + 12.5/3600
	for text, want := range map[string][]place.Written{
		"109.88, 31.07":            {{109.88, 31.07, 4490}},
		"31.07 109.88":             {{109.88, 31.07, 4490}}, // 109.88 is no latitude
		"31.07N 109.88E":           {{109.88, 31.07, 4490}},
		"E109.88，N31.07":           {{109.88, 31.07, 4490}},
		`110°03'12.5"E 31°04'30"N`: {{dms, 31.075, 4490}},
		"北纬31度04分30秒，东经110度03分12.5秒": {{dms, 31.075, 4490}},
		"30 31":                    {{30, 31, 4490}, {31, 30, 4490}},
		"392600 3439600":           {{392600, 3439600, 4546}},
		"X=3439600.5 Y=392600.25":  {{392600.25, 3439600.5, 4546}},
		"37392600,3439600":         {{37392600, 3439600, 4525}}, // zone 37 of 3°
		"3439600；19392600":         {{19392600, 3439600, 4497}}, // zone 19 of 6°
		"EPSG:4547 392600 3439600": {{392600, 3439600, 4547}},
		"392600,3439600 epsg:4547": {{392600, 3439600, 4547}},
		"EPSG:4490 109.88 31.07":   {{109.88, 31.07, 4490}},
		"109.88":                   nil,
		"巫峡镇":                      nil,
		"99392600 3439600":         nil, // there is no zone 99
		"392600 392600":            nil,
		"E109.88 E31.07":           nil,
		`110°61'00" 31°00'00"`:     nil, // 61 minutes
		"392600E 3439600N":         nil,
		"":                         nil,
	} {
		got := place.Read(text, wushan)
		if len(got) != len(want) {
			t.Errorf("%q: %v, want %v", text, got, want)
			continue
		}
		for i := range got {
			if math.Abs(got[i].X-want[i].X) > 1e-9 || math.Abs(got[i].Y-want[i].Y) > 1e-9 || got[i].SRID != want[i].SRID {
				t.Errorf("%q: %v, want %v", text, got, want)
			}
		}
	}
}

// A county whose plane writes its zone takes eastings without it.
func TestTheZoneIsAddedWhereTheCountysPlaneWritesIt(t *testing.T) {
	got := place.Read("392600 3439600", place.County{PlaneSRID: 4525})
	if want := []place.Written{{37392600, 3439600, 4525}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{"109.88, 31.07", `110°03'12.5"E 31°04'30"N`, "37392600,3439600", "EPSG:4547 392600 3439600", "北纬31度，东经110度", "x=1 y=2", "-0 +0", "°'\""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range place.Read(text, wushan) {
			if math.IsNaN(w.X) || math.IsInf(w.X, 0) || math.IsNaN(w.Y) || math.IsInf(w.Y, 0) {
				t.Fatalf("%q reads as %v", text, w)
			}
			if w.SRID == 4490 && (math.Abs(w.X) > 180 || math.Abs(w.Y) > 90) {
				t.Fatalf("%q reads as degrees off the earth: %v", text, w)
			}
		}
	})
}
