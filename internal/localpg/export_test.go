package localpg

// Socket is the socket's folder.
func Socket(c *Cluster) string { return c.socket }

// Ready is whether the cluster's state says that one may attach.
func Ready(c *Cluster) bool { return c.place.readState().Ready }
