package figure

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/change"
)

// ChangeSVG draws the same map as ChangePNG as lines and areas, for drawing programs
// and print at any size. Its lengths are millimetres.
func ChangeSVG(w io.Writer, p *change.Picture, layer geodata.LayerKey, title string, s Style) error {
	s.DPI = 25.4 // a pixel is a millimetre
	c, err := changeCanvas(p, layer, title, s)
	if err != nil {
		return err
	}
	v := &svg{canvas: c}
	v.begin()
	v.body()
	v.surround()
	v.WriteString("</svg>\n")
	if _, err := w.Write(v.Bytes()); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	return nil
}

// svg is a drawing being written.
type svg struct {
	*canvas
	bytes.Buffer
}

func (v *svg) begin() {
	fmt.Fprintf(v, `<svg xmlns="http://www.w3.org/2000/svg" width="%dmm" height="%dmm" viewBox="0 0 %d %d" font-family="'Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif">`+"\n",
		WidthMM, HeightMM, WidthMM, HeightMM)
	v.WriteString("<defs>\n")
	for _, kind := range changeOrder {
		ink := changeInks[kind]
		turn := map[slope]string{rising: "rotate(45)", falling: "rotate(-45)", upright: "rotate(0)"}[ink.slope]
		fmt.Fprintf(v, `<pattern id="k%d" width="1" height="1" patternUnits="userSpaceOnUse" patternTransform="%s"><path d="M0 0V1" stroke="%s" stroke-width="0.3"/></pattern>`+"\n", kind, turn, ink.line)
	}
	f := v.frame
	fmt.Fprintf(v, `<clipPath id="f"><rect x="%s" y="%s" width="%s" height="%s"/></clipPath>`+"\n</defs>\n", mm(f.Min[0]), mm(f.Min[1]), mm(f.Max[0]-f.Min[0]), mm(f.Max[1]-f.Min[1]))
	fmt.Fprintf(v, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", WidthMM, HeightMM)
}

// mm writes a length to a hundredth of a millimetre.
func mm(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// outline is an area as a path.
func (v *svg) outline(area orb.MultiPolygon) string {
	var b strings.Builder
	for _, polygon := range area {
		for _, ring := range polygon {
			for i, p := range ring {
				x, y := v.at(p)
				if i == 0 {
					b.WriteString("M")
				} else {
					b.WriteString("L")
				}
				b.WriteString(mm(x) + " " + mm(y))
			}
			b.WriteString("Z")
		}
	}
	return b.String()
}

// body draws the map itself.
func (v *svg) body() {
	v.WriteString(`<g clip-path="url(#f)">` + "\n")
	for _, l := range v.picture.Layers {
		style := v.colours(l.Layer)
		for _, f := range l.Features {
			if l.Layer == geodata.Township {
				fmt.Fprintf(v, `<path d="%s" fill="none" stroke="#333" stroke-width="0.25" stroke-dasharray="2 0.6 0.4 0.6"/>`+"\n", v.outline(f.Geometry))
				continue
			}
			fmt.Fprintf(v, `<path d="%s" fill="%s" fill-opacity="0.18" fill-rule="evenodd" stroke="%s" stroke-width="0.25"/>`+"\n", v.outline(f.Geometry), hex(style.Fill), hex(style.Line))
		}
	}
	for _, kind := range changeOrder {
		for _, p := range v.change.Pieces {
			if p.Kind == kind {
				v.piece(fmt.Sprintf(`d="%s" fill-rule="evenodd"`, v.outline(p.Geometry)), "path", kind)
			}
		}
	}
	for _, l := range v.labels() {
		v.text(l.text, l.at[0], l.at[1], l.size, "middle", hexOf(l.ink), true)
	}
	v.WriteString("</g>\n")
}

// piece draws a shape as a kind of change: its fill, then its hatch and border.
func (v *svg) piece(shape, element string, kind change.PieceKind) {
	ink := changeInks[kind]
	fmt.Fprintf(v, `<%s %s fill="%s" fill-opacity="0.6"/>`+"\n", element, shape, ink.fill)
	fmt.Fprintf(v, `<%s %s fill="url(#k%d)" stroke="%s" stroke-width="0.35"/>`+"\n", element, shape, kind, ink.line)
}

// hex is a colour of a profile; one that is none is grey.
func hex(s string) string { return hexOf(colour(s, 255)) }

func hexOf(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// text writes a text with its middle at y; halo gives it a white edge.
func (v *svg) text(text string, x, y, size float64, anchor, fill string, halo bool) {
	edge := ""
	if halo {
		edge = ` stroke="#fff" stroke-width="0.7" paint-order="stroke"`
	}
	fmt.Fprintf(v, `<text x="%s" y="%s" font-size="%s" text-anchor="%s" fill="%s"%s>`, mm(x), mm(y+size*0.36), mm(size), anchor, fill, edge)
	_ = xml.EscapeText(v, []byte(text)) // a buffer takes everything
	v.WriteString("</text>\n")
}

// surround draws what stands around the map: frame, title, legend, scale and plane.
func (v *svg) surround() {
	f := v.frame
	fmt.Fprintf(v, `<rect x="%s" y="%s" width="%s" height="%s" fill="none" stroke="#000" stroke-width="0.5"/>`+"\n", mm(f.Min[0]), mm(f.Min[1]), mm(f.Max[0]-f.Min[0]), mm(f.Max[1]-f.Min[1]))
	v.text(v.style.Title, room.Center()[0], 6, 4.6, "middle", "#000", false)
	if v.style.Schematic {
		v.text("示意数据", column+20, 6, 4.6, "middle", hexOf(accent), false)
		v.text("非真实界线，无法律效力", column+20, 10.3, 2.5, "middle", hexOf(accent), false)
	}
	fmt.Fprintf(v, `<path d="M%[1]s 19L%[2]s 29L%[1]s 27L%[3]s 29Z" fill="none" stroke="#000" stroke-width="0.3"/>`+"\n", mm(column+20), mm(column+22.6), mm(column+17.4))
	v.text("N", column+20, 17, 3.2, "middle", "#000", false)
	v.text("图例", column+20, 38, 3.4, "middle", "#000", false)
	v.list()
	v.text("比例尺 1:"+thousands(v.scale), 4, 113.4, 2.8, "start", "#000", false)
	v.text(fmt.Sprintf("按 %d mm 宽打印时", WidthMM), 4, 117, 2.2, "start", "#000", false)
	v.text("高斯-克吕格平面坐标（米），EPSG:"+strconv.Itoa(v.picture.SRID), WidthMM-3, 113.4, 2.4, "end", "#000", false)
	v.text(v.style.Plane, WidthMM-3, 117, 2.2, "end", "#000", false)
}

// list is the legend.
func (v *svg) list() {
	y := 44.0
	line := func(text string, draw func(shape string)) {
		draw(fmt.Sprintf(`x="%s" y="%s" width="8" height="3.6"`, mm(column), mm(y-1.8)))
		v.text(text, column+10, y, 2.7, "start", "#000", false)
		y += 5.4
	}
	for _, kind := range changeOrder {
		for _, p := range v.change.Pieces {
			if p.Kind == kind {
				line(changeInks[kind].word, func(shape string) { v.piece(shape, "rect", kind) })
				break
			}
		}
	}
	for _, l := range v.picture.Layers {
		style := v.colours(l.Layer)
		switch {
		case len(l.Features) == 0:
		case l.Layer == geodata.Township:
			line("乡镇界", func(string) {
				fmt.Fprintf(v, `<path d="M%s %sh8" stroke="#333" stroke-width="0.25" stroke-dasharray="2 0.6 0.4 0.6"/>`+"\n", mm(column), mm(y))
			})
		default:
			line(l.TitleZH+"（现状）", func(shape string) {
				fmt.Fprintf(v, `<rect %s fill="%s" fill-opacity="0.18" stroke="%s" stroke-width="0.25"/>`+"\n", shape, hex(style.Fill), hex(style.Line))
			})
		}
	}
}
