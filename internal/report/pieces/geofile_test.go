package pieces

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/geofile"
)

// read is a file as the service itself reads it back.
func read(t *testing.T, path string, o geofile.Options) (srid int, features []geodata.Feature) {
	t.Helper()
	o.TempDir = os.TempDir() // t.TempDir is closed to the user that GDAL runs as
	f, err := geofile.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for feature, err := range f.Features(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		features = append(features, feature)
	}
	for _, found := range f.Findings() {
		t.Logf("%s: %s", found.Kind, found.ZH)
	}
	return f.SRID(), features
}

func planeArea(mp orb.MultiPolygon) (area float64) {
	for _, polygon := range mp {
		for i, ring := range polygon {
			if i == 0 {
				area += math.Abs(signedArea(ring))
			} else {
				area -= math.Abs(signedArea(ring))
			}
		}
	}
	return area
}

func polygons(t *testing.T, g orb.Geometry) orb.MultiPolygon {
	t.Helper()
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	t.Fatalf("a %T is no polygon", g)
	return nil
}

// What is written out is read in again by the service's own readers: as many
// pieces, the same reference system, the same areas.
func TestReadBackByTheService(t *testing.T) {
	s := drawn(t)
	dir := t.TempDir()
	same := func(what, name string, tolerance float64, o geofile.Options, write func(path string) error) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := write(path); err != nil {
			t.Fatal(err)
		}
		srid, features := read(t, path, o)
		want := s.SRID
		if what != "GeoPackage" {
			want = 4525 // the same plane, its eastings with the zone before them
		}
		if srid != want || len(features) != len(s.Pieces) {
			t.Fatalf("%s: %d pieces in EPSG:%d", what, len(features), srid)
		}
		for i, p := range s.Pieces {
			if got, want := planeArea(polygons(t, features[i].Geometry)), planeArea(p.Geometry); math.Abs(got-want) > tolerance {
				t.Errorf("%s, piece %d: %.6f m², want %.6f m²", what, i+1, got, want)
			}
		}
	}
	same("TXT in GB18030", "a.txt", 0.1, geofile.Options{}, func(path string) error { return writeTXT(path, s, TXTOptions{}) })
	same("TXT in UTF-8", "b.txt", 0.1, geofile.Options{}, func(path string) error { return writeTXT(path, s, TXTOptions{UTF8: true}) })
	same("GeoPackage", "c.gpkg", 0, geofile.Options{Layer: "overlap"}, func(path string) error { return GPKG(context.Background(), path, s) })
}

func writeTXT(path string, s Set, o TXTOptions) error {
	var b bytes.Buffer
	if _, err := TXT(&b, s, o); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
