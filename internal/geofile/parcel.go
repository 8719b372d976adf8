package geofile

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/width"

	"hongxian/geodata"
)

const (
	// maxRings bounds one parcel's rings: who lies in whom is asked of each pair.
	maxRings = 2000
	// sameCorner is how far a closing point may lie from the first one of the
	// same name, in metres: what rounding to millimetres does.
	sameCorner = 0.0015
	// sameSide is what a stated side length may differ by, in metres.
	sameSide = 0.05
)

// parcel (地块) is one parcel of a file of boundary points, as it is written.
type parcel struct {
	code, name string
	values     map[string]any
	stated     int     // 界址点数, 0 when it is not stated
	hectares   float64 // 地块面积, 0 when it is not stated
	corners    []corner
	fault      *geodata.Error // why it cannot be taken, found while it was parsed
}

// corner (界址点) is one line of a file of boundary points.
type corner struct {
	label, ring string
	north, east float64
	side        float64 // 反算边长 as stated, 0 when it is not
	line        int     // in the file, for errors
}

func (c corner) point() *orb.Point { return &orb.Point{c.east, c.north} }

// parcels are the records of a file of boundary points. Each is assembled when
// its turn comes, so that a deadline holds within a large file.
type parcels struct {
	parsed
	ctx  context.Context
	list []parcel
	at   int
}

func (p *parcels) next() (raw, error) {
	if err := p.ctx.Err(); err != nil {
		return raw{}, err
	}
	if p.at == len(p.list) {
		return raw{}, io.EOF
	}
	one := &p.list[p.at]
	p.at++
	rec := raw{record: p.at, values: one.values, code: one.code, name: one.name, dims: 2}
	var bad *geodata.Error
	if bad = one.fault; bad == nil {
		rec.shape, rec.notes, bad = one.assemble(rec.record)
	}
	if bad != nil {
		bad.Record = rec.record
		return rec, geodata.RefuseRecord(bad)
	}
	return rec, nil
}

// ownParcels makes a list of parcels the file's records.
func (f *File) ownParcels(list []parcel) {
	f.own = func(ctx context.Context) (records, error) { return &parcels{ctx: ctx, list: list}, nil }
}

// assembly is a parcel becoming a geometry.
type assembly struct {
	*parcel
	record int
	metres bool
	notes  []Finding
}

func (p *parcel) assemble(record int) (orb.Geometry, []Finding, *geodata.Error) {
	a := &assembly{parcel: p, record: record}
	corners, bad := a.oriented()
	if bad != nil {
		return nil, nil, bad
	}
	var rings []orb.Ring
	given := 0 // rings whose closing point is written
	for _, path := range paths(corners) {
		ring, closed, bad := a.ring(path, len(rings)+1)
		if bad != nil {
			return nil, nil, bad
		}
		if rings = append(rings, ring); closed {
			given++
		}
		if len(rings) > maxRings {
			return nil, nil, invalid("too-many-rings", fmt.Sprintf("一个地块超过 %d 个圈，请拆分。", maxRings), fmt.Sprintf("A parcel has more than %d rings; split it.", maxRings))
		}
	}
	if len(rings) == 0 {
		return nil, nil, invalid("ring-too-short", fmt.Sprintf("地块“%.40s”没有界址点。", p.label()), fmt.Sprintf("The parcel %.40q has no points.", p.label()))
	}
	g := nested(rings)
	a.compareCount(len(corners), given, len(rings))
	a.compareArea(g)
	return g, a.notes, nil
}

func (p *parcel) label() string {
	if p.code != "" {
		return p.code
	}
	return p.name
}

func (a *assembly) note(kind, zh, en string, at *orb.Point) {
	a.notes = append(a.notes, Finding{Kind: kind, ZH: zh, EN: en, Record: a.record, At: at, Records: 1})
}

// order is how a pair of numbers reads: north before east, the other way, or
// neither can be told.
type order int

const (
	unclear order = iota
	northFirst
	eastFirst
)

func isNorthing(v float64) bool { return v >= 1.5e6 && v < 6e6 }
func isEasting(v float64) bool  { return v > -1e6 && v < 1.5e6 || v >= 1e7 && v < 4.7e7 }

