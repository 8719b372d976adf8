// Package overlap (重叠核查) answers what a site touches, by how much, and how
// sure that is.
//
// The model. Every version in force has been cut into small disjoint faces at
// publication (package publish), each naming the features on it. A check
// intersects the site with the faces it meets; a layer's overlap is the sum over
// its faces, which is the area of the union, a feature's the sum over its own.
// All areas are taken in the measuring plane, where planar area is official
// ellipsoidal area; perimeters and distances in the county's Gauss-Krüger plane.
//
// Three answers, never two: concerned, not concerned, not checked. Whatever
// cannot be looked at (no version in force, the site outside the county) is not
// checked, and the outcome at best "review". Results check themselves: the parts
// in the townships, plus what lies outside, less what is covered twice, must be
// the site, or the check fails instead of reporting numbers.
//
// It does not know files, HTTP or rules of law.
package overlap
