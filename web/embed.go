// Package web holds the page planners work in (页面): the Vue application under
// src, built by `npm run build` into dist and embedded into the binary.
//
// It knows the HTTP API and nothing else of this module.
package web

import (
	"embed"
	"io/fs"
)

// dist also embeds dist/.gitkeep, so that Go code builds before the page does.
//
//go:embed all:dist
var dist embed.FS

// Files is the built page, index.html at its root. When the page has not been
// built it holds no index.html: the server then says so.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a constant and a valid path
	}
	return files
}
