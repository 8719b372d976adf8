package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/openapi"
)

// manyParcels is a GeoJSON file of n parcels around the test layers' middle.
func manyParcels(n int) string {
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range n {
		x, y := 109.80+0.1*math.Mod(float64(i)*0.618, 1), 31.05+0.1*math.Mod(float64(i)*0.414, 1)
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"name":"地块%d"},"geometry":{"type":"Polygon","coordinates":[[`, i)
		for v := range 41 {
			a := 2 * math.Pi * float64(v%40) / 40
			if v > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, "[%.7f,%.7f]", x+0.002*math.Cos(a), y+0.002*math.Sin(a))
		}
		b.WriteString("]]}}")
	}
	b.WriteString("]}")
	return b.String()
}

// handIn uploads a batch and gives its id.
func handIn(t *testing.T, address, name, file string) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("name", name)
	part, err := form.CreateFormFile("file", "parcels.geojson")
	if err == nil {
		_, err = io.WriteString(part, file)
	}
	if err != nil {
		t.Fatal(err)
	}
	form.Close()
	response, err := http.Post(address+"/api/v1/batches", form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	var b openapi.Batch
	if err := json.Unmarshal(answer, &b); err != nil || response.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %s", response.StatusCode, answer)
	}
	return b.Id
}

// reaches waits until a batch has come so far, asking again while the service
// itself waits for its database.
func reaches(t *testing.T, address, id string, far func(openapi.Batch) bool) openapi.Batch {
	t.Helper()
	var b openapi.Batch
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		response, err := http.Get(address + "/api/v1/batches/" + id)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			if err := json.Unmarshal(body, &b); err != nil {
				t.Fatal(err)
			}
			if far(b) {
				return b
			}
		}
	}
	t.Fatalf("not reached: %+v", b)
	return b
}

// postmaster is the server's child that all of its PostgreSQL descends from.
func postmaster(t testing.TB, server int) int {
	t.Helper()
	tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", server))
	for _, task := range tasks {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", server, task.Name()))
		for _, child := range strings.Fields(string(children)) {
			if comm, _ := os.ReadFile("/proc/" + child + "/comm"); strings.TrimSpace(string(comm)) == "postgres" {
				pid, _ := strconv.Atoi(child)
				return pid
			}
		}
	}
	t.Fatal("no postgres below the server")
	return 0
}

// complete proves that a finished batch has every parcel once.
func complete(t *testing.T, address, id string, parcels int) {
	t.Helper()
	b := reaches(t, address, id, func(b openapi.Batch) bool { return b.State == openapi.JobStateDone })
	if b.Total != parcels || b.Done != parcels || b.Failed != 0 {
		t.Errorf("%+v", b)
	}
	table := string(fetch(t, address, "/api/v1/batches/"+id+".csv"))
	lines := strings.Split(strings.TrimSuffix(table, "\r\n"), "\r\n")
	if len(lines) != parcels+2 || !strings.HasPrefix(lines[parcels+1], "合计,") {
		t.Fatalf("%d lines:\n%.300s", len(lines), table)
	}
	for i, line := range lines[1 : parcels+1] {
		if !strings.HasPrefix(line, fmt.Sprintf("%d,地块%d,", i+1, i)) {
			t.Fatalf("line %d: %s", i+1, line)
		}
	}
}

// Killed with -9 in the middle of a batch, first PostgreSQL and then the server:
// every parcel is answered exactly once, and soon. A delivery that the server had read
// by then is not read anew when it is sent again.
func TestKilledBatchEndsWithEveryParcelOnce(t *testing.T) {
	const parcels = 3000
	binary, data := buildProgram(t), dataFolder(t)
	s := startService(t, binary, data)
	for ref, shape := range map[string]string{"red-line@2022": redLineShape, "township@2023": townshipShape} {
		succeeds(t, "", "import", ref, writeFile(t, "layer.geojson", geojson(shape)), "--data", data)
		succeeds(t, "", "publish", ref, "--data", data)
	}
	file := manyParcels(parcels)
	some := func(b openapi.Batch) bool { return b.Done > parcels/10 }

	id := handIn(t, s.address, "数据库被杀", file)
	reaches(t, s.address, id, some)
	if err := syscall.Kill(postmaster(t, s.cmd.Process.Pid), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	complete(t, s.address, id, parcels)

	id = handIn(t, s.address, "服务被杀", file+" ") // answered already: equal parcels share records
	complete(t, s.address, id, parcels)

	delivery := squares(t, "many.geojson", manySquares(2500)...)
	staged := stagedDelivery(t, data, s.address, delivery)
	id = handIn(t, s.address, "服务被杀", strings.ReplaceAll(file, "0.002", "0.0021"))
	reaches(t, s.address, id, some)
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
	staged.leftBehind(t)
	s = startService(t, binary, data)
	staged.goesOn(t, s.address, delivery)
	start := time.Now()
	reaches(t, s.address, id, func(b openapi.Batch) bool { return b.Done > parcels/2 || b.State == openapi.JobStateDone })
	complete(t, s.address, id, parcels)
	t.Logf("after the restart it ended in %.1f s", time.Since(start).Seconds())
	s.stop(t)
}

// A batch command that is interrupted goes on with the same batch when it is run
// again, be it of a file or of the plan's projects. The interruption comes while
// the work waits for a table that the test holds.
func TestInterruptedBatchCommandGoesOn(t *testing.T) {
	dsn := redLineInForce(t)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	count := func(sql string) (n int) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i, question := range [][]string{{writeFile(t, "parcels.geojson", manyParcels(50))}, {"--projects"}} {
		args := append(append([]string{"batch"}, question...), "--database", dsn)
		held, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := held.Exec(t.Context(), "lock table record in share mode"); err != nil {
			t.Fatal(err)
		}
		ctx, interrupt := context.WithCancel(t.Context())
		ended := make(chan int, 1)
		go func() { ended <- run(ctx, args, io.Discard, io.Discard) }()
		for count("select count(*) from pg_locks where not granted and relation = 'record'::regclass") == 0 {
			select {
			case code := <-ended:
				t.Fatalf("%v ended with %d before it was interrupted", question, code)
			case <-time.After(20 * time.Millisecond):
			}
		}
		interrupt()
		if code := <-ended; code != exitInterrupted {
			t.Errorf("%v: interrupted, it ended with %d", question, code)
		}
		if err := held.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count("select count(*) from batch where state in ('waiting', 'running')"); n != 1 {
			t.Fatalf("%v left %d unfinished batches", question, n)
		}
		succeeds(t, "合计", args...)
		if n := count("select count(*) from batch"); n != i+1 || count("select count(*) from batch where state = 'done'") != n {
			t.Errorf("%v: run again there are %d batches", question, n)
		}
	}
}

// The command works on a batch by itself and writes its table.
func TestBatchCommand(t *testing.T) {
	dsn := redLineInForce(t)
	file := writeFile(t, "parcels.geojson", manyParcels(50))
	code, out, _ := hongxian(t, "batch", file, "--database", dsn)
	if code != exitDone || strings.Count(out, "\r\n") != 52 || !strings.Contains(out, "合计,50 个地块") {
		t.Errorf("%d %.400s", code, out)
	}
	code, out, _ = hongxian(t, "batch", "--projects", "--database", dsn)
	if code != exitDone || strings.Count(out, "\r\n") != 82 || strings.Count(out, "未落图") != 71 {
		t.Errorf("%d: %d lines, %d without a place\n%.400s", code, strings.Count(out, "\r\n"), strings.Count(out, "未落图"), out)
	}
	fails(t, exitInput, "命令用法不对", "batch", "--database", dsn)
}
