package main

import (
	"strings"
	"testing"

	"hongxian/tiles/bake"
)

// A publication names the zooms whose tiles are too large, and the heaviest tile.
func TestHeavyTilesAreWarnedOf(t *testing.T) {
	got := heavyTiles([]bake.Zoom{{Zoom: 10, Tiles: 3}, {Zoom: 9, TooLarge: []bake.Weight{{X: 412, Y: 209, Bytes: 250_001}, {X: 412, Y: 210, Bytes: 300_000}}}})
	if len(got) != 1 || !strings.Contains(got[0].ZH, "第 9 级有 2 个瓦片") || !strings.Contains(got[0].EN, "9/412/210 with 300000 bytes") {
		t.Errorf("%+v", got)
	}
}
