package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// column is where legend and north arrow stand, millimetres from the left.
const column = 138

// grid draws crosses where round coordinates of the plane meet, and writes the
// coordinates along the frame.
func (c *canvas) grid() {
	step := roundDown((c.view.Max[0] - c.view.Min[0]) / 3)
	ink := color.NRGBA{R: 20, G: 70, B: 140, A: 255}
	first := func(v float64) float64 { return math.Ceil(v/step) * step }
	const arm, label = 1.6, 2.0
	var xs, ys []float64
	for v := first(c.view.Min[0]); v <= c.view.Max[0]; v += step {
		xs = append(xs, v)
	}
	for v := first(c.view.Min[1]); v <= c.view.Max[1]; v += step {
		ys = append(ys, v)
	}
	c.dash()
	for _, e := range xs {
		for _, n := range ys {
			x, y := c.at(orb.Point{e, n})
			c.DrawLine(x-arm*c.mm, y, x+arm*c.mm, y)
			c.DrawLine(x, y-arm*c.mm, x, y+arm*c.mm)
		}
	}
	c.pen(ink, 0.2)
	c.Stroke()
	for _, e := range xs {
		x, _ := c.at(orb.Point{e, 0})
		if x/c.mm < c.frame.Max[0]-12 && x/c.mm > c.frame.Min[0]+20 {
			c.edge(fmt.Sprintf("E %.0f", e), orb.Point{x / c.mm, c.frame.Max[1] - 2}, 0.5, ink)
		}
	}
	for _, n := range ys {
		_, y := c.at(orb.Point{0, n})
		if y/c.mm > c.frame.Min[1]+3 && y/c.mm < c.frame.Max[1]-5 {
			c.edge(fmt.Sprintf("N %.0f", n), orb.Point{c.frame.Min[0] + 1, y / c.mm}, 0, ink)
		}
	}
}

// edge writes a coordinate along the frame; names keep off it.
func (c *canvas) edge(text string, at orb.Point, ax float64, ink color.Color) {
	const size = 2.2
	w := c.width(text, size)
	c.taken = append(c.taken, orb.Bound{Min: orb.Point{at[0] - ax*w, at[1] - size/2}, Max: orb.Point{at[0] + (1-ax)*w, at[1] + size/2}})
	c.halo(text, at[0], at[1], size, ax, ink)
}

// border draws the frame of the map and of the figure.
func (c *canvas) border() {
	c.dash()
	c.rectangle(c.frame)
	c.pen(black, 0.5)
	c.Stroke()
	c.rectangle(orb.Bound{Min: orb.Point{0.3, 0.3}, Max: orb.Point{WidthMM - 0.3, HeightMM - 0.3}})
	c.pen(black, 0.25)
	c.Stroke()
}

// title writes the figure's name, and that the data are schematic.
func (c *canvas) title() {
	title := c.style.Title
	if title == "" {
		title = "项目地块与核查图层位置关系图"
	}
	c.SetColor(black)
	c.write(title, room.Center()[0], 6, 4.6, 0.5)
	if c.style.Schematic {
		c.SetColor(accent)
		c.write("示意数据", column+20, 6, 4.6, 0.5)
		c.write("非真实界线，无法律效力", column+20, 10.3, 2.5, 0.5)
	}
}

// entry is a line of the legend.
type entry struct {
	text string
	draw func(orb.Bound)
}

// entries lists what the map shows.
func (c *canvas) entries() []entry {
	middle := func(b orb.Bound) {
		y := b.Center()[1] * c.mm
		c.DrawLine(b.Min[0]*c.mm, y, b.Max[0]*c.mm, y)
	}
	list := []entry{{cmp.Or(c.style.Subject, "项目地块"), func(b orb.Bound) { c.rectangle(b); c.tint(); c.outline() }}}
	if len(c.picture.Axis) > 0 {
		list = append(list, entry{"线路中心线", func(b orb.Bound) { middle(b); c.strokeAxis() }})
	}
	for _, l := range c.picture.Layers {
		style, hatched := c.colours(l.Layer), l.Layer == geodata.RedLine
		switch {
		case len(l.Features) == 0:
		case l.Layer == geodata.Township:
			list = append(list, entry{l.TitleZH + "界", func(b orb.Bound) { middle(b); c.strokeBorder() }})
		default:
			list = append(list, entry{l.TitleZH, func(b orb.Bound) { c.swatch(b, style, hatched) }})
			if c.concerned(l.Layer) {
				list = append(list, entry{"  与地块重叠", func(b orb.Bound) { c.swatch(b, style, hatched); c.swatchPiece(b, style, hatched) }})
			}
		}
	}
	return list
}

