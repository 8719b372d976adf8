package answer_test

import (
	"context"
	"errors"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/change"
)

// failing refuses to compare.
type failing struct{ err error }

func (f failing) Compare(context.Context, change.Request) (*change.Report, error) { return nil, f.err }

// A kept answer whose versions are gone is found and shown, and neither confirmed nor
// refuted; when the computation itself fails there is no verification.
func TestVerifyingWhatIsGone(t *testing.T) {
	for kind, found := range map[geodata.Kind]bool{geodata.NotFound: true, geodata.Conflict: true, geodata.Unavailable: false} {
		v := &answer.Verifier{Records: lostSquare(t), Comparer: failing{&geodata.Error{Kind: kind, Code: "x", ZH: "没有。", EN: "None."}}}
		got, err := v.Verify(t.Context(), "")
		if !found {
			if err == nil {
				t.Errorf("%v: %+v", kind, got)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if j := got.JSON(); j.Confirmed || j.Recomputed || j.Note == nil || *j.Note != "没有。None." || j.Change == nil || j.Change.LostM2 != 0 || len(j.Change.Pieces) != 1 {
			t.Errorf("%v: %+v", kind, j)
		}
	}
	v := &answer.Verifier{Records: lostSquare(t), Comparer: failing{errors.New("does not close")}}
	if got, err := v.Verify(t.Context(), ""); err == nil {
		t.Errorf("a computation that failed: %+v", got)
	}
}
