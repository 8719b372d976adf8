package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

// The large delivery: real census output areas, a GeoJSON feature a line, gzip.
const (
	largeFeatures = 109_146
	largeInvalid  = 218 // rings that touch themselves, as VALIDATION.tsv counts them
	memoryLimit   = 300 << 20
)

// realData is the folder with real files; without it the test fails.
func realData(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("HONGXIAN_REALDATA")
	if _, err := os.Stat(filepath.Join(folder, "SOURCES.md")); err != nil {
		t.Fatalf("HONGXIAN_REALDATA must name the folder with the real data: %v", err)
	}
	return folder
}

// largeDelivery joins the two files; gzip allows members one after another.
func largeDelivery(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "output_areas.geojsonl.gz")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, name := range []string{"uk_output_areas_2011_E06.geojsonl.gz", "uk_output_areas_2011_E07.geojsonl.gz"} {
		in, err := os.Open(filepath.Join(realData(t), "large", name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, in); err != nil {
			t.Fatal(err)
		}
		in.Close()
	}
	return path
}

// built is the folder of the program once a test needed it; TestMain removes it.
var built string

var programBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hongxian-built-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "hongxian")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// buildProgram builds the program once, for tests that need it as a process.
func buildProgram(t testing.TB) string {
	t.Helper()
	path, err := programBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// program prepares the program as a process on a database, with the test counties.
func program(t testing.TB, binary, dsn string, args ...string) *exec.Cmd {
	t.Helper()
	counties, err := filepath.Abs("testdata/counties")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "HONGXIAN_DATABASE="+dsn, "HONGXIAN_COUNTIES="+counties)
	return cmd
}

func TestLargeImportStreams(t *testing.T) {
	file := largeDelivery(t)
	if info, err := os.Stat(file); err != nil || info.Size() < 15<<20 {
		t.Fatalf("the large delivery is too small to prove anything: %v", err)
	}
	dsn := pgtest.Database(t)
	cmd := program(t, buildProgram(t), dsn, "import", "ENGLAND.township@2011", "--no-quality", file)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	peak := watchMemory(cmd.Process.Pid)
	err := cmd.Wait()
	t.Logf("imported in %.1f s, peak memory %d MB", time.Since(start).Seconds(), <-peak>>20)
	if err != nil {
		t.Fatalf("import: %v\n%s", err, out.String())
	}
	if p := <-peak; p > memoryLimit {
		t.Errorf("peak memory %d MB, the limit is %d MB", p>>20, memoryLimit>>20)
	}
	want := fmt.Sprintf("读入 read %d，保留 kept %d（其中修复 repaired %d），拒收 refused 0", largeFeatures, largeFeatures, largeInvalid)
	if !strings.Contains(out.String(), want) {
		t.Errorf("report:\n%s\nwant %q", out.String(), want)
	}
}

// watchMemory samples the resident memory of a process and its children until it
// ends; then the peak of their sum can be read, as often as wanted.
func watchMemory(pid int) <-chan int64 {
	peak := make(chan int64, 2)
	go func() {
		var highest int64
		for {
			sum := resident(pid)
			if sum == 0 {
				peak <- highest
				peak <- highest
				return
			}
			highest = max(highest, sum)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return peak
}

// resident is the resident memory of a process and its descendants, bytes; 0 when
// it has ended.
func resident(pid int) int64 {
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer status.Close()
	var sum int64
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if kb, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(kb), " kB"), 10, 64)
			sum += n << 10
		}
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			sum += resident(n)
		}
	}
	return sum
}

// killedFeatures is how many areas the work that is killed is of: enough for every
// moment to be there for as long as it takes to see it.
const killedFeatures = 8_000

// someAreas is the first so many features of the large delivery.
func someAreas(t testing.TB, n int) string {
	t.Helper()
	packed, err := os.Open(filepath.Join(realData(t), "large", "uk_output_areas_2011_E06.geojsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	in, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "some_areas.geojsonl")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	lines := bufio.NewReader(in)
	for range n {
		line, err := lines.ReadBytes('\n')
		if err == nil {
			_, err = out.Write(line)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// A kill at any moment leaves nothing half done: no version of an import, a draft
// of a publication.
func TestKilledWorkLeavesNothingHalf(t *testing.T) {
	file, binary := someAreas(t, killedFeatures), buildProgram(t)
	dsn := pgtest.Database(t)
	db, err := postgis.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kill := func(when, sql string, args ...string) {
		t.Helper()
		cmd := program(t, binary, dsn, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, db, when, sql, true)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		await(t, db, "end of its sessions", "select not exists (select from pg_stat_activity where application_name like 'hongxian %')", true)
	}
	importing := []string{"import", "ENGLAND.township@2011", "--no-quality", file}
	kill("copying", "select exists (select from staging where not complete)", importing...)
	await(t, db, "no half version", "select not exists (select from version)", true)
	kill("keeping", "select exists (select from pg_stat_activity where state = 'active' and query like '%copy feature%' and pid <> pg_backend_pid())", importing...)
	await(t, db, "no half version", "select not exists (select from version) and not exists (select from feature)", true)

	if out, err := program(t, binary, dsn, importing...).CombinedOutput(); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
	kill("publishing", "select exists (select from version where state = 'preparing')", "publish", "ENGLAND.township@2011")
	await(t, db, "nothing in force", "select not exists (select from version where state = 'in_force') and not exists (select from fragment)", true)
	if out, err := program(t, binary, dsn, "publish", "ENGLAND.township@2011").CombinedOutput(); err != nil {
		t.Fatalf("publish after the kill: %v\n%s", err, out)
	}
	await(t, db, "in force with faces", "select exists (select from version where state = 'in_force') and exists (select from fragment)", true)
}

// await asks the database until it says want, for at most a minute.
func await(t *testing.T, db *pgxpool.Pool, what, sql string, want bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		var got bool
		if err := db.QueryRow(context.Background(), sql).Scan(&got); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not seen in a minute", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
