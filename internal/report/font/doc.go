// Package font finds the glyphs of Chinese text for PDF and pictures: a chain of
// TrueType fonts, asked character by character, because no single free font has
// every character that names of places and people need. A character that no font
// has is reported in the log and drawn as a box: it never vanishes.
package font
