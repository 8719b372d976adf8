package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode/qr"
)

const (
	moduleDots = 8 // dots a module of a QR picture is wide
	quietZone  = 4 // modules of white around it (ISO/IEC 18004)
)

// QR is a QR code of a text as a PNG, its quiet zone included, for documents that
// take pictures. The PDF draws its own, as boxes.
func QR(content string) ([]byte, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	n := code.Bounds().Dx()
	edge := (n + 2*quietZone) * moduleDots
	picture := image.NewPaletted(image.Rect(0, 0, edge, edge), color.Palette{color.White, color.Black})
	for y := range edge {
		for x := range edge {
			i, j := x/moduleDots-quietZone, y/moduleDots-quietZone
			if i < 0 || j < 0 || i >= n || j >= n {
				continue
			}
			if r, _, _, _ := code.At(i, j).RGBA(); r < 0x8000 {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	return b.Bytes(), nil
}
