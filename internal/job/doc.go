// Package job (后台任务) has work done in the background: a queue on the same
// PostgreSQL (River), and the news of how far it is.
//
// A job only says "work on this"; what there is to do, and what has been done, is
// in the tables of whoever does it. So a job may be given twice, lost and given
// again, and the work is still done once. Jobs work in slices: one that has run
// for Slice goes to the end of the queue, so that batches take turns and none is
// ever taken for dead while it lives. A job whose server or database was killed
// comes back three ways: a server that starts asks for everything unfinished
// (Queue.Start), a worker that lost its database tries again after a second, and
// River rescues what has been silent for RescueAfter.
package job
