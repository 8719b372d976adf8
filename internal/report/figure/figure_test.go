package figure

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"hongxian/geodata"
	"hongxian/internal/overlap"
)

// area reads a multipolygon of the plane.
func area(t *testing.T, text string) orb.MultiPolygon {
	t.Helper()
	g, err := wkt.UnmarshalMultiPolygon(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// scene is a site with a hole; the red line covers its western half, the township
// border runs through its middle from west to east.
//
//	457000          457400          457800
//	   ┌───────────────┬───────────────┐ 3443400
//	   │ red    ┌──────┼──────┐        │
//	   │        │piece │ site │        │   site 457200–457600 × 3443100–3443300
//	   ├ ─ ─ ─ ─│─[ hole ]─ ─ │─ ─ ─ ─ ┤ 3443200, hole 457350–457450 × 3443180–3443220
//	   │        └──────┼──────┘        │
//	   │ [hole]        │               │   hole of the red line 457100–457180 × 3443040–3443090
//	   └───────────────┴───────────────┘ 3443000
func scene(t *testing.T) *overlap.Picture {
	hole := "(457350 3443180,457350 3443220,457450 3443220,457450 3443180,457350 3443180)"
	site := area(t, "MULTIPOLYGON(((457200 3443100,457600 3443100,457600 3443300,457200 3443300,457200 3443100),"+hole+"))")
	piece := area(t, "MULTIPOLYGON(((457200 3443100,457400 3443100,457400 3443180,457350 3443180,457350 3443220,457400 3443220,457400 3443300,457200 3443300,457200 3443100)))")
	return &overlap.Picture{SRID: 4546, Site: site,
		Layers: []overlap.PictureLayer{
			{Layer: geodata.Township, TitleZH: "乡镇（街道）", Features: []overlap.PictureFeature{
				{Name: "大昌镇", Geometry: area(t, "MULTIPOLYGON(((456000 3443200,459000 3443200,459000 3445000,456000 3445000,456000 3443200)))")},
				{Name: "双龙镇", Geometry: area(t, "MULTIPOLYGON(((456000 3442000,459000 3442000,459000 3443200,456000 3443200,456000 3442000)))")}}},
			{Layer: geodata.RedLine, TitleZH: "生态保护红线", Features: []overlap.PictureFeature{
				{Code: "HX001", Name: "五里坡生物多样性维护", Geometry: area(t, "MULTIPOLYGON(((456000 3442000,457400 3442000,457400 3445000,456000 3445000,456000 3442000),"+
					"(457100 3443040,457180 3443040,457180 3443090,457100 3443090,457100 3443040)))")}}},
		},
		Pieces: []overlap.Piece{{Layer: geodata.RedLine, Code: "HX001", Name: "五里坡生物多样性维护", Geometry: piece}}}
}

func style() Style {
	return Style{Schematic: true, Plane: "CGCS2000 / 3-degree Gauss-Kruger CM 111E",
		Colours: map[geodata.LayerKey]Colour{geodata.RedLine: {Fill: "#d62728", Line: "#a50f15"}, geodata.Township: {Fill: "#f2f2f2", Line: "#555555"}}}
}

func drawn(t *testing.T, p *overlap.Picture, s Style) (image.Image, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := PNG(&b, p, s); err != nil {
		t.Fatal(err)
	}
	if name := os.Getenv("HONGXIAN_LOOK"); name != "" {
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return img, b.Bytes()
}

// mean is the mean colour of a square of the plane, in metres around a point.
func mean(img image.Image, p *overlap.Picture, at orb.Point) color.NRGBA {
	c := newCanvas(p, Style{DPI: float64(img.Bounds().Dx()) / WidthMM * 25.4})
	x, y := c.at(at)
	var r, g, b, n uint32
	for i := -15; i <= 15; i++ {
		for j := -15; j <= 15; j++ {
			cr, cg, cb, _ := img.At(int(x)+i, int(y)+j).RGBA()
			r, g, b, n = r+cr>>8, g+cg>>8, b+cb>>8, n+1
		}
	}
	return color.NRGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: 255}
}

func TestPNG(t *testing.T) {
	p := scene(t)
	start := time.Now()
	img, first := drawn(t, p, style())
	t.Logf("%v, %d KB", time.Since(start), len(first)>>10)
	if size := img.Bounds().Size(); size != (image.Point{2126, 1417}) {
		t.Errorf("the picture has %v pixels", size)
	}
	if _, again := drawn(t, p, style()); !bytes.Equal(first, again) {
		t.Error("equal pictures gave different bytes")
	}
	piece, red := mean(img, p, orb.Point{457260, 3443140}), mean(img, p, orb.Point{457140, 3443340})
	gap := mean(img, p, orb.Point{457140, 3443065})
	hole, clear := mean(img, p, orb.Point{457425, 3443190}), mean(img, p, orb.Point{457720, 3443340})
	redness := func(c color.NRGBA) int { return int(c.R) - int(c.G) }
	if redness(red) < 20 || redness(piece) < redness(red)+30 {
		t.Errorf("the piece is %v, the red line around it %v", piece, red)
	}
	if redness(clear) > 3 || int(clear.R) < 240 {
		t.Errorf("outside every layer it is %v", clear)
	}
	if redness(gap) > 3 || int(gap.R) < 240 {
		t.Errorf("in a hole of the red line it is %v", gap)
	}
	if redness(hole) > redness(red) || hole.R < 200 {
		t.Errorf("in the hole it is %v", hole)
	}
}

func TestSmallPicture(t *testing.T) {
	s := style()
	s.DPI = Screen
	img, _ := drawn(t, scene(t), s)
	if size := img.Bounds().Size(); size != (image.Point{1063, 709}) {
		t.Errorf("the picture has %v pixels", size)
	}
}

func TestNoSite(t *testing.T) {
	for _, p := range []*overlap.Picture{nil, {}, {Site: orb.MultiPolygon{{}}}} {
		if err := PNG(&bytes.Buffer{}, p, style()); !errors.Is(err, ErrEmpty) {
			t.Errorf("got %v", err)
		}
	}
}

// The site is in the middle of the map, whole, and not small; the map reaches no
// further than the picture's layers do.
func TestView(t *testing.T) {
	for _, b := range []orb.Bound{
		{Min: orb.Point{457000, 3443000}, Max: orb.Point{457400, 3443200}},
		{Min: orb.Point{457000, 3443000}, Max: orb.Point{457000.5, 3443000.5}},
		{Min: orb.Point{400000, 3443000}, Max: orb.Point{460000, 3443050}},
		{Min: orb.Point{400000, 3400000}, Max: orb.Point{400050, 3460000}},
		{Min: orb.Point{400000, 3400000}, Max: orb.Point{420000, 3420000}},
	} {
		view, scale := View(b, 132, 99)
		if !view.Contains(b.Min) || !view.Contains(b.Max) {
			t.Errorf("%v is not whole in %v", b, view)
		}
		if d := view.Center(); math.Hypot(d[0]-b.Center()[0], d[1]-b.Center()[1]) > 1e-6 {
			t.Errorf("%v is not in the middle of %v", b, view)
		}
		width, height := view.Max[0]-view.Min[0], view.Max[1]-view.Min[1]
		if width/scale > 0.132+1e-9 || height/scale > 0.099+1e-9 || scale != roundUp(scale) {
			t.Errorf("at 1:%v the map is %v × %v m", scale, width/scale, height/scale)
		}
		size := max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
		if size > 300 && size < max(width, height)/2 {
			t.Errorf("%v is small in %v", b, view)
		}
		reach := min(max(size/2, 300), 20_000)
		if out := b.Pad(reach); !out.Contains(view.Min) || !out.Contains(view.Max) {
			t.Errorf("%v reaches beyond %v", view, out)
		}
	}
}

func TestRoundNumbers(t *testing.T) {
	for v, want := range map[float64]float64{1: 1, 1.1: 1.2, 999: 1000, 2001: 2500, 8100: 10000, 5000: 5000} {
		if got := roundUp(v); math.Abs(got-want) > 1e-9*want {
			t.Errorf("roundUp(%v) = %v", v, got)
		}
	}
	for v, want := range map[float64]float64{1: 1, 1.9: 1, 4.9: 2, 999: 500, 1000: 1000} {
		if got := roundDown(v); math.Abs(got-want) > 1e-9*want {
			t.Errorf("roundDown(%v) = %v", v, got)
		}
	}
}
