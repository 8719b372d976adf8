package web

import (
	"io/fs"
	"testing"
)

// Building the page empties dist: the file that lets Go build without a built
// page must come back with it, and Files must be rooted where index.html lies.
func TestFilesAreRootedAtDist(t *testing.T) {
	if _, err := fs.Stat(Files(), ".gitkeep"); err != nil {
		t.Errorf("dist/.gitkeep is gone: %v", err)
	}
}
