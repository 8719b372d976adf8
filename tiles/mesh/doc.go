// Package mesh generalises areas that share borders, so that they go on sharing
// them at every zoom: no gap, no overlap, no seam at a tile's edge.
//
// # The idea
//
// A layer's polygons become one division of the plane: borders that lie between
// two regions and meet at nodes. A border is kept once, simplified once and
// rounded once, whatever polygons and tiles it is drawn in.
//
//	┌─────┬─────┐      n────b1────n────b4───┐      a border knows the region
//	│  A  │  B  │      b2   A     b3   B    │      on its left and on its right
//	└─────┴─────┘      └───────── n ────────┘
//
// # From zoom to zoom
//
// Build makes the division on the grid of the deepest zoom: the world is a
// square of 4096 · 2^z units a side, as in a vector tile. Coarser halves the
// zoom's resolution, each time from the division before:
//
//	close gaps, merge what is too small to draw, draw dust as squares
//	  → drop vertices that matter least, never across another vertex
//	  → round to the next grid
//
// Rounding is snap rounding (Hobby 1999): every grid cell that holds a vertex is
// hot, and every border that passes through a hot cell gets a vertex in its
// middle. Borders may meet by it, but never cross. Where borders cross the edges
// of tiles and of tiles with their buffers they get a vertex first, so that a
// tile is cut out of the division without computing any point anew.
//
// Vertices go by an effective area (Visvalingam and Whyatt 1993), and only when
// no other vertex lies in the triangle that goes: then no border can cross
// another.
//
// All coordinates are whole numbers, and all decisions exact: the same features
// give the same division on every machine.
package mesh
