// Package scratch makes folders for work that outlives no process (临时目录): a file that
// is read or written for a request. A folder bears a lock that the kernel releases with
// its process, however that ends; what a killed process left is told by it and swept by
// the next one, at its start and before its first folder. It knows nothing of what the
// folders are for but their names.
package scratch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Purpose is what a folder is for, as its name says.
type Purpose string

// The purposes.
const (
	Reading Purpose = "geofile" // a foreign file, read by GDAL
	Upload  Purpose = "upload"  // what a request brought
	Paper   Purpose = "paper"   // what a request gets
	Export  Purpose = "export"  // a version, written by GDAL
)

var purposes = []Purpose{Reading, Upload, Paper, Export}

func (p Purpose) prefix() string { return "hongxian-" + string(p) + "-" }

const lockName = ".lock"

// Folder is one folder, until Remove.
type Folder struct {
	Path string
	lock *os.File
}

var sweptFirst sync.Once

// Make makes a folder in parent; empty: in the system's folder for temporary files.
func Make(parent string, p Purpose) (*Folder, error) {
	sweptFirst.Do(func() { Sweep(parent) })
	dir, err := os.MkdirTemp(parent, p.prefix())
	if err != nil {
		return nil, fmt.Errorf("make a folder for temporary files: %w", err)
	}
	f := &Folder{Path: dir}
	f.lock, err = os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = unix.Flock(int(f.lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock a folder for temporary files: %w", err), f.Remove())
	}
	return f, nil
}

// Remove removes the folder and what is in it.
func (f *Folder) Remove() error {
	if f == nil {
		return nil
	}
	err := os.RemoveAll(f.Path)
	if f.lock != nil {
		f.lock.Close() // it was only held
	}
	return err
}

// Sweep removes the folders in parent whose process is gone.
func Sweep(parent string) {
	if parent == "" {
		parent = os.TempDir()
	}
	for _, p := range purposes {
		left, _ := filepath.Glob(filepath.Join(parent, p.prefix()+"*"))
		for _, dir := range left {
			sweep(dir)
		}
	}
}

// beingMade is how long a folder may be without its lock.
const beingMade = time.Minute

// sweep removes a folder unless a process is at work in it. What cannot be removed, the
// doctor tells of.
func sweep(dir string) {
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|unix.O_NOFOLLOW, 0)
	if err != nil {
		// Without its lock it is either being made this moment or its removal was
		// interrupted.
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > beingMade {
			os.RemoveAll(dir)
		}
		return
	}
	defer lock.Close()
	if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
		os.RemoveAll(dir)
	}
}
