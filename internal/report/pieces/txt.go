package pieces

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"hongxian/geodata"
)

// TXTOptions say how a boundary-point TXT is written.
type TXTOptions struct {
	Unit string // 数据产生单位
	// UTF8 writes UTF-8 with a byte-order mark. The default is GB18030, which is
	// what official readers open.
	UTF8 bool
}

// TXT writes the pieces as boundary-point coordinates (勘测定界界址点坐标交换格式),
// a parcel for each piece: X is north, Y east with the zone number, metres to the
// millimetre, 地块面积 the answer's ellipsoidal area in hectares, lines end in
// CRLF. The set must be in a Gauss-Krüger plane of CGCS2000.
//
// Rings that vanish to the millimetre cannot be written; lost counts them.
func TXT(w io.Writer, s Set, o TXTOptions) (lost int, err error) {
	zone, ok := ZoneOf(s.SRID)
	if !ok {
		return 0, &geodata.Error{Kind: geodata.Refused, Code: "txt-plane-unknown",
			ZH: fmt.Sprintf("界址点 TXT 只能写 2000 国家大地坐标系的高斯-克吕格平面坐标，EPSG:%d 不是。", s.SRID),
			EN: fmt.Sprintf("Boundary-point TXT carries Gauss-Krüger coordinates of CGCS2000; EPSG:%d is not such a plane.", s.SRID)}
	}
	var out io.Writer = w
	if o.UTF8 {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return 0, err
		}
	} else {
		// A character GB18030 lacks cannot occur: it encodes all of Unicode.
		encoder := transform.NewWriter(w, encoding.ReplaceUnsupported(simplifiedchinese.GB18030.NewEncoder()))
		defer func() {
			if closed := encoder.Close(); err == nil {
				err = closed
			}
		}()
		out = encoder
	}
	b := bufio.NewWriter(out)
	s.header(b, zone, o)
	for _, parcel := range s.parcels() {
		for i := range parcel.Pieces {
			lost += parcel.writePiece(b, zone, i)
		}
	}
	return lost, b.Flush()
}

// writePiece writes a piece as a parcel of the format; a piece of one parcel of
// several has that parcel's number before its own: 2-003-HX001.
func (s Set) writePiece(b *bufio.Writer, zone Zone, i int) (lost int) {
	p := s.Pieces[i]
	points, lost := Boundary(p.Geometry)
	if len(points) == 0 {
		return lost
	}
	number := fmt.Sprintf("%03d", i+1)
	if s.Number > 0 {
		number = fmt.Sprintf("%d-%s", s.Number, number)
	}
	if p.Code != "" {
		number += "-" + p.Code
	}
	fmt.Fprintf(b, "%d,%s,%s,%s,面,,%s,,@\r\n", len(points), p.Area.In(geodata.Hectare, 4),
		field(number), field(p.Name), field(strings.Trim(string(p.Layer)+" "+p.Class, " ")))
	for _, pt := range points {
		fmt.Fprintf(b, "%s,%d,%.3f,%.3f\r\n", pt.Number, pt.Ring, pt.X, zone.Easting(pt.Y))
	}
	return lost
}

// header writes the description. A writer of the unit's name may not know that
// the data are schematic, so the mark stands with it.
func (s Set) header(b *bufio.Writer, z Zone, o TXTOptions) {
	unit := o.Unit
	if s.Schematic {
		unit = strings.TrimSpace(unit + "（示意数据）")
	}
	for _, line := range []string{
		"[属性描述]",
		"格式版本号=1.01版本",
		"数据产生单位=" + field(unit),
		"数据产生日期=" + s.CheckedAt.In(beijing).Format("2006-01-02"),
		"坐标系=2000国家大地坐标系",
		fmt.Sprintf("几度分带=%d", z.Width),
		"投影类型=高斯克吕格",
		"计量单位=米",
		fmt.Sprintf("带号=%d", z.Number),
		"精度=0.001",
		"转换参数=,,,,,,",
		"[地块坐标]",
	} {
		b.WriteString(line + "\r\n")
	}
}

// field makes a text fit for a field: what would end a field, a record or a line
// is replaced by its full-width form or a space.
func field(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ',':
			return '，'
		case r == '@':
			return '＠'
		case r == '=':
			return '＝'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, s)
}
