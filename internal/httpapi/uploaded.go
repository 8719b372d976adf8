package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"hongxian/internal/answer"
	"hongxian/internal/scratch"
)

// smallUpload is up to how many bytes a file is held in memory: most sites are a
// few kB, and a folder made and removed costs more than a check's geometry.
const smallUpload = 1 << 20

// upload is the file of a request while the request is answered.
type upload struct {
	folder string          // where a large one's folder is made; empty: the system's
	made   *scratch.Folder // that folder
	memory *os.File        // a small one
}

// save keeps a body as the question's file; what is beyond the body's limit is an
// error.
func (u *upload) save(body io.Reader, q *answer.Question) error {
	var start bytes.Buffer
	n, err := io.Copy(&start, io.LimitReader(body, smallUpload+1))
	if err != nil {
		return brokenUpload(err)
	}
	if n <= smallUpload && u.keep(start.Bytes(), q) {
		return nil
	}
	if u.made, err = scratch.Make(u.folder, scratch.Upload); err != nil {
		return err
	}
	q.Path = filepath.Join(u.made.Path, "upload")
	return save(io.MultiReader(&start, body), q.Path)
}

// save writes a body to a file; what is beyond the body's limit is an error.
func save(body io.Reader, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	_, err = io.Copy(f, body)
	if closeErr := f.Close(); err == nil && closeErr != nil {
		return fmt.Errorf("keep an upload: %w", closeErr)
	}
	return brokenUpload(err)
}

// keep holds a small file in memory, under a name that this process can open, and
// says whether this machine can.
func (u *upload) keep(content []byte, q *answer.Question) bool {
	descriptor, err := unix.MemfdCreate("hongxian-upload", unix.MFD_CLOEXEC)
	if err != nil {
		return false
	}
	u.memory = os.NewFile(uintptr(descriptor), "hongxian-upload")
	q.Path = fmt.Sprintf("/proc/self/fd/%d", descriptor)
	if _, err := u.memory.Write(content); err != nil {
		return false
	}
	_, err = os.Stat(q.Path) // a machine without /proc
	return err == nil
}

// remove forgets the file.
func (u *upload) remove() error {
	var errs []error
	if u.memory != nil {
		errs = append(errs, u.memory.Close())
	}
	return errors.Join(append(errs, u.made.Remove())...)
}
