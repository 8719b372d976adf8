package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"hongxian/geodata"
)

// JSON encodes an answer's document as one line with a final newline.
func JSON(document any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(document); err != nil {
		return nil, fmt.Errorf("encode %T: %w", document, err)
	}
	return b.Bytes(), nil
}

// encoder remembers the first figure that is no number: such a result is an
// internal error, never a figure in a report.
type encoder struct {
	err error
}

func (e *encoder) area(what string, a geodata.Area) float64 {
	if !a.Valid() {
		e.fail(what, float64(a))
		return 0
	}
	return a.Rounded()
}

// share rounds a fraction to 8 decimals: a square metre of a county shows.
func (e *encoder) share(what string, f float64) float64 { return e.rounded(what, f, 8) }

// metres rounds a length to millimetres.
func (e *encoder) metres(what string, f float64) float64 { return e.rounded(what, f, 3) }

func (e *encoder) rounded(what string, f float64, decimals int) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		e.fail(what, f)
		return 0
	}
	return geodata.RoundHalfUp(f, decimals)
}

func (e *encoder) fail(what string, f float64) {
	if e.err == nil {
		e.err = fmt.Errorf("%s is %v, which is no figure for a report", what, f)
	}
}

// optionalMetres is metres, absent when zero.
func (e *encoder) optionalMetres(what string, m float64) *float64 {
	if m == 0 {
		return nil
	}
	rounded := e.metres(what, m)
	return &rounded
}
