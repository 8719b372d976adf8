package pdf

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
	"github.com/signintech/gopdf"
)

// Image puts a PNG over the width of the text, with its proportion (height by
// width), and goes on to the next page when it does not fit on this one.
func (d *Document) Image(png []byte, proportion float64) {
	height := d.TextWidth() * proportion
	d.Need(height)
	holder, err := gopdf.ImageHolderByBytes(png)
	if err != nil {
		d.fail(fmt.Errorf("picture: %w", err))
		return
	}
	d.fail(d.gp.ImageByHolder(holder, left, d.y, &gopdf.Rect{W: d.TextWidth(), H: height}))
	d.advance(height)
	d.Space(2 * MM)
}

// quiet is the white border a QR code needs, in modules (ISO/IEC 18004).
const quiet = 4

// Beside draws a QR code of a text at the right of the page, and calls write for
// what stands at its left; it is at least as high as the code.
func (d *Document) Beside(content string, size float64, write func()) {
	d.Need(size)
	page, y := d.pages, d.y
	d.code(content, d.right()-size, y, size)
	d.taken = size + 4*MM
	write()
	d.taken = 0
	if d.pages == page && d.y < y+size {
		d.advance(y + size - d.y)
	}
}

// code draws a QR code as a square of vector boxes, quiet zone included.
func (d *Document) code(content string, x, y, size float64) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		d.fail(fmt.Errorf("QR code: %w", err))
		return
	}
	n := code.Bounds().Dx()
	module := size / float64(n+2*quiet)
	d.gp.SetFillColor(255, 255, 255)
	d.gp.RectFromUpperLeftWithStyle(x, y, size, size, "F")
	d.gp.SetFillColor(Black[0], Black[1], Black[2])
	dark := func(i, j int) bool { r, _, _, _ := code.At(i, j).RGBA(); return r < 0x8000 }
	for j := range n {
		for i := 0; i < n; i++ {
			from := i
			for i < n && dark(i, j) {
				i++
			}
			if i > from { // a stretch of dark modules is one box, so that no seams show
				d.gp.RectFromUpperLeftWithStyle(x+float64(from+quiet)*module, y+float64(j+quiet)*module, float64(i-from)*module, module, "F")
			}
		}
	}
}
