package delivery

import (
	"bytes"
	"testing"
)

// A field that somebody named as a formula is none in the list of fields.
func TestFieldListHoldsNoFormula(t *testing.T) {
	list := fieldList([]column{{attribute: "=cmd|' /C calc'!A0", name: "=cmd|' /C"}})
	if want := []byte("'=cmd|' /C,'=cmd|' /C calc'!A0\r\n"); !bytes.HasSuffix(list, want) {
		t.Errorf("%s", list)
	}
}
