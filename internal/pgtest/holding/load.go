package holding

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sys/unix"
)

// ProcessorTime is what this process and the database's sessions have used so far,
// seconds: on a machine with other work it says more than the clock. On a database
// of another machine it is this process's alone.
func ProcessorTime(t testing.TB, db *pgxpool.Pool) float64 {
	t.Helper()
	var own unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &own); err != nil {
		t.Fatal(err)
	}
	used := float64(own.Utime.Nano()+own.Stime.Nano()) / 1e9
	rows, err := db.Query(t.Context(), "select pid from pg_stat_activity where datname = current_database()")
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range sessions {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid)) // on another machine: nothing
		if on, _, found := bytes.Cut(stat, []byte(" ")); found {
			nanoseconds, _ := strconv.ParseFloat(string(on), 64)
			used += nanoseconds / 1e9
		}
	}
	return used
}

// LoadAverage is the machine's, over the last minute: what a benchmark shared it with.
func LoadAverage() float64 {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	load, _ := strconv.ParseFloat(first, 64)
	return load
}
