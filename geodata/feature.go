package geodata

import (
	"iter"

	"github.com/paulmach/orb"
)

// Feature (图斑) is one record of a delivery, as it came: coordinates in the
// delivery's own reference system, east first, nothing repaired.
type Feature struct {
	Record     int    // 1-based record number in the delivered file
	Code       string // 编码, stable across versions; empty when the file has none
	Name       string // 名称
	Class      string // 类型: red-line type, control class, zone
	Attributes map[string]any
	Geometry   orb.Geometry // nil for a record without one
}

// Delivery (交付数据) is a data set as it came: one reference system and a
// stream of features. The stream is read once; an error in it ends it.
type Delivery struct {
	Name      string // the file's name, as the planner knows it
	SRID      int    // EPSG code of the coordinates
	Schematic bool   // 示意数据
	Features  iter.Seq2[Feature, error]
}
