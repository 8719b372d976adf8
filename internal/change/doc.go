// Package change (面积变化核查) compares two versions of a layer: what was gained,
// lost and reclassified, where, by whose approval, and what became of each feature.
//
// The model. A version in force is cut into disjoint faces (package publish), and
// each face carries the digest of its shape. Faces that both versions have cancel;
// only what is left is overlaid, face by face, in its neighbourhood: unchanged ground
// costs nothing. The parts of a face that the other version does not cover are joined
// into connected pieces; those below the thresholds are noise (边界误差), counted
// apart. All areas are taken in the measuring plane, perimeters in the Gauss-Krüger
// plane.
//
// Results check themselves: net = gained − lost + noise, for the whole and within
// every township; townships and what lies outside them add up to the whole; faces add
// up to their features. What does not close is an internal error, never a figure.
//
// It does not know files, HTTP or rules of law: which changes of class a plan
// restricts, and by what words, is data.
package change
