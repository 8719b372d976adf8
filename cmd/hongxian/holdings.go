package main

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hongxian/geodata/postgis"
)

const (
	// holdingsFresh is how long the figures of what is held are taken for true: they
	// change when something is published.
	holdingsFresh = time.Minute
	holdingsTime  = 2 * time.Second
)

var (
	versionsHeld     = prometheus.NewDesc("hongxian_versions", "Versions by their state.", []string{"state"}, nil)
	inForceFeatures  = prometheus.NewDesc("hongxian_in_force_features", "Features of the version in force.", versionLabels, nil)
	inForceSince     = prometheus.NewDesc("hongxian_in_force_since_seconds", "When the version in force was published, seconds since 1970.", versionLabels, nil)
	bakedTiles       = prometheus.NewDesc("hongxian_bake_tiles", "Tiles that were drawn of the version in force.", versionLabels, nil)
	bakedBytes       = prometheus.NewDesc("hongxian_bake_bytes", "Their bytes, compressed.", versionLabels, nil)
	bakedTooLarge    = prometheus.NewDesc("hongxian_bake_too_large", "Of them, tiles that are larger than they should be.", versionLabels, nil)
	versionLabels    = []string{"county", "layer", "label"}
	versionStates    = []string{"draft", "preparing", "in_force", "superseded"}
	holdingsMeasured = []*prometheus.Desc{versionsHeld, inForceFeatures, inForceSince, bakedTiles, bakedBytes, bakedTooLarge}
)

// holdings (馆藏量表) says which versions are held and in force, and what was drawn of them.
type holdings struct {
	db postgis.Querier

	mu    sync.Mutex
	known []postgis.Holding
	asked time.Time
}

// Describe names the figures.
func (h *holdings) Describe(to chan<- *prometheus.Desc) {
	for _, d := range holdingsMeasured {
		to <- d
	}
}

// Collect gives them, none where the database does not answer: no figure is better than
// a wrong one.
func (h *holdings) Collect(to chan<- prometheus.Metric) {
	list, err := h.list()
	if err != nil {
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	counts := map[string]int{}
	for _, v := range list {
		counts[v.State]++
		if v.State != "in_force" {
			continue
		}
		gauge(inForceFeatures, float64(v.Features), v.County, v.Layer, v.Label)
		gauge(bakedTiles, float64(v.Tiles), v.County, v.Layer, v.Label)
		gauge(bakedBytes, float64(v.Bytes), v.County, v.Layer, v.Label)
		gauge(bakedTooLarge, float64(v.TooLarge), v.County, v.Layer, v.Label)
		if v.Published != nil {
			gauge(inForceSince, float64(v.Published.Unix()), v.County, v.Layer, v.Label)
		}
	}
	for _, state := range versionStates {
		gauge(versionsHeld, float64(counts[state]), state)
	}
}

func (h *holdings) list() ([]postgis.Holding, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.asked) < holdingsFresh {
		return h.known, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), holdingsTime)
	defer cancel()
	found, err := postgis.Holdings(ctx, h.db)
	if err == nil {
		h.known, h.asked = found, time.Now()
	}
	return found, err
}

// bakeMetrics say how long drawing a version takes, and how far one is that is under way.
var (
	bakeSeconds = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "hongxian_bake_seconds", Help: "How long drawing a version took, in this process.",
		Buckets: []float64{1, 3, 10, 30, 100, 300, 1000, 3000}})
	bakeShare = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "hongxian_bake_share", Help: "Share drawn of a version that is being drawn in this process, 0 to 1."}, []string{"version"})
)