// orderOf tells by size: a northing has 7 digits, an easting 6 or, with its zone,
// 8; in degrees China lies at 73–135 by 3–54.
func orderOf(first, second float64) order {
	switch {
	case isNorthing(first) && isEasting(second), first > 0 && first < 60 && second > 72 && second < 137:
		return northFirst
	case isNorthing(second) && isEasting(first), second > 0 && second < 60 && first > 72 && first < 137:
		return eastFirst
	}
	return unclear
}

// oriented gives the corners with the northing where it belongs.
func (a *assembly) oriented() ([]corner, *geodata.Error) {
	if len(a.corners) == 0 {
		return nil, nil
	}
	seen := [3]int{}
	for _, c := range a.corners {
		seen[orderOf(c.north, c.east)]++
		a.metres = a.metres || math.Abs(c.north) > 180 || math.Abs(c.east) > 180
	}
	if seen[eastFirst] > 0 && seen[northFirst] > 0 {
		return nil, at(invalid("xy-mixed", fmt.Sprintf("地块“%.40s”中有的界址点 X（北坐标，7 位）在前，有的 Y（东坐标）在前，请统一。", a.label()),
			fmt.Sprintf("Some points of the parcel %.40q have the northing first, others the easting; use one order.", a.label())), 0, a.corners[0].point())
	}
	if seen[eastFirst] == 0 {
		return a.corners, nil
	}
	turned := make([]corner, len(a.corners))
	for i, c := range a.corners {
		c.north, c.east = c.east, c.north
		turned[i] = c
	}
	a.note("xy-swapped", "X、Y 两列颠倒：7 位数（或纬度）是北坐标 X，已按北坐标、东坐标读取。",
		"The columns X and Y are swapped: the 7-digit value (or the latitude) is the northing; they were read that way.", turned[0].point())
	return turned, nil
}

// paths parts a parcel's corners where the ring number changes, and where a ring
// has come back to its first point and another goes on under the same number.
func paths(corners []corner) [][]corner {
	var all [][]corner
	from := 0
	for i := 1; i <= len(corners); i++ {
		if i < len(corners) && corners[i].ring == corners[from].ring {
			last := corners[i-1]
			closed := i-from > 3 && same(last, corners[from])
			if !closed || same(corners[i], last) {
				continue
			}
		}
		all = append(all, corners[from:i])
		from = i
	}
	if len(corners) == 0 {
		return nil
	}
	return all
}

func same(a, b corner) bool { return a.north == b.north && a.east == b.east }

// ring closes one path and says whether its closing point was written.
func (a *assembly) ring(path []corner, n int) (orb.Ring, bool, *geodata.Error) {
	ring := make(orb.Ring, 0, len(path)+1)
	distinct := map[orb.Point]bool{}
	for i, c := range path {
		if i > 0 && same(c, path[i-1]) {
			a.note("points-repeated", fmt.Sprintf("第 %d 行界址点 %.20s 与前一点重复。", c.line, c.label), fmt.Sprintf("The point %.20s of line %d repeats the one before.", c.label, c.line), c.point())
		}
		ring = append(ring, *c.point())
		if len(distinct) < 3 {
			distinct[*c.point()] = true
		}
	}
	first, last := path[0], path[len(path)-1]
	if len(distinct) < 3 {
		return nil, false, at(invalid("ring-too-short", fmt.Sprintf("第 %d 行起的第 %d 圈只有 %d 个不同的界址点，至少要 3 个。", first.line, n, len(distinct)),
			fmt.Sprintf("Ring %d from line %d on has %d different points; it needs 3.", n, first.line, len(distinct))), 0, first.point())
	}
	if same(first, last) {
		a.compareSides(path)
		return ring, true, nil
	}
	named := first.label != "" && first.label == last.label
	if gap := math.Hypot(first.north-last.north, first.east-last.east); named && (gap > sameCorner || !a.metres) {
		return nil, false, at(invalid("ring-unclosed", fmt.Sprintf("第 %d 行的闭合点 %.20s 与第 %d 行的起点 %.20s 点号相同而坐标不同，请核对。", last.line, last.label, first.line, first.label),
			fmt.Sprintf("The closing point %.20s of line %d has other coordinates than the first point of that name in line %d.", last.label, last.line, first.line)), 0, last.point())
	}
	a.note("ring-closed", fmt.Sprintf("第 %d 圈没有写闭合点，已按首点闭合。", n), fmt.Sprintf("Ring %d lacks its closing point and was closed to its first.", n), last.point())
	a.compareSides(path)
	return append(ring, ring[0]), named, nil
}

