package outline

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Faces (不相交面) are the rings of a version's faces, in the plane that distances
// are measured in.
type Faces struct {
	rings rtree.RTreeG[chain]
}

// Add takes a face.
func (f *Faces) Add(face orb.Polygon) {
	for _, ring := range face {
		around := boxOf(ring)
		f.rings.Insert(around.low, around.high, chainOf(ring))
	}
}

// Nearest is how far the nearest face is from a site that lies on none, in the unit
// of the plane. It is not certain when that is less than Clearance, when a face lies
// within the site, or when there is none.
func (f *Faces) Nearest(s *Site) (distance float64, certain bool) {
	near := nearing{Site: s, distance: math.Inf(1)}
	swallowed := false
	f.rings.Nearby(rtree.BoxDist[float64, chain](s.around.low, s.around.high, nil),
		func(low, high [2]float64, ring chain, squared float64) bool {
			if squared > near.distance*near.distance {
				return false
			}
			near.to(ring)
			swallowed = swallowed || (box{low, high}).apart(s.around) == 0 && within(ring.points[0], s.polygon)
			return !swallowed
		})
	return near.distance, !swallowed && near.distance >= Clearance && !math.IsInf(near.distance, 1)
}

// nearing is the way to what is nearest to a site.
type nearing struct {
	*Site
	distance float64
}

// to shortens the distance to that of a ring, if it is nearer.
func (n *nearing) to(ring chain) {
	n.distance = min(n.distance, n.guess(ring))
	for i, b := range ring.boxes {
		if b.apart(n.around) > n.distance {
			continue
		}
		for _, own := range n.rings {
			for k, c := range own.boxes {
				if b.apart(c) <= n.distance {
					n.links(ring.link(i), own.link(k), c)
				}
			}
		}
	}
}

// links shortens the distance to that of a link from one of the site's, which lies in
// a box.
func (n *nearing) links(link, own []orb.Point, around box) {
	for i := 1; i < len(link); i++ {
		if boxOf(link[i-1:i+1]).apart(around) > n.distance {
			continue
		}
		for k := 1; k < len(own); k++ {
			n.distance = min(n.distance, apart(link[i-1], link[i], own[k-1], own[k]))
		}
	}
}

// guess is the distance between two corners that are about the nearest.
func (n *nearing) guess(ring chain) float64 {
	corner := nearest(n.around.middle(), ring.points)
	return toPoint(corner, nearest(corner, n.rings[0].points))
}

// nearest is the corner of a ring nearest to a point.
func nearest(p orb.Point, ring orb.Ring) (corner orb.Point) {
	least := math.Inf(1)
	for _, q := range ring {
		dx, dy := q[0]-p[0], q[1]-p[1]
		if d := dx*dx + dy*dy; d < least {
			least, corner = d, q
		}
	}
	return corner
}
