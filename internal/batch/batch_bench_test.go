package batch_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// BenchmarkBatch takes in and answers 10,000 random parcels of the schematic
// county, records included, and beside it checks 500 of them one after the other.
// HONGXIAN_BENCH_SCALE sets the county's scale, HONGXIAN_BENCH_PARCELS the number.
func BenchmarkBatch(b *testing.B) {
	db := holding.Schematic(b, holding.BenchScale())
	n := holding.FromEnvironment("HONGXIAN_BENCH_PARCELS", 10_000)
	sites := randomSites(b, db, n)
	var answered, taken, single, cpu float64
	for b.Loop() {
		start := time.Now()
		held := take(b, db, batch.Delivery{Parcels: parcels(sites)})
		taken = float64(n) / time.Since(start).Seconds()
		start, cpu = time.Now(), -processorTime(b, db)
		if more, err := (&batch.Runner{DB: db, Desk: desk(db)}).Work(b.Context(), held.County, held.ID); more || err != nil {
			b.Fatal(more, err)
		}
		answered, cpu = float64(n)/time.Since(start).Seconds(), (cpu+processorTime(b, db))/float64(n)
		if held = state(b, db, held); held.State != batch.Done || held.Failed > 0 {
			b.Fatalf("%+v", held)
		}
		single = oneByOne(b, db, sites[:min(n, 500)])
		if _, err := db.Exec(b.Context(), "truncate batch, batch_parcel, record, record_use"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(taken, "taken-in/s")
	b.ReportMetric(answered, "parcels/s")
	b.ReportMetric(1000*cpu, "cpu-ms/parcel")
	b.ReportMetric(single, "single-checks/s")
}

// processorTime is what this process and the database's sessions have used so far,
// seconds: on a machine with other work it says more than the clock.
func processorTime(b *testing.B, db *pgxpool.Pool) float64 {
	rows, err := db.Query(b.Context(), "select pid from pg_stat_activity where datname = current_database()")
	if err != nil {
		b.Fatal(err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		b.Fatal(err)
	}
	ticks := 0
	for _, pid := range append(pids, int32(os.Getpid())) {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // on another machine: nothing
		if fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])); len(fields) > 12 {
			user, _ := strconv.Atoi(fields[11])
			system, _ := strconv.Atoi(fields[12])
			ticks += user + system
		}
	}
	return float64(ticks) / 100
}

// oneByOne checks sites as the API does, one after the other, and gives the rate.
func oneByOne(b *testing.B, db *pgxpool.Pool, sites []overlap.Site) float64 {
	c, keeper := checker(db), &record.Keeper{DB: db}
	start := time.Now()
	for _, s := range sites {
		r, err := c.Check(b.Context(), overlap.Request{County: "500237", Site: s})
		if err != nil {
			b.Fatal(err)
		}
		body, err := report.CheckJSON(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := keeper.Put(b.Context(), record.Kept{County: "500237", ID: "b" + r.ID[1:], Kind: answer.KindCheck, Body: body}); err != nil {
			b.Fatal(err)
		}
	}
	return float64(len(sites)) / time.Since(start).Seconds()
}

// randomSites makes irregular parcels of 0.3 to 12 ha inside the county, the same
// in every run.
func randomSites(b *testing.B, db *pgxpool.Pool, n int) []overlap.Site {
	random := rand.New(rand.NewPCG(1, 2))
	sites := make([]overlap.Site, n)
	for i, centre := range holding.Places(b, db, n) {
		radius := 31 * math.Pow(10, 0.8*random.Float64())
		sites[i] = overlap.Site{Name: fmt.Sprint("地块", i), SRID: 4546,
			Geometry: orb.MultiPolygon{{ring(random, centre, radius)}}}
	}
	return sites
}
