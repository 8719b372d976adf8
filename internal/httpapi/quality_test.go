package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

// qualities holds the report of one version.
type qualities struct{}

func (qualities) Find(_ context.Context, ref geodata.VersionRef) (openapi.Quality, error) {
	if ref.String() != "500237.red-line@2026" {
		return openapi.Quality{}, notFound("version-unknown", "没有这个版本。", "No such version.")
	}
	return openapi.Quality{Ref: ref.String(), Blocking: []string{"duplicate"}, Checks: []openapi.QualityCheck{}, Places: []openapi.QualityPlace{}}, nil
}

func (q qualities) Workbook(ctx context.Context, ref geodata.VersionRef) ([]byte, error) {
	_, err := q.Find(ctx, ref)
	return []byte("workbook"), err
}

func (q qualities) Places(ctx context.Context, ref geodata.VersionRef) ([]byte, error) {
	_, err := q.Find(ctx, ref)
	return []byte("places"), err
}

func TestReadQuality(t *testing.T) {
	s, _ := importing(t)
	s.server.Qualities = qualities{}
	const at = "/api/v1/layers/red-line/versions/2026/quality"
	w := s.get(at)
	var q openapi.Quality
	if err := json.Unmarshal(w.Body.Bytes(), &q); err != nil || w.Code != http.StatusOK || q.Blocking[0] != "duplicate" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for format, want := range map[string]string{"xlsx": "workbook", "gpkg": "places"} {
		w := s.get(at + "." + format)
		if w.Code != http.StatusOK || w.Body.String() != want || !strings.Contains(w.Header().Get("Content-Disposition"), "."+format) {
			t.Errorf("%s: %d %v %s", format, w.Code, w.Header(), w.Body)
		}
	}
	s.problem(s.get(at+".pdf"), http.StatusNotFound, "format-unknown")
	s.problem(s.get("/api/v1/layers/red-line/versions/1999/quality"), http.StatusNotFound, "version-unknown")
}
