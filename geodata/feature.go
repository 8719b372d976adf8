package geodata

import (
	"errors"
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
// stream of features. The stream is read once. An error in it ends it, unless
// RefusedRecord says that it concerns one record only.
type Delivery struct {
	Name      string // the file's name, as the planner knows it
	SRID      int    // EPSG code of the coordinates
	Schematic bool   // 示意数据
	Features  iter.Seq2[Feature, error]
	// Notes tells what its reader noted (系统、编码等说明), Chinese sentences; whole once
	// Features have ended. Nil: nothing is noted.
	Notes func() []string
}

// refusal marks an error that refuses one record only.
type refusal struct{ cause *Error }

func (r *refusal) Error() string { return r.cause.Error() }
func (r *refusal) Unwrap() error { return r.cause }

// RefuseRecord makes of e, which names a record, an error that a Delivery's
// stream may yield without ending: that record is refused, the next follows.
func RefuseRecord(e *Error) error { return &refusal{e} }

// RefusedRecord reports whether err refuses one record only, and why. Any other
// error ends a stream, also one that names a record.
func RefusedRecord(err error) (*Error, bool) {
	var r *refusal
	if errors.As(err, &r) {
		return r.cause, true
	}
	return nil, false
}
