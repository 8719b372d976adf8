// Package outline keeps the outlines of layer versions in memory, to tell of a small
// site without the database what it certainly lies in, and how far the nearest
// feature is.
//
// Most parcels lie well within one township, one control unit, and far from
// everything else. What that costs the database is then only to find out that there
// is nothing to cut. An Outline finds it out in microseconds, and says nothing where
// it is not certain: of a site that comes within Clearance of a border the database
// is asked, as it is of large sites and of versions too large to keep.
//
// A version's features and faces never change once it is prepared, so what is kept
// stays true.
package outline

// Clearance is how near a border may come, in metres, before the outline leaves the
// question to the database. It is far above what rounding does to coordinates
// (1e-9 m) and to their place between two planes (1e-4 m).
const Clearance = 0.01
