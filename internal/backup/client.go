package backup

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/internal/localpg"
)

// clientCommand makes a command of PostgreSQL's client programs that connects to
// dsn. The connection goes through the environment, where other users of the
// machine do not see the password, and in terms that libpq knows: dsn may hold
// parameters only pgx understands.
func clientCommand(ctx context.Context, dsn, program string, args ...string) (*exec.Cmd, error) {
	path, err := localpg.ClientProgram(program)
	if err != nil {
		return nil, err
	}
	config, err := connectionOf(dsn)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(withoutConnection(os.Environ()),
		"PGHOST="+config.Host, fmt.Sprintf("PGPORT=%d", config.Port), "PGUSER="+config.User,
		"PGDATABASE="+config.Database, "PGPASSWORD="+config.Password,
		"PGAPPNAME=hongxian "+program, "PGOPTIONS=-c statement_timeout=0", "LC_MESSAGES=C")
	for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
		if value := parameter(dsn, name); value != "" {
			cmd.Env = append(cmd.Env, "PG"+strings.ToUpper(name)+"="+value)
		}
	}
	return cmd, nil
}

// connectionOf reads dsn as pools do, leaving their own parameters out, and
// without the time limit that is meant for requests.
func connectionOf(dsn string) (*pgx.ConnConfig, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.RuntimeParams["statement_timeout"] = "0"
	return config.ConnConfig, nil
}

// withoutConnection drops the PG* variables that dsn has already been read with.
func withoutConnection(environment []string) []string {
	return slices.DeleteFunc(environment, func(variable string) bool {
		return strings.HasPrefix(variable, "PG") && !strings.HasPrefix(variable, "PGSSL")
	})
}

// parameter finds a parameter in a connection string of either form.
func parameter(dsn, name string) string {
	m := regexp.MustCompile(`(?:^|[?&\s])` + name + `\s*=\s*([^\s&]+)`).FindStringSubmatch(dsn)
	if m == nil {
		return ""
	}
	if value, err := url.QueryUnescape(m[1]); err == nil {
		return value
	}
	return m[1]
}

// output runs a client program for what it prints; an error carries what it
// complained about.
func output(ctx context.Context, dsn, program string, args ...string) (string, error) {
	cmd, err := clientCommand(ctx, dsn, program, args...)
	if err != nil {
		return "", err
	}
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	return string(out), explain(ctx, program, err, &complaint)
}

// explain adds what a program complained about to the error it ended with.
func explain(ctx context.Context, program string, err error, complaint *bytes.Buffer) error {
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(complaint.String()))
}
