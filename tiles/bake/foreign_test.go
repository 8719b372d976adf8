package bake_test

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb/maptile"

	"hongxian/tiles/bake"
	"hongxian/tiles/mvt"
)

// Every tile of two layers, at every zoom, reads the same to the decoder that map
// pages use and to ours, which holds it against the specification; GDAL finds as many
// features in each zoom.
func TestForeignDecodersReadEveryTile(t *testing.T) {
	for _, key := range []string{"township", "red-line"} {
		s := baked(t, bake.Layer{Name: key, MinZoom: 6, MaxZoom: 14, Tiling: key == "township"}, schematicLayer(t, key))
		var input bytes.Buffer
		var want []string
		folder := t.TempDir()
		for zoom := 6; zoom <= 14; zoom++ {
			count := 0
			for _, at := range s.at(zoom) {
				fmt.Fprintf(&input, "%d/%d/%d %s\n", at.Z, at.X, at.Y, base64.StdEncoding.EncodeToString(s.tiles[at]))
				features := s.features(t, at)
				want = append(want, lineOf(at, features))
				count += len(features)
				keepTile(t, folder, at, s.tiles[at])
			}
			if got := gdalCount(t, filepath.Join(folder, fmt.Sprint(zoom)), key); got != count || count == 0 {
				t.Errorf("%s zoom %d: GDAL finds %d features of %d", key, zoom, got, count)
			}
		}
		compareLines(t, decodeInNode(t, input.Bytes(), key), want)
		t.Logf("%s: %d tiles", key, len(want))
	}
}

// lineOf sums a tile up: of each feature its id, rings, points, twice its area and
// its properties.
func lineOf(at maptile.Tile, features []mvt.Feature) string {
	line := fmt.Sprintf("%d/%d/%d", at.Z, at.X, at.Y)
	for _, f := range features {
		points, area2 := 0, int64(0)
		for _, ring := range f.Parts {
			points += len(ring)
			area2 += mvt.Area2(ring)
		}
		line += fmt.Sprintf(" %d:%d:%d:%d", f.ID, len(f.Parts), points, area2)
		for _, key := range []string{"code", "name", "class", "count"} {
			if v, ok := f.Properties[key]; ok {
				line += fmt.Sprint(":", v)
			}
		}
	}
	return line
}

// decodeInNode has @mapbox/vector-tile read gzip-compressed tiles in the page's folder.
func decodeInNode(t *testing.T, tiles []byte, layer string) []string {
	t.Helper()
	cmd := exec.Command("node", "--input-type=module", "-e", `
		import { gunzipSync } from 'node:zlib'
		import { createInterface } from 'node:readline'
		import { VectorTile } from '@mapbox/vector-tile'
		import { PbfReader } from 'pbf'
		for await (const line of createInterface({ input: process.stdin })) {
			const [at, body] = line.split(' ')
			const tile = new VectorTile(new PbfReader(gunzipSync(Buffer.from(body, 'base64'))))
			let out = at
			for (const name of Object.keys(tile.layers)) if (name !== process.argv[1] || tile.layers[name].extent !== 4096 || tile.layers[name].version !== 2) out += ' ' + name
			const layer = tile.layers[process.argv[1]]
			for (let i = 0; i < layer.length; i++) {
				const f = layer.feature(i), rings = f.loadGeometry()
				let points = 0, area2 = 0
				for (const ring of rings) {
					points += ring.length - 1 // it repeats the first
					for (let k = 1; k < ring.length; k++) area2 += ring[k - 1].x * ring[k].y - ring[k].x * ring[k - 1].y
				}
				out += [' ' + f.id, rings.length, points, area2].join(':')
				for (const key of ['code', 'name', 'class', 'count']) if (key in f.properties) out += ':' + f.properties[key]
			}
			console.log(out)
		}`, layer)
	cmd.Dir, cmd.Stdin = filepath.Join("..", "..", "web"), bytes.NewReader(tiles)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaint.Bytes())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func compareLines(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) || len(want) < 500 {
		t.Errorf("%d tiles were read of %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("the page's decoder reads\n%s\nours\n%s", got[i], want[i])
		}
	}
}

func keepTile(t *testing.T, folder string, at maptile.Tile, packed []byte) {
	t.Helper()
	path := filepath.Join(folder, fmt.Sprint(at.Z), fmt.Sprint(at.X), fmt.Sprintf("%d.pbf", at.Y))
	if err := cmp.Or(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, packed, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// gdalCount has GDAL read all tiles of a zoom and count their features.
func gdalCount(t *testing.T, folder, layer string) (n int) {
	t.Helper()
	out, err := exec.Command("ogrinfo", "-ro", "-so", "-oo", "CLIP=NO", "-oo", "METADATA_FILE=", folder, layer).CombinedOutput()
	if err != nil || strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	_, rest, _ := strings.Cut(string(out), "Feature Count: ")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	return n
}
