package geofile

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"hongxian/geodata"
)

// boundaryFile is a file in the exchange format for boundary points (勘测定界
// 界址点坐标交换格式, as TD/T 1008 is practised):
//
//	[属性描述]
//	坐标系=2000国家大地坐标系
//	几度分带=3
//	带号=37
//	[地块坐标]
//	界址点数,地块面积(公顷),地块编号,地块名称,面,图幅号,地块用途,地类编码,@
//	点号,地块圈号,X坐标(北),Y坐标(东)
type boundaryFile struct {
	header  map[string]string
	parcels []parcel
}

var (
	// parcelLine is how a parcel's line starts; its @ may be missing.
	parcelLine = regexp.MustCompile(`^\s*\d*\s*,[^,]*,.*,\s*[面线点]\s*,`)
	boundaryAt = regexp.MustCompile(`(?m)^\s*\d*\s*,[^,\n]*,[^\n]*,\s*[面线点]\s*,[^\n]*@\s*$`)
)

// looksLikeBoundary recognises the format by its sections or a parcel's line.
func looksLikeBoundary(text string) bool {
	return strings.Contains(text, "[属性描述]") || strings.Contains(text, "[地块坐标]") ||
		boundaryAt.MatchString(halfWidth(text))
}

// halfWidth turns the full-width separators that input methods leave.
func halfWidth(s string) string { return halfSigns.Replace(s) }

var halfSigns = strings.NewReplacer("，", ",", "＠", "@", "＝", "=", "［", "[", "］", "]")

// openBoundary reads a boundary-point file.
func (f *File) openBoundary(ctx context.Context, path string) error {
	text, err := f.wholeText(path, true)
	if err != nil {
		return err
	}
	b, err := parseBoundary(text)
	if err != nil {
		return err
	}
	f.ownParcels(b.parcels)
	return f.decideBoundary(ctx, b.header)
}

// parseBoundary splits the text into its header and its parcels. A line that is
// neither fails the file, because the parcel it belongs to would be another.
func parseBoundary(text string) (boundaryFile, error) {
	b := boundaryFile{header: map[string]string{}}
	if e := garbled(text); e != nil {
		return b, e
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "\ufeff\x1a"))
		if line == "" {
			continue
		}
		if bad := b.line(line, n); bad != nil {
			return b, bad
		}
	}
	if len(b.parcels) == 0 {
		return b, noPolygons("文件中没有地块（以 @ 结尾的地块行）", "The file holds no parcel (a line that ends with @)")
	}
	return b, nil
}

func (b *boundaryFile) line(line string, n int) *geodata.Error {
	half := halfWidth(line)
	key, value, found := strings.Cut(half, "=")
	switch {
	case found && !strings.Contains(key, ","):
		return b.describe(strings.TrimSpace(key), strings.TrimSpace(value), n)
	case strings.HasPrefix(half, "["):
		return nil // a section's name; lines are told by their form
	case strings.HasSuffix(half, "@") || parcelLine.MatchString(half):
		b.parcels = append(b.parcels, parseParcel(line))
		return nil
	}
	if len(b.parcels) == 0 && !strings.Contains(half, ",") {
		return nil // a title above the sections
	}
	c, ok := parseCorner(half, n)
	if !ok {
		return invalid("txt-line-malformed", fmt.Sprintf("第 %d 行不是“点号,圈号,X坐标,Y坐标”，也不是以 @ 结尾的地块行：%.40q。", n, line),
			fmt.Sprintf("Line %d is neither “number,ring,X,Y” nor a parcel's line ending with @: %.40q.", n, line))
	}
	if len(b.parcels) == 0 {
		return invalid("txt-parcel-missing", fmt.Sprintf("第 %d 行是界址点，但前面没有以 @ 结尾的地块行。", n),
			fmt.Sprintf("Line %d is a point, but no parcel's line (ending with @) comes before it.", n))
	}
	last := &b.parcels[len(b.parcels)-1]
	last.corners = append(last.corners, c)
	return nil
}

// describe takes a line of the header. Files are joined by hand, so a second
// header may follow; one that describes other coordinates cannot be honoured.
func (b *boundaryFile) describe(key, value string, n int) *geodata.Error {
	before, again := b.header[key]
	switch key {
	case "坐标系", "几度分带", "带号", "投影类型", "计量单位":
		if again && before != value {
			return invalid("crs-contradictory", fmt.Sprintf("第 %d 行的“%s=%.40s”与前面的“%.40s”不同，请按坐标系拆成多个文件。", n, key, value, before),
				fmt.Sprintf("Line %d says %s=%.40s, an earlier one %.40s; part the file by reference system.", n, key, value, before))
		}
	}
	if !again {
		b.header[key] = value
	}
	return nil
}

// parseCorner reads 点号,地块圈号,X坐标,Y坐标; what follows is not used.
func parseCorner(line string, n int) (corner, bool) {
	fields := strings.Split(line, ",")
	if len(fields) < 4 {
		return corner{}, false
	}
	c := corner{label: strings.TrimSpace(fields[0]), ring: strings.TrimSpace(width.Narrow.String(fields[1])), line: n}
	north, okN := parseCoordinate(fields[2])
	east, okE := parseCoordinate(fields[3])
	c.north, c.east = north, east
	return c, okN && okE
}

// parseParcel reads a parcel's line. A name may hold commas: the fields are
// counted from the geometry word (面), which stands alone.
func parseParcel(line string) parcel {
	fields := parcelFields(line)
	if len(fields) < 5 {
		fields = parcelFields(halfWidth(line))
	}
	word := 4
	for i := 4; i < len(fields); i++ {
		if f := fields[i]; f == "面" || f == "线" || f == "点" {
			word = i
			break
		}
	}
	field := func(i int) string {
		if i < len(fields) {
			return fields[i]
		}
		return ""
	}
	p := parcel{code: field(2), name: strings.Join(fields[min(3, len(fields)):min(word, len(fields))], ",")}
	p.stated, _ = strconv.Atoi(width.Narrow.String(field(0)))
	p.hectares, _ = parseCoordinate(field(1))
	p.values = map[string]any{}
	for key, value := range map[string]string{"地块编号": p.code, "地块名称": p.name, "图幅号": field(word + 1), "地块用途": field(word + 2), "地类编码": field(word + 3)} {
		if value != "" {
			p.values[key] = value
		}
	}
	if p.stated > 0 {
		p.values["界址点数"] = int64(p.stated)
	}
	if p.hectares > 0 {
		p.values["地块面积"] = p.hectares
	}
	if kind := field(word); kind == "线" || kind == "点" {
		p.fault = invalid("geometry-not-polygon", fmt.Sprintf("地块“%.40s”的图形属性为“%s”，只接受面。", p.label(), kind),
			fmt.Sprintf("The record %.40q is a line or a point (%s); only areas are taken.", p.label(), kind))
	}
	return p
}

// parcelFields splits a parcel's line, its @ taken off.
func parcelFields(line string) []string {
	line = strings.TrimRight(strings.TrimSpace(line), "@＠")
	fields := strings.Split(line, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}
