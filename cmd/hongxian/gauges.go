package main

import (
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"

	"hongxian/internal/turn"
	"hongxian/tiles"
)

// gauges (量表) are what an operator asks of the database's pool, the queues behind the
// requests, the tile cache and the disks.
func (d *database) gauges(data string, renderer *tiles.Renderer, busy map[string]func() turn.Load) []prometheus.Collector {
	gauge := func(name, help string, labels prometheus.Labels, read func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hongxian_" + name, Help: help, ConstLabels: labels}, read)
	}
	const pool = "Connections of the database pool."
	all := []prometheus.Collector{&holdings{db: d.pool}, bakeSeconds, bakeShare,
		gauge("pool_connections", pool, prometheus.Labels{"state": "in_use"}, func() float64 { return float64(d.pool.Stat().AcquiredConns()) }),
		gauge("pool_connections", pool, prometheus.Labels{"state": "idle"}, func() float64 { return float64(d.pool.Stat().IdleConns()) }),
		gauge("pool_connections_most", "Connections that the pool may hold.", nil, func() float64 { return float64(d.pool.Stat().MaxConns()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "hongxian_pool_waited_total", Help: "Times that a connection had to be waited for."},
			func() float64 { return float64(d.pool.Stat().EmptyAcquireCount()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "hongxian_pool_waited_seconds_total", Help: "Time that was waited for connections."},
			func() float64 { return d.pool.Stat().EmptyAcquireWaitTime().Seconds() }),
		gauge("tile_cache_tiles", "Tiles in memory.", nil, func() float64 { n, _ := renderer.Cached(); return float64(n) }),
		gauge("tile_cache_bytes", "Bytes of the tiles in memory.", nil, func() float64 { _, bytes := renderer.Cached(); return float64(bytes) }),
	}
	for from, count := range map[string]func() int64{"memory": func() int64 { held, _ := renderer.Given(); return held }, "store": func() int64 { _, fetched := renderer.Given(); return fetched }} {
		all = append(all, prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "hongxian_tile_cache_given_total", Help: "Tiles given from memory, and from the database.",
			ConstLabels: prometheus.Labels{"from": from}}, func() float64 { return float64(count()) }))
	}
	for work, load := range busy {
		labels := prometheus.Labels{"work": work}
		all = append(all, gauge("background_running", "Imports, publications and tables under way.", labels, func() float64 { return float64(load().Running) }),
			gauge("background_waiting", "Imports, publications and tables that wait for their turn.", labels, func() float64 { return float64(load().Waiting) }),
			gauge("background_seconds", "How long one lasted lately.", labels, func() float64 { return load().Took.Seconds() }))
	}
	for place, folder := range map[string]string{"data": data, "temp": os.TempDir()} {
		labels := prometheus.Labels{"place": place}
		all = append(all, gauge("disk_free_bytes", "Bytes free to this account; none where the folder cannot be seen.", labels, func() float64 { free, _ := disk(folder); return free }),
			gauge("disk_bytes", "Bytes of the disk.", labels, func() float64 { _, whole := disk(folder); return whole }))
	}
	return all
}

// disk is how many bytes the disk of a folder has free and in all, 0 and 0 where there
// is no such folder.
func disk(folder string) (free, all float64) {
	var s unix.Statfs_t
	if unix.Statfs(folder, &s) != nil {
		return 0, 0
	}
	return float64(s.Bavail) * float64(s.Bsize), float64(s.Blocks) * float64(s.Bsize)
}
