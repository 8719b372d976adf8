// Package pieces (重叠图形) writes what a site has in common with the layers as
// geometry that other programs read: GeoJSON, GeoPackage and boundary-point TXT
// (界址点坐标交换格式).
//
// It converts no coordinates: that is PostGIS's work. A Set says which reference
// system it is in, and an encoder refuses a set in one that its format cannot
// carry.
package pieces
