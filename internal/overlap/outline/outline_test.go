package outline

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

func polygon(t *testing.T, text string) orb.Polygon {
	t.Helper()
	p, err := wkt.UnmarshalPolygon(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

// A and B share a border; C lies on both; D, in a hole of A, is small.
//
//	0        100       200
//	┌─────────┬─────────┐
//	│ A  ┌┐   │   B     │   D: 40 40 to 50 50, in a hole of A
//	│    └┘   │         │
//	│   ┌─────┼────┐    │
//	│   │  C  │    │    │   C: 60 60 to 140 90
//	│   └─────┼────┘    │
//	└─────────┴─────────┘ 100
var division = []string{
	"POLYGON((0 0,100 0,100 100,0 100,0 0),(40 40,40 50,50 50,50 40,40 40))",
	"POLYGON((100 0,200 0,200 100,100 100,100 0))",
	"POLYGON((60 60,140 60,140 90,60 90,60 60))",
	"POLYGON((40 40,50 40,50 50,40 50,40 40))",
}

func TestWhatASiteLiesOn(t *testing.T) {
	var b Borders
	for i, text := range division {
		b.Add(int32(i+1), orb.MultiPolygon{polygon(t, text)})
	}
	for _, c := range []struct {
		what, site string
		on         []int32
		certain    bool
	}{
		{"within A", "POLYGON((5 5,20 5,20 20,5 20,5 5))", []int32{1}, true},
		{"within B", "POLYGON((150 5,190 5,190 20,150 20,150 5))", []int32{2}, true},
		{"on A and C", "POLYGON((65 65,95 65,95 85,65 85,65 65))", []int32{1, 3}, true},
		{"on B and C", "POLYGON((105 65,135 65,135 85,105 85,105 65))", []int32{2, 3}, true},
		{"within D", "POLYGON((42 42,48 42,48 48,42 48,42 42))", []int32{4}, true},
		{"outside", "POLYGON((300 0,310 0,310 10,300 10,300 0))", nil, true},
		{"over A's border with B", "POLYGON((90 5,110 5,110 20,90 20,90 5))", nil, false},
		{"on A's side of it, along it", "POLYGON((90 5,100 5,100 20,90 20,90 5))", nil, false},
		{"5 mm from it", "POLYGON((90 5,99.995 5,99.995 20,90 20,90 5))", nil, false},
		{"2 cm from it", "POLYGON((90 5,99.98 5,99.98 20,90 20,90 5))", []int32{1}, true},
		{"around D, no border on its own", "POLYGON((30 30,55 30,55 55,30 55,30 30))", nil, false},
		{"around D, which lies in its hole", "POLYGON((30 30,55 30,55 55,30 55,30 30),(35 35,35 52,52 52,52 35,35 35))", []int32{1}, true},
		{"all of A", "POLYGON((0 0,100 0,100 100,0 100,0 0))", nil, false},
		{"around everything", "POLYGON((-10 -10,210 -10,210 110,-10 110,-10 -10))", nil, false},
	} {
		on, certain := b.On(NewSite(polygon(t, c.site)))
		if !slices.Equal(on, c.on) || certain != c.certain {
			t.Errorf("%s: on %v, certain: %v; want %v, %v", c.what, on, certain, c.on, c.certain)
		}
	}
}

func TestHowFarTheNearestFaceIs(t *testing.T) {
	var f Faces
	for _, text := range division[:2] {
		f.Add(polygon(t, text))
	}
	for _, c := range []struct {
		what, site string
		metres     float64
		certain    bool
	}{
		{"30 m east", "POLYGON((230 0,240 0,240 10,230 10,230 0))", 30, true},
		{"a corner away", "POLYGON((203 104,210 104,210 110,203 110,203 104))", 5, true},
		{"its edge before A's corner", "POLYGON((-20 0,0 -20,-20 -20,-20 0))", math.Sqrt(200), true},
		{"in A's hole", "POLYGON((43 43,46 43,46 46,43 46,43 43))", 3, true},
		{"touching", "POLYGON((200 0,210 0,210 10,200 10,200 0))", 0, false},
		{"5 mm away", "POLYGON((200.005 0,210 0,210 10,200.005 10,200.005 0))", 0.005, false},
		{"around everything", "POLYGON((-10 -10,210 -10,210 110,-10 110,-10 -10))", 0, false},
	} {
		metres, certain := f.Nearest(NewSite(polygon(t, c.site)))
		if certain != c.certain || certain && math.Abs(metres-c.metres) > 1e-9 {
			t.Errorf("%s: %v m, certain: %v; want %v, %v", c.what, metres, certain, c.metres, c.certain)
		}
	}
	if _, certain := new(Faces).Nearest(NewSite(polygon(t, "POLYGON((0 0,1 0,1 1,0 0))"))); certain {
		t.Error("a version without faces has a nearest one")
	}
}

// A ring around the origin of 720 corners, 1000 m from it and 500 m wide: what lies
// between 501 and 999 m lies on it, in every direction.
func TestALongBorderIsPassedOnEverySide(t *testing.T) {
	circle := func(radius float64) (ring orb.Ring) {
		for i := range 721 {
			a := float64(i%720) * math.Pi / 360
			ring = append(ring, orb.Point{radius * math.Cos(a), radius * math.Sin(a)})
		}
		return ring
	}
	var b Borders
	b.Add(7, orb.MultiPolygon{{circle(1000), circle(500)}})
	for i := range 360 {
		a := float64(i) * math.Pi / 180
		for radius, want := range map[float64][]int32{498: nil, 502: {7}, 750: {7}, 998: {7}, 1002: nil} {
			p := orb.Point{radius * math.Cos(a), radius * math.Sin(a)}
			site := orb.Polygon{{{p[0] - 0.5, p[1]}, {p[0] + 0.5, p[1]}, {p[0], p[1] + 0.5}, {p[0] - 0.5, p[1]}}}
			if on, certain := b.On(NewSite(site)); !certain || !slices.Equal(on, want) {
				t.Errorf("%d degrees, %.0f m: on %v, certain: %v; want %v", i, radius, on, certain, want)
			}
		}
	}
}
