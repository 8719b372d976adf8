package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sys/unix"

	"hongxian/geodata/postgis"
	"hongxian/internal/intake"
	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
)

// manySquares are records of small squares beside each other.
func manySquares(n int) (records []string) {
	for i := range n {
		x, y := float64(i%100)/50, float64(i/100)/50
		records = append(records, square(x, y, x+0.01, y+0.01, fmt.Sprintf(`"code":"R%05d","name":"示意地块%d","BZ":%q`, i, i, strings.Repeat("示意", 40))))
	}
	return records
}

// manyInAPackage is a GeoPackage, which GDAL reads, of so many squares that the program
// cannot hold them all while nobody takes them.
func manyInAPackage(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "many.gpkg")
	if out, err := exec.Command("ogr2ogr", "-q", "-f", "GPKG", path, squares(t, "many.geojson", manySquares(9000)...)).CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v\n%s", err, out)
	}
	return path
}

// heldBack keeps what others put into a table waiting until it is released.
func heldBack(t *testing.T, db *pgxpool.Pool, table string) (release func()) {
	t.Helper()
	_, err := db.Exec(context.Background(), `
		create or replace function held_back() returns trigger language plpgsql as
		$$ begin perform pg_advisory_xact_lock_shared(4711, tg_relid::integer); return null; end $$;
		create or replace trigger held_back before insert on `+table+` for each statement execute function held_back()`)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin(context.Background())
	if err == nil {
		_, err = tx.Exec(context.Background(), "select pg_advisory_xact_lock(4711, '"+table+"'::regclass::oid::integer)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = tx.Rollback(context.Background()) } // where the server was killed there is none
}

// someoneWaits asks whether somebody is held back.
const someoneWaits = "select exists (select from pg_locks where not granted and locktype = 'advisory' and classid = 4711)"

// descendants are the processes below one.
func descendants(pid int) (found []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		children, _ := os.ReadFile(task)
		for _, child := range strings.Fields(string(children)) {
			n, _ := strconv.Atoi(child)
			found = append(append(found, n), descendants(n)...)
		}
	}
	return found
}

// readers watches the GDAL programs below a process; gone says whether they have ended.
func readers(t *testing.T, pid int) (n int, gone func() bool) {
	t.Helper()
	var watched []unix.PollFd
	for _, child := range descendants(pid) {
		if comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child)); strings.TrimSpace(string(comm)) != "ogr2ogr" {
			continue
		}
		fd, err := unix.PidfdOpen(child, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(fd) })
		watched = append(watched, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	return len(watched), func() bool {
		for i := range watched {
			if ready, _ := unix.Poll(watched[i:i+1], 10_000); ready != 1 {
				return false
			}
		}
		return true
	}
}

// An import as a process of its own is killed twice: while GDAL reads, and after the
// file was read and its records were staged. Neither kill leaves a version, a reader or,
// after the next start, a folder; the same command goes on from the staged records and
// comes to what an import that nobody disturbed came to.
func TestAKilledImportGoesOn(t *testing.T) {
	binary, file, temp := buildProgram(t), manyInAPackage(t), t.TempDir()
	for dir := temp; dir != "/"; dir = filepath.Dir(dir) { // GDAL's account goes through
		if err := os.Chmod(dir, 0o755); err != nil || filepath.Dir(dir) == os.TempDir() {
			break
		}
	}
	dsn := pgtest.Database(t)
	db, err := postgis.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	importing := func(label string) *exec.Cmd {
		cmd := program(t, binary, dsn, "import", "500237.red-line@"+label, file, "--no-quality", "--format", "json")
		cmd.Env = append(cmd.Env, "TMPDIR="+temp)
		return cmd
	}
	folders := func() int {
		left, _ := filepath.Glob(filepath.Join(temp, "hongxian-*"))
		return len(left)
	}
	kill := func(held, staged string, wantReaders int) {
		t.Helper()
		release := heldBack(t, db, held)
		cmd := importing("cut")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, db, "waiting for "+held, someoneWaits, true)
		await(t, db, "staged", staged, true)
		n, gone := readers(t, cmd.Process.Pid)
		if n != wantReaders || folders() != 1 { // what an earlier kill left is swept
			t.Errorf("held at %s: %d readers, %d folders", held, n, folders())
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if !gone() {
			t.Errorf("held at %s: GDAL lives on", held)
		}
		release()
		await(t, db, "end of its sessions", "select not exists (select from pg_stat_activity where application_name like 'hongxian %')", true)
		await(t, db, "no half version", "select not exists (select from version where label = 'cut') and not exists (select from feature f join version v on v.id = f.version_id where v.label = 'cut')", true)
	}
	whole := imported(t, importing("whole"))
	kill("staged_record", "select exists (select from staging where not complete)", 1)
	kill("feature", "select exists (select from staging where complete)", 0)
	resumed := imported(t, importing("cut"))
	if !slices.ContainsFunc(resumed.Findings, func(f intake.Finding) bool { return f.Code == "staged-copy-used" }) {
		t.Errorf("the report does not say that it went on: %+v", resumed.Findings)
	}
	if resumed.Digest != whole.Digest || resumed.Kept != whole.Kept || resumed.Area != whole.Area {
		t.Errorf("resumed %+v\nundisturbed %+v", resumed, whole)
	}
	await(t, db, "the same features, nothing staged", `
		with f as (select v.label, array[f.code, f.name, f.class, f.attributes::text, f.record::text, md5(st_asewkb(f.delivery)), md5(st_asewkb(f.plane))] as row
		           from feature f join version v on v.id = f.version_id)
		select not exists (select row from f where label = 'cut' except select row from f where label = 'whole')
		   and count(*) = 18000 and not exists (select from staging) and not exists (select from staged_record)
		from f`, true)
	if folders() != 0 {
		t.Errorf("%d folders are left", folders())
	}
}