// compareCount compares the number of points that the file states with those
// that it has: closing points may be counted or not.
func (a *assembly) compareCount(lines, given, rings int) {
	switch a.stated {
	case 0, lines:
		return
	case lines - given, lines + rings - given:
		a.note("point-count-closing", fmt.Sprintf("注明界址点数 %d，实有 %d 行，差数为闭合点的计法，不影响图形。", a.stated, lines),
			fmt.Sprintf("%d points are stated and %d lines are there; the difference is how closing points are counted.", a.stated, lines), nil)
		return
	}
	a.note("point-count", fmt.Sprintf("地块“%.40s”注明界址点数 %d，实有 %d 行（其中闭合点 %d 个），请核对是否缺点。", a.label(), a.stated, lines, given),
		fmt.Sprintf("The parcel %.40q states %d points; there are %d lines, %d of them closing points. Check whether any is missing.", a.label(), a.stated, lines, given), nil)
}

// compareArea compares the stated area with the plane area of the coordinates.
func (a *assembly) compareArea(g orb.Geometry) {
	if a.hectares <= 0 || !a.metres {
		return
	}
	hectares := planeArea(g) / 10000
	if math.Abs(hectares-a.hectares) <= 0.0001+a.hectares*0.001 {
		return
	}
	zh, en := "", ""
	if math.Abs(hectares*10000-a.hectares) <= 1+a.hectares*0.001 {
		zh, en = "，所注似为平方米", "; the stated one seems to be in square metres"
	}
	a.note("area-differs", fmt.Sprintf("地块“%.40s”注明面积 %s 公顷，按坐标计算的平面面积为 %.4f 公顷%s。", a.label(), strconv.FormatFloat(a.hectares, 'f', -1, 64), hectares, zh),
		fmt.Sprintf("The parcel %.40q states %s ha; the plane area of its coordinates is %.4f ha%s.", a.label(), strconv.FormatFloat(a.hectares, 'f', -1, 64), hectares, en), nil)
}

// compareSides compares stated side lengths with the coordinates. Some tables
// give a point's side to the next point, some from the one before: whichever
// fits more of them is meant.
func (a *assembly) compareSides(path []corner) {
	if !a.metres {
		return
	}
	if n := len(path); n > 1 && same(path[0], path[n-1]) {
		path = path[:n-1]
	}
	var misfits [2][]int
	stated := 0
	for i, c := range path {
		if c.side <= 0 {
			continue
		}
		stated++
		for k, other := range [2]int{(i + 1) % len(path), (i + len(path) - 1) % len(path)} {
			if math.Abs(math.Hypot(c.north-path[other].north, c.east-path[other].east)-c.side) > sameSide {
				misfits[k] = append(misfits[k], i)
			}
		}
	}
	bad := misfits[0]
	if len(misfits[1]) < len(bad) {
		bad = misfits[1]
	}
	if stated == 0 || len(bad) == 0 {
		return
	}
	c := path[bad[0]]
	a.note("side-differs", fmt.Sprintf("第 %d 行界址点 %.20s 所注边长 %s 米与坐标反算不符（本圈共 %d 处），请核对。", c.line, c.label, strconv.FormatFloat(c.side, 'f', -1, 64), len(bad)),
		fmt.Sprintf("The side of %s m stated for the point %.20s in line %d does not fit the coordinates (%d in this ring).", strconv.FormatFloat(c.side, 'f', -1, 64), c.label, c.line, len(bad)), c.point())
}

// parseCoordinate reads a decimal number as surveyors' files have it: full-width
// digits too, but no hexadecimal, no infinity.
func parseCoordinate(s string) (float64, bool) {
	s = strings.TrimSpace(width.Narrow.String(s))
	if s == "" || strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && math.Abs(v) <= maxCoordinate
}
