package localpg

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hongxian/geodata"
)

// installRoot is where Debian keeps one folder a major version of PostgreSQL.
const installRoot = "/usr/lib/postgresql"

// installation is a PostgreSQL with PostGIS on this machine.
type installation struct {
	major int
	bin   string
}

func (i installation) program(name string) string { return filepath.Join(i.bin, name) }

// findInstallation picks the newest PostgreSQL that has PostGIS under root, or,
// when major is not 0, exactly that one: a data directory belongs to one major.
func findInstallation(root string, major int) (installation, error) {
	var found []installation
	paths, _ := filepath.Glob(filepath.Join(root, "*", "bin", "postgres"))
	for _, path := range paths {
		bin := filepath.Dir(path)
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
		if err != nil || major != 0 && version != major || !hasPostGIS(filepath.Dir(bin)) {
			continue
		}
		found = append(found, installation{version, bin})
	}
	if len(found) == 0 {
		return installation{}, notInstalled(major)
	}
	return slices.MaxFunc(found, func(a, b installation) int { return a.major - b.major }), nil
}

func hasPostGIS(home string) bool {
	libraries, _ := filepath.Glob(filepath.Join(home, "lib", "postgis-3*.so"))
	return len(libraries) > 0
}

func notInstalled(major int) error {
	packages := "postgresql postgresql-postgis"
	if major != 0 {
		packages = fmt.Sprintf("postgresql-%d postgresql-%d-postgis-3", major, major)
	}
	return &geodata.Error{Kind: geodata.Unavailable, Code: "postgres-not-installed",
		ZH: fmt.Sprintf("本机未安装所需的 PostgreSQL 与 PostGIS，请运行 apt-get install %s，或用 --database 指定已有的数据库。", packages),
		EN: fmt.Sprintf("PostgreSQL with PostGIS is not installed here; run apt-get install %s, or name a server with --database.", packages)}
}

// majorOf reads the major version a data directory belongs to, 0 when there is
// no cluster in it.
func majorOf(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION: %w", data, err)
	}
	return major, nil
}

// ClientProgram finds pg_dump, pg_restore or psql of the newest PostgreSQL here:
// a client reads older servers, never newer ones.
func ClientProgram(name string) (string, error) {
	paths, _ := filepath.Glob(filepath.Join(installRoot, "*", "bin", name))
	newest, best := 0, ""
	for _, path := range paths {
		if major, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))); err == nil && major > newest {
			newest, best = major, path
		}
	}
	if best == "" {
		return "", &geodata.Error{Kind: geodata.Unavailable, Code: "postgres-client-not-installed",
			ZH: "本机未安装 PostgreSQL 客户端程序（" + name + "），请运行 apt-get install postgresql-client。",
			EN: "The PostgreSQL client programs (" + name + ") are not installed; run apt-get install postgresql-client."}
	}
	return best, nil
}
