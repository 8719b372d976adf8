package answer_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/change"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// drawer draws a lost piece of ten by ten metres, and counts how often it is asked.
type drawer struct{ asked int }

func (d *drawer) Illustrate(_ context.Context, _ change.Request, srid int) (*change.Picture, error) {
	d.asked++
	origin, side := orb.Point{500_000, 3_400_000}, 10.0
	if srid == 4490 {
		origin, side = orb.Point{110, 31}, 1e-4
	} else {
		srid = 4546
	}
	square := orb.Bound{Min: origin, Max: orb.Point{origin[0] + side, origin[1] + side}}.ToPolygon()
	return &change.Picture{SRID: srid, Pieces: []change.PicturePiece{{Number: 1, Kind: change.Lost, Geometry: orb.MultiPolygon{square}}},
		Layer: []change.PictureFeature{{Record: 1, Code: "R1", Geometry: orb.MultiPolygon{square}}}}, nil
}

type oneRecord record.Kept

func (r oneRecord) Get(context.Context, string, string) (record.Kept, error) {
	return record.Kept(r), nil
}

// held holds both versions, with the digest that was compared, or another one.
type held struct{ digest string }

func (held) Layers(context.Context, string) ([]geodata.Layer, error) { return nil, nil }

func (h held) Resolve(_ context.Context, ref geodata.VersionRef) (geodata.Version, error) {
	return geodata.Version{County: ref.County, Layer: ref.Layer, Label: ref.Label, Digest: h.digest}, nil
}

func lostSquare(t *testing.T) oneRecord {
	t.Helper()
	r := &change.Report{ID: strings.Repeat("cd", 32), CountyCode: "500237", CountyName: "巫山县", Layer: "red-line", TitleZH: "生态保护红线",
		From: change.Version{Ref: "500237.red-line@1", Digest: "d"}, To: change.Version{Ref: "500237.red-line@2", Digest: "d"},
		Pieces: []change.Piece{{Number: 1, Kind: change.Lost, Area: 100, Unapproved: 100}}}
	body, err := report.ChangeJSON(r)
	if err != nil {
		t.Fatal(err)
	}
	return oneRecord{County: "500237", ID: r.ID, Kind: answer.KindChange, Body: body, Inputs: []byte(`{"from":"500237.red-line@1","to":"500237.red-line@2"}`)}
}

// Papers of a comparison are drawn from one picture, as long as it is in memory, and
// no paper leaves a mark on those after it. A version that was replaced is refused
// although its picture is there.
func TestPapersShareADrawing(t *testing.T) {
	drawings, err := answer.NewDrawings(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	d := &drawer{}
	papers := &answer.ChangePapers{Records: lostSquare(t), Catalogue: held{"d"}, Illustrator: d, Drawings: drawings,
		Look: func(context.Context, string) (answer.Look, error) {
			return answer.Look{Plane: "EPSG:4546", Tables: map[geodata.LayerKey]string{"red-line": "STBHHX"}}, nil
		}}
	write := func(key string) []byte {
		t.Helper()
		format, _ := answer.ChangeFormatOf(key)
		body, err := papers.Write(t.Context(), "500237", strings.Repeat("cd", 32), format)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		return body
	}
	first := map[string][]byte{}
	for _, key := range []string{"svg", "png", "geojson", "pdf", "xlsx"} {
		first[key] = write(key)
	}
	for key, body := range first {
		if !bytes.Equal(write(key), body) {
			t.Errorf("%s: other bytes the second time", key)
		}
	}
	if d.asked != 2 { // in metres, and in degrees for GeoJSON
		t.Errorf("drawn %d times", d.asked)
	}
	papers.Catalogue = held{"another"}
	svg, _ := answer.ChangeFormatOf("svg")
	if _, err := papers.Write(t.Context(), "500237", strings.Repeat("cd", 32), svg); !geodata.IsKind(err, geodata.Conflict) {
		t.Errorf("a replaced version: %v", err)
	}
	papers.Catalogue, papers.Drawings = held{"d"}, nil
	if write("svg"); d.asked != 3 {
		t.Errorf("without memory for drawings it was drawn %d times", d.asked)
	}
}
