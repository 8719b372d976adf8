package font

import (
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Face draws a chain's characters into pictures at one size. It implements
// font.Face and is not safe for concurrent use: make one for each picture.
type Face struct {
	chain *Chain
	size  float64
	faces map[int]font.Face
}

// Face gives the chain's face at a size in pixels per em.
func (c *Chain) Face(pixels float64) *Face {
	return &Face{chain: c, size: pixels, faces: map[int]font.Face{}}
}

// pick gives the face that has the character, or the box and a face that has it.
func (f *Face) pick(r rune) (font.Face, rune) {
	f.chain.mu.Lock()
	defer f.chain.mu.Unlock()
	g := f.chain.glyph(r)
	if g.font == Missing {
		r = Box
		g = f.chain.glyph(r)
		g.font = max(g.font, 0)
	}
	face := f.faces[g.font]
	if face == nil {
		// NewFace fails only for options it cannot know; these are plain.
		face, _ = opentype.NewFace(f.chain.fonts[g.font].outline,
			&opentype.FaceOptions{Size: f.size, DPI: 72, Hinting: font.HintingNone})
		f.faces[g.font] = face
	}
	return face, r
}

// Close implements font.Face.
func (f *Face) Close() error { return nil }

// Glyph implements font.Face.
func (f *Face) Glyph(dot fixed.Point26_6, r rune) (image.Rectangle, image.Image, image.Point, fixed.Int26_6, bool) {
	face, r := f.pick(r)
	return face.Glyph(dot, r)
}

// GlyphBounds implements font.Face.
func (f *Face) GlyphBounds(r rune) (fixed.Rectangle26_6, fixed.Int26_6, bool) {
	face, r := f.pick(r)
	return face.GlyphBounds(r)
}

// GlyphAdvance implements font.Face.
func (f *Face) GlyphAdvance(r rune) (fixed.Int26_6, bool) {
	face, r := f.pick(r)
	return face.GlyphAdvance(r)
}

// Kern implements font.Face: figures in tables stand under each other, so there
// is none.
func (f *Face) Kern(_, _ rune) fixed.Int26_6 { return 0 }

// Metrics implements font.Face, by the first font of the chain.
func (f *Face) Metrics() font.Metrics {
	face, _ := f.pick(Box)
	return face.Metrics()
}
