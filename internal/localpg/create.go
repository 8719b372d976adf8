package localpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"hongxian/geodata"
)

// Roles and the database of a private cluster.
const (
	adminRole   = "hongxian_admin"
	serviceRole = "hongxian"
	database    = "hongxian"
)

// create makes the data directory when there is none. It grows under another
// name, so that an initdb cut short is swept, never started.
func (c *Cluster) create(ctx context.Context) error {
	data := c.place.data()
	if major, err := majorOf(data); major != 0 || err != nil {
		return err
	}
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := c.account.give(fresh); err != nil {
		return err
	}
	if err := c.initdb(ctx, fresh); err != nil {
		return err
	}
	if err := os.Remove(data); err != nil && !os.IsNotExist(err) {
		return &geodata.Error{Kind: geodata.Conflict, Code: "data-folder-occupied",
			ZH:  fmt.Sprintf("目录 %s 中已有其他文件，不能在其中建立数据库；请移走这些文件，或用 --data 指定其他目录。", data),
			EN:  fmt.Sprintf("The folder %s holds other files, so no database can be made in it; move them away, or name another folder with --data.", data),
			Err: err}
	}
	return os.Rename(fresh, data)
}

func (c *Cluster) initdb(ctx context.Context, data string) error {
	args := []string{"-D", data, "-U", adminRole, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
		"--auth-local=peer", "--auth-host=reject", "--no-instructions"}
	if c.options.Fast {
		args = append(args, "--no-sync")
	}
	// The signal of processAttributes follows the thread that made the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, c.install.program("initdb"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", childEnvironment(), c.account.processAttributes()
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, lastLines(string(said)))
	}
	return nil
}

// childEnvironment is all that PostgreSQL gets to see: no PG* of the caller.
func childEnvironment() []string {
	return []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
}

// writeAccess says who may connect: over the socket, the account that PostgreSQL
// runs as and root, as either role. Written at every start.
func (c *Cluster) writeAccess() error {
	var names strings.Builder
	for _, user := range []string{"root", c.account.name} {
		for _, role := range []string{adminRole, serviceRole} {
			fmt.Fprintf(&names, "hongxian %q %s\n", user, role)
		}
	}
	for name, text := range map[string]string{
		"pg_hba.conf":   "local all all peer map=hongxian\nlocal replication all peer map=hongxian\n",
		"pg_ident.conf": names.String(),
	} {
		path := filepath.Join(c.place.data(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
		if err := c.account.give(path); err != nil {
			return err
		}
	}
	return nil
}

// lastLines keeps the end of what a program said, for an error's cause.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}
