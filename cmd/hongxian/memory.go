package main

import (
	"os"
	"runtime/debug"
)

// Most of what an answer needs is garbage the moment it is given. Collecting when
// the heap has grown by three times what lives, instead of once, saves the server
// about a tenth of its processor time; above the soft limit it collects as often as
// it must. Go's own variables come before.
const (
	heapGrowth = 300     // per cent
	softMemory = 1 << 30 // bytes
)

// collectLess sets how often a server, or an import, collects its garbage.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
}
