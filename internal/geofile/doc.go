// Package geofile reads foreign files: whatever a planner brings becomes a
// stream of features, a reference system that is known or refused, and findings
// that say what was noticed on the way. Imports of 100,000 polygons and a single
// parcel to be checked go through the same door.
//
//	GeoJSON, GeoJSONSeq/NDJSON (also gzipped) ──────────────────────┐
//	zipped Shapefile ─ zip.go ─┐                                    ▼
//	                           ├─▶ cage.go: ogr2ogr ─▶ GeoJSON ─▶ one strict
//	GeoPackage ────────────────┘    (child, limits)    on a pipe   reader ─▶ features
//
// Every geometry, from whatever format, is decoded by the same strict code
// (geometry.go), so an unclosed ring is found in a GeoPackage as it is in a
// GeoJSON file. GDAL runs in a child process with limits, without network and in
// a folder of its own that is removed whatever happens; the server's memory
// never holds a foreign library. Nothing is repaired or reprojected here:
// self-intersections pass through, because intake mends and reports them.
//
// # Reference systems
//
// A delivery's system is found by what its definition says (ellipsoid, datum,
// central meridian, false easting), never by its name alone. CGCS2000 is
// accepted; WGS84, ETRS89 and NAD83 are taken as CGCS2000 with a finding; the
// county's own plane is accepted; every other datum (Xian 1980, Beijing 1954,
// OSGB36 …) is refused, because PROJ and PostGIS would shift it by nothing,
// silently. A missing system is refused with a proposal, never guessed; only
// GeoJSON without a crs member and with coordinates in degrees is WGS84, as
// RFC 7946 says.
//
// # Limits
//
// Unpacked bytes: Options.MaxBytes (4 GiB). One feature: 64 MiB of text. JSON
// depth: 64. Archive: 2,000 entries, 1000:1 above 16 MiB. The child: 1 GiB of
// address space, 600 s of processor time, 64 MiB written, 64 open files.
package geofile
