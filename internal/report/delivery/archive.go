package delivery

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"
)

func copyFile(w io.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("reading what was written: %w", err)
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// packed is a file of an archive: one on the disk, or a text.
type packed struct {
	name, path string
	text       []byte
}

// filesIn are the files of a folder, by name, under a name.
func filesIn(folder, under string) []packed {
	found, _ := filepath.Glob(filepath.Join(folder, "*")) // the pattern is sound
	var files []packed
	for _, p := range found {
		files = append(files, packed{name: path.Join(under, filepath.Base(p)), path: p})
	}
	return files
}

// zipFiles packs files, which carry the time.
func zipFiles(w io.Writer, files []packed, made time.Time) error {
	archive := zip.NewWriter(w)
	for _, f := range files {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: made.UTC()})
		switch {
		case err != nil:
		case f.path == "":
			_, err = io.Copy(entry, bytes.NewReader(f.text))
		default:
			err = copyFile(entry, f.path)
		}
		if err != nil {
			return fmt.Errorf("packing %s: %w", f.name, err)
		}
	}
	return archive.Close()
}
