package bake_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata/schematic"
	"hongxian/tiles/bake"
)

// outputAreas reads the census output areas of English districts whose code
// begins so. They cover the land; their common vertices do not all match.
func outputAreas(t testing.TB, file, district string) (out []unit) {
	t.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("HONGXIAN_REALDATA"), "large", "uk_output_areas_2011_"+file+".geojsonl.gz"))
	if err != nil {
		t.Fatalf("HONGXIAN_REALDATA names the folder of real data: %v", err)
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(zr)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var line struct {
			Properties struct{ OA11CD, LAD11CD string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		p := line.Properties
		if len(p.LAD11CD) < len(district) || p.LAD11CD[:len(district)] != district {
			continue
		}
		u := unit{Feature: bake.Feature{ID: int32(len(out) + 1), Code: p.OA11CD, Class: p.LAD11CD}}
		if line.Geometry.Type == "Polygon" {
			u.shape = make(orb.MultiPolygon, 1)
			err = json.Unmarshal(line.Geometry.Coordinates, &u.shape[0])
		} else {
			err = json.Unmarshal(line.Geometry.Coordinates, &u.shape)
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, u)
	}
	if err := lines.Err(); err != nil || len(out) == 0 {
		t.Fatalf("%d areas: %v", len(out), err)
	}
	return out
}

// schematicCounty makes the schematic county once for all tests that draw it.
var schematicCounty = sync.OnceValues(func() (*schematic.County, error) { return schematic.New(schematic.DefaultSeed, 1) })

// schematicLayer gives a layer of the schematic county in degrees, about where it
// is: an affine picture of its plane, in which shared vertices stay shared.
func schematicLayer(t testing.TB, key string) (out []unit) {
	t.Helper()
	county, err := schematicCounty()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range county.Deliveries() {
		if string(d.Ref.Layer) != key || d.Ref.Label == "2018" {
			continue
		}
		for f, err := range d.Data.Features {
			if err != nil {
				t.Fatal(err)
			}
			u := unit{Feature: bake.Feature{ID: int32(f.Record), Code: f.Code, Name: f.Name, Class: f.Class}}
			switch g := orb.Clone(f.Geometry).(type) { // the county's own stays as it is
			case orb.Polygon:
				u.shape = orb.MultiPolygon{g}
			case orb.MultiPolygon:
				u.shape = g
			}
			for _, polygon := range u.shape {
				for _, ring := range polygon {
					for i, p := range ring {
						ring[i] = orb.Point{111 + (p[0]-500_000)/95_500, p[1] / 110_870}
					}
				}
			}
			out = append(out, u)
		}
	}
	if len(out) == 0 {
		t.Fatalf("no layer %s", key)
	}
	return out
}

// No pixel between two townships or two control units is drawn twice or not at
// all, at any zoom; every tile is valid.
func TestSchematicCountyHasNoGaps(t *testing.T) {
	for _, key := range []string{"township", "control-unit"} {
		features := schematicLayer(t, key)
		s := baked(t, bake.Layer{Name: key, MinZoom: 6, MaxZoom: 16, Tiling: true}, features)
		for zoom := 6; zoom <= 16; zoom++ {
			p, met := pictureOf(features), 0
			for _, at := range s.at(zoom) {
				drawn := s.features(t, at)
				if len(drawn) < 2 {
					continue // within one unit there is no border
				}
				// One deep tile in so many: there are thousands.
				if every := 1 << min(max(0, 2*(zoom-11)), 8); met%every == 0 {
					p.add(at, drawn)
				}
				met++
			}
			t.Logf("%s zoom %d: %d border pixels, %d gaps, %d overlaps", key, zoom, p.borders, p.gaps, p.overlaps)
			if p.gaps+p.overlaps > 0 || p.borders == 0 {
				t.Errorf("%s zoom %d: %d border pixels, %d gaps, %d overlaps", key, zoom, p.borders, p.gaps, p.overlaps)
			}
			if s.zooms[zoom].Largest > bake.MaxBytes {
				t.Errorf("%s: %+v", key, s.zooms[zoom])
			}
		}
	}
}

// The visible share of every layer of the county, compared on EPSG:3857, stays
// within 1 % from its lowest zoom up.
func TestSchematicSharesStay(t *testing.T) {
	for _, key := range []string{"red-line", "protected-area", "farmland", "control-unit", "urban-boundary"} {
		features := schematicLayer(t, key)
		want := mercator(features)
		s := baked(t, bake.Layer{Name: key, MinZoom: 6, MaxZoom: 12, Tiling: key == "control-unit"}, features)
		for zoom := 6; zoom <= 12; zoom++ {
			if s.zooms[zoom].Dissolved && key == "protected-area" {
				continue // classes lie on each other less often than features
			}
			share := drawnArea(t, s, zoom) * unitArea(zoom) / want
			t.Logf("%s zoom %d: %.5f %+v", key, zoom, share, s.zooms[zoom].Dissolved)
			if math.Abs(share-1) > 0.01 {
				t.Errorf("%s zoom %d draws %.4f of the layer", key, zoom, share)
			}
		}
	}
}

// A real coverage, whose neighbours do not agree on every vertex: of 100,000
// pixels along borders less than one is drawn twice or not at all.
func TestRealCoverageHasNoGaps(t *testing.T) {
	features := outputAreas(t, "E06", "E06000002")
	s := baked(t, bake.Layer{Name: "oa", MinZoom: 4, MaxZoom: 14, Tiling: true}, features)
	var all picture
	for zoom := 4; zoom <= 14; zoom++ {
		p := pictureOf(features)
		for _, at := range s.at(zoom) {
			p.add(at, s.features(t, at))
		}
		t.Logf("zoom %d: %d border pixels, %d gaps, %d overlaps, %d absent", zoom, p.borders, p.gaps, p.overlaps, len(s.zooms[zoom].Absent))
		all.borders, all.gaps, all.overlaps = all.borders+p.borders, all.gaps+p.gaps, all.overlaps+p.overlaps
	}
	if bad := all.gaps + all.overlaps; all.borders < 100_000 || bad*100_000 > all.borders {
		t.Errorf("%d of %d border pixels are drawn twice or not at all", bad, all.borders)
	}
}
