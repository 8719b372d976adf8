// Package ledger (监管台账) keeps every piece of ground that was lost, reclassified
// or encroached upon until it is settled: 发现 → 核查 → 整改 → 销号.
//
// Entries come from kept comparisons of versions, from kept checks, or are made by
// hand. The same piece of the same comparison is one entry, however often it is
// filled in. What happens to an entry is only ever added to its history, and its
// state follows from that. Attachments are references: the ledger stores no files.
package ledger
