// Package migrations holds the schema's steps, numbered, forward only.
package migrations

import "embed"

// FS has one .sql file a step.
//
//go:embed *.sql
var FS embed.FS
