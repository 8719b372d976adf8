package overlap

import "sync"

// featureNames are the names of features that earlier checks met. A version's
// features never change, so they stay true; the digest is for a database that is
// restored to another state under a running server.
type featureNames struct {
	mu    sync.RWMutex
	names map[namedFeature]featureName
}

// mostNames is how many are remembered, some 30 MB; above it all are forgotten.
const mostNames = 100_000

// namedFeature is a feature of a version that has the digest.
type namedFeature struct {
	owner
	digest string
}

func (f *featureNames) of(o owner, digest string) (n featureName, ok bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	n, ok = f.names[namedFeature{o, digest}]
	return n, ok
}

func (f *featureNames) remember(o owner, digest string, n featureName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names == nil || len(f.names) >= mostNames {
		f.names = map[namedFeature]featureName{}
	}
	f.names[namedFeature{o, digest}] = n
}
