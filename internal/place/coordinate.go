package place

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// Written (所写坐标) is one way to read typed coordinates: east first, in a system.
type Written struct {
	X, Y float64
	SRID int // EPSG code; 4490 for degrees
}

// Spot (地点) is where typed coordinates lie.
type Spot struct {
	At       orb.Point // longitude and latitude, EPSG:4490
	Written  Written
	InCounty bool // within the county's bounds
}

// One value: a number, or degrees with minutes and seconds, with a letter before or behind.
const value = `([EN]?)\s*([-+]?\d{1,9}(?:\.\d{1,12})?)(?:\s*°\s*(?:(\d{1,2}(?:\.\d{1,12})?)\s*'\s*(?:(\d{1,2}(?:\.\d{1,12})?)\s*")?)?)?\s*([EN]?)`

var (
	pair  = regexp.MustCompile(`^\s*` + value + `\s*[\s,;]\s*` + value + `\s*$`)
	named = regexp.MustCompile(`EPSG\s*:?\s*(\d{4,6})\s*[,;:]?`)

	// plain turns full-width and Chinese forms into those that pair knows.
	plain = strings.NewReplacer("东经", "E", "北纬", "N", "经度", "E", "纬度", "N", "度", "°", "分", "'", "秒", `"`, "º", "°", "˚", "°",
		"′", "'", "’", "'", "‘", "'", "＇", "'", "″", `"`, "”", `"`, "“", `"`, "＂", `"`, "，", ",", "、", ",", "；", ";", "：", ":", "　", " ",
		"X=", " ", "Y=", " ", "X:", " ", "Y:", " ", "''", `"`)
)

// Read reads coordinates as people type them: degrees in any order (decimal, or degrees,
// minutes and seconds), or metres of a Gauss-Krüger plane in any order, with a zone's
// number before the easting or without (then of the county's own plane), or of the plane
// that an EPSG code before or behind names, easting first. What reads as no coordinates
// gives nothing; what can be read in two ways gives both, the usual one first.
func Read(text string, county County) []Written {
	if len(text) > 200 {
		return nil
	}
	text = plain.Replace(strings.ToUpper(text))
	srid := 0
	if m := named.FindStringSubmatch(text); m != nil {
		srid, _ = strconv.Atoi(m[1])
		text = strings.Replace(text, m[0], " ", 1)
	}
	m := pair.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	first, ok1 := read(m[1:6])
	second, ok2 := read(m[6:11])
	if !ok1 || !ok2 {
		return nil
	}
	switch {
	case srid == 4490 || srid == 4326 || srid == 0 && degrees(first, second):
		return inDegrees(first, second)
	case first.letter != 0 || second.letter != 0:
		return nil
	case srid != 0:
		return []Written{{first.n, second.n, srid}}
	}
	return inPlane(first.n, second.n, county.PlaneSRID)
}

type number struct {
	n      float64
	letter byte // E, N or 0
}

// read puts a value together from what pair found: letter, degrees, minutes, seconds, letter.
func read(m []string) (v number, ok bool) {
	v.n, _ = strconv.ParseFloat(m[1], 64)
	for i, over := range []float64{60, 3600} {
		if m[2+i] == "" {
			continue
		}
		part, _ := strconv.ParseFloat(m[2+i], 64)
		if part >= 60 {
			return v, false
		}
		v.n += math.Copysign(part/over, v.n)
	}
	if letter := m[0] + m[4]; letter != "" {
		v.letter = letter[0]
	}
	return v, m[0] == "" || m[4] == ""
}

func degrees(a, b number) bool { return math.Abs(a.n) <= 180 && math.Abs(b.n) <= 180 }

// inDegrees reads a pair of degrees: as its letters say, else longitude first, and the
// other way round too where that is a place.
func inDegrees(a, b number) (out []Written) {
	both := []Written{{a.n, b.n, 4490}, {b.n, a.n, 4490}}
	switch {
	case a.letter == b.letter && a.letter != 0:
		return nil
	case a.letter == 'E' || b.letter == 'N':
		both = both[:1]
	case a.letter == 'N' || b.letter == 'E':
		both = both[1:]
	}
	return slices.DeleteFunc(both, func(w Written) bool { return !onEarth(orb.Point{w.X, w.Y}) })
}

// Eastings and northings of China's planes, metres: an easting without its zone has six
// digits, a northing seven, an easting with its zone eight.
const (
	leastNorthing = 1_000_000
	leastZoned    = 13_000_000
)

// inPlane reads a pair of metres, whichever is the easting.
func inPlane(a, b float64, plane int) []Written {
	if a >= leastNorthing && a < leastZoned {
		a, b = b, a
	}
	east, north := a, b
	if north < leastNorthing || north >= leastZoned {
		return nil
	}
	if east >= leastZoned {
		if srid := zoned(int(east / 1e6)); srid != 0 {
			return []Written{{east, north, srid}}
		}
		return nil
	}
	if east < 0 || east >= leastNorthing {
		return nil
	}
	if plane >= 4513 && plane <= 4533 { // the county's own plane writes its zone
		east += float64(plane-4513+25) * 1e6
	}
	return []Written{{east, north, plane}}
}

// zoned is the CGCS2000 plane whose eastings begin with a zone's number: 25 to 45 are
// zones of 3°, 13 to 23 of 6°.
func zoned(zone int) int {
	switch {
	case zone >= 25 && zone <= 45:
		return 4513 + zone - 25
	case zone >= 13 && zone <= 23:
		return 4491 + zone - 13
	}
	return 0
}

//go:embed sql/degrees.sql
var degreesSQL string

// supported are the systems that coordinates may be typed in: CGCS2000 in degrees and
// in its Gauss-Krüger planes.
func supported(srid int) bool {
	return srid == 4490 || srid >= 4491 && srid <= 4554
}

// Locate says where typed coordinates lie; those within the county first. What reads as
// no coordinates, or as those of a system that is not supported, gives nothing.
func (f *Finder) Locate(ctx context.Context, k County, text string) ([]Spot, error) {
	written := slices.DeleteFunc(Read(text, k), func(w Written) bool { return !supported(w.SRID) })
	if len(written) == 0 {
		return nil, nil
	}
	var x, y []float64
	var srids []int
	for _, w := range written {
		x, y, srids = append(x, w.X), append(y, w.Y), append(srids, w.SRID)
	}
	rows, err := f.DB.Query(ctx, degreesSQL, pgx.StrictNamedArgs{"x": x, "y": y, "srids": srids})
	if err != nil {
		return nil, fmt.Errorf("locate %q: %w", text, err)
	}
	places, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p orb.Point, err error) { return p, row.Scan(&p[0], &p[1]) })
	if err != nil {
		return nil, fmt.Errorf("locate %q: %w", text, err)
	}
	var spots []Spot
	for i, p := range places {
		spots = append(spots, Spot{At: p, Written: written[i], InCounty: k.Bounds.Contains(p)})
	}
	slices.SortStableFunc(spots, func(a, b Spot) int {
		switch {
		case a.InCounty == b.InCounty:
			return 0
		case a.InCounty:
			return -1
		}
		return 1
	})
	return spots, nil
}
