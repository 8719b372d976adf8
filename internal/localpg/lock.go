package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"hongxian/geodata"
)

// lock is a held lock on a file. The kernel releases it when the process dies.
type lock struct{ file *os.File }

// tryLock takes a lock at once; nil when somebody else's stands against it.
func tryLock(path string, how int) (*lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return nil, foreignFolder(filepath.Dir(path), err)
	}
	if err != nil {
		return nil, err
	}
	if err = giveToFolder(file); err == nil {
		err = unix.Flock(int(file.Fd()), how|unix.LOCK_NB)
	}
	if err == nil {
		return &lock{file}, nil
	}
	file.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, nil
	}
	return nil, err
}

// waitLock takes a lock, asking again until ctx ends.
func waitLock(ctx context.Context, path string, how int) (*lock, error) {
	for {
		held, err := tryLock(path, how)
		if held != nil || err != nil {
			return held, err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func foreignFolder(folder string, err error) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "data-folder-foreign",
		ZH:  fmt.Sprintf("数据目录 %s 属于另一个系统用户，请以该用户（或 root）运行，或用 --data 指定其他目录。", folder),
		EN:  fmt.Sprintf("The data folder %s belongs to another user; run as that user (or root), or name another folder with --data.", folder),
		Err: err}
}

func (l *lock) release() {
	if l != nil {
		l.file.Close()
	}
}

// pause waits for d or for the end of ctx, whose error it gives.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
