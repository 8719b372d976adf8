package tiles_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/tiles"
	"hongxian/tiles/mvt"
)

// node runs a script in the page's folder, where its packages are, with text on
// its standard input.
func node(t *testing.T, script string, input []byte) string {
	t.Helper()
	cmd := exec.Command("node", "--input-type=module", "-e", script)
	cmd.Dir, cmd.Stdin = filepath.Join("..", "web"), bytes.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	return string(out)
}

// The style, in each variant, is what the specification's own validator accepts.
func TestStyleIsValid(t *testing.T) {
	red := sheetOf(geodata.RedLine, "hatch")
	town := sheetOf(geodata.Township, "")
	town.Tiling = true
	town.Paint.Classes = []tiles.ClassPaint{{Word: "优先", Fill: "#3b8f5a"}, {Word: "重点", Fill: "#d98e04"}}
	for _, variant := range []tiles.Variant{tiles.Light, tiles.Contrast} {
		b, err := json.Marshal(tiles.Style("巫山县", "http://127.0.0.1:8080", variant, []tiles.Sheet{town, red}))
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`https?://[^/"]+`).FindAllString(string(b), -1) {
			if found != "http://127.0.0.1:8080" {
				t.Errorf("the style names %s", found)
			}
		}
		out := node(t, `
			import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
			let text = ''
			for await (const piece of process.stdin) text += piece
			for (const e of validateStyleMin(JSON.parse(text))) console.log(e.message)
			console.log('checked')`, b)
		if out != "checked\n" {
			t.Errorf("variant %q: %s", variant, out)
		}
	}
}

func sheetOf(key geodata.LayerKey, pattern string) tiles.Sheet {
	return tiles.Sheet{Title: "图层", Paint: tiles.Paint{Fill: "#d55e00", Line: "#aa3300", Pattern: pattern},
		Bounds:  &orb.Bound{Min: orb.Point{109.5, 30.7}, Max: orb.Point{110.2, 31.5}},
		Version: geodata.Version{County: "500237", Layer: key, Label: "2022", Schematic: true}}
}

// GDAL reads in every baked tile what our own reader does.
func TestGDALReadsTheTiles(t *testing.T) {
	pool := pgtest.New(t)
	v := hold(t, pool, map[string]string{"A": shapeA, "B": shapeB})
	if err := bakeVersion(t.Context(), pool, v, func(float64) {}); err != nil {
		t.Fatal(err)
	}
	store := tiles.NewStore(pool)
	read := 0
	for z := maptile.Zoom(6); z <= 11; z++ {
		low, high := maptile.At(orb.Point{109.8, 31.1}, z), maptile.At(orb.Point{110, 31}, z)
		for x := low.X; x <= high.X; x++ {
			for y := low.Y; y <= high.Y; y++ {
				if got := render(t, store, v, maptile.New(x, y, z), tiles.Plain); !got.Empty() {
					compareWithGDAL(t, got.Body)
					read++
				}
			}
		}
	}
	if read < 10 {
		t.Errorf("only %d tiles were read", read)
	}
}

func compareWithGDAL(t *testing.T, tile []byte) {
	t.Helper()
	if err := mvt.Check(tile, 64); err != nil {
		t.Error(err)
	}
	layers, err := mvt.Decode(tile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tile.mvt")
	if err := os.WriteFile(path, tile, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ogrinfo", "-ro", "-al", path).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	for _, f := range layers[0].Features {
		if !strings.Contains(string(out), fmt.Sprintf("code (String) = %s", f.Properties["code"])) {
			t.Errorf("GDAL does not see %v:\n%s", f.Properties, out)
		}
	}
	if want := fmt.Sprintf("Feature Count: %d", len(layers[0].Features)); !strings.Contains(string(out), want) || strings.Contains(string(out), "ERROR") {
		t.Errorf("GDAL does not say %q:\n%.2000s", want, out)
	}
}
