package schematic

import (
	"container/heap"
	"math"

	"github.com/paulmach/orb"
)

// seats place the townships roughly where they are: kilometres of the plane less
// 3000 km of northing; reach makes a township larger or smaller than its
// neighbours. Codes are the profile's.
var seats = []struct {
	code  string
	at    orb.Point
	reach float64
}{
	{"500237001", orb.Point{391.6, 440.2}, 0.55}, {"500237002", orb.Point{395.1, 442.2}, 0.55},
	{"500237101", orb.Point{372.6, 420.5}, 1.1}, {"500237102", orb.Point{384.8, 461.6}, 1.1},
	{"500237103", orb.Point{376.2, 460.2}, 0.9}, {"500237104", orb.Point{368.8, 458.2}, 1.0},
	{"500237105", orb.Point{388.6, 451.8}, 1.0}, {"500237106", orb.Point{395.4, 467.4}, 1.15},
	{"500237107", orb.Point{410.2, 446.6}, 1.05}, {"500237108", orb.Point{405.4, 428.6}, 1.0},
	{"500237109", orb.Point{396.2, 425.4}, 1.3}, {"500237110", orb.Point{386.6, 422.6}, 1.0},
	{"500237111", orb.Point{398.6, 435.4}, 0.95}, {"500237200", orb.Point{379.2, 413.6}, 1.0},
	{"500237207", orb.Point{400.8, 447.4}, 0.95}, {"500237208", orb.Point{381.4, 438.6}, 0.9},
	{"500237210", orb.Point{388.4, 432.6}, 0.95}, {"500237211", orb.Point{370.6, 431.4}, 1.0},
	{"500237214", orb.Point{385.6, 446.2}, 0.8}, {"500237216", orb.Point{404.8, 463.2}, 1.05},
	{"500237219", orb.Point{409.4, 473.6}, 1.1}, {"500237222", orb.Point{413.2, 459.2}, 1.05},
	{"500237225", orb.Point{405.2, 440.6}, 0.9}, {"500237227", orb.Point{415.4, 430.8}, 0.95},
	{"500237229", orb.Point{410.4, 420.2}, 1.05}, {"500237231", orb.Point{408.8, 411.4}, 1.0},
}

// townships gives every cell the index in seats of the township it costs least
// to reach it from: crossing a river or a crest is dear, so borders run along
// them. A least-cost path stays in its own township, so each is connected.
func (l *land) townships() []int8 {
	owner := make([]int8, len(l.site))
	cost := make([]float64, len(l.site))
	for c := range owner {
		owner[c], cost[c] = -1, math.Inf(1)
	}
	queue := &frontier{}
	for i, seat := range seats {
		c := l.cellAt(seat.at)
		cost[c], owner[c] = 0, int8(i)
		heap.Push(queue, reached{cell: c})
	}
	for queue.Len() > 0 {
		top := heap.Pop(queue).(reached)
		if top.cost > cost[top.cell] {
			continue
		}
		for d := range 6 {
			k := l.neighbour(top.cell, d)
			if !l.inside[k] {
				continue
			}
			step := top.cost + l.toll(top.cell, k)/seats[owner[top.cell]].reach
			if step < cost[k] {
				cost[k], owner[k] = step, owner[top.cell]
				heap.Push(queue, reached{cell: k, cost: step})
			}
		}
	}
	return owner
}

// toll is what stepping from cell a to its neighbour b costs.
func (l *land) toll(a, b int) float64 {
	p := l.site[b]
	t := 1 + 3*max(0, l.height[b]-0.4) + math.Exp(2.6*l.seed.fractal(purposeTownship, p[0], p[1], 3400))
	if l.toWater[b] < 330 {
		t += 6
	}
	if l.toMain[b] < 420 {
		t += 14
	}
	return t
}

// cellAt is the county's cell whose centre is nearest to a place.
func (l *land) cellAt(at orb.Point) (nearest int) {
	best := math.Inf(1)
	for _, c := range l.cells {
		d := math.Hypot(l.site[c][0]-1000*at[0], l.site[c][1]-1000*(3000+at[1]))
		if d < best {
			best, nearest = d, c
		}
	}
	return nearest
}

// reached is a cell with the cost of its best known path.
type reached struct {
	cell int
	cost float64
}

// frontier is a priority queue; ties go to the lower cell number, so that the
// result does not depend on the heap's history.
type frontier []reached

func (f frontier) Len() int { return len(f) }
func (f frontier) Less(i, j int) bool {
	return f[i].cost < f[j].cost || f[i].cost == f[j].cost && f[i].cell < f[j].cell
}
func (f frontier) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)   { *f = append(*f, x.(reached)) }
func (f *frontier) Pop() any {
	last := len(*f) - 1
	x := (*f)[last]
	*f = (*f)[:last]
	return x
}
