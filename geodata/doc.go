// Package geodata holds the words of the domain: what a county's planners keep
// (layers, their versions, features), how much of it there is (Area) and what
// can be wrong with it (Error).
//
// It knows no database, no file format and no HTTP; everything else depends on
// it, never the reverse.
//
// # The life of a version
//
//	          import            publish                  last short transaction
//	(file) ───────────▶ draft ───────────▶ preparing ───────────────────▶ in force
//	                      ▲                    │                              │
//	                      └──── failure ───────┘                              ▼ a later version
//	                                                                     superseded
//
// A version in force is never edited: a correction is a new version. So tiles
// may be cached for ever and an answer can be repeated years later.
//
// # Units
//
// Areas are square metres on the CGCS2000 ellipsoid by the survey's rule
// (椭球面积), lengths are metres, coordinates are east first, whatever axis order
// the reference system's definition names.
package geodata
