package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"hongxian/geodata"
)

// Setup (库的准备) is what an administrator prepares once for the service.
type Setup struct {
	Database string // made when it is missing, owned by Role
	Role     string // made when it is missing, without any privilege of its own
	Password string // of Role when it is made; empty: the role cannot log in by password
}

// administerLock is the advisory lock that one administrator at a time holds.
const administerLock = 990001_003

// Administer prepares a server for the service, as a superuser: the service
// role, its database (UTF8, C.UTF-8), the extensions and the measuring plane.
// adminDSN may name any database of the server. What is already there stays.
func Administer(ctx context.Context, adminDSN string, want Setup) error {
	config, err := pgx.ParseConfig(adminDSN)
	if err != nil {
		return fmt.Errorf("administrator's connection string: %w", err)
	}
	config.RuntimeParams["application_name"] = "hongxian administer"
	if err := onConnection(ctx, config, func(conn *pgx.Conn) error {
		return prepareServer(ctx, conn, want)
	}); err != nil {
		return err
	}
	config.Database = want.Database
	return onConnection(ctx, config, func(conn *pgx.Conn) error {
		return prepareDatabase(ctx, conn)
	})
}

// onConnection does something as the only administrator in that database.
func onConnection(ctx context.Context, config *pgx.ConnConfig, do func(*pgx.Conn) error) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return unreachable(err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) // releases the lock
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", administerLock); err != nil {
		return fmt.Errorf("wait for another administrator: %w", err)
	}
	return do(conn)
}

func prepareServer(ctx context.Context, conn *pgx.Conn, want Setup) error {
	var hasRole, hasDatabase bool
	err := conn.QueryRow(ctx, serverPrepared, pgx.StrictNamedArgs{"role": want.Role, "database": want.Database}).
		Scan(&hasRole, &hasDatabase)
	if err != nil {
		return fmt.Errorf("look for role and database: %w", err)
	}
	if !hasRole {
		if err := createRole(ctx, conn, want); err != nil {
			return err
		}
	}
	if hasDatabase {
		return nil
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("create database %s owner %s encoding 'UTF8' locale 'C.UTF-8' template template0",
		pgx.Identifier{want.Database}.Sanitize(), pgx.Identifier{want.Role}.Sanitize()))
	if err != nil {
		return fmt.Errorf("create database %s: %w", want.Database, err)
	}
	return nil
}

func createRole(ctx context.Context, conn *pgx.Conn, want Setup) error {
	statement := "create role " + pgx.Identifier{want.Role}.Sanitize() + " login"
	if want.Password != "" {
		quoted, err := conn.PgConn().EscapeString(want.Password)
		if err != nil {
			return fmt.Errorf("create role %s: %w", want.Role, err)
		}
		statement += " password '" + quoted + "'"
	}
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("create role %s: %w", want.Role, err)
	}
	return nil
}

// prepareDatabase runs the statements that need a superuser inside the
// database: the same ones that CheckReady asks an administrator to run.
func prepareDatabase(ctx context.Context, conn *pgx.Conn) error {
	missing, err := findMissing(ctx, conn)
	if err != nil {
		return err
	}
	for _, m := range missing {
		if m.sql == "" {
			return notReady(missing)
		}
		if _, err := conn.Exec(ctx, m.sql); err != nil {
			return fmt.Errorf("%s: %w", m.en, err)
		}
	}
	return CheckPrepared(ctx, conn)
}

func hasSQLState(err error, state string) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && pgErr.Code == state
}

func notReady(missing []requirement) error {
	e := &geodata.Error{Kind: geodata.Conflict, Code: "database-not-prepared",
		ZH: "数据库尚未准备好，缺少：", EN: "The database is not prepared; it lacks: "}
	sql := ""
	for i, m := range missing {
		if i > 0 {
			e.ZH += "、"
			e.EN += ", "
		}
		e.ZH += m.zh
		e.EN += m.en
		if m.sql != "" {
			sql += "\n  " + m.sql + ";"
		}
	}
	e.ZH += "。"
	e.EN += "."
	if sql != "" {
		e.ZH += "请数据库管理员（超级用户）在该库中执行英文说明后的 SQL。"
		e.EN += " Its administrator (a superuser) must run in that database:" + sql
	}
	return e
}
