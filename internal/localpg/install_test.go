package localpg

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/geodata"
)

func TestNewestPostgreSQLWithPostGISIsChosen(t *testing.T) {
	root := t.TempDir()
	install := func(major string, postgis bool) {
		t.Helper()
		for path, wanted := range map[string]bool{"bin/postgres": true, "lib/postgis-3.so": postgis} {
			file := filepath.Join(root, major, path)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if !wanted {
				continue
			}
			if err := os.WriteFile(file, nil, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	missing := func(major int, packages string) {
		t.Helper()
		_, err := findInstallation(root, major)
		if e := geodata.AsError(err); e.Kind != geodata.Unavailable || !strings.Contains(e.EN, packages) || !strings.Contains(e.ZH, packages) {
			t.Errorf("version %d: %v", major, err)
		}
	}
	chosen := func(major, want int) {
		t.Helper()
		if got, err := findInstallation(root, major); err != nil || got.major != want {
			t.Errorf("version %d: %+v, %v", major, got, err)
		}
	}
	missing(0, "postgresql postgresql-postgis")
	install("9", true)
	install("15", true)
	install("17", false)
	chosen(0, 15)
	chosen(9, 9)
	missing(17, "postgresql-17 postgresql-17-postgis-3")
}

// private/ is 0700 and belongs to us, inside/ is open:
//
//	top ── private ── inside
func TestBarredAtNamesTheFolder(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	private := filepath.Join(top, "private")
	inside := filepath.Join(private, "inside")
	if err := os.MkdirAll(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	for folder := private; folder != "/" && folder != os.TempDir(); folder = filepath.Dir(folder) {
		mode := os.FileMode(0o755)
		if folder == private {
			mode = 0o700
		}
		if err := os.Chmod(folder, mode); err != nil {
			t.Fatal(err)
		}
	}
	stranger := account{name: "stranger", uid: 4_000_000, gid: 4_000_000, switched: true}
	barred := func(path, want string) {
		t.Helper()
		if got := stranger.barredAt(path); got != want {
			t.Errorf("%s: barred at %q, not %q", path, got, want)
		}
	}
	barred(inside, private)
	barred(private, private)
	barred(top, "")
	owner := account{uid: uint32(os.Geteuid()), gid: 4_000_000, switched: true}
	if got := owner.barredAt(inside); got != "" {
		t.Errorf("the owner is barred at %s", got)
	}
}

func TestSettingsFitTheMachine(t *testing.T) {
	has := func(memoryMB uint64, want string) {
		t.Helper()
		if all := settings(memoryMB*megabyte, false); !strings.Contains(strings.Join(all, " "), want) {
			t.Errorf("%d MB: no %s in %v", memoryMB, want, all)
		}
	}
	has(256, "shared_buffers=64MB")
	has(2048, "shared_buffers=256MB")
	has(2048, "work_mem=8MB")
	has(16384, "shared_buffers=2048MB")
	has(16384, "maintenance_work_mem=512MB")
	has(1<<20, "shared_buffers=2048MB")
}
