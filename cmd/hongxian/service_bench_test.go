package main

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	orbjson "github.com/paulmach/orb/geojson"

	"hongxian/geodata/county"
	"hongxian/internal/batch"
	"hongxian/internal/httpapi"
	"hongxian/internal/job"
	"hongxian/internal/overlap"
	"hongxian/internal/overlap/outline"
	"hongxian/internal/pgtest/holding"
)

// BenchmarkService measures the service as it is deployed: the handler of serve
// with the county's rules, every answer new and kept, on the schematic county. It
// prints what one client and sixteen see, how fast a batch of 10,000 parcels is
// answered, and how long a corridor of 60 km × 50 m and a site of 400 km² take.
// cpu-ms is the processor time of program and database for each. The database is
// pgtest's, which does not wait for the disk at a commit. The plain way is
// BenchmarkCheck's, in package overlap. HONGXIAN_BENCH_SCALE sets the county's
// scale, HONGXIAN_BENCH_PARCELS the batch's size.
func BenchmarkService(b *testing.B) {
	s := startBench(b)
	b.Run("1client", func(b *testing.B) { s.checks(b, 1) })
	b.Run("16clients", func(b *testing.B) { s.checks(b, 16) })
	b.Run("batch", s.batch)
	b.Run("corridor60km", func(b *testing.B) { s.large(b, s.corridor(b), "&width=50") })
	b.Run("site400km2", func(b *testing.B) { s.large(b, s.square(b, 20_000), "") })
}

// bench is the service under measurement.
type bench struct {
	*database
	server *httpapi.Server
	bodies []string // GeoJSON of parcels
	sites  []overlap.Site
	asked  atomic.Int64
}

func startBench(b *testing.B) *bench {
	slog.SetDefault(slog.New(slog.NewJSONHandler(io.Discard, nil)))
	collectLess()
	s := &bench{database: &database{pool: holding.Schematic(b, holding.BenchScale())}}
	s.outlines = outline.NewKeeper(s.pool)
	profile, err := county.Load("500237")
	if err == nil {
		err = register(b.Context(), s.pool, profile)
	}
	if err == nil {
		s.server, err = s.database.server(serveFlags{}, s.batches(nil), &job.News{}, s.imports())
	}
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	for i, centre := range holding.Places(b, s.pool, holding.FromEnvironment("HONGXIAN_BENCH_PARCELS", 10_000)) {
		parcel := orb.Polygon{holding.Irregular(random, centre, 0.3*math.Pow(10, 2.2*random.Float64()))} // 0.3 to 48 ha
		s.sites = append(s.sites, overlap.Site{Name: fmt.Sprint("地块", i), SRID: 4546, Geometry: orb.MultiPolygon{parcel}})
		s.bodies = append(s.bodies, text(b, parcel))
	}
	return s
}

func text(b *testing.B, g orb.Geometry) string {
	body, err := json.Marshal(orbjson.NewGeometry(g))
	if err != nil {
		b.Fatal(err)
	}
	return string(body)
}

// ask has a site checked under a name of its own, so that every answer is new.
func (s *bench) ask(b *testing.B, body, more string) time.Duration {
	name := url.QueryEscape(fmt.Sprint("项目", s.asked.Add(1)))
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/api/v1/checks?crs=EPSG:4546&name="+name+more, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/geo+json")
	r.RemoteAddr = "127.0.0.1:40000" // whose rate is not limited
	answer := httptest.NewRecorder()
	start := time.Now()
	s.server.ServeHTTP(answer, r)
	took := time.Since(start)
	if answer.Code != http.StatusCreated {
		b.Errorf("%d %s", answer.Code, answer.Body)
	}
	return took
}

