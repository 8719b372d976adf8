// Package place finds what is held by where it is and by what it is called, reads
// coordinates as people type them, and measures what is drawn on the map. It gives
// figures of features as they were measured at intake, and measures drawings in the
// same planes as checks; nothing is kept.
package place
