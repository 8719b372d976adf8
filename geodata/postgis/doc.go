// Package postgis holds what the county holds: one PostGIS database with the
// catalogue of layers, their immutable versions and everything prepared from
// them. It is the only package that knows how a geometry crosses the wire and
// what the schema looks like.
//
// # Who does what to a database
//
//	Administer   an administrator, once: role, database, extensions, plane 990001
//	Migrate      the service role: tables, indexes, functions, under one lock
//	CheckReady   says what is missing, with the SQL that mends it
//	Open         a pool of connections ready for geometries
//
// The service role owns its database and is no superuser.
package postgis
