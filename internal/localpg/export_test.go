package localpg

import (
	"testing"
	"time"
)

// Socket is the socket's folder.
func Socket(c *Cluster) string { return c.socket }

// Ready is whether the cluster's state says that one may attach.
func Ready(c *Cluster) bool { return c.place.readState().Ready }

// SetPatience bounds how long a failing start is tried again during a test.
func SetPatience(t *testing.T, d time.Duration) {
	before := patience
	patience = d
	t.Cleanup(func() { patience = before })
}