// checks has parcels checked by a number of clients at a time.
func (s *bench) checks(b *testing.B, clients int) {
	for i := range 4 * clients { // connections are made, names read
		s.ask(b, s.bodies[i%len(s.bodies)], "")
	}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	b.SetParallelism((clients + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	start, cpu := time.Now(), -holding.ProcessorTime(b, s.pool)
	if clients == 1 {
		for i := range took {
			took[i] = s.ask(b, s.bodies[i%len(s.bodies)], "")
		}
	} else {
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				i := int(next.Add(1)) - 1
				took[i] = s.ask(b, s.bodies[i%len(s.bodies)], "")
			}
		})
	}
	rate := float64(b.N) / time.Since(start).Seconds()
	cpu += holding.ProcessorTime(b, s.pool)
	slices.Sort(took)
	milliseconds := func(share float64) float64 { return 1000 * took[int(share*float64(b.N-1))].Seconds() }
	b.ReportMetric(rate, "checks/s")
	b.ReportMetric(milliseconds(0.5), "p50-ms")
	b.ReportMetric(milliseconds(0.99), "p99-ms")
	b.ReportMetric(1000*cpu/float64(b.N), "cpu-ms/check")
	b.ReportMetric(holding.LoadAverage(), "load")
}

// batch takes parcels in and has them answered, records included.
func (s *bench) batch(b *testing.B) {
	n := float64(len(s.sites))
	var taken, answered, cpu float64
	for b.Loop() {
		start := time.Now()
		intake := &batch.Intake{DB: s.pool, Desk: s.desk()}
		held, err := intake.Take(b.Context(), batch.Delivery{County: "500237", Name: fmt.Sprint("批次", s.asked.Add(1)), Parcels: s.parcels()})
		if err != nil {
			b.Fatal(err)
		}
		taken = n / time.Since(start).Seconds()
		start, cpu = time.Now(), -holding.ProcessorTime(b, s.pool)
		runner := &batch.Runner{DB: s.pool, Desk: s.desk()}
		if more, err := runner.Work(b.Context(), held.County, held.ID); more || err != nil {
			b.Fatal(more, err)
		}
		answered = n / time.Since(start).Seconds()
		cpu += holding.ProcessorTime(b, s.pool)
		held, err = (&batch.Store{DB: s.pool}).Find(b.Context(), held.County, held.ID)
		if err != nil || held.State != batch.Done || held.Failed > 0 {
			b.Fatal(held, err)
		}
	}
	b.ReportMetric(taken, "taken-in/s")
	b.ReportMetric(answered, "parcels/s")
	b.ReportMetric(1000*cpu/n, "cpu-ms/parcel")
	b.ReportMetric(holding.LoadAverage(), "load")
}

// parcels are the sites under names of this run, so that every answer is new.
func (s *bench) parcels() iter.Seq2[batch.Parcel, error] {
	run := s.asked.Add(1)
	return func(yield func(batch.Parcel, error) bool) {
		for _, site := range s.sites {
			site.Name = fmt.Sprintf("%s（%d）", site.Name, run)
			if !yield(batch.Parcel{Site: site}, nil) {
				return
			}
		}
	}
}

// large times one large site.
func (s *bench) large(b *testing.B, body, more string) {
	var took []time.Duration
	for b.Loop() {
		took = append(took, s.ask(b, body, more))
	}
	slices.Sort(took)
	b.ReportMetric(1000*took[len(took)/2].Seconds(), "p50-ms")
	b.ReportMetric(1000*took[len(took)-1].Seconds(), "max-ms")
	b.ReportMetric(holding.LoadAverage(), "load")
}

// middle is the middle of the county, EPSG:4546.
func (s *bench) middle(b *testing.B) orb.Point {
	var middle orb.Point
	places := holding.Places(b, s.pool, 500)
	for _, p := range places {
		middle[0] += p[0] / float64(len(places))
		middle[1] += p[1] / float64(len(places))
	}
	return middle
}

// corridor is an axis of 60 km through the county with a vertex each 200 m, EPSG:4546.
func (s *bench) corridor(b *testing.B) string {
	middle := s.middle(b)
	var line orb.LineString
	for i := range 301 {
		along := 200*float64(i) - 30_000
		line = append(line, orb.Point{middle[0] + along*math.Sin(0.5), middle[1] + along*math.Cos(0.5) + 150*math.Sin(along/900)})
	}
	return text(b, line)
}

// square is a square in the middle of the county, EPSG:4546.
func (s *bench) square(b *testing.B, metres float64) string {
	middle := s.middle(b)
	return text(b, orb.Bound{Min: middle, Max: middle}.Pad(metres/2).ToPolygon())
}
