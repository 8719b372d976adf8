package docx

import (
	"bytes"
	"fmt"
	"image/png"
)

const emuPerMM = 36000

// Picture appends a PNG, as large as fits into a box of millimetres, centred.
// alternative is what a reader that shows no pictures says instead.
func (d *Document) Picture(image []byte, width, height float64, alternative string) error {
	config, err := png.DecodeConfig(bytes.NewReader(image))
	if err != nil {
		return fmt.Errorf("the picture is no PNG: %w", err)
	}
	scale := min(width/float64(config.Width), height/float64(config.Height))
	cx, cy := int(float64(config.Width)*scale*emuPerMM), int(float64(config.Height)*scale*emuPerMM)
	d.pictures = append(d.pictures, image)
	n := len(d.pictures)
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="Centred"/><w:keepNext/></w:pPr><w:r><w:drawing>`+
		`<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%[1]d" cy="%[2]d"/>`+
		`<wp:docPr id="%[3]d" name="picture%[3]d" descr="%[4]s"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>`+
		`<pic:nvPicPr><pic:cNvPr id="%[3]d" name="picture%[3]d.png" descr="%[4]s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="rIdPicture%[3]d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`+
		`</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, cx, cy, n, escape(alternative))
	return nil
}
