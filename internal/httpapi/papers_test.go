package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// Write implements Papers: a paper that says what it is.
func (f *site) Write(_ context.Context, _, id string, format answer.Format) ([]byte, error) {
	if id != checkID(7) {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "record-unknown", ZH: "没有。", EN: "None."}
	}
	return []byte("paper " + format.Key), nil
}

// Verify implements Verifier.
func (f *site) Verify(_ context.Context, id string) (*answer.Verification, error) {
	if !strings.HasPrefix(checkID(7), id) {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "record-unknown", ZH: "没有。", EN: "None."}
	}
	v := &answer.Verification{Kept: record.Kept{ID: checkID(7), Kind: answer.KindCheck}}
	return v, json.Unmarshal(checkBody(f.t, 7), &v.Check)
}

func TestPapers(t *testing.T) {
	s := newSite(t)
	for _, format := range answer.Formats {
		// Not through the document's validator: its router takes the extension for a
		// part of the id.
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, s.request("GET", "/api/v1/checks/"+checkID(7)+"."+format.Key, nil))
		if w.Code != http.StatusOK || w.Body.String() != "paper "+format.Key || w.Header().Get("Content-Type") != format.Type {
			t.Errorf("%s: %d %s %q", format.Key, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
			t.Errorf("%s: %q", format.Key, d)
		}
	}
	s.problem(s.get("/api/v1/checks/"+checkID(8)+".pdf"), http.StatusNotFound, "record-unknown")
}

func TestVerify(t *testing.T) {
	s := newSite(t)
	for _, what := range []string{checkID(7), report.Code(checkID(7))} {
		var v openapi.Verification
		w := s.get("/api/v1/verify/" + what)
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != http.StatusOK || !v.Confirmed || v.Id != checkID(7) {
			t.Errorf("%s: %d %v %s", what, w.Code, err, w.Body)
		}
	}
	s.problem(s.get("/api/v1/verify/"+checkID(8)), http.StatusNotFound, "record-unknown")
	if w := s.get("/api/v1/verify/ABC"); w.Code != http.StatusBadRequest {
		t.Errorf("a code that is none: %d %s", w.Code, w.Body)
	}
}
