package geodata_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"syscall"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

func TestErrorSaysWhatWhereAndWhy(t *testing.T) {
	says := func(e geodata.Error, want string) {
		t.Helper()
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	says(geodata.Error{EN: "The ring crosses itself."}, "The ring crosses itself")
	says(geodata.Error{EN: "The ring crosses itself.", Record: 7}, "The ring crosses itself (record 7)")
	says(geodata.Error{EN: "The ring crosses itself.", Record: 7, At: &orb.Point{109.8746200042, 31.0728893169}, Err: io.ErrUnexpectedEOF},
		"The ring crosses itself (record 7) at (109.87462 31.07288932): unexpected EOF")
}

// condition is an error of the database, by its code.
type condition string

func (c condition) Error() string    { return "the database says " + string(c) }
func (c condition) SQLState() string { return string(c) }

func TestAFullDiskIsNoMystery(t *testing.T) {
	for _, cause := range []error{&fs.PathError{Op: "write", Path: "data.gpkg", Err: syscall.ENOSPC}, syscall.EDQUOT, condition("53100")} {
		if e := geodata.AsError(fmt.Errorf("import: %w", cause)); e.Code != "disk-full" || e.Kind != geodata.Unavailable || !errors.Is(e, cause) {
			t.Errorf("%v: %+v", cause, e)
		}
	}
	if e := geodata.AsError(condition("53200")); e.Code != "internal" {
		t.Errorf("another condition: %+v", e)
	}
}

func TestErrorInAChain(t *testing.T) {
	e := &geodata.Error{Kind: geodata.Conflict, Code: "version-exists", EN: "It exists.", Err: io.EOF}
	wrapped := fmt.Errorf("import: %w", e)
	if geodata.AsError(wrapped) != e || !geodata.IsKind(wrapped, geodata.Conflict) || geodata.IsKind(wrapped, geodata.Invalid) {
		t.Error("the error is lost in its chain")
	}
	if !errors.Is(wrapped, io.EOF) {
		t.Error("the cause is lost")
	}
	foreign := geodata.AsError(io.EOF)
	if foreign.Kind != geodata.Internal || foreign.Code != "internal" || foreign.ZH == "" || foreign.EN == "" || !errors.Is(foreign, io.EOF) {
		t.Errorf("a foreign error: %+v", foreign)
	}
	if geodata.IsKind(io.EOF, geodata.Internal) || geodata.IsKind(nil, geodata.Internal) {
		t.Error("an error without kind has one")
	}
}

func TestRefusedRecord(t *testing.T) {
	e := &geodata.Error{Kind: geodata.Invalid, Record: 3, EN: "Unreadable."}
	if got, ok := geodata.RefusedRecord(fmt.Errorf("stream: %w", geodata.RefuseRecord(e))); !ok || got != e {
		t.Errorf("a refusal: %v %v", got, ok)
	}
	if _, ok := geodata.RefusedRecord(e); ok {
		t.Error("an error that names a record is taken for its refusal")
	}
	if !geodata.IsKind(geodata.RefuseRecord(e), geodata.Invalid) {
		t.Error("a refusal hides its error")
	}
}

func TestRingDefect(t *testing.T) {
	defect := func(code string, ring ...orb.Point) {
		t.Helper()
		e := geodata.RingDefect(orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, {ring}})
		if code == "" && e != nil || code != "" && (e == nil || e.Code != code || e.Kind != geodata.Invalid) {
			t.Errorf("%v: %v, want %q", ring, e, code)
		}
	}
	defect("", orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{1, 1}, orb.Point{0, 0})
	defect("ring-too-short")
	defect("ring-too-short", orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{0, 0})
	defect("ring-unclosed", orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{1, 1}, orb.Point{0, 1})
	defect("coordinate-not-finite", orb.Point{0, 0}, orb.Point{math.NaN(), 0}, orb.Point{1, 1}, orb.Point{0, 0})
	defect("coordinate-not-finite", orb.Point{0, 0}, orb.Point{1, math.Inf(-1)}, orb.Point{1, 1}, orb.Point{0, 0})
	if e := geodata.RingDefect(nil); e != nil {
		t.Errorf("nothing: %v", e)
	}
}
