package tiles

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
)

func TestParseTile(t *testing.T) {
	good := func(z, x, y string, want maptile.Tile) {
		t.Helper()
		got, err := ParseTile(z, x, y)
		if err != nil || got != want {
			t.Errorf("%s/%s/%s: %v, %v; want %v", z, x, y, got, err, want)
		}
	}
	bad := func(z, x, y string, kind geodata.Kind) {
		t.Helper()
		if got, err := ParseTile(z, x, y); !geodata.IsKind(err, kind) {
			t.Errorf("%s/%s/%s: %v, %v; want an error of kind %q", z, x, y, got, err, kind)
		}
	}
	good("0", "0", "0", maptile.New(0, 0, 0))
	good("10", "816", "420", maptile.New(816, 420, 10))
	good("16", "65535", "65535", maptile.New(65535, 65535, 16))

	bad("0", "1", "0", geodata.NotFound)
	bad("0", "0", "1", geodata.NotFound)
	bad("10", "1024", "0", geodata.NotFound)
	bad("10", "0", "1024", geodata.NotFound)
	bad("17", "0", "0", geodata.NotFound)
	bad("4294967295", "0", "0", geodata.NotFound)

	bad("", "0", "0", geodata.Invalid)
	bad("01", "0", "0", geodata.Invalid)
	bad("1", "+1", "0", geodata.Invalid)
	bad("1", "-1", "0", geodata.Invalid)
	bad("1", "1.0", "0", geodata.Invalid)
	bad("1", "1", "1e0", geodata.Invalid)
	bad("1", "1", "０", geodata.Invalid)
	bad("1", "1", "4294967296", geodata.Invalid)
}

// Every tile of the first seven zooms has exactly one spelling, read back whole.
func TestParseTileReadsWhatIsWritten(t *testing.T) {
	for z := uint32(0); z < 7; z++ {
		for x := uint32(0); x < 1<<z; x++ {
			for y := uint32(0); y < 1<<z; y++ {
				got, err := ParseTile(fmt.Sprint(z), fmt.Sprint(x), fmt.Sprint(y))
				if err != nil || got != maptile.New(x, y, maptile.Zoom(z)) {
					t.Fatalf("%d/%d/%d: %v, %v", z, x, y, got, err)
				}
			}
		}
	}
}

func FuzzParseTile(f *testing.F) {
	f.Add("10", "816", "420")
	f.Add("0", "0", "0")
	f.Add("16", "65535", "65536")
	f.Add("-1", "+2", "0x3")
	f.Add("99999999999999999999", "", "٣")
	f.Fuzz(func(t *testing.T, z, x, y string) {
		tile, err := ParseTile(z, x, y)
		if err != nil {
			return
		}
		if !tile.Valid() || tile.Z > MaxZoom {
			t.Errorf("%q/%q/%q gave %v", z, x, y, tile)
		}
		if fmt.Sprint(tile.Z, tile.X, tile.Y) != z+" "+x+" "+y {
			t.Errorf("%q/%q/%q is a second spelling of %v", z, x, y, tile)
		}
	})
}
