package quality

// groups puts faces together that belong to one place (并查集).
type groups struct {
	faces  []face
	parent map[int32]int32
}

func newGroups(faces []face) *groups {
	g := &groups{faces: faces, parent: make(map[int32]int32, len(faces))}
	for _, f := range faces {
		g.parent[f.id] = f.id
	}
	return g
}

// root is the least face of a face's group.
func (g *groups) root(id int32) int32 {
	for g.parent[id] != id {
		g.parent[id] = g.parent[g.parent[id]]
		id = g.parent[id]
	}
	return id
}

func (g *groups) join(a, b int32) {
	a, b = g.root(a), g.root(b)
	g.parent[max(a, b)] = min(a, b)
}

// enclosed lists the faces of groups that do not reach the outside, each beside
// its group.
func (g *groups) enclosed() (ids, places []int32) {
	reached := map[int32]bool{}
	for _, f := range g.faces {
		if f.open {
			reached[g.root(f.id)] = true
		}
	}
	ids, places = []int32{}, []int32{}
	for _, f := range g.faces {
		if root := g.root(f.id); !reached[root] {
			ids, places = append(ids, f.id), append(places, root)
		}
	}
	return ids, places
}
