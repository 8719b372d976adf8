package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata/postgis"
	"hongxian/internal/httpapi"
	"hongxian/internal/job"
	"hongxian/internal/pgtest/holding"
	"hongxian/tiles"
	"hongxian/tiles/pmtiles"
)

// BenchmarkTiles measures tiles as serve sends them, of the schematic county with all
// its layers drawn. warm: one tile of 80 kB, asked for over TCP by 64 connections, in
// turn with a bare net/http handler that sends the same bytes from a map; ratio is how
// many times as fast that one is. handler: the same without a network. cold: each of
// 2,000 tiles asked for once, its cache empty. The log goes to a file, as serve's may.
// HONGXIAN_BENCH_SCALE sets the county's scale.
func BenchmarkTiles(b *testing.B) {
	t := startTiles(b)
	b.Run("handler", t.handler)
	b.Run("warm", t.warm)
	b.Run("cold", t.cold)
}

// tileBench is a county whose tiles are drawn.
type tileBench struct{ *database }

func startTiles(b *testing.B) *tileBench {
	t := &tileBench{&database{pool: holding.Schematic(b, holding.BenchScale())}}
	log, err := os.Create(filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	before := slog.Default()
	lines, flush := logTo(log)
	slog.SetDefault(lines)
	level := logLevel.Level()
	logLevel.Set(slog.LevelInfo)
	b.Cleanup(func() { slog.SetDefault(before); logLevel.Set(level); flush(); log.Close() })
	catalogue := &postgis.Catalogue{DB: t.pool}
	layers, err := catalogue.Layers(b.Context(), holding.Wushan.Code)
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range layers {
		versions, err := catalogue.Versions(b.Context(), holding.Wushan.Code, l.Key)
		if err != nil {
			b.Fatal(err)
		}
		for _, v := range versions {
			if err := pgx.BeginFunc(b.Context(), t.pool, func(tx pgx.Tx) error {
				_, err := tiles.Baking{DB: t.pool}.Bake(b.Context(), tx, v, func(float64) {})
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := t.pool.Exec(b.Context(), "vacuum analyze tile"); err != nil {
		b.Fatal(err)
	}
	return t
}

// serve is a server with an empty cache.
func (t *tileBench) serve(b *testing.B) *httpapi.Server {
	server, err := t.server(serveFlags{}, t.batches(nil), &job.News{}, t.imports())
	if err != nil {
		b.Fatal(err)
	}
	return server
}

// paths gives the addresses of drawn tiles that a condition and an order choose.
func (t *tileBench) paths(b *testing.B, which string) []string {
	rows, err := t.pool.Query(b.Context(), `select v.layer || '@' || v.label, t.id from tile t join version v on v.id = t.version_id `+which)
	if err != nil {
		b.Fatal(err)
	}
	paths, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var ref string
		var id int64
		err := row.Scan(&ref, &id)
		at := pmtiles.Tile(uint64(id))
		return fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", ref, at.Z, at.X, at.Y), err
	})
	if err != nil || len(paths) == 0 {
		b.Fatal(len(paths), err)
	}
	return paths
}

const (
	tileConnections = 64
	tileRequests    = 20_000 // of each server a round
)

// handler is what a warm tile costs without a network.
func (t *tileBench) handler(b *testing.B) {
	path, server := t.large(b), t.serve(b)
	fetchTile(b, server, path)
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	r.RemoteAddr = "127.0.0.1:40000" // whose rate is not limited
	b.ReportAllocs()
	for b.Loop() {
		server.ServeHTTP(&discarder{header: http.Header{}}, r)
	}
}

// discarder takes an answer and keeps nothing of it.
type discarder struct{ header http.Header }

func (d *discarder) Header() http.Header         { return d.header }
func (d *discarder) WriteHeader(int)             {}
func (d *discarder) Write(b []byte) (int, error) { return len(b), nil }

// large makes a tile of 80 kB up, where the county has none.
func (t *tileBench) large(b *testing.B) (path string) {
	body := make([]byte, 80_000)
	if _, err := rand.NewChaCha8([32]byte{1}).Read(body); err != nil {
		b.Fatal(err)
	}
	const at = 4
	_, err := t.pool.Exec(b.Context(), `insert into tile (county, version_id, id, body)
		select county, id, $1, $2 from version where layer = 'red-line' and state = 'in_force' on conflict do nothing`, int64(pmtiles.ID(maptile.New(0, 0, at))), body)
	if err != nil {
		b.Fatal(err)
	}
	return t.paths(b, "where length(t.body) = 80000")[0]
}

func (t *tileBench) warm(b *testing.B) {
	path := t.large(b)
	ours := t.serve(b)
	held := map[string][]byte{path: fetchTile(b, ours, path)}
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := held[r.URL.Path]
		w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body)
	})
	oursAt := listening(b, func(ctx context.Context, l net.Listener) error { return ours.Serve(ctx, l) })
	bareAt := listening(b, func(ctx context.Context, l net.Listener) error {
		server := &http.Server{Handler: bare}
		context.AfterFunc(ctx, func() { server.Close() })
		return server.Serve(l)
	})
	var oursTook, bareTook time.Duration
	var waits, bareWaits []time.Duration
	before := heapInUse()
	for b.Loop() {
		took, seen := hammer(b, bareAt, path)
		bareTook += took
		bareWaits = append(bareWaits, seen...)
		took, seen = hammer(b, oursAt, path)
		oursTook += took
		waits = append(waits, seen...)
	}
	slices.Sort(waits)
	slices.Sort(bareWaits)
	asked := float64(b.N * tileRequests)
	b.ReportMetric(float64(len(held[path]))/1000, "tile-kB")
	b.ReportMetric(asked/oursTook.Seconds(), "tiles/s")
	b.ReportMetric(asked/bareTook.Seconds(), "bare/s")
	b.ReportMetric(oursTook.Seconds()/bareTook.Seconds(), "ratio")
	b.ReportMetric(1000*waits[len(waits)*99/100].Seconds(), "p99-ms")
	b.ReportMetric(1000*bareWaits[len(bareWaits)*99/100].Seconds(), "bare-p99-ms")
	b.ReportMetric((heapInUse()-before)/(1<<20), "grown-MiB")
	b.ReportMetric(holding.LoadAverage(), "load")
}

