package overlap

// Waiting is how many sites wait for a turn.
func (g *Gatherer) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

// Spoil has a function called with each request before it is checked.
func (g *Gatherer) Spoil(f func(Request)) { g.spoilt = f }
