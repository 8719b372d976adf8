package backup

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"hongxian/geodata"
	"hongxian/internal/localpg"
)

// RestoreMoment (按时间点恢复) makes the cluster of a data folder what it was at a
// moment, from the bases and the log in a backup folder; the zero moment is the
// latest that was archived. It gives the base it began from.
//
// Errors: NotFound when no base is older than the moment, and as localpg.Recover.
func RestoreMoment(ctx context.Context, options localpg.Options, folder string, to time.Time, replace bool) (Base, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Base{}, err
	}
	base, err := baseFor(folder, to)
	if err != nil {
		return Base{}, err
	}
	return base, localpg.Recover(ctx, options, localpg.Recovery{Fill: base.unpack, Log: filepath.Join(folder, logFolder), To: to, Replace: replace})
}

// baseFor is the newest base that was finished before the moment.
func baseFor(folder string, to time.Time) (Base, error) {
	all, err := Bases(folder)
	if err != nil {
		return Base{}, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if to.IsZero() || !all[i].Finished.After(to) {
			return all[i], nil
		}
	}
	e := &geodata.Error{Kind: geodata.NotFound, Code: "base-missing",
		ZH: fmt.Sprintf("目录 %s 中没有基础备份。", folder), EN: fmt.Sprintf("The folder %s holds no base backup.", folder)}
	if len(all) > 0 {
		first := all[0].Finished.Local().Format(time.DateTime)
		e.ZH = fmt.Sprintf("没有早于该时间的基础备份；最早可恢复到 %s。", first)
		e.EN = fmt.Sprintf("No base backup is older than that moment; the earliest that can be restored is %s.", first)
	}
	return Base{}, e
}

// unpack writes the base's files into an empty folder.
func (b Base) unpack(ctx context.Context, folder string) error {
	log := filepath.Join(folder, "pg_wal")
	if err := untar(ctx, filepath.Join(b.folder, "base.tar.gz"), folder); err != nil {
		return err
	}
	if err := os.MkdirAll(log, 0o700); err != nil {
		return err
	}
	if err := untar(ctx, filepath.Join(b.folder, "pg_wal.tar.gz"), log); err != nil {
		return err
	}
	return copyFile(filepath.Join(b.folder, "backup_manifest"), filepath.Join(folder, "backup_manifest"))
}

// untar leaves reading the archive to tar, which keeps within the folder.
func untar(ctx context.Context, archive, folder string) error {
	said, err := exec.CommandContext(ctx, "tar", "--extract", "--gzip", "--no-same-owner", "--file="+archive, "--directory="+folder).CombinedOutput()
	if err != nil {
		return damaged(archive, fmt.Errorf("tar: %w: %s", err, said))
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return damaged(from, err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// moments are the ways a moment may be written; without a zone it is local time.
var moments = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", time.DateTime, "2006-01-02 15:04", time.DateOnly}

// ParseMoment reads a moment as an operator writes it; empty is the zero moment.
func ParseMoment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range moments {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &geodata.Error{Kind: geodata.Invalid, Code: "moment-malformed",
		ZH: fmt.Sprintf("看不懂时间“%.40s”，请写成 2026-11-26 08:30:00。", text),
		EN: fmt.Sprintf("The moment %.40q is not understood; write it as 2026-11-26 08:30:00.", text)}
}
