package geofile

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"
)

// column is what a column of a table of boundary points (界址点成果表) holds.
type column int

const (
	colNone column = iota
	colLabel
	colRing
	colParcel
	colName
	colNorth
	colEast
	colLat
	colLon
	colSide
)

// columnNames are the names, normalised, that columns go by.
var columnNames = map[string]column{
	"界址点号": colLabel, "点号": colLabel, "点名": colLabel, "界址点": colLabel, "界址点编号": colLabel, "拐点编号": colLabel, "拐点号": colLabel, "point": colLabel, "pointno": colLabel,
	"地块圈号": colRing, "圈号": colRing, "环号": colRing, "ring": colRing,
	"地块编号": colParcel, "地块号": colParcel, "地块": colParcel, "宗地号": colParcel, "图斑编号": colParcel, "dkbh": colParcel, "parcel": colParcel, "code": colParcel,
	"地块名称": colName, "项目名称": colName, "dkmc": colName, "xmmc": colName, "name": colName,
	"纵坐标": colNorth, "纵坐标x": colNorth, "x坐标": colNorth, "坐标x": colNorth, "x": colNorth, "北坐标": colNorth, "northing": colNorth, "north": colNorth, "n": colNorth,
	"横坐标": colEast, "横坐标y": colEast, "y坐标": colEast, "坐标y": colEast, "y": colEast, "东坐标": colEast, "easting": colEast, "east": colEast, "e": colEast,
	"纬度": colLat, "lat": colLat, "latitude": colLat, "北纬": colLat, "纬度b": colLat, "b": colLat,
	"经度": colLon, "lon": colLon, "lng": colLon, "long": colLon, "longitude": colLon, "东经": colLon, "经度l": colLon, "l": colLon,
	"反算边长": colSide, "边长": colSide, "距离": colSide,
}

var columnUnit = regexp.MustCompile(`\(\s*(米|m|度|°|公顷|单位.*)\s*\)`)

// columnOf reads a column's name whatever its case, width, blanks and unit.
func columnOf(name string) column {
	name = columnUnit.ReplaceAllString(strings.ToLower(width.Narrow.String(name)), "")
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\u00a0\"_-/:()", r) {
			return -1
		}
		return r
	}, name)
	return columnNames[name]
}

// columns finds where a table's columns are; false when the row names no pair of
// coordinates.
func columns(row []string) (map[column]int, bool) {
	found := map[column]int{}
	for i, name := range row[:min(len(row), maxColumns)] {
		c := columnOf(name)
		if _, taken := found[c]; c != colNone && !taken {
			found[c] = i
		}
	}
	_, n := found[colNorth]
	_, e := found[colEast]
	_, lat := found[colLat]
	_, lon := found[colLon]
	return found, n && e || lat && lon
}
