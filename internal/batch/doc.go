// Package batch (批量核查) answers many parcels that were handed in together, in
// the background: up to MaxParcels from one file, or the projects of a plan.
//
// A batch is rows in PostgreSQL, not a process. Workers, on any number of servers
// and in the command line, take parcels nobody else has taken (for update skip
// locked), answer them, and commit the records, the parcels' states and the
// batch's counters in one transaction: a worker or a database that is killed
// loses only what was not committed, so every parcel is answered exactly once.
// All parcels are answered against the versions that were in force when the batch
// was handed in. A parcel that cannot be checked is "not checked" with the
// reason, and the rest go on.
//
// It knows how to ask for an answer by a small interface, and neither rules nor
// encodings nor HTTP.
package batch
