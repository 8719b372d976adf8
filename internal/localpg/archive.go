package localpg

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

var (
	//go:embed sql/archiving.sql
	archivingSQL string
	//go:embed sql/archive_by.sql
	archiveBySQL string
	//go:embed sql/system.sql
	systemSQL string
)

// nowhere is the archive command of a cluster that archives nothing: archiving is
// always on, so that it can begin without a restart.
const nowhere = "/bin/true"

// archiveTimeout is the longest that an acknowledged change waits for its piece of
// the log to be archived.
const archiveTimeout = "5min"

// Archive (持续归档) has PostgreSQL keep every piece of its log (WAL) in folder,
// compressed, from now on and after later starts. What cannot be kept there stays
// with the database until it can. The folder must exist; see Give.
func (c *Cluster) Archive(ctx context.Context, folder string) error {
	if err := plainPath(folder); err != nil {
		return err
	}
	return c.asAdmin(ctx, func(conn *pgx.Conn) error {
		if err := archiveBy(ctx, conn, archiveCommand(folder)); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, "alter system set archive_timeout to '"+archiveTimeout+"'"); err != nil {
			return fmt.Errorf("set archive_timeout: %w", err)
		}
		return reload(ctx, conn)
	})
}

// archiveCommand keeps a piece whole or not at all, and takes one that is there
// already for done only when it is the same, as PostgreSQL's manual wants it.
func archiveCommand(folder string) string {
	return strings.ReplaceAll(`if [ -e 'D/%f.gz' ]; then gzip -dc 'D/%f.gz' | cmp -s - "%p"; else `+
		`gzip -1nc "%p" >'D/.%f.new' && sync 'D/.%f.new' && mv 'D/.%f.new' 'D/%f.gz' && sync 'D'; fi`, "D", folder)
}

var archived = regexp.MustCompile(`^if \[ -e '(.+)/%f\.gz' \];`)

// ArchiveFolder is the folder that an archive command of Archive's writes to, ""
// for any other command.
func ArchiveFolder(command string) string {
	if m := archived.FindStringSubmatch(command); m != nil {
		return m[1]
	}
	return ""
}

// fetchCommand is the way back.
func fetchCommand(folder string) string {
	return strings.ReplaceAll(`test -e 'D/%f.gz' && gzip -dc 'D/%f.gz' >"%p"`, "D", folder)
}

// plainPath refuses a path that a command in PostgreSQL's settings cannot carry.
func plainPath(folder string) error {
	if filepath.IsAbs(folder) && !strings.ContainsAny(folder, "'\"\\%$`\n\r") {
		return nil
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "backup-folder-name",
		ZH: fmt.Sprintf("目录名 %q 不能用于持续归档：不得含引号、反斜杠、%%、$。", folder),
		EN: fmt.Sprintf("The folder %q cannot be archived to: no quotes, backslash, %% or $ in its name.", folder)}
}

// archiveSomewhere gives a cluster that was never told where to archive a command
// that lets go of its log, which would otherwise be kept for ever.
func (c *Cluster) archiveSomewhere(ctx context.Context) error {
	return c.asAdmin(ctx, func(conn *pgx.Conn) error {
		var on bool
		var command string
		if err := conn.QueryRow(ctx, archivingSQL).Scan(&on, &command); err != nil || !on || command != "" {
			return err
		}
		if err := archiveBy(ctx, conn, nowhere); err != nil {
			return err
		}
		return reload(ctx, conn)
	})
}

func archiveBy(ctx context.Context, conn *pgx.Conn, command string) error {
	var statement string
	err := conn.QueryRow(ctx, archiveBySQL, pgx.StrictNamedArgs{"command": command}).Scan(&statement)
	if err == nil {
		_, err = conn.Exec(ctx, statement)
	}
	if err != nil {
		return fmt.Errorf("set archive_command: %w", err)
	}
	return nil
}

func reload(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "select pg_reload_conf()")
	return err
}

// System is the number that initdb gave this cluster; its copies share it.
func (c *Cluster) System(ctx context.Context) (number string, err error) {
	err = c.asAdmin(ctx, func(conn *pgx.Conn) error { return conn.QueryRow(ctx, systemSQL).Scan(&number) })
	return number, err
}

func (c *Cluster) asAdmin(ctx context.Context, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, c.AdminDSN())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return do(conn)
}

// Give makes the account that runs PostgreSQL the owner of a path, where that is
// not the caller's own account.
func (c *Cluster) Give(path string) error { return c.account.give(path) }

// giveAll is Give for a folder and all that is in it.
func (a account) giveAll(folder string) error {
	if !a.switched {
		return nil
	}
	return filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(a.uid), int(a.gid))
	})
}
