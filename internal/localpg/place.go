package localpg

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hongxian/geodata"
)

// place is the folder a cluster lives in:
//
//	data/           PostgreSQL's data directory, 0700
//	log             what PostgreSQL says
//	state.json      where the running cluster can be reached
//	*.lock          see the package's documentation
type place struct {
	folder   string
	barredAt string // why it is not under the data folder, "" when it is
}

func (p place) data() string            { return filepath.Join(p.folder, "data") }
func (p place) file(name string) string { return filepath.Join(p.folder, name) }

// choosePlace decides where the cluster of a data folder lives: under it, unless
// the account that has to run PostgreSQL cannot get there. The choice is written
// down in the data folder and stays, so that changed modes do not bring up an
// empty cluster beside the one with the data.
func choosePlace(dir, elsewhere string) (place, account, error) {
	dir, err := makeFolder(dir)
	if err != nil {
		return place{}, account{}, err
	}
	near := place{folder: filepath.Join(dir, "postgres")}
	if _, err := makeFolder(near.folder); err != nil {
		return place{}, account{}, err
	}
	note := near.file("location")
	if text, err := os.ReadFile(note); err == nil {
		far := place{folder: strings.TrimSpace(string(text)), barredAt: dir}
		return withAccount(far)
	}
	near, who, err := withAccount(near)
	if err != nil {
		return place{}, account{}, err
	}
	barred := who.barredAt(near.folder)
	if barred == "" {
		return near, who, nil
	}
	if major, _ := majorOf(near.data()); major != 0 {
		return place{}, account{}, unenterable(barred, who)
	}
	far := place{folder: filepath.Join(elsewhere, shortHash(dir)), barredAt: barred}
	if _, err := makeFolder(far.folder); err != nil {
		return place{}, account{}, err
	}
	if barred := who.barredAt(far.folder); barred != "" {
		return place{}, account{}, unenterable(barred, who)
	}
	return far, who, os.WriteFile(note, []byte(far.folder+"\n"), 0o644)
}

func withAccount(p place) (place, account, error) {
	who, err := chooseAccount(p.data())
	return p, who, err
}

// makeFolder makes dir and its parents where missing, enterable by everybody
// whatever the umask, and gives its absolute path without symbolic links.
func makeFolder(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := makeMissing(dir); err != nil {
		return "", &geodata.Error{Kind: geodata.Invalid, Code: "data-folder-unusable",
			ZH:  fmt.Sprintf("无法创建数据目录 %s，请检查权限或用 --data 指定其他目录。", dir),
			EN:  fmt.Sprintf("The data folder %s cannot be made; check its permissions or name another with --data.", dir),
			Err: err}
	}
	return filepath.EvalSymlinks(dir)
}

func makeMissing(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := makeMissing(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		return err
	}
	return os.Chmod(dir, 0o755)
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

func unenterable(barred string, who account) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "data-folder-unenterable",
		ZH: fmt.Sprintf("系统用户 %s 无法进入目录 %s，数据库无法在其下运行；请放开该目录的进入权限（chmod o+x）或用 --data 指定其他目录。", who.name, barred),
		EN: fmt.Sprintf("The user %s, as whom PostgreSQL runs, cannot enter %s; allow it (chmod o+x) or name another folder with --data.", who.name, barred)}
}
