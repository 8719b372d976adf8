// Package quality (质检) examines a version before it is in force: what its
// features say of themselves (codes, classes, names, areas) and how they lie on
// the ground — overlaps where there should be none, gaps in a layer that should
// cover the county, ground outside the county, slivers, duplicates. The report is
// worked out once and kept with the version; findings that the county's profile
// names as blocking stop its publication.
//
// How the ground is examined. A border between two neighbours is drawn once in
// each direction; such edges cancel. What is left bounds every gap and every
// overlap and the layer's outline, so only that is cut into faces, cell by cell,
// and one point of each face says which features lie on it. In a clean layer of
// 100,000 polygons little is left; no union of a whole layer is ever made.
//
// Areas are ellipsoidal, in m²; widths are mean widths 2A/P in metres of the
// county's Gauss-Krüger plane. Nothing is repaired here.
package quality
