// Package backup writes the whole holding to one file and brings it back
// (备份与恢复), with PostgreSQL's own pg_dump and pg_restore.
//
// A backup is one moment of the database and may be taken while the service
// runs. It holds everything the service owns; what an administrator provides
// (extensions, spatial_ref_sys, roles) belongs to the server it is restored to.
//
// A restore is one transaction: it happens or it does not. It wants the database
// to itself, and an empty one unless told to replace what is there.
package backup
