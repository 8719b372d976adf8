// Package localpg runs a private PostGIS cluster (私有数据库集群) for a deployment
// that has no database server of its own: a child process under the data folder,
// reached through a unix socket and nothing else.
//
// # Who may use it
//
// The data directory and the socket directory are 0700 and belong to the account
// that runs PostgreSQL: the caller's, or postgres (else nobody) when the caller
// is root, because PostgreSQL refuses root. The server lets in the account that
// started it and root (peer authentication), as one of two roles: hongxian_admin,
// a superuser that only prepares the database, and hongxian, which owns it and
// is what the service connects as.
//
// # One owner, many users
//
// The cluster belongs to the process that started it and stops with it. Beside
// an owner, others attach. Three locks, released by the kernel when their holder
// dies, order this:
//
//	owner.lock      exclusive: whoever runs PostgreSQL
//	users.lock      shared: whoever is attached; the owner takes it exclusively
//	                before it stops, so that it leaves nobody in the middle
//	exclusive.lock  exclusive: the server; a second one is refused at once
//
// A command that owns the cluster waits at its end for the commands attached to
// it. A server waits for them five seconds only. state.json tells the attached
// where the socket is; it is believed only while somebody holds owner.lock.
//
// # What it survives
//
// A killed owner (the kernel then tells PostgreSQL to shut down), a killed
// PostgreSQL (it is started again on the same socket, so that connection pools
// recover), a pid file left behind, its pid used by another process, an initdb
// cut short, a power cut (fsync stays on).
package localpg
