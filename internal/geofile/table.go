package geofile

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"hongxian/geodata"
)

const (
	maxRows    = 200_000 // of a table of points
	headerRows = 20      // how far down the column names may stand, below titles
	maxColumns = 200
)

// looksLikeTable recognises text by its column names within its first lines. A
// file named .csv is one in any case, so that the error says what it lacks.
func looksLikeTable(text string, named bool) bool {
	lines := strings.SplitN(text, "\n", headerRows+1)
	for _, line := range lines[:min(len(lines), headerRows)] {
		if _, ok := columns(splitRow(line)); ok {
			return true
		}
	}
	return named && text[0] != '{' && text[0] != '<'
}

func splitRow(line string) []string {
	row := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;\t，", r) })
	for i := range row {
		row[i] = strings.Trim(strings.TrimSpace(row[i]), `"`)
	}
	return row
}

// openTable reads a CSV of boundary points.
func (f *File) openTable(ctx context.Context, path string) error {
	text, err := f.wholeText(path, false)
	if err != nil {
		return err
	}
	t := &pointTable{}
	if err := t.readCSV(text); err != nil {
		return err
	}
	return f.takeTable(ctx, t)
}

// takeTable makes the parcels of a table the file's records and finds their
// system: a table states none.
func (f *File) takeTable(ctx context.Context, t *pointTable) error {
	if len(t.parcels) == 0 {
		return noPolygons("表中没有界址点", "The table holds no points")
	}
	list := make([]parcel, len(t.parcels))
	for i, p := range t.parcels {
		list[i] = *p
	}
	f.ownParcels(list)
	first, _, err := f.peek(ctx)
	if err != nil {
		return err
	}
	if first.at == nil { // no parcel can be taken, and the stream says why
		f.system, _ = knownSystem(4490)
		return nil
	}
	return f.decideWithout(ctx)
}

// pointTable gathers the parcels of a table row by row.
type pointTable struct {
	where   map[column]int // nil until the column names have been seen
	above   []string       // the row before, for names written in two rows
	rows    int
	parcels []*parcel
	known   map[string]*parcel
	parcel  *parcel
	ring    string
}

func (t *pointTable) readCSV(text string) error {
	if e := garbled(text); e != nil {
		return e
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = delimiterOf(text)
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace, r.ReuseRecord = -1, true, r.Comma != '\t', true
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t.ended()
		}
		if err != nil {
			return because(invalid("csv-malformed", "CSV 格式有误（引号不配对？），请另存为 UTF-8 的 CSV。", "The CSV cannot be read (an unmatched quote?); save it again as CSV."), err)
		}
		line, _ := r.FieldPos(0)
		if bad := t.row(row, line); bad != nil {
			return bad
		}
	}
}

// delimiterOf is the sign that is most frequent in the first lines.
func delimiterOf(text string) rune {
	head := text[:min(len(text), 4096)]
	best, most := ',', strings.Count(head, ",")
	for _, r := range "\t;，" {
		if n := strings.Count(head, string(r)); n > most {
			best, most = r, n
		}
	}
	return best
}

// ended refuses a table whose columns were never named.
func (t *pointTable) ended() error {
	if t.where == nil {
		return columnsMissing()
	}
	return nil
}

func columnsMissing() *geodata.Error {
	return invalid("table-columns", "表中找不到坐标列；请在首行写列名：点号、纵坐标(X)、横坐标(Y)（或 经度、纬度），可加 地块编号、地块名称、圈号、反算边长。",
		"The table names no coordinate columns; the first row needs 点号, 纵坐标(X), 横坐标(Y) (or lon, lat), and may have 地块编号, 地块名称, 圈号, 反算边长.")
}

