package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hongxian/geodata"
)

// writeOut writes to the named file, which appears whole or not at all, or to w.
func writeOut(path string, w io.Writer, text string) error {
	if path == "" || path == "-" {
		_, err := io.WriteString(w, text)
		return err
	}
	return writeWhole(path, func(f *os.File) error {
		_, err := f.WriteString(text)
		return err
	})
}

// writeWhole writes a file beside its place and moves it there when it is whole.
func writeWhole(path string, write func(*os.File) error) error {
	unwritable := func(err error) error {
		return &geodata.Error{Kind: geodata.Invalid, Code: "file-unwritable", Err: err,
			ZH: fmt.Sprintf("文件 %s 无法写入。", path), EN: fmt.Sprintf("The file %s cannot be written.", path)}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".hongxian-*")
	if err != nil {
		return unwritable(err)
	}
	defer os.Remove(temp.Name()) // gone when it was moved
	if err := write(temp); err != nil {
		temp.Close()
		return err
	}
	if err := errors.Join(temp.Chmod(0o644), temp.Close()); err != nil {
		return unwritable(err)
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return unwritable(err)
	}
	return nil
}
