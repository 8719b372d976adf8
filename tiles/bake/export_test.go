package bake

// Limit lets tests have tiles that are too large sooner.
func (b *Baker) Limit(bytes int) { b.most = bytes }
