package main

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shapefileParts makes a Shapefile with GDAL; its parts by extension.
func shapefileParts(t *testing.T, crs, text string) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	ogr2ogr(t, "-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8", "-a_srs", crs, filepath.Join(dir, "a.shp"), writeFile(t, "a.geojson", text))
	parts := map[string][]byte{}
	for _, ext := range []string{".shp", ".shx", ".dbf", ".prj", ".cpg"} {
		content, err := os.ReadFile(filepath.Join(dir, "a"+ext))
		if err != nil {
			t.Fatal(err)
		}
		parts[ext] = content
	}
	return parts
}

func ogr2ogr(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ogr2ogr", args...).CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v\n%s", err, out)
	}
}

func zipFile(t *testing.T, stem string, parts map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for ext, content := range parts {
		w, err := z.Create(stem + ext)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return writeFile(t, "parcel.zip", b.String())
}

// claimingPackage is a GeoPackage of two parcels; bytes of the second one's WKB
// are overwritten. The second has five corners, by which it is found.
func claimingPackage(t *testing.T, offset int, claim []byte) string {
	t.Helper()
	second := strings.Replace(planeShape, "[392600,3439750]", "[392700,3439800],[392600,3439750]", 1)
	path := filepath.Join(t.TempDir(), "parcel.gpkg")
	ogr2ogr(t, "-f", "GPKG", "-a_srs", "EPSG:4546", path, writeFile(t, "a.geojson", geojson(planeShape, second)))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(content, []byte{1, 3, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0}) // little-endian polygon, one ring, six points
	if i < 0 {
		t.Fatal("no such polygon in the GeoPackage")
	}
	copy(content[i+offset:], claim)
	return writeFile(t, "parcel.gpkg", string(content))
}
