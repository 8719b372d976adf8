package tiles

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
)

// MaxZoom is the deepest zoom drawn.
const MaxZoom = geodata.MaxZoom

// ParseTile reads a tile's address in the web's scheme (y grows southwards).
// Each number has one spelling: no sign, no leading zero, so that one tile has
// one URL. The error is Invalid for what is no number, NotFound outside the grid.
func ParseTile(z, x, y string) (maptile.Tile, error) {
	var n [3]uint32
	for i, s := range [3]string{z, x, y} {
		v, err := strconv.ParseUint(s, 10, 32)
		if err != nil || strconv.FormatUint(v, 10) != s {
			return maptile.Tile{}, &geodata.Error{Kind: geodata.Invalid, Code: "tile-malformed",
				ZH: fmt.Sprintf("瓦片编号“%.20s”不是非负整数；应为 /{z}/{x}/{y}.mvt。", s),
				EN: fmt.Sprintf("%.20q in the tile's address is not a plain number; write /{z}/{x}/{y}.mvt.", s)}
		}
		n[i] = uint32(v)
	}
	if n[0] > MaxZoom || n[1]>>n[0] != 0 || n[2]>>n[0] != 0 {
		return maptile.Tile{}, &geodata.Error{Kind: geodata.NotFound, Code: "tile-outside",
			ZH: fmt.Sprintf("没有瓦片 %d/%d/%d：级别为 0 至 %d，行列号小于 2 的级别次方。", n[0], n[1], n[2], MaxZoom),
			EN: fmt.Sprintf("There is no tile %d/%d/%d: zooms are 0 to %d, x and y below 2 to the power of the zoom.", n[0], n[1], n[2], MaxZoom)}
	}
	return maptile.New(n[1], n[2], maptile.Zoom(n[0])), nil
}