// row takes one row of a table; line is its number in the file.
func (t *pointTable) row(row []string, line int) *geodata.Error {
	if t.rows++; t.rows > maxRows {
		return &geodata.Error{Kind: geodata.TooLarge, Code: "table-too-long",
			ZH: fmt.Sprintf("表超过 %d 行，请拆分后再提交。", maxRows), EN: fmt.Sprintf("The table has more than %d rows; split it.", maxRows)}
	}
	if t.where == nil {
		return t.header(row)
	}
	if _, again := columns(row); again {
		return nil // names repeated at the head of a page
	}
	first, second := t.coordinates(row)
	side, _ := parseCoordinate(t.cell(row, colSide))
	switch {
	case first == "" && second == "" && side > 0:
		t.sideBetween(side)
		return nil
	case first == "" && second == "":
		return nil // blank, or a signature below the table
	}
	c := corner{label: t.cell(row, colLabel), side: side, line: line}
	var okN, okE bool
	c.north, okN = parseAngle(first)
	c.east, okE = parseAngle(second)
	if !okN || !okE {
		return invalid("coordinate-not-number", fmt.Sprintf("第 %d 行的坐标不是数字：%.40q、%.40q。", line, first, second),
			fmt.Sprintf("The coordinates of row %d are not numbers: %.40q, %.40q.", line, first, second))
	}
	t.add(row, c)
	return nil
}

// header looks for the column names; surveyors write them in one row or in two.
func (t *pointTable) header(row []string) *geodata.Error {
	both := append([]string(nil), row...)
	for i, above := range t.above {
		if i >= len(both) {
			both = append(both, above)
		} else if columnOf(both[i]) == colNone && columnOf(above) != colNone {
			both[i] = above
		}
	}
	if where, ok := columns(both); ok {
		t.where = where
		return nil
	}
	if t.rows >= headerRows {
		return columnsMissing()
	}
	t.above = append([]string(nil), row...)
	return nil
}

func (t *pointTable) cell(row []string, c column) string {
	if i, ok := t.where[c]; ok && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// coordinates are the northing and the easting, or the latitude and the
// longitude where the table has no others.
func (t *pointTable) coordinates(row []string) (string, string) {
	_, n := t.where[colNorth]
	_, e := t.where[colEast]
	if n && e {
		return t.cell(row, colNorth), t.cell(row, colEast)
	}
	return t.cell(row, colLat), t.cell(row, colLon)
}

// sideBetween takes a side length written in a row of its own, between the two
// points that it joins.
func (t *pointTable) sideBetween(side float64) {
	if t.parcel == nil || len(t.parcel.corners) == 0 {
		return
	}
	if last := &t.parcel.corners[len(t.parcel.corners)-1]; last.side == 0 {
		last.side = side
	}
}

// add gives a corner to its parcel. Cells that are merged or left blank mean
// what stands above them.
func (t *pointTable) add(row []string, c corner) {
	code, name := t.cell(row, colParcel), t.cell(row, colName)
	key := code
	if _, coded := t.where[colParcel]; !coded {
		key = name
	}
	if t.known == nil {
		t.known = map[string]*parcel{}
	}
	switch {
	case t.parcel != nil && key == "":
	case t.known[key] != nil:
		t.parcel = t.known[key]
	default:
		t.parcel = &parcel{code: code, name: name, values: map[string]any{}}
		if code != "" {
			t.parcel.values["地块编号"] = code
		}
		if name != "" {
			t.parcel.values["地块名称"] = name
		}
		t.known[key], t.ring = t.parcel, ""
		t.parcels = append(t.parcels, t.parcel)
	}
	if ring := t.cell(row, colRing); ring != "" {
		t.ring = ring
	}
	c.ring = t.ring
	t.parcel.corners = append(t.parcel.corners, c)
}

var sexagesimal = regexp.MustCompile(`^(\d{1,3})\s*[°度:]\s*(\d{1,2})\s*[′'分:]\s*(\d{1,2}(?:\.\d+)?)\s*(?:″|"|''|秒)?\s*[NESWnesw]?$`)

// parseAngle reads a coordinate, also as degrees, minutes and seconds.
func parseAngle(s string) (float64, bool) {
	if v, ok := parseCoordinate(s); ok {
		return v, true
	}
	m := sexagesimal.FindStringSubmatch(strings.TrimSpace(width.Narrow.String(s)))
	if m == nil {
		return 0, false
	}
	d, _ := parseCoordinate(m[1])
	minutes, _ := parseCoordinate(m[2])
	seconds, _ := parseCoordinate(m[3])
	if minutes >= 60 || seconds >= 60 {
		return 0, false
	}
	return math.Round((d+minutes/60+seconds/3600)*1e12) / 1e12, true
}
