package localpg

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

//go:embed sql/recovering.sql
var recoveringSQL string

// Recovery says from what a data directory is made again.
type Recovery struct {
	// Fill writes a base backup, with its log and its manifest (backup_manifest),
	// into an empty folder.
	Fill func(ctx context.Context, folder string) error
	// Log is the folder that Archive wrote to.
	Log string
	// To is the moment to stop at; zero: everything that was archived.
	To time.Time
	// Replace gives up the data that are there.
	Replace bool
}

// Recover (按时间点恢复) makes the cluster of a data folder from a base backup and
// the archived log. The cluster is left stopped, and archives nothing until it is
// told to. What was there is put back when it fails.
//
// Errors: Conflict when the folder is in use or, without Replace, holds data;
// Invalid when the backup is damaged or the log does not reach the moment.
func Recover(ctx context.Context, options Options, r Recovery) error {
	options = withDefaults(options)
	where, who, err := choosePlace(options.Dir, options.Elsewhere)
	if err != nil {
		return err
	}
	c := &Cluster{options: options, place: where, account: who, once: true}
	defer c.releaseLocks()
	if err := c.reserve(r.Replace); err != nil {
		return err
	}
	fresh, old := where.data()+".new", where.data()+".replaced"
	defer os.RemoveAll(fresh)
	if err := c.fill(ctx, fresh, r); err != nil {
		return err
	}
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(where.data(), old); err != nil && !os.IsNotExist(err) {
		return err
	}
	err = os.Rename(fresh, where.data())
	if err == nil {
		err = c.replay(ctx)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(where.data()), putBack(old, where.data()))
	}
	return os.RemoveAll(old)
}

func putBack(old, data string) error {
	if err := os.Rename(old, data); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// reserve takes the folder for this process alone.
func (c *Cluster) reserve(replace bool) (err error) {
	if c.exclusive, err = tryLock(c.place.file("exclusive.lock"), exclusively); err != nil {
		return err
	}
	if c.exclusive == nil {
		return inUse(c.place)
	}
	if c.owner, err = tryLock(c.place.file("owner.lock"), exclusively); err != nil {
		return err
	}
	if c.owner == nil {
		return busy(c.place)
	}
	major, err := majorOf(c.place.data())
	if err == nil && major != 0 && !replace {
		return &geodata.Error{Kind: geodata.Conflict, Code: "database-not-empty",
			ZH: "数据目录中已有数据库；恢复到空目录（--data），或加 --replace 替换现有全部数据。",
			EN: "The data folder holds a database; restore into an empty one (--data), or give up what is there with --replace."}
	}
	return err
}

// fill makes the data directory and proves it against its manifest.
func (c *Cluster) fill(ctx context.Context, fresh string, r Recovery) error {
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := r.Fill(ctx, fresh); err != nil {
		return err
	}
	major, err := majorOf(fresh)
	if err != nil {
		return err
	}
	if c.install, err = findInstallation(installRoot, major); err != nil {
		return err
	}
	if said, err := exec.CommandContext(ctx, c.install.program("pg_verifybackup"), "--quiet", fresh).CombinedOutput(); err != nil {
		return &geodata.Error{Kind: geodata.Invalid, Code: "backup-damaged",
			ZH:  "基础备份已损坏（校验和不符），数据未作任何改动；请换用更早的一份。",
			EN:  "The base backup is damaged (its checksums differ); nothing was changed. Take an earlier one.",
			Err: fmt.Errorf("pg_verifybackup: %w: %s", err, lastLines(string(said)))}
	}
	if err := configureRecovery(fresh, r); err != nil {
		return err
	}
	return c.account.giveAll(fresh)
}

// configureRecovery tells the next start to replay the log. The settings that
// belonged to the backed up cluster's own archive go.
func configureRecovery(data string, r Recovery) error {
	path := filepath.Join(data, "postgresql.auto.conf")
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	var kept strings.Builder
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, " ")
		if name != "archive_command" && name != "archive_timeout" {
			kept.WriteString(line)
		}
	}
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	fmt.Fprintf(&kept, "restore_command = %s\nrecovery_target_action = 'promote'\n", quote(fetchCommand(r.Log)))
	if !r.To.IsZero() {
		fmt.Fprintf(&kept, "recovery_target_time = '%s'\n", r.To.UTC().Format("2006-01-02 15:04:05.999999+00"))
	}
	if err := os.WriteFile(path, []byte(kept.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(data, "recovery.signal"), nil, 0o600)
}

// replay starts PostgreSQL, waits until it has replayed its log, clears the
// settings of the recovery and stops it.
func (c *Cluster) replay(ctx context.Context) (err error) {
	c.place.sweep()
	if c.socket, err = makeSocketFolder(c.account); err != nil {
		return err
	}
	defer os.RemoveAll(c.socket)
	p, err := c.run(ctx)
	if err != nil {
		return unreached(err)
	}
	defer p.stop()
	if err := c.waitUntilReplayed(ctx, p); err != nil {
		return err
	}
	return c.asAdmin(ctx, func(conn *pgx.Conn) error {
		for _, setting := range []string{"restore_command", "recovery_target_action", "recovery_target_time"} {
			if _, err := conn.Exec(ctx, "alter system reset "+setting); err != nil {
				return fmt.Errorf("reset %s: %w", setting, err)
			}
		}
		return archiveBy(ctx, conn, nowhere)
	})
}

func (c *Cluster) waitUntilReplayed(ctx context.Context, p *process) error {
	for {
		recovering := true
		err := c.asAdmin(ctx, func(conn *pgx.Conn) error { return conn.QueryRow(ctx, recoveringSQL).Scan(&recovering) })
		if err == nil && !recovering {
			return nil
		}
		select {
		case <-p.ended:
			return unreached(errors.New(p.said()))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// unreached tells a log that ends too early from other failures.
func unreached(err error) error {
	if !strings.Contains(err.Error(), "before configured recovery target was reached") {
		return err
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "moment-not-reached",
		ZH:  "归档的日志到不了这个时间点，数据未作任何改动；请用更早的时间，或不带 --to-time 恢复到归档末尾。",
		EN:  "The archived log does not reach that moment; nothing was changed. Name an earlier one, or leave --to-time out to restore to the archive's end.",
		Err: err}
}
