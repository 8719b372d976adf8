package localpg

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating system's user that PostgreSQL runs as.
type account struct {
	name     string
	uid, gid uint32
	switched bool // it is not the caller's own: the caller is root
}

// chooseAccount is the caller's own account or, for root, the owner of the data
// directory or of the folder it will lie in, else postgres, else nobody.
func chooseAccount(data string) (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return ownAccount(uid)
	}
	for _, path := range []string{data, filepath.Dir(data)} {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 0 && nameOf(owner.Uid) != "" {
			return account{nameOf(owner.Uid), owner.Uid, owner.Gid, true}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return parseAccount(u, true)
		}
	}
	return account{}, fmt.Errorf("neither postgres nor nobody is a user of this machine")
}

func ownAccount(uid int) (account, error) {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return account{}, fmt.Errorf("PostgreSQL runs only as a user that has a name: %w", err)
	}
	return parseAccount(u, false)
}

func parseAccount(u *user.User, switched bool) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, err
	}
	return account{u.Username, uint32(uid), uint32(gid), switched}, nil
}

func nameOf(uid uint32) string {
	u, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
	if err != nil {
		return ""
	}
	return u.Username
}

// processAttributes makes a child of this account that Ctrl-C in a terminal does
// not reach, and that is told to shut down when the thread that made it dies.
func (a account) processAttributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	if a.switched {
		attributes.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attributes
}

// give makes the account the owner of path.
func (a account) give(path string) error {
	if !a.switched {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// giveToFolder makes what root has made or opened the property of its folder's
// owner: a command that root runs beside a service of another account must not
// leave files behind that the service cannot open.
func giveToFolder(file *os.File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	folder, err := os.Stat(filepath.Dir(file.Name()))
	if err != nil {
		return err
	}
	owner := folder.Sys().(*syscall.Stat_t)
	return file.Chown(int(owner.Uid), int(owner.Gid))
}

// barredAt names the first folder on the way to path (path included) that the
// account cannot enter, "" when it can reach path. It reads mode bits: access
// lists are not considered.
func (a account) barredAt(path string) string {
	if !a.switched {
		return ""
	}
	if parent := filepath.Dir(path); parent != path {
		if barred := a.barredAt(parent); barred != "" {
			return barred
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	owner := info.Sys().(*syscall.Stat_t)
	enter := os.FileMode(0o001)
	switch {
	case owner.Uid == a.uid:
		enter = 0o100
	case owner.Gid == a.gid:
		enter = 0o010
	}
	if info.Mode().Perm()&enter == 0 {
		return path
	}
	return ""
}
