// Package coverage (范围重叠) answers where layers, or the features of one layer,
// lie on each other: the area of every pair, of all of them together, of what is
// covered by exactly k, and the pieces with the features that share each.
//
// The model. Every version has been cut into disjoint faces at publication, each
// naming the features on it. A set is the features that share a place: those of a
// face, or of faces of several versions that meet. sets.sql finds, for every set,
// how much lies under all of it; what lies under exactly it follows by taking off
// the sets that hold it (inclusion and exclusion), and everything else is a sum of
// these: no area is measured twice. All areas are taken in the measuring plane.
//
// Results check themselves. The geometry of every piece, cut a second way, must
// measure what the sums say, and each piece must be its parts in the townships,
// plus what lies outside, less what townships cover twice; or the answer is an
// internal error.
package coverage
