// Package township (乡镇统计) says how the layers divide among the townships: a
// table with a row a township, that closes and can be handed in.
//
// The work is done when a version is put in force: the Divider, a preparer, cuts
// the version's disjoint faces by the townships and keeps the areas, added up by
// townships and classes. A table is then a sum of rows (Statistician). What is not
// prepared — drafts, versions that never were in force together, a planner's own
// zones — is divided by the same statements when it is asked for, in a transaction
// that leaves nothing behind.
//
// Every column closes, or there is no table:
//
//	Σ townships + outside − multiply covered = layer
//	Σ classes − where classes lie on each other = layer
//
// All areas are square metres in the measuring plane (official ellipsoidal areas).
package township
