package pieces

import (
	"encoding/json"
	"fmt"
	"io"

	"hongxian/internal/ledger"
	"hongxian/internal/openapi"
)

// LedgerGeoJSON writes the entries as a FeatureCollection in EPSG:4490, longitude
// first: each with its place, else its point, else no geometry. attributes are the
// entries as they are answered, in the same order.
func LedgerGeoJSON(w io.Writer, entries []ledger.Entry, attributes []openapi.LedgerEntry) error {
	type entryFeature struct {
		Type       string              `json:"type"`
		Properties openapi.LedgerEntry `json:"properties"`
		Geometry   any                 `json:"geometry"`
	}
	if len(entries) != len(attributes) {
		return fmt.Errorf("%d entries with %d attributes", len(entries), len(attributes))
	}
	out := struct {
		Type     string         `json:"type"`
		Name     string         `json:"name"`
		CRS      any            `json:"crs"`
		Note     string         `json:"note,omitempty"`
		Features []entryFeature `json:"features"`
	}{Type: "FeatureCollection", Name: "hongxian-ledger", CRS: namedCRS(cgcs2000), Features: []entryFeature{}}
	for i, e := range entries {
		f := entryFeature{Type: "Feature", Properties: attributes[i]}
		if g := multiPolygon(e.Place, roundDegrees); g != nil {
			f.Geometry = g
		} else if e.Point != nil {
			f.Geometry = map[string]any{"type": "Point", "coordinates": []float64{roundDegrees(e.Point[0]), roundDegrees(e.Point[1])}}
		}
		if e.Schematic {
			out.Note = schematicNote
		}
		out.Features = append(out.Features, f)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("encode the ledger: %w", err)
	}
	return nil
}
