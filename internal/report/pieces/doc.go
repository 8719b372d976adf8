// Package pieces (重叠图形) writes what a site has in common with the layers as
// geometry that other programs read: GeoJSON, GeoPackage and boundary-point TXT
// (界址点坐标交换格式).
//
// It converts no coordinates: that is PostGIS's work. A Set says which reference
// system it is in, and an encoder refuses a set in one that its format cannot
// carry.
//
// A TXT is GB18030 unless UTF-8 is asked for: official readers open it so. Its
// 地块面积 is the answer's ellipsoidal area, so that one quantity prints one
// figure; a reader that computes the plane area from the points finds up to some
// parts in ten thousand more. Its coordinates are to the millimetre, as the
// format's 精度 says; GeoPackage keeps every bit.
package pieces
