// Package postgis holds versions of layers in PostGIS: the connection, the
// schema's migrations, the catalogue of versions, and the codec that takes
// geometries across the wire.
//
// Reference systems. A feature is kept three times: as it was delivered, in
// EPSG:4490 (CGCS2000 longitude/latitude), and in the measuring plane, SRID
// 990001, in which planar area is the official ellipsoidal area. The last two
// are derived; the SQL function to_plane is the one definition of the third.
package postgis