// listed is what the legend lists.
func (c *canvas) listed() []entry {
	if c.change != nil {
		return c.changeEntries()
	}
	return c.entries()
}

// legend draws the north arrow, and lists what the map shows.
func (c *canvas) legend() {
	const size, from, to = 2.7, 44.0, 109.0
	c.north(column+20, 25)
	c.SetColor(black)
	c.write("图例", column+20, from-6, 3.4, 0.5)
	list := c.listed()
	pitch := min(5.4, (to-from)/float64(len(list)))
	for i, e := range list {
		y := from + (float64(i))*pitch
		e.draw(orb.Bound{Min: orb.Point{column, y - pitch*0.34}, Max: orb.Point{column + 8, y + pitch*0.34}})
		c.SetColor(black)
		c.write(c.shorten(e.text, WidthMM-column-12, size), column+10, y, size, 0)
	}
}

// swatch draws a layer's box of the legend.
func (c *canvas) swatch(b orb.Bound, style Colour, hatched bool) {
	c.rectangle(b)
	c.paint(style, light, hatched)
}

// swatchPiece draws the box of what site and layer have in common.
func (c *canvas) swatchPiece(b orb.Bound, style Colour, hatched bool) {
	c.rectangle(b)
	c.paint(style, strong, hatched)
}

// shorten cuts a text to a width in millimetres.
func (c *canvas) shorten(text string, width, size float64) string {
	if c.width(text, size) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && c.width(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// north draws the arrow of grid north, the plane's own.
func (c *canvas) north(x, y float64) {
	for _, side := range []float64{-1, 1} {
		c.MoveTo(x*c.mm, (y-6)*c.mm)
		c.LineTo((x+side*2.6)*c.mm, (y+4)*c.mm)
		c.LineTo(x*c.mm, (y+2)*c.mm)
		c.ClosePath()
		c.pen(black, 0.25)
		if side < 0 {
			c.FillPreserve()
		}
		c.Stroke()
	}
	c.write("N", x, y-8, 3.2, 0.5)
	c.write("坐标北", x, y+6.4, 2.2, 0.5)
}

// foot draws the scale bar and says what the coordinates are.
func (c *canvas) foot() {
	const y = 115.0
	c.bar(4, y)
	c.SetColor(black)
	c.write("比例尺 1:"+thousands(c.scale), 62, y-1.6, 2.8, 0)
	c.write(fmt.Sprintf("按 %d mm 宽打印时", WidthMM), 62, y+2, 2.2, 0)
	c.write("高斯-克吕格平面坐标（米），EPSG:"+strconv.Itoa(c.picture.SRID), WidthMM-3, y-1.6, 2.4, 1)
	c.write(c.style.Plane, WidthMM-3, y+2, 2.2, 1)
}

// bar draws the scale bar from a place on: four boxes, black and white.
func (c *canvas) bar(x, y float64) {
	length := roundDown(c.scale * 0.045) // metres
	long := length / c.scale * 1000      // millimetres
	const parts, height = 4, 1.2
	for i := range parts {
		c.rectangle(orb.Bound{Min: orb.Point{x + float64(i)*long/parts, y}, Max: orb.Point{x + float64(i+1)*long/parts, y + height}})
		c.pen(black, 0.2)
		if i%2 == 0 {
			c.FillPreserve()
		}
		c.Stroke()
	}
	c.SetColor(black)
	unit, divisor := "m", 1.0
	if length >= 2000 {
		unit, divisor = "km", 1000
	}
	for i := 0; i <= 2; i++ {
		text := strconv.FormatFloat(length*float64(i)/2/divisor, 'f', -1, 64)
		if i == 2 {
			text += " " + unit
		}
		c.write(text, x+float64(i)*long/2, y-2, 2.4, float64(i)/4)
	}
}

// thousands writes a whole number with spaces between its thousands.
func thousands(v float64) string {
	s := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
