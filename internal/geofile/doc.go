// Package geofile reads foreign files: whatever a planner brings becomes a
// stream of features, a reference system that is known or refused, and findings
// that say what was noticed on the way. Imports of 100,000 polygons and a single
// parcel to be checked go through the same door.
//
//	GeoJSON, GeoJSONSeq/NDJSON (also gzipped) ──────────────────────┐
//	zipped Shapefile, FileGDB ─┐                                    ▼
//	GeoPackage ────────────────┼─▶ cage.go: ogr2ogr ─▶ GeoJSON ─▶ one strict
//	DXF ───────────────────────┘    (child, limits)    on a pipe   reader ─▶ features
//	KML, OVKML, KMZ ─ zip.go ─▶ kml.go ─────────────────────────────▲  ▲
//	WKT ─▶ wktgeometry.go ──────────────────────────────────────────┘  │
//	boundary-point TXT (勘测定界) ─▶ boundary.go ─┐                     │
//	CSV, XLSX of points ─▶ table.go ──────────────┴─▶ parcel.go ───────┘
//
// A file is told by its content; its name counts only where the content has no
// mark (sniff.go). Every geometry that comes as such is decoded by the same
// strict code (geometry.go, linear.go), so an unclosed ring is found in a
// GeoPackage as it is in a GeoJSON file. Only points that must be joined by us —
// TXT, CSV, XLSX, whose writers often leave the closing point out — are closed,
// with a finding, and their rings become parts or holes by where they lie
// (nesting.go). GDAL runs in a child process with limits, without network and in
// a folder of its own that is removed whatever happens; the server's memory
// never holds a foreign library. Nothing is repaired or reprojected here:
// self-intersections pass through, because intake mends and reports them.
//
// Polygons are always taken; lines and points only with Options.Lines, for
// corridors and circles. Drawings (KML, DXF) carry labels and axes beside what is
// meant: of them the most solid kind is read, and what is left out is counted in
// a finding.
//
// # Reference systems
//
// A delivery's system is found by what its definition says (ellipsoid, datum,
// central meridian, false easting), never by its name alone. CGCS2000 is
// accepted; WGS84, ETRS89 and NAD83 are taken as CGCS2000 with a finding; the
// county's own plane is accepted; every other datum (Xian 1980, Beijing 1954,
// OSGB36 …) is refused, because PROJ and PostGIS would shift it by nothing,
// silently, unless seven parameters are given (Options.Parameters): then every vertex
// goes by Bursa-Wolf to the same plane of CGCS2000, or to its degrees. A missing system is refused, never guessed silently: where exactly
// one CGCS2000 system puts the file into the county it is proposed
// (crs-needs-confirmation) and used once the user has confirmed it
// (Options.ConfirmGuess). Only GeoJSON without a crs member and with coordinates
// in degrees is WGS84, as RFC 7946 says, and KML, as its own standard says.
// Degrees that web maps have shifted (GCJ-02, BD-09) bear no mark; they are taken
// back where the user declares it (Options.Datum), and the finding names both
// positions of the first point.
//
// # Limits
//
// Unpacked bytes: Options.MaxBytes (4 GiB); 64 MiB for TXT, CSV and WKT, 128 MiB
// for a workbook, 256 MiB for KML. One feature: 64 MiB of text. JSON and XML
// depth: 64. Rows of a table: 200,000. Rings of a parcel of points: 2,000.
// Archive: 2,000 entries, 1000:1 above 16 MiB. The child: 1 GiB of address space,
// 10 s of processor time and 2 for each MiB of the file, 600 at most, 64 MiB written, 64 open files.
package geofile
