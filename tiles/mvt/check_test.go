package mvt_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"hongxian/tiles/mesh"
	"hongxian/tiles/mvt"
)

// The check agrees with what the specification's own fixtures say of themselves.
func TestCheckOnTheFixtures(t *testing.T) {
	folder := filepath.Join(os.Getenv("HONGXIAN_REALDATA"), "mvt", "fixtures")
	names, err := filepath.Glob(filepath.Join(folder, "*", "info.json"))
	if err != nil || len(names) != 37 {
		t.Fatalf("%d fixtures in %s, want 37 (HONGXIAN_REALDATA names the real data): %v", len(names), folder, err)
	}
	for _, name := range names {
		var info struct {
			Description string
			Validity    struct{ V2 bool }
		}
		b, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(b, &info)
		}
		if err != nil {
			t.Fatal(err)
		}
		tile, err := os.ReadFile(filepath.Join(filepath.Dir(name), "tile.mvt"))
		if err != nil {
			t.Fatal(err)
		}
		if err := mvt.Check(tile, -1); (err == nil) != info.Validity.V2 {
			t.Errorf("%s (%s): valid is %v, the check says %v", filepath.Base(filepath.Dir(name)), info.Description, info.Validity.V2, err)
		}
	}
}

// tileOf is a tile with one polygon.
func tileOf(rings ...mesh.Ring) []byte {
	l := mvt.NewLayer("red-line")
	l.Add(7, []mvt.Property{{Key: "code", Value: "甲"}, {Key: "count", Value: int64(3)}}, [][]mesh.Ring{rings})
	return l.Bytes()
}

var square = mesh.Ring{{X: 0, Y: 0}, {X: 10, Y: 0}, {X: 10, Y: 10}, {X: 0, Y: 10}}

func TestWhatIsWrittenIsRead(t *testing.T) {
	hole := mesh.Ring{{X: 2, Y: 2}, {X: 2, Y: 4}, {X: 4, Y: 4}}
	tile := tileOf(square, hole)
	if err := mvt.Check(tile, 64); err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Decode(tile)
	if err != nil || len(layers) != 1 || layers[0].Name != "red-line" || layers[0].Extent != 4096 || len(layers[0].Features) != 1 {
		t.Fatalf("%+v, %v", layers, err)
	}
	f := layers[0].Features[0]
	if f.ID != 7 || f.Properties["code"] != "甲" || f.Properties["count"] != int64(3) || len(f.Parts) != 2 || f.Parts[1][2] != hole[2] {
		t.Errorf("%+v", f)
	}
	if mvt.NewLayer("empty").Bytes() != nil {
		t.Error("a layer without features was written")
	}
}

// wound wrong    twice a point    no area     bow-tie      touches itself    outside
//
//	3──2           0─1              0─1─2       0   2          0──1──┐
//	│  │            \|                          │╲ ╱│          │ ╱╲  │
//	0──1             2(=1)                      1  3           └┘  └─┘
func TestCheckRefusesBadRings(t *testing.T) {
	p := func(xy ...int32) (r mesh.Ring) {
		for i := 0; i < len(xy); i += 2 {
			r = append(r, mesh.Point{X: xy[i], Y: xy[i+1]})
		}
		return r
	}
	for name, ring := range map[string]mesh.Ring{
		"wound wrong":    p(0, 0, 0, 10, 10, 10, 10, 0),
		"a point twice":  p(0, 0, 10, 0, 10, 0, 5, 5),
		"no area":        p(0, 0, 10, 0, 20, 0),
		"bow-tie":        p(0, 0, 10, 10, 10, 0, 0, 20),
		"touches itself": p(0, 0, 10, 0, 20, 0, 20, 20, 10, 0, 0, 20),
		"spike":          p(0, 0, 10, 0, 20, 0, 10, 0, 10, 10, 0, 10),
		"outside":        p(-65, 0, 10, 0, 10, 10),
	} {
		if err := mvt.Check(tileOf(ring), 64); err == nil {
			t.Errorf("%s: %v passes", name, ring)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(tileOf(square))
	f.Add([]byte{0x1a, 0x05, 0x78, 0x02, 0x0a, 0x01, 0x61})
	f.Fuzz(func(t *testing.T, tile []byte) {
		_ = mvt.Check(tile, 64)
	})
}
