package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"
)

// hostile holds what XML forbids, what it reserves, and what turns text around.
var hostile = func() string {
	var b strings.Builder
	for r := rune(0); r < 0x21; r++ {
		b.WriteRune(r)
	}
	return b.String() + "\u0085<a href=\"x\">&'\u202e\ufffe\uffff𠮷㙟\xff]]>"
}()

func parts(t *testing.T, d *Document) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(content)
		if !f.Modified.Equal(epoch) {
			t.Errorf("%s is dated %v", f.Name, f.Modified)
		}
	}
	return out
}

func TestHostileTextStaysXML(t *testing.T) {
	d := New(Settings{Title: hostile, Author: hostile, Header: hostile, Footer: hostile, Created: time.Unix(0, 0), Properties: []Property{{Name: "p", Value: hostile}}})
	d.Text(Body, hostile)
	d.Table(Table{Columns: []Column{{Title: hostile, Width: 50}, {Width: 50, Align: Figure}}, Rows: [][]string{{hostile}, {"a\nb", "1.00"}}, Totals: 1})
	if err := d.Picture(picture(t, 4, 2), 100, 100, hostile); err != nil {
		t.Fatal(err)
	}
	all := parts(t, d)
	for name, content := range all {
		if strings.HasSuffix(name, ".png") {
			continue
		}
		x := xml.NewDecoder(strings.NewReader(content))
		for {
			token, err := x.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			if text, ok := token.(xml.CharData); ok && strings.ContainsAny(string(text), "\u202e\x1b\u0085") {
				t.Errorf("%s holds %q", name, text)
			}
		}
	}
	body := all["word/document.xml"]
	for _, want := range []string{"𠮷㙟", ">a</w:t>", "<w:br/>", `cx="3600000" cy="1800000"`, "<w:tblHeader/>"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if strings.Count(body, "<w:tc>") != 6 {
		t.Error("a short row is not filled")
	}
}

func TestPictureMustBePNG(t *testing.T) {
	if err := New(Settings{}).Picture([]byte("GIF89a"), 10, 10, ""); err == nil {
		t.Error("a GIF was taken for a PNG")
	}
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
