// Package audit (审计日志) keeps who asked, saw, changed, exported or confirmed what,
// when and from where, so that nobody can change or remove an entry later without its
// being found.
//
// An entry (Entry) is written in the transaction of the operation it tells of: a crash
// leaves both or neither. It gets its place in the chain afterwards (Trail.Seal, which a
// server calls by the second): a number and the SHA-256 of everything in it and of the
// hash before. Whoever holds the row audit_head gives places, so many servers write one
// chain. Until then, a second or two, an entry is guarded by the database alone.
//
// Verify finds entries that were changed, removed, inserted or reordered. Someone who
// may write to the database as its owner could compute a whole new chain: against that,
// a height and hash noted elsewhere (the log of the server, an exported file) are given
// to Verify. Cut removes an older stretch once it lies in a file; the entry that says so
// carries the hash the rest goes on from.
//
// Entries name what is kept by its identity. They hold no geometry of sites, no
// passwords, no tokens, and nothing of uploads but what the catalogue holds of them.
package audit
