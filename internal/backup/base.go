package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hongxian/geodata"
	"hongxian/internal/localpg"
)

// Base (基础备份) is a copy of a private cluster's files, from which its archived
// log leads to any later moment. Its folder's name is the time it was begun.
type Base struct {
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"` // from here on moments can be restored
	FirstLog string    `json:"first_log"`
	Bytes    int64     `json:"bytes"`

	folder string
}

// The layout of a backup folder.
const (
	basesFolder = "bases"  // a folder a base: what pg_basebackup writes, and noteFile
	logFolder   = "wal"    // the log, a file a piece, gzip
	systemFile  = "system" // whose log it is
	noteFile    = "base.json"
)

// TakeBase copies the running cluster's files into folder and has its log archived
// there from now on, so that every later moment can be restored. Of the bases only
// the newest keep stay (0: all), and the log that leads on from them.
//
// Errors: Conflict for a folder that holds another cluster's backups; Invalid for
// one that cannot be written.
func TakeBase(ctx context.Context, cluster *localpg.Cluster, folder string, keep int) (Base, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Base{}, err
	}
	if err := prepareFolder(ctx, cluster, folder); err != nil {
		return Base{}, err
	}
	if err := cluster.Archive(ctx, filepath.Join(folder, logFolder)); err != nil {
		return Base{}, err
	}
	b := Base{Started: time.Now().UTC()}
	b.folder = filepath.Join(folder, basesFolder, b.Started.Format("20060102T150405.000Z"))
	fresh := b.folder + ".new"
	defer os.RemoveAll(fresh)
	if err := copyFiles(ctx, cluster.AdminDSN(), fresh); err != nil {
		return Base{}, err
	}
	if err := b.finish(fresh); err != nil {
		return Base{}, err
	}
	return b, prune(ctx, folder, keep)
}

func prepareFolder(ctx context.Context, cluster *localpg.Cluster, folder string) error {
	number, err := cluster.System(ctx)
	if err != nil {
		return err
	}
	log := filepath.Join(folder, logFolder)
	for _, path := range []string{log, filepath.Join(folder, basesFolder)} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return unwritable(folder, err)
		}
	}
	for _, path := range []string{folder, log} { // PostgreSQL itself writes there
		if err := cluster.Give(path); err != nil {
			return unwritable(folder, err)
		}
	}
	note := filepath.Join(folder, systemFile)
	known, err := os.ReadFile(note)
	if os.IsNotExist(err) {
		return os.WriteFile(note, []byte(number+"\n"), 0o600)
	}
	if err == nil && strings.TrimSpace(string(known)) != number {
		return &geodata.Error{Kind: geodata.Conflict, Code: "backup-folder-foreign",
			ZH: fmt.Sprintf("目录 %s 存有另一个数据库的备份，请换一个目录。", folder),
			EN: fmt.Sprintf("The folder %s holds the backups of another database; name another folder.", folder)}
	}
	return err
}

func copyFiles(ctx context.Context, dsn, out string) error {
	cmd, err := clientCommand(ctx, dsn, "pg_basebackup", "--pgdata="+out, "--format=tar", "--gzip", "--wal-method=stream",
		"--checkpoint=fast", "--manifest-checksums=SHA256", "--label=hongxian", "--no-password")
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	return explain(ctx, "pg_basebackup", cmd.Run(), &complaint)
}

// finish notes what a base is and lets it appear.
func (b *Base) finish(fresh string) error {
	b.Finished = time.Now().UTC()
	text, err := os.ReadFile(filepath.Join(fresh, "backup_manifest"))
	if err != nil {
		return err
	}
	if b.FirstLog, err = firstLog(text); err != nil {
		return err
	}
	files, err := os.ReadDir(fresh)
	if err != nil {
		return err
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			b.Bytes += info.Size()
		}
	}
	note, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(fresh, noteFile), append(note, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, b.folder)
}

// segment is the size of a piece of the log, as initdb sets it.
const segment = 16 << 20

// firstLog names the first piece of the log that a base needs, from its manifest.
func firstLog(manifest []byte) (string, error) {
	var m struct {
		Ranges []struct {
			Timeline int
			Start    string `json:"Start-LSN"`
		} `json:"WAL-Ranges"`
	}
	if err := json.Unmarshal(manifest, &m); err != nil || len(m.Ranges) == 0 {
		return "", fmt.Errorf("backup_manifest names no range of the log: %w", err)
	}
	first := m.Ranges[0]
	high, low, _ := strings.Cut(first.Start, "/")
	h, err := strconv.ParseUint(high, 16, 32)
	l, err2 := strconv.ParseUint(low, 16, 32)
	if err = errors.Join(err, err2); err != nil {
		return "", fmt.Errorf("backup_manifest: start %q: %w", first.Start, err)
	}
	return fmt.Sprintf("%08X%08X%08X", first.Timeline, h, l/segment), nil
}

// Bases lists the bases in a backup folder, oldest first.
func Bases(folder string) ([]Base, error) {
	notes, err := filepath.Glob(filepath.Join(folder, basesFolder, "*Z", noteFile))
	if err != nil {
		return nil, err
	}
	var all []Base
	for _, path := range notes {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		b := Base{folder: filepath.Dir(path)}
		if err := json.Unmarshal(text, &b); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b Base) int { return a.Started.Compare(b.Started) })
	return all, nil
}

// prune removes old bases and the log that only they need.
func prune(ctx context.Context, folder string, keep int) error {
	all, err := Bases(folder)
	if err != nil || keep <= 0 || len(all) <= keep {
		return err
	}
	old, kept := all[:len(all)-keep], all[len(all)-keep:]
	for _, b := range old {
		if err := os.RemoveAll(b.folder); err != nil {
			return unwritable(b.folder, err)
		}
	}
	program, err := localpg.ClientProgram("pg_archivecleanup")
	if err != nil {
		return err
	}
	said, err := exec.CommandContext(ctx, program, "-x", ".gz", filepath.Join(folder, logFolder), kept[0].FirstLog).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pg_archivecleanup: %w: %s", err, said)
	}
	return nil
}
