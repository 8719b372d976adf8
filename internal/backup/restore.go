package backup

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

var (
	//go:embed sql/other_sessions.sql
	otherSessions string
	//go:embed sql/schema_exists.sql
	schemaExists string
	//go:embed sql/holds_something.sql
	holdsSomething string
	//go:embed sql/clear.sql
	clearEverything string
)

// Restore brings the backup in file back into the database at dsn, then up to
// this program's schema. Everything up to the schema's migration is one
// transaction. With replace, what the database holds is given up for it.
//
// Errors: Invalid for a file that is no backup or is damaged, Conflict when the
// backup is newer than the program, the database is not prepared, holds
// something (without replace) or is in use.
func Restore(ctx context.Context, dsn, file string, replace bool) error {
	found, err := readContents(ctx, file)
	if err != nil {
		return err
	}
	if err := checkTarget(ctx, dsn, replace); err != nil {
		return err
	}
	if err := load(ctx, dsn, file, found.list); err != nil {
		return err
	}
	return bringUpToDate(ctx, dsn)
}

func checkTarget(ctx context.Context, dsn string, replace bool) error {
	config, err := connectionOf(dsn)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := postgis.CheckPrepared(ctx, conn); err != nil {
		return err
	}
	if err := waitUntilAlone(ctx, conn); err != nil {
		return err
	}
	holds, err := holdsData(ctx, conn)
	if err != nil || !holds || replace {
		return err
	}
	return &geodata.Error{Kind: geodata.Conflict, Code: "database-not-empty",
		ZH: "数据库中已有数据；恢复到空库，或加 --replace 以备份内容替换现有全部数据。",
		EN: "The database holds data; restore into an empty one, or give up what is there with --replace."}
}

// waitUntilAlone refuses a database that others use. A connection that has just
// been closed, by this program too, shows for a moment longer: it has a second.
func waitUntilAlone(ctx context.Context, conn *pgx.Conn) error {
	deadline := time.Now().Add(time.Second)
	for {
		var others int
		if err := conn.QueryRow(ctx, otherSessions).Scan(&others); err != nil {
			return fmt.Errorf("count the database's sessions: %w", err)
		}
		if others == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return inUse(others)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func inUse(others int) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "database-in-use",
		ZH: fmt.Sprintf("数据库正被另外 %d 个连接使用，请先停止服务和其他程序再恢复。", others),
		EN: fmt.Sprintf("The database is used by %d other connections; stop the service and other programs before a restore.", others)}
}

func holdsData(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var exists, holds bool
	if err := conn.QueryRow(ctx, schemaExists).Scan(&exists); err != nil || !exists {
		return false, err
	}
	err := conn.QueryRow(ctx, holdsSomething).Scan(&holds)
	return holds, err
}

// load clears the database and fills it from the backup in one transaction. The
// commit is sent only after pg_restore has ended well: a backup cut short would
// otherwise end as half a restore.
func load(ctx context.Context, dsn, file, list string) error {
	listFile, err := writeList(list)
	if err != nil {
		return err
	}
	defer os.Remove(listFile)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends psql, and with it the transaction, on every early return
	reader, err := clientCommand(ctx, dsn, "pg_restore", "--no-owner", "--no-privileges", "--use-list="+listFile, "--file=-", file)
	if err != nil {
		return err
	}
	writer, err := clientCommand(ctx, dsn, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-")
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	writer.Stderr = &complaint
	stdin, err := writer.StdinPipe()
	if err != nil {
		return err
	}
	if err := writer.Start(); err != nil {
		return err
	}
	fed := feed(ctx, stdin, reader)
	ended := explain(ctx, "psql", writer.Wait(), &complaint)
	return loadError(file, fed, ended, &complaint)
}

// loadError finds out who was at fault: psql's complaint is about the database,
// otherwise the file could not be read to its end.
func loadError(file string, fed, ended error, complaint *bytes.Buffer) error {
	switch {
	case errors.Is(ended, context.Canceled), errors.Is(ended, context.DeadlineExceeded):
		return ended
	case ended != nil && complaint.Len() > 0:
		return ended
	case fed != nil:
		return damaged(file, fed)
	default:
		return ended
	}
}

// feed writes the whole transaction to psql.
func feed(ctx context.Context, stdin io.WriteCloser, reader *exec.Cmd) error {
	defer stdin.Close()
	if _, err := io.WriteString(stdin, "set client_min_messages = warning;\nbegin;\n"+clearEverything); err != nil {
		return err
	}
	var complaint bytes.Buffer
	reader.Stdout, reader.Stderr = stdin, &complaint
	if err := explain(ctx, "pg_restore", reader.Run(), &complaint); err != nil {
		return err
	}
	_, err := io.WriteString(stdin, "\ncommit;\n")
	return err
}

func writeList(list string) (string, error) {
	file, err := os.CreateTemp("", "hongxian-restore-*")
	if err != nil {
		return "", err
	}
	defer file.Close()
	_, err = file.WriteString(list)
	return file.Name(), err
}

// bringUpToDate migrates what an older program had backed up and gathers the
// statistics that a backup does not carry.
func bringUpToDate(ctx context.Context, dsn string) error {
	pool, err := postgis.Open(ctx, dsn, postgis.ApplicationName("hongxian restore"), postgis.StatementTimeout(0))
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, _, err := postgis.Migrate(ctx, pool); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "analyze"); err != nil {
		return fmt.Errorf("gather statistics: %w", err)
	}
	return postgis.CheckReady(ctx, pool)
}
