package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/localpg"
	"hongxian/internal/pgtest/holding"
)

// BenchmarkSoak, which make soak runs, has the program work for
// HONGXIAN_SOAK_MINUTES on the schematic county: checks, tiles, township tables,
// comparisons, papers, batches and imports. It prints every minute what the
// process holds and fails when the last quarter holds more than the second one,
// or anything is left when the work has ended.
func BenchmarkSoak(b *testing.B) {
	minutes := holding.FromEnvironment("HONGXIAN_SOAK_MINUTES", 60)
	s := startSoak(b)
	idle := s.sample()
	fmt.Fprintln(os.Stderr, "   idle", idle)
	var samples []held
	stop := s.work()
	for i := range 4 * minutes {
		time.Sleep(15 * time.Second)
		samples = append(samples, s.sample())
		if i%4 == 3 {
			fmt.Fprintf(os.Stderr, "%3d min %v, %d requests\n", i/4+1, samples[i], s.done.Load())
		}
	}
	stop()
	time.Sleep(20 * time.Second) // idle connections are let go
	after := s.sample()
	fmt.Fprintln(os.Stderr, "  after", after)
	s.judge(samples, after)
	b.ReportMetric(float64(s.done.Load())/float64(60*minutes), "requests/s")
	b.ReportMetric(holding.LoadAverage(), "load")
	s.service.stop(b)
}

// held is what the process holds at a moment.
type held struct {
	resident, heap           float64 // MiB; resident without PostgreSQL
	goroutines, files        float64
	connections, temporaries float64
	database                 float64 // MiB resident in PostgreSQL's processes
}

func (h held) String() string {
	return fmt.Sprintf("resident %.0f MiB, heap %.0f MiB, %.0f goroutines, %.0f open files, %.0f connections, %.0f temporary files, PostgreSQL %.0f MiB",
		h.resident, h.heap, h.goroutines, h.files, h.connections, h.temporaries, h.database)
}

type soak struct {
	*killing
	service *service
	temp    string
	db      *pgx.Conn
	done    atomic.Int64
}

func startSoak(b *testing.B) *soak {
	data := dataFolder(b)
	temp := filepath.Join(filepath.Dir(data), "temp")
	if err := os.Mkdir(temp, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.Chmod(temp, 0o777|os.ModeSticky); err != nil {
		b.Fatal(err)
	}
	if code, out, complaint := hongxian(b, "demo", "--data", data); code != exitDone {
		b.Fatal(out, complaint)
	}
	b.Setenv("TMPDIR", temp)
	s := &soak{temp: temp, killing: newKilling(b, 60)}
	s.binary, s.data = buildProgram(b), data
	s.s = startService(b, s.binary, data)
	s.service, s.address = s.s, s.s.address
	cluster, err := localpg.Open(context.Background(), localpg.Options{Dir: data, Command: "soak"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cluster.Close(context.Background()) })
	if s.db, err = pgx.Connect(context.Background(), cluster.DSN()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.db.Close(context.Background()) })
	return s
}

// work has clients ask until the function it gives is called.
func (s *soak) work() (stop func()) {
	done := make(chan struct{})
	var clients sync.WaitGroup
	every := func(pause time.Duration, ask func()) {
		clients.Go(func() {
			for tick := time.NewTicker(pause); ; {
				ask()
				s.done.Add(1)
				select {
				case <-done:
					return
				case <-tick.C:
				}
			}
		})
	}
	get := func(path string) func() { return func() { s.send("GET", path, "", nil) } }
	every(50*time.Millisecond, s.check)
	every(20*time.Millisecond, func() {
		s.send("GET", fmt.Sprintf("/tiles/500237.red-line@2022/12/%d/%d.mvt", 3290+s.number(20), 1668+s.number(20)), "", nil)
	})
	every(2*time.Second, get("/api/v1/stats/townships?layers=red-line"))
	every(3*time.Second, get("/api/v1/identify?lon=109.88&lat=31.07"))
	every(5*time.Second, func() {
		s.send("POST", "/api/v1/changes", "application/json", []byte(`{"from":"red-line@2018","to":"red-line@2022"}`))
	})
	every(7*time.Second, func() {
		if status, answer := s.send("POST", "/api/v1/checks", "application/geo+json", []byte(geojson(s.square()))); status != 0 {
			s.send("GET", "/api/v1/checks/"+identity(s, answer)+".pdf", "", nil)
		}
	})
	every(11*time.Second, s.handIn)
	every(13*time.Second, s.bring)
	every(17*time.Second, get("/api/v1/layers/red-line/versions/2022/export.gpkg"))
	return func() { close(done); clients.Wait() }
}

func (s *soak) sample() held {
	h := held{}
	metrics, err := http.Get(s.address + "/metrics")
	if err != nil {
		s.Fatal(err)
	}
	defer metrics.Body.Close()
	wanted := map[string]*float64{"process_resident_memory_bytes": &h.resident, "go_memstats_heap_inuse_bytes": &h.heap,
		"go_goroutines": &h.goroutines, "process_open_fds": &h.files}
	for lines := bufio.NewScanner(metrics.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if into := wanted[name]; into != nil {
			*into, _ = strconv.ParseFloat(value, 64)
		}
	}
	h.resident, h.heap = h.resident/(1<<20), h.heap/(1<<20)
	if err := s.db.QueryRow(context.Background(), "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()").Scan(&h.connections); err != nil {
		s.Fatal(err)
	}
	filepath.WalkDir(s.temp, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !bytes.Contains([]byte(path), []byte(".s.PGSQL")) && !strings.Contains(path, "/TestBench") && !strings.Contains(path, "Benchmark") {
			h.temporaries++
		}
		return nil
	})
	h.database = float64(proportional(postmaster(s, s.service.cmd.Process.Pid))) / (1 << 20)
	return h
}

// proportional is the memory of a process and its children, shared pages counted
// once, bytes.
func proportional(pid int) (sum int64) {
	rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	for line := range strings.Lines(string(rollup)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "Pss:" {
			kb, _ := strconv.ParseInt(fields[1], 10, 64)
			sum += kb << 10
		}
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			sum += proportional(n)
		}
	}
	return sum
}

// judge compares the second quarter with the last one, by their medians.
func (s *soak) judge(samples []held, after held) {
	quarter := len(samples) / 4
	median := func(of []held, what func(held) float64) float64 {
		var values []float64
		for _, h := range of {
			values = append(values, what(h))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	for _, c := range []struct {
		name      string
		what      func(held) float64
		tolerance float64 // share by which it may have grown
		slack     float64 // and amount
	}{
		{"resident MiB", func(h held) float64 { return h.resident }, 0.10, 20},
		{"heap MiB", func(h held) float64 { return h.heap }, 0.15, 20},
		{"goroutines", func(h held) float64 { return h.goroutines }, 0, 15},
		{"open files", func(h held) float64 { return h.files }, 0, 15},
		{"connections", func(h held) float64 { return h.connections }, 0, 2},
		{"PostgreSQL MiB", func(h held) float64 { return h.database }, 0.25, 50},
	} {
		early, late := median(samples[quarter:2*quarter], c.what), median(samples[3*quarter:], c.what)
		fmt.Fprintf(os.Stderr, "%-15s second quarter %.0f, last quarter %.0f\n", c.name, early, late)
		if late > early*(1+c.tolerance)+c.slack {
			s.Errorf("%s grew from %.0f to %.0f", c.name, early, late)
		}
	}
	if after.temporaries > 0 {
		s.Errorf("%.0f temporary files are left", after.temporaries)
	}
}
