package report

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// What a QR picture holds is read back by another program's reader.
func TestQRIsReadBack(t *testing.T) {
	for _, text := range []string{"AF1N-GX40-7Q2M-9C3D-B", "https://map.example.gov.cn/api/v1/verify/AF1N-GX40-7Q2M-9C3D-B"} {
		picture, err := QR(text)
		if err != nil {
			t.Fatal(err)
		}
		image, err := png.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(image)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil || read.GetText() != text {
			t.Errorf("%q is read as %v, %v", text, read, err)
		}
		if again, _ := QR(text); !bytes.Equal(again, picture) {
			t.Error("the same text gives another picture")
		}
	}
}
