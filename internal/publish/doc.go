// Package publish (发布) puts a draft in force. Everything that answers will
// need is worked out once, before: a list of preparers, wired by the command,
// does it under state "preparing", each in its own transaction, so that a run
// that was cut off can go on where it stopped. A last short transaction flips
// the version in force and supersedes the one before.
//
// A failure leaves the draft a draft. What a killed process left behind is swept
// at the next start of the server.
package publish
