package backup

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"hongxian/geodata"
)

// Dump writes the database at dsn to the file out, which appears only when it is
// whole and on the disk, and gives its size in bytes. An existing file is left
// alone (Conflict) unless overwrite.
func Dump(ctx context.Context, dsn, out string, overwrite bool) (int64, error) {
	if _, err := os.Lstat(out); err == nil && !overwrite {
		return 0, &geodata.Error{Kind: geodata.Conflict, Code: "backup-file-exists",
			ZH: fmt.Sprintf("文件 %s 已存在；换一个文件名，或加 --overwrite 覆盖。", out),
			EN: fmt.Sprintf("The file %s exists; choose another name, or replace it with --overwrite.", out)}
	}
	file, err := os.CreateTemp(filepath.Dir(out), ".hongxian-backup-*")
	if err != nil {
		return 0, unwritable(out, err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := dumpInto(ctx, dsn, file); err != nil {
		return 0, err
	}
	if err := file.Sync(); err != nil {
		return 0, unwritable(out, err)
	}
	info, err := file.Stat()
	if err != nil {
		return 0, unwritable(out, err)
	}
	if err := os.Rename(file.Name(), out); err != nil {
		return 0, unwritable(out, err)
	}
	return info.Size(), nil
}

func dumpInto(ctx context.Context, dsn string, file *os.File) error {
	cmd, err := clientCommand(ctx, dsn, "pg_dump", "--format=custom", "--no-password")
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = file, &complaint
	return explain(ctx, "pg_dump", cmd.Run(), &complaint)
}

func unwritable(out string, err error) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "file-unwritable",
		ZH:  fmt.Sprintf("无法写入文件 %s，请检查目录权限和磁盘空间。", out),
		EN:  fmt.Sprintf("The file %s cannot be written; check the folder's permissions and the space on the disk.", out),
		Err: err}
}
