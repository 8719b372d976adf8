package httpapi

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// gauges (量表) are what an operator asks of a server, looked up when they are asked for.
type gauges struct{ server *Server }

func described(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("hongxian_"+name, help, labels, nil)
}

var (
	turnsRunning    = described("queue_running", "Heavy pieces of work that have their turn.")
	turnsWaiting    = described("queue_waiting", "Heavy pieces of work that wait for their turn.")
	turnSeconds     = described("queue_turn_seconds", "How long a turn lasted lately.")
	uploadsRunning  = described("uploads_running", "Uploads that are being taken in.")
	connectionsOpen = described("connections_open", "Connections by what they do.", "state")
	connectionsShed = described("connections_shed_total", "Connections closed to make room for others.")
	auditHeight     = described("audit_height", "Entries that the audit chain has had.")
	auditWaiting    = described("audit_waiting", "Audit entries without a place in the chain.")
	auditAge        = described("audit_waiting_seconds", "Age of the oldest of them.")
)

// Describe names them.
func (g gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{turnsRunning, turnsWaiting, turnSeconds, uploadsRunning, connectionsOpen, connectionsShed, auditHeight, auditWaiting, auditAge} {
		to <- d
	}
}

// Collect reads them.
func (g gauges) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	load := g.server.turns.Load()
	gauge(turnsRunning, float64(load.Running))
	gauge(turnsWaiting, float64(load.Waiting))
	gauge(turnSeconds, load.Took.Seconds())
	gauge(uploadsRunning, float64(g.server.uploads.count()))
	open, idle, shed := g.server.crowd.counts()
	gauge(connectionsOpen, float64(open-idle), "active")
	gauge(connectionsOpen, float64(idle), "idle")
	to <- prometheus.MustNewConstMetric(connectionsShed, prometheus.CounterValue, float64(shed))
	g.collectTrail(gauge)
}

// collectTrail leaves the trail out when the database does not answer: no figure is
// better than a wrong one.
func (g gauges) collectTrail(gauge func(*prometheus.Desc, float64, ...string)) {
	if g.server.Trail == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	state, err := g.server.Trail.State(ctx)
	if err != nil {
		return
	}
	gauge(auditHeight, float64(state.Height))
	gauge(auditWaiting, float64(state.Waiting))
	age := 0.0
	if state.Oldest != nil {
		age = time.Since(*state.Oldest).Seconds()
	}
	gauge(auditAge, age)
}