// imported runs an import to its end and gives its report.
func imported(t *testing.T, cmd *exec.Cmd) (report intake.Report) {
	t.Helper()
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &report)
	}
	if err != nil {
		t.Fatalf("import: %v\n%s%s", err, out, complaint.String())
	}
	return report
}

// sendDelivery begins an import over HTTP.
func sendDelivery(t *testing.T, address, file string, fields map[string]string) (begun openapi.Import) {
	t.Helper()
	status, answer := postForm(t, address+"/api/v1/imports", "file", file, fields)
	if err := json.Unmarshal(answer, &begun); err != nil || status != http.StatusAccepted {
		t.Fatalf("%d %s", status, answer)
	}
	return begun
}

// ended follows an import over HTTP to its end.
func ended(t *testing.T, address, id string) (i openapi.Import) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err := json.Unmarshal(fetch(t, address, "/api/v1/imports/"+id), &i); err != nil {
			t.Fatal(err)
		}
		if i.EndedAt != nil {
			return i
		}
	}
	t.Fatalf("not ended: %+v", i)
	return i
}

// aDelivery is one that a server has read and staged, and waits to keep.
type aDelivery struct{ uploads []string }

var deliveredAs = map[string]string{"layer": "urban-boundary", "label": "2026"}

// stagedDelivery sends a delivery to a server on a private cluster and waits until it is
// staged and cannot go on.
func stagedDelivery(t *testing.T, data, address, file string) aDelivery {
	t.Helper()
	d, err := (&settings{dataFlag: data}).openDatabase(t.Context(), use{command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	release := heldBack(t, d.pool, "feature")
	t.Cleanup(func() { release(); _ = d.Close() }) // its server is killed meanwhile
	before := uploadsLeft()
	sendDelivery(t, address, file, deliveredAs)
	await(t, d.pool, "waiting to keep", someoneWaits, true)
	await(t, d.pool, "staged", "select exists (select from staging where complete)", true)
	return aDelivery{slices.DeleteFunc(uploadsLeft(), func(folder string) bool { return slices.Contains(before, folder) })}
}

func uploadsLeft() []string {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "hongxian-upload-*"))
	return left
}

// leftBehind: the file that was sent lies in a folder that nobody removed.
func (d aDelivery) leftBehind(t *testing.T) {
	t.Helper()
	if len(d.uploads) == 0 {
		t.Error("the file that was sent lay nowhere")
	}
	for _, folder := range d.uploads {
		if _, err := os.Stat(folder); err != nil {
			t.Error(err)
		}
	}
}

// goesOn sends the file again to the server that was started after the kill: what is
// kept is what was staged, and the folder is gone.
func (d aDelivery) goesOn(t *testing.T, address, file string) {
	t.Helper()
	for _, folder := range d.uploads {
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%s is still there", folder)
		}
	}
	resumed := ended(t, address, sendDelivery(t, address, file, deliveredAs).Id)
	again := ended(t, address, sendDelivery(t, address, file, map[string]string{"layer": "urban-boundary", "label": "undisturbed"}).Id)
	if resumed.Report == nil || again.Report == nil {
		t.Fatalf("resumed %+v %+v\nundisturbed %+v", resumed, resumed.Problem, again)
	}
	wentOn := func(r *openapi.IntakeReport) bool {
		return slices.ContainsFunc(r.Findings, func(f openapi.IntakeFinding) bool { return f.Code == "staged-copy-used" })
	}
	if !wentOn(resumed.Report) || wentOn(again.Report) || resumed.Report.Digest != again.Report.Digest || resumed.Report.Kept != 2500 {
		t.Errorf("resumed %+v\nundisturbed %+v", resumed.Report, again.Report)
	}
}