func heapInUse() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse)
}

func (t *tileBench) cold(b *testing.B) {
	paths := t.paths(b, "order by md5(t.id::text || t.version_id) limit 2000")
	var waits []time.Duration
	for b.Loop() {
		server := t.serve(b)
		rand.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
		for _, path := range paths {
			start := time.Now()
			fetchTile(b, server, path)
			waits = append(waits, time.Since(start))
		}
	}
	slices.Sort(waits)
	b.ReportMetric(1000*waits[len(waits)/2].Seconds(), "p50-ms")
	b.ReportMetric(1000*waits[len(waits)*99/100].Seconds(), "p99-ms")
	b.ReportMetric(holding.LoadAverage(), "load")
}

// fetchTile asks a server for a tile without a network between.
func fetchTile(b *testing.B, server http.Handler, path string) []byte {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		b.Fatalf("%s: %d %s", path, answer.Code, answer.Body)
	}
	return answer.Body.Bytes()
}

// listening starts a server on a free port, for as long as the benchmark lasts.
func listening(b *testing.B, serve func(context.Context, net.Listener) error) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = serve(ctx, l) }()
	b.Cleanup(func() { stop(); <-done })
	return l.Addr().String()
}

// hammer asks for a tile over and over on all connections at once, and gives the time
// all took and how long each waited. The client reads no more of an answer than it must.
func hammer(b *testing.B, address, path string) (all time.Duration, waits []time.Duration) {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAccept-Encoding: gzip\r\n\r\n")
	waits = make([]time.Duration, tileRequests)
	var next atomic.Int64
	var clients sync.WaitGroup
	start := time.Now()
	for range tileConnections {
		clients.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			answers := bufio.NewReaderSize(conn, 64<<10)
			for i := int(next.Add(1)) - 1; i < tileRequests; i = int(next.Add(1)) - 1 {
				asked := time.Now()
				if _, err = conn.Write(request); err == nil {
					err = skipAnswer(answers)
				}
				if err != nil {
					b.Error(err)
					return
				}
				waits[i] = time.Since(asked)
			}
		})
	}
	clients.Wait()
	return time.Since(start), waits
}

// skipAnswer reads past one answer, which must be a 200.
func skipAnswer(r *bufio.Reader) error {
	length := -1
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		text := strings.TrimSpace(string(line))
		if first && !strings.HasPrefix(text, "HTTP/1.1 200") {
			return fmt.Errorf("answered %s", text)
		}
		if value, found := strings.CutPrefix(text, "Content-Length: "); found {
			length, _ = strconv.Atoi(value)
		}
		if text == "" {
			break
		}
	}
	if length <= 0 {
		return io.ErrUnexpectedEOF
	}
	_, err := r.Discard(length)
	return err
}
